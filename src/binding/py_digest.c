#include "binding/py_digest.h"

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "digest/sha256_chunks.h"

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

/* Packs `rows` rows of `width` bytes into the strings of a new array. `line` has room
 * for the digits of a row. */
static bool
pack_rows(const uint8_t *bytes, npy_intp rows, npy_intp width, char *line,
          PyArrayObject *strings)
{
    static const char digits[] = "0123456789abcdef";
    npy_string_allocator *allocator = NpyString_acquire_allocator(
        (const PyArray_StringDTypeObject *)(const void *)PyArray_DESCR(strings));
    char *entry = PyArray_BYTES(strings);
    int failed = 0;
    for (npy_intp row = 0; row < rows && failed == 0; row++) {
        for (npy_intp i = 0; i < width; i++) {
            const uint8_t byte = bytes[row * width + i];
            line[2 * i] = digits[byte >> 4];
            line[2 * i + 1] = digits[byte & 15];
        }
        failed = NpyString_pack(allocator, (npy_packed_static_string *)(void *)entry,
                                line, 2 * (size_t)width);
        entry += PyArray_STRIDE(strings, 0);
    }
    NpyString_release_allocator(allocator);
    return failed == 0;
}

PyObject *
nx_py_hex_strings(NX_ARGS)
{
    if (!nx_py_arity("hex_strings", nargs, 1)) {
        return NULL;
    }
    PyArrayObject *digests = (PyArrayObject *)args[0];
    if (!PyArray_Check(args[0]) || PyArray_TYPE(digests) != NPY_UBYTE ||
        PyArray_NDIM(digests) != 2 || !PyArray_IS_C_CONTIGUOUS(digests)) {
        PyErr_SetString(PyExc_ValueError,
                        "digests must be a C-contiguous uint8 array of two dimensions");
        return NULL;
    }
    npy_intp *const shape = PyArray_DIMS(digests);
    char *line = nx_alloc((size_t)shape[1], 2);
    PyArray_Descr *descr =
        line == NULL ? NULL : PyArray_DescrFromType(NPY_VSTRING); /* a fresh one */
    PyArrayObject *strings =
        descr == NULL ? NULL : (PyArrayObject *)PyArray_Zeros(1, shape, descr, 0);
    if (strings != NULL) {
        nx_py_detached detached;
        nx_py_detach(&detached, false);
        const bool packed =
            pack_rows(PyArray_DATA(digests), shape[0], shape[1], line, strings);
        nx_py_attach(&detached);
        if (!packed) {
            Py_CLEAR(strings);
        }
    }
    nx_free(line);
    if (strings == NULL && !PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    return (PyObject *)strings;
}
