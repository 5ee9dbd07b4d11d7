#include "binding/py_string_buffers.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_string_entry.h"
#include "binding/py_wait.h"
#include "column/column_check.h"
#include "column/column_select.h"
#include "text/utf8.h"

enum {
    WORTH_COMPACTING = 64 << 10 /* bytes that nobody points at */
};

/* The exception for a failure; ValueError for what is wrong with an argument. */
static PyObject *
raise(nx_status status, const nx_error *error)
{
    if (status == NX_ERR_VALUE || status == NX_ERR_ENCODING ||
        status == NX_ERR_OVERFLOW) {
        PyErr_SetString(PyExc_ValueError, error->msg);
        return NULL;
    }
    return nx_py_raise(error);
}

/* ---- From an array ---- */

typedef struct string_source {
    const char *entries;
    npy_intp step;
    const npy_bool *missing; /* rows to leave empty; NULL: none */
    nx_py_strings strings;
} string_source;

/* Copies the strings of all rows. */
static nx_status
store_all(const string_source *source, nx_column *column, nx_error *error)
{
    nx_string_view *views = nx_buffer_data(column->values);
    for (size_t row = 0; row < column->length; row++) {
        const char *entry = source->entries + (npy_intp)row * source->step;
        nx_span text = {NULL, 0};
        const bool skip = source->missing != NULL && source->missing[row];
        const nx_py_loaded loaded =
            skip ? NX_PY_NA : nx_py_load_string(&source->strings, entry, &text);
        if (loaded == NX_PY_NOT_LOADED) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
        }
        const uint8_t *bytes = loaded == NX_PY_TEXT ? text.text : (const uint8_t *)"";
        const size_t size = loaded == NX_PY_TEXT ? text.length : 0;
        if (size > NX_VIEW_MAX) {
            return nx_error_set(error, NX_ERR_OVERFLOW, 0,
                                "the string of row %zu has %zu bytes, %d is the limit",
                                row, size, NX_VIEW_MAX);
        }
        if (nx_utf8_valid_prefix(bytes, size) != size) {
            return nx_error_set(error, NX_ERR_ENCODING, 0,
                                "the string of row %zu is not UTF-8", row);
        }
        if (!nx_view_store(&column->slabs, &views[row], bytes, size)) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
        }
    }
    return NX_OK;
}

PyObject *
nx_py_string_from_array(NX_ARGS)
{
    if (nargs != 2 && !nx_py_arity("string_capsule", nargs, 1)) {
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)args[0];
    if (!PyArray_Check(array) || PyArray_TYPE(array) != NPY_VSTRING ||
        PyArray_NDIM(array) != 1) {
        PyErr_SetString(PyExc_TypeError,
                        "array must be one-dimensional, of a StringDType");
        return NULL;
    }
    string_source source = {
        .entries = PyArray_DATA(array),
        .step = PyArray_STRIDE(array, 0),
    };
    if (!nx_py_take_mask(nargs == 2 ? args[1] : Py_None, (size_t)PyArray_SIZE(array),
                         &source.missing)) {
        return NULL;
    }
    nx_column column = {.type = NX_TYPE_STRING, .length = (size_t)PyArray_SIZE(array)};
    column.values = nx_buffer_new(column.length, sizeof(nx_string_view));
    if (column.values == NULL) {
        return PyErr_NoMemory();
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    source.strings = nx_py_acquire_strings(PyArray_DESCR(array));
    const nx_status status = store_all(&source, &column, &error);
    nx_py_release_strings(&source.strings);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        nx_column_clear(&column);
        return raise(status, &error);
    }
    return nx_py_string_capsule(&column);
}

/* ---- Into buffers ---- */

/* The views and the slabs up to their last used byte, as a tuple. */
static PyObject *
as_arrays(const nx_column *column, const size_t *ends)
{
    const size_t count = column->slabs.count;
    PyObject *slabs = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; i < count && slabs != NULL; i++) {
        nx_buffer *slab = column->slabs.buffers[i];
        /* A slab that nobody uses is as good as any of no bytes. */
        slab = slab == NULL ? column->values : slab;
        PyObject *array = nx_py_array(slab, ends[i], "uint8");
        if (array == NULL || PyList_SetItem(slabs, (Py_ssize_t)i, array) < 0) {
            Py_CLEAR(slabs);
        }
    }
    if (slabs == NULL) {
        return NULL;
    }
    const size_t bytes = column->length * sizeof(nx_string_view);
    PyObject *views = nx_py_array(column->values, bytes, "uint8");
    if (views == NULL) {
        Py_DECREF(slabs);
        return NULL;
    }
    return Py_BuildValue("(NN)", views, slabs);
}

