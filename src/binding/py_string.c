#include "binding/py_string.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string_entry.h"
#include "binding/py_wait.h"
#include "column/column_fixed.h"

static const char CAPSULE_NAME[] = "numpy_ext.string_column";

static void
release_column(PyObject *capsule)
{
    nx_column *column = PyCapsule_GetPointer(capsule, CAPSULE_NAME);
    nx_py_aside aside = nx_py_put_aside();
    nx_column_clear(column);
    nx_py_bring_back(&aside);
    nx_free(column);
}

PyObject *
nx_py_string_capsule(nx_column *column)
{
    nx_column *own = nx_alloc(1, sizeof *own);
    PyObject *capsule = own == NULL ? PyErr_NoMemory()
                                    : PyCapsule_New(own, CAPSULE_NAME, release_column);
    if (capsule == NULL) {
        nx_free(own);
        nx_column_clear(column);
        return NULL;
    }
    *own = *column;
    memset(column, 0, sizeof *column);
    return capsule;
}

nx_column *
nx_py_string_column(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, CAPSULE_NAME);
}

/* Checks for `wanted` arguments and an optional last one, the number of threads. */
static bool
take_arguments(const char *function, PyObject *const *args, Py_ssize_t nargs,
               Py_ssize_t wanted, unsigned *threads)
{
    *threads = 1;
    if (nargs == wanted + 1) {
        *threads = (unsigned)PyLong_AsUnsignedLong(args[wanted]);
        return !PyErr_Occurred();
    }
    return nx_py_arity(function, nargs, wanted);
}

/* A read-only array in place of `array`, whose reference it takes; NULL stays NULL.
 * An owner of memory may make itself writable again, a view of it may not. */
static PyObject *
read_only(PyArrayObject *array)
{
    if (array == NULL) {
        return NULL;
    }
    PyArray_CLEARFLAGS(array, NPY_ARRAY_WRITEABLE);
    PyObject *view = PyArray_View(array, NULL, NULL);
    Py_DECREF(array);
    return view;
}

/* ---- StringDType ---- */

enum {
    PIECE_ROWS = 1 << 15
};

/* A column on its way into the packed strings of an array.
 *
 * Workers pack short strings and missing values side by side, which NumPy keeps in the
 * entries of the array itself. What is longer goes to the allocator's arena, one string
 * at a time. The allocator's lock is held from the first string to the last. */
typedef struct string_fill {
    const nx_column *column;
    const npy_bool *missing; /* rows that become the NA value; NULL: none do */
    char *entries;           /* zeroed: empty strings */
    size_t step;             /* bytes from one entry to the next */
    npy_string_allocator *allocator;
    atomic_bool long_left; /* strings that workers left out */
} string_fill;

/* Writes an entry by its learned form. */
NX_INLINE void
put_entry(char *entry, const nx_string_view *view, nx_buffer *const *slabs)
{
    const size_t n = (size_t)view->length;
    if (n <= NX_VIEW_INLINE) {
        nx_py_put_entry(entry, nx_load64le(view->u.text), nx_load32le(view->u.text + 8),
                        n);
        return;
    }
    const uint8_t *text = nx_view_text(view, slabs);
    nx_py_put_entry(entry, nx_load64le(text),
                    nx_load64le(text + n - 8) >> (8 * (16 - n)), n);
}

/* Packs the strings of rows start .. end - 1 whose length is at least `shortest`
 * and at most `longest`; longer ones set long_left. */
static nx_status
pack_rows(string_fill *fill, size_t start, size_t end, size_t shortest, size_t longest)
{
    const nx_string_view *views = nx_buffer_data(fill->column->values);
    nx_buffer *const *slabs = fill->column->slabs.buffers;
    bool left = false;
    int failed = 0;
    for (size_t row = start; row < end && failed == 0; row++) {
        npy_packed_static_string *entry =
            (npy_packed_static_string *)(void *)(fill->entries + row * fill->step);
        const size_t length = (size_t)views[row].length;
        if (fill->missing != NULL && fill->missing[row]) {
            failed = shortest > 0 ? 0 : NpyString_pack_null(fill->allocator, entry);
        }
        else if (nx_py_entries.is_learned && length <= NX_PY_SHORT_STRING) {
            if (shortest == 0) {
                put_entry((char *)entry, &views[row], slabs);
            }
        }
        else if (length > longest) {
            left = true;
        }
        else if (length > 0 && length >= shortest) {
            const char *text = (const char *)nx_view_text(&views[row], slabs);
            failed = NpyString_pack(fill->allocator, entry, text, length);
        }
    }
    if (left) {
        atomic_store(&fill->long_left, true);
    }
    return failed == 0 ? NX_OK : NX_ERR_MEMORY;
}

