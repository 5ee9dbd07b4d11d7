/* Strings of an array at places, in an array of their own. NumPy takes 160 ns for each,
 * as it locks both arrays for every one. Short strings are part of their entry, which
 * workers write side by side; longer ones go to the arena of the new array, one at a
 * time. */
#include <stdatomic.h>

#include "binding/py_error.h"
#include "binding/py_string_entry.h"
#include "binding/py_take.h"
#include "binding/py_wait.h"

enum {
    PIECE = 1 << 14,
    BATCH = 32 /* strings that are loaded before they are copied */
};

typedef struct string_take {
    const char *items;
    npy_intp item_step;
    const npy_int64 *places;
    char *out;
    npy_intp out_step, count;
    nx_py_strings from, to;
    atomic_bool long_left;
} string_take;

/* Which part of the strings is written. */
typedef enum take_part {
    TAKE_ALL,
    TAKE_SHORT,
    TAKE_LONG
} take_part;

/* A string that was loaded; false if memory is short. */
NX_INLINE bool
put_one(string_take *take, nx_py_loaded loaded, nx_span text, const char *item,
        char *out, take_part part)
{
    npy_packed_static_string *packed = (npy_packed_static_string *)(void *)out;
    if (loaded != NX_PY_TEXT) {
        return loaded != NX_PY_NOT_LOADED &&
               (part == TAKE_LONG ||
                NpyString_pack_null(take->to.allocator, packed) == 0);
    }
    const bool is_long = text.length > NX_PY_SHORT_STRING;
    if (is_long && part == TAKE_SHORT) {
        atomic_store_explicit(&take->long_left, true, memory_order_relaxed);
        return true;
    }
    if (text.length == 0 || (!is_long && part == TAKE_LONG)) {
        return true; /* the array is of empty strings */
    }
    if (!is_long && nx_py_entries.is_learned && text.text == (const uint8_t *)item) {
        nx_py_put_text_entry(out, text.text, text.length);
        return true;
    }
    return NpyString_pack(take->to.allocator, packed, (const char *)text.text,
                          text.length) == 0;
}

/* Strings first .. first + n - 1, n at most BATCH: all are loaded before the first one
 * is copied, so that their texts are on their way from memory together. */
static bool
take_batch(string_take *take, npy_intp first, npy_intp n, take_part part)
{
    const char *items[BATCH];
    nx_py_loaded loaded[BATCH];
    nx_span texts[BATCH];
    for (npy_intp i = 0; i < n; i++) {
        items[i] = take->items + take->places[first + i] * take->item_step;
        nx_prefetch(items[i]);
    }
    for (npy_intp i = 0; i < n; i++) {
        loaded[i] = nx_py_load_string(&take->from, items[i], &texts[i]);
        if (loaded[i] == NX_PY_TEXT) {
            nx_prefetch(texts[i].text);
        }
    }
    bool good = true;
    char *out = take->out + first * take->out_step;
    for (npy_intp i = 0; i < n && good; i++, out += take->out_step) {
        good = put_one(take, loaded[i], texts[i], items[i], out, part);
    }
    return good;
}

static nx_status
take_range(string_take *take, npy_intp first, npy_intp end, take_part part,
           nx_error *error)
{
    for (; first < end; first += BATCH) {
        const npy_intp left = end - first;
        if (!take_batch(take, first, left < BATCH ? left : BATCH, part)) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for strings");
        }
    }
    return NX_OK;
}

static nx_status
take_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    string_take *take = context;
    const npy_intp first = (npy_intp)piece * PIECE;
    const npy_intp left = take->count - first;
    (void)worker;
    return take_range(take, first, first + (left < PIECE ? left : PIECE), TAKE_SHORT,
                      error);
}

static nx_status
take_all(string_take *take, unsigned threads, nx_error *error)
{
    if (threads < 2 || take->count <= PIECE || !nx_py_entries.stays_inside) {
        return take_range(take, 0, take->count, TAKE_ALL, error);
    }
    const size_t pieces = (size_t)(take->count - 1) / PIECE + 1;
    nx_status status = nx_parallel_for(pieces, threads, take_piece, take, NULL, error);
    if (status == NX_OK && atomic_load(&take->long_left)) {
        status = take_range(take, 0, take->count, TAKE_LONG, error);
    }
    return status;
}

static bool
fit_together(PyArrayObject *items, PyArrayObject *places, PyArrayObject *out)
{
    if (PyArray_TYPE(items) != NPY_VSTRING || PyArray_TYPE(out) != NPY_VSTRING ||
        PyArray_TYPE(places) != NPY_INT64 || PyArray_NDIM(items) != 1 ||
        !PyArray_ISCARRAY_RO(places) || !PyArray_ISCARRAY(out) ||
        PyArray_SIZE(out) != PyArray_SIZE(places)) {
        PyErr_SetString(PyExc_TypeError, "arrays do not fit together");
        return false;
    }
    const npy_int64 *numbers = PyArray_DATA(places);
    npy_uint64 greatest = 0;
    for (npy_intp i = 0; i < PyArray_SIZE(places); i++) {
        const npy_uint64 place = (npy_uint64)numbers[i];
        greatest = place > greatest ? place : greatest;
    }
    if (PyArray_SIZE(places) > 0 && greatest >= (npy_uint64)PyArray_SIZE(items)) {
        PyErr_SetString(PyExc_IndexError, "a place is not there");
        return false;
    }
    return true;
}

PyObject *
nx_py_take_strings(NX_ARGS)
{
    if (!nx_py_arity("take_strings", nargs, 4)) {
        return NULL;
    }
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[3]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (!PyArray_Check(args[0]) || !PyArray_Check(args[1]) || !PyArray_Check(args[2])) {
        PyErr_SetString(PyExc_TypeError, "arrays do not fit together");
        return NULL;
    }
    PyArrayObject *items = (PyArrayObject *)args[0];
    PyArrayObject *places = (PyArrayObject *)args[1], *out = (PyArrayObject *)args[2];
    if (!fit_together(items, places, out)) {
        return NULL;
    }
    string_take take = {
        .items = PyArray_BYTES(items),
        .item_step = PyArray_STRIDE(items, 0),
        .places = PyArray_DATA(places),
        .out = PyArray_BYTES(out),
        .out_step = PyArray_ITEMSIZE(out),
        .count = PyArray_SIZE(places),
    };
    atomic_init(&take.long_left, false);
    PyArray_Descr *descrs[] = {PyArray_DESCR(items), PyArray_DESCR(out)};
    npy_string_allocator *allocators[2];
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    NpyString_acquire_allocators(2, descrs, allocators);
    take.from = nx_py_strings_of(descrs[0], allocators[0]);
    take.to = nx_py_strings_of(descrs[1], allocators[1]);
    const nx_status status = take_all(&take, threads, &error);
    NpyString_release_allocators(2, allocators);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    Py_RETURN_NONE;
}