/* Bytes of each slab up to the last used one, to be freed; NULL without memory. */
static size_t *
measured(const nx_column *column, size_t *used, size_t *held)
{
    size_t *ends = nx_alloc(column->slabs.count, sizeof *ends);
    *held = 0;
    if (ends != NULL) {
        *used = nx_strings_measure(column, ends);
        for (size_t i = 0; i < column->slabs.count; i++) {
            *held += ends[i];
        }
    }
    return ends;
}

/* Puts another column in place of one whose slabs are mostly of other rows, and
 * measures it. */
static nx_status
prepare(const nx_column **column, nx_column *compact, size_t **ends, nx_error *error)
{
    size_t used, held;
    nx_status status = NX_OK;
    *ends = measured(*column, &used, &held);
    if (*ends != NULL && held / 2 > used && held - used >= WORTH_COMPACTING) {
        status = nx_strings_compact(*column, compact, error);
        if (status == NX_OK) {
            *column = compact;
            nx_free(*ends);
            *ends = measured(compact, &used, &held);
        }
    }
    if (*ends == NULL) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
    }
    return status;
}

PyObject *
nx_py_string_buffers(NX_ARGS)
{
    if (!nx_py_arity("string_buffers", nargs, 1)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    if (column == NULL) {
        return NULL;
    }
    size_t *ends;
    nx_column compact = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status = prepare(&column, &compact, &ends, &error);
    nx_py_attach(&detached);
    PyObject *arrays =
        status == NX_OK ? as_arrays(column, ends) : raise(status, &error);
    nx_column_clear(&compact);
    nx_free(ends);
    return arrays;
}

/* ---- From buffers ---- */

/* The bytes of an array, copied if anybody could write to them after they have been
 * looked at; NULL with an exception set. */
static nx_buffer *
take_bytes(PyObject *object)
{
    PyArrayObject *array = (PyArrayObject *)object;
    if (!PyArray_Check(object) || PyArray_TYPE(array) != NPY_UINT8 ||
        PyArray_NDIM(array) != 1 || !PyArray_IS_C_CONTIGUOUS(array)) {
        PyErr_SetString(PyExc_ValueError, "buffers must be contiguous arrays of uint8");
        return NULL;
    }
    const bool aligned = (uintptr_t)PyArray_DATA(array) % sizeof(uint64_t) == 0;
    if (aligned && nx_py_array_is_frozen(array)) {
        return nx_py_array_buffer(array);
    }
    const size_t size = (size_t)PyArray_SIZE(array);
    nx_buffer *buffer = nx_buffer_new(size, 1);
    if (buffer == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    memcpy(nx_buffer_data(buffer), PyArray_DATA(array), size);
    nx_py_attach(&detached);
    return buffer;
}

/* The slabs of a tuple; false with an exception set. */
static bool
take_slabs(PyObject *slabs, nx_slabs *taken)
{
    const size_t count = (size_t)PyTuple_Size(slabs);
    taken->buffers = nx_alloc(count, sizeof(taken->buffers[0]));
    if (taken->buffers == NULL) {
        PyErr_NoMemory();
        return false;
    }
    taken->capacity = count;
    while (taken->count < count) {
        nx_buffer *slab = take_bytes(PyTuple_GetItem(slabs, (Py_ssize_t)taken->count));
        if (slab == NULL) {
            return false;
        }
        taken->used = nx_buffer_size(slab);
        taken->buffers[taken->count++] = slab;
        taken->made++;
    }
    return true;
}

/* The arguments as a column, to be looked at before anybody uses it; false with an
 * exception set. */
static bool
take_column(PyObject *views, PyObject *slabs, size_t length, nx_column *column)
{
    *column = (nx_column){.type = NX_TYPE_STRING, .length = length};
    column->values = take_bytes(views);
    size_t bytes;
    if (column->values == NULL) {
        return false;
    }
    if (!nx_size_mul(length, sizeof(nx_string_view), &bytes) ||
        nx_buffer_size(column->values) != bytes) {
        PyErr_Format(PyExc_ValueError, "%zu bytes are not the views of %zu rows",
                     nx_buffer_size(column->values), length);
        return false;
    }
    return take_slabs(slabs, &column->slabs);
}

PyObject *
nx_py_string_from_buffers(NX_ARGS)
{
    if (!nx_py_arity("string_from_buffers", nargs, 3)) {
        return NULL;
    }
    const size_t length = PyLong_AsSize_t(args[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *slabs = PySequence_Tuple(args[1]);
    if (slabs == NULL) {
        return NULL;
    }
    nx_column column;
    const bool taken = take_column(args[0], slabs, length, &column);
    Py_DECREF(slabs);
    if (!taken) {
        nx_column_clear(&column);
        return NULL;
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status = nx_strings_check(&column, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        nx_column_clear(&column);
        return raise(status, &error);
    }
    return nx_py_string_capsule(&column);
}