static nx_status
pack_short_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    string_fill *fill = context;
    const size_t start = item * PIECE_ROWS, left = fill->column->length - start;
    (void)worker;
    (void)error;
    return pack_rows(fill, start, start + (left < PIECE_ROWS ? left : PIECE_ROWS), 0,
                     NX_PY_SHORT_STRING);
}

/* Packs all rows; false when no memory is left. Runs without the interpreter. */
static bool
pack_column(string_fill *fill, const PyArray_StringDTypeObject *descr, unsigned threads)
{
    const size_t length = fill->column->length;
    nx_status status;
    fill->allocator = NpyString_acquire_allocator(descr);
    if (threads <= 1 || length <= PIECE_ROWS || !nx_py_entries.stays_inside) {
        status = pack_rows(fill, 0, length, 0, NX_VIEW_MAX);
    }
    else {
        const size_t pieces = (length - 1) / PIECE_ROWS + 1;
        status = nx_parallel_for(pieces, threads, pack_short_piece, fill, NULL, NULL);
        if (status == NX_OK && atomic_load(&fill->long_left)) {
            status = pack_rows(fill, 0, length, NX_PY_SHORT_STRING + 1, NX_VIEW_MAX);
        }
    }
    NpyString_release_allocator(fill->allocator);
    return status == NX_OK;
}

PyArrayObject *
nx_py_string_new(int dimensions, const npy_intp *shape, PyObject *na_object)
{
    PyObject *type = (PyObject *)&PyArray_StringDType;
    PyObject *descr = NULL;
    if (na_object == Py_None) {
        descr = (PyObject *)PyArray_DescrFromType(NPY_VSTRING); /* a fresh one */
    }
    else {
        PyObject *options = Py_BuildValue("{s:O}", "na_object", na_object);
        PyObject *none = PyTuple_New(0);
        if (options != NULL && none != NULL) {
            descr = PyObject_Call(type, none, options);
        }
        Py_XDECREF(options);
        Py_XDECREF(none);
    }
    return descr == NULL ? NULL
                         : (PyArrayObject *)PyArray_Zeros(dimensions, shape,
                                                          (PyArray_Descr *)descr, 0);
}

PyArrayObject *
nx_py_string_pack(const nx_column *column, PyObject *na_object, const npy_bool *missing,
                  unsigned threads)
{
    const npy_intp length = (npy_intp)column->length;
    PyArrayObject *array = nx_py_string_new(1, &length, na_object);
    if (array == NULL) {
        return NULL;
    }
    string_fill fill = {
        .column = column,
        .missing = na_object == Py_None ? NULL : missing, /* NULL: missing is empty */
        .entries = PyArray_DATA(array),
        .step = (size_t)PyArray_STRIDE(array, 0),
    };
    atomic_init(&fill.long_left, false);
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    /* The descriptor of the array, which is not always the one it was made with. */
    const bool packed = pack_column(
        &fill, (const PyArray_StringDTypeObject *)PyArray_DESCR(array), threads);
    nx_py_attach(&detached);
    if (!packed) {
        Py_DECREF(array);
        PyErr_NoMemory();
        return NULL;
    }
    return array;
}

