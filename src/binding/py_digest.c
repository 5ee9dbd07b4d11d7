#include "binding/py_digest.h"

#include "base/alloc.h"
#include "base/bits.h"
#include "binding/py_digest_ufuncs.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_string_entry.h"
#include "binding/py_wait.h"
#include "digest/sha256.h"
#include "digest/sha256_chunks.h"

enum {
    FEW_DIGESTS =
        64 /* that become strings sooner than one lets go of the interpreter */
};

PyObject *
nx_py_sha256_chunks(NX_ARGS)
{
    Py_buffer view;
    if (!nx_py_arity("sha256_chunks", nargs, 4)) {
        return NULL;
    }
    const size_t size = PyLong_AsSize_t(args[1]);
    const unsigned long threads = PyErr_Occurred() ? 0 : PyLong_AsUnsignedLong(args[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (size == 0) {
        PyErr_SetString(PyExc_ValueError, "size must be at least 1");
        return NULL;
    }
    if (PyObject_GetBuffer(args[0], &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    npy_intp shape[2] = {
        (npy_intp)nx_sha256_chunk_count((size_t)view.len, size),
        NX_SHA256_SIZE,
    };
    PyObject *digests = PyArray_SimpleNew(2, shape, NPY_UBYTE);
    if (digests != NULL) {
        nx_error error = {0};
        nx_py_detached detached;
        nx_py_detach(&detached, PyObject_IsTrue(args[3]) == 1);
        const nx_status status = nx_sha256_chunks(
            view.buf, (size_t)view.len, size, (unsigned)threads, &detached.wait,
            PyArray_DATA((PyArrayObject *)digests), &error);
        nx_py_attach(&detached);
        if (status != NX_OK) {
            Py_CLEAR(digests);
            nx_py_raise(&error);
        }
    }
    PyBuffer_Release(&view);
    return digests;
}

/* ---- Hexadecimal digits ---- */

/* The eight digits of four bytes. */
NX_INLINE void
put_digits(const uint8_t *bytes, char *digits)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t x = nx_load32le(bytes);
    x = (x | x << 16) & UINT64_C(0x0000FFFF0000FFFF);
    x = (x | x << 8) & UINT64_C(0x00FF00FF00FF00FF);
    x = (x >> 4 | x << 8) & UINT64_C(0x0F0F0F0F0F0F0F0F); /* the upper half first */
    const uint64_t is_letter = (x + 6 * ones) >> 4 & ones;
    nx_store64le((uint8_t *)digits, x + '0' * ones + is_letter * ('a' - '0' - 10));
}

/* The digests of an array of that shape as strings. */
static PyObject *
hex_strings(const uint8_t (*digests)[NX_SHA256_SIZE], int dimensions,
            const npy_intp *shape)
{
    char digits[2 * NX_SHA256_SIZE];
    PyArrayObject *strings = nx_py_string_new(dimensions, shape, Py_None);
    if (strings == NULL) {
        return NULL;
    }
    const npy_intp n = PyArray_SIZE(strings), step = PyArray_ITEMSIZE(strings);
    char *entry = PyArray_BYTES(strings);
    int failed = 0;
    nx_py_detached detached;
    nx_py_detach_if(&detached, n > FEW_DIGESTS, false);
    const nx_py_strings held = nx_py_acquire_strings(PyArray_DESCR(strings));
    for (npy_intp i = 0; i < n && failed == 0; i++, entry += step) {
        for (size_t at = 0; at < NX_SHA256_SIZE; at += 4) {
            put_digits(digests[i] + at, digits + 2 * at);
        }
        failed =
            NpyString_pack(held.allocator, (npy_packed_static_string *)(void *)entry,
                           digits, sizeof digits);
    }
    nx_py_release_strings(&held);
    nx_py_attach(&detached);
    if (failed != 0) {
        Py_DECREF(strings);
        return PyErr_NoMemory();
    }
    return (PyObject *)strings;
}

PyObject *
nx_py_hex_strings(NX_ARGS)
{
    if (!nx_py_arity("hex_strings", nargs, 1)) {
        return NULL;
    }
    PyArrayObject *digests = (PyArrayObject *)args[0];
    const int last = PyArray_Check(args[0]) ? PyArray_NDIM(digests) - 1 : -1;
    if (last < 0 || PyArray_TYPE(digests) != NPY_UBYTE ||
        PyArray_DIM(digests, last) != NX_SHA256_SIZE ||
        !PyArray_IS_C_CONTIGUOUS(digests)) {
        PyErr_SetString(
            PyExc_ValueError,
            "digests must be a C-contiguous uint8 array of shape (..., 32)");
        return NULL;
    }
    return hex_strings(PyArray_DATA(digests), last, PyArray_DIMS(digests));
}

PyObject *
nx_py_sha256_hex(NX_ARGS)
{
    if (!nx_py_arity("sha256_hex", nargs, 1)) {
        return NULL;
    }
    PyArrayObject *items = (PyArrayObject *)args[0];
    if (!PyArray_Check(args[0]) || !nx_py_is_text(PyArray_DESCR(items)) ||
        !PyArray_ISCARRAY_RO(items)) {
        Py_RETURN_NONE;
    }
    const npy_intp n = PyArray_SIZE(items);
    uint8_t (*digests)[NX_SHA256_SIZE] = nx_alloc((size_t)n, NX_SHA256_SIZE);
    if (digests == NULL) {
        return PyErr_NoMemory();
    }
    char *const data[] = {PyArray_BYTES(items), (char *)digests};
    const npy_intp steps[] = {PyArray_ITEMSIZE(items), NX_SHA256_SIZE, 1};
    PyArray_Descr *const descrs[] = {PyArray_DESCR(items)};
    const PyArrayMethod_Context context = {.descriptors = descrs};
    PyObject *strings = NULL;
    if (nx_py_text_loop(&context, data, &n, steps, &nx_py_sha256_kernel) == 0) {
        strings = hex_strings((const uint8_t (*)[NX_SHA256_SIZE])digests,
                              PyArray_NDIM(items), PyArray_DIMS(items));
    }
    nx_free(digests);
    return strings;
}