PyObject *
nx_py_string_array(NX_ARGS)
{
    unsigned threads;
    const npy_bool *missing;
    if (!take_arguments("string_array", args, nargs, 3, &threads)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    if (column == NULL || !nx_py_take_mask(args[2], column->length, &missing)) {
        return NULL;
    }
    return read_only(nx_py_string_pack(column, args[1], missing, threads));
}

/* ---- Fixed width ---- */

/* A zeroed array of `length` rows of `width` units; NULL with an exception set. */
static PyArrayObject *
new_fixed_array(size_t length, nx_fixed_kind kind, size_t width)
{
    npy_intp shape[1] = {(npy_intp)length};
    if (width > (size_t)(INT_MAX / kind)) {
        PyErr_Format(PyExc_ValueError,
                     "the longest string has %zu %s, too many for a NumPy dtype", width,
                     kind == NX_FIXED_BYTES ? "bytes" : "characters");
        return NULL;
    }
    PyArray_Descr *descr =
        PyArray_DescrNewFromType(kind == NX_FIXED_BYTES ? NPY_STRING : NPY_UNICODE);
    if (descr == NULL) {
        return NULL;
    }
    PyDataType_SET_ELSIZE(descr, (npy_intp)(width * kind));
    return (PyArrayObject *)PyArray_Zeros(1, shape, descr, 0);
}

static bool
take_kind(PyObject *text, nx_fixed_kind *kind)
{
    const bool bytes =
        PyUnicode_Check(text) && PyUnicode_CompareWithASCIIString(text, "S") == 0;
    const bool ucs4 =
        PyUnicode_Check(text) && PyUnicode_CompareWithASCIIString(text, "U") == 0;
    *kind = bytes ? NX_FIXED_BYTES : NX_FIXED_UCS4;
    if (!bytes && !ucs4) {
        PyErr_Format(PyExc_ValueError, "kind must be 'S' or 'U', got %R", text);
    }
    return bytes || ucs4;
}

PyObject *
nx_py_string_fixed(NX_ARGS)
{
    unsigned threads;
    nx_fixed_kind kind;
    nx_py_detached detached;
    nx_error error = {0};
    if (!take_arguments("string_fixed", args, nargs, 3, &threads) ||
        !take_kind(args[1], &kind)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    size_t width = PyLong_AsSize_t(args[2]);
    if (column == NULL || PyErr_Occurred()) {
        return NULL;
    }
    nx_status status = NX_OK;
    if (width == 0) {
        nx_py_detach(&detached, false);
        status = nx_fixed_longest(column, kind, threads, &width, &error);
        nx_py_attach(&detached);
        width += width == 0; /* NumPy has no strings of width 0 */
    }
    PyArrayObject *array =
        status == NX_OK ? new_fixed_array(column->length, kind, width) : NULL;
    if (array != NULL) {
        nx_py_detach(&detached, false);
        status =
            nx_fixed_fill(column, kind, width, PyArray_DATA(array), threads, &error);
        nx_py_attach(&detached);
    }
    if (status != NX_OK) {
        Py_XDECREF(array);
        return nx_py_raise(&error);
    }
    return read_only(array);
}

PyObject *
nx_py_string_nul(NX_ARGS)
{
    if (!nx_py_arity("string_nul", nargs, 1)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    if (column == NULL) {
        return NULL;
    }
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const size_t row = nx_fixed_first_nul(column);
    nx_py_attach(&detached);
    if (row == column->length) {
        Py_RETURN_NONE;
    }
    return PyLong_FromSize_t(row);
}

PyObject *
nx_py_string_list(NX_ARGS)
{
    if (!nx_py_arity("string_list", nargs, 3)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    const size_t start = PyLong_AsSize_t(args[1]), stop = PyLong_AsSize_t(args[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (start > stop || stop > column->length) {
        PyErr_SetString(PyExc_IndexError, "rows outside the column");
        return NULL;
    }
    const nx_string_view *views = nx_buffer_data(column->values);
    PyObject *list = PyList_New((Py_ssize_t)(stop - start));
    for (size_t row = start; list != NULL && row < stop; row++) {
        const uint8_t *text = nx_view_text(&views[row], column->slabs.buffers);
        PyObject *item =
            PyUnicode_DecodeUTF8((const char *)text, views[row].length, NULL);
        if (item == NULL || PyList_SetItem(list, (Py_ssize_t)(row - start), item) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}
