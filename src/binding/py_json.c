/* The text goes straight into the memory of the bytes that are returned, if the
 * estimate of its length is not too low; what is behind it then, is copied there. */
#include "binding/py_json.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_json_source.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "json/json_brackets.h"

enum {
    FEW_ROWS = 64,      /* that are written without further ado ... */
    FEW_BYTES = 1 << 13 /* ... to so much memory, and more if it takes more */
};

/* A document and what it is made of. */
typedef struct json_call {
    nx_json_document document;
    nx_json_column *columns;
    nx_py_json_strings *strings; /* of each column */
    size_t column_count;
    size_t rows; /* of all sections */
    bool waits_for_strings;
    unsigned threads;
    bool handle_signals;
} json_call;

/* ---- Writing ---- */

static PyObject *
fault_of(const nx_error *error)
{
    if (error->code == NX_JSON_CODE_NAN || error->code == NX_JSON_CODE_BIG ||
        error->code == NX_JSON_CODE_TEXT) {
        return Py_BuildValue("iKKKK", error->code, (unsigned long long)error->line,
                             (unsigned long long)error->column,
                             (unsigned long long)error->record,
                             (unsigned long long)error->byte);
    }
    if (error->status == NX_ERR_OVERFLOW && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_OverflowError, error->msg);
        return NULL;
    }
    return nx_py_raise(error);
}

/* Writes a few rows on the stack, the interpreter held. */
static PyObject *
write_few(json_call *call)
{
    nx_error error;
    uint8_t bytes[FEW_BYTES];
    size_t estimate;
    nx_json_text text = {.start = bytes, .capacity = sizeof bytes};
    nx_py_json_hold(call->strings, call->column_count);
    nx_status status = nx_json_measure(&call->document, &estimate, &error);
    if (status == NX_OK) {
        status = nx_json_write(&call->document, 1, NULL, &text, &error);
    }
    nx_py_json_let_go(call->strings, call->column_count);
    PyObject *result = NULL;
    if (status != NX_OK) {
        result = fault_of(&error);
    }
    else if (text.blocks == NULL) {
        result =
            PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)text.length);
    }
    else {
        result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)text.length);
        if (result != NULL) {
            uint8_t *const start = (uint8_t *)PyBytes_AS_STRING(result);
            memcpy(start, bytes, text.in_place);
            nx_json_text_complete(&text, start);
        }
    }
    nx_json_text_clear(&text);
    return result;
}

/* What is done without the interpreter: an estimate of the length, then the text. */
static nx_status
run_detached(json_call *call, nx_json_text *text, size_t *estimate, nx_error *error)
{
    nx_py_detached detached;
    /* Who holds strings must not wait for the interpreter, and so takes no signals. */
    nx_py_detach(&detached, call->handle_signals && !call->waits_for_strings);
    nx_py_json_hold(call->strings, call->column_count);
    const nx_status status = text == NULL
                                 ? nx_json_measure(&call->document, estimate, error)
                                 : nx_json_write(&call->document, call->threads,
                                                 &detached.wait, text, error);
    nx_py_json_let_go(call->strings, call->column_count);
    nx_py_attach(&detached);
    return status;
}

static PyObject *
write_many(json_call *call)
{
    nx_error error;
    size_t estimate;
    if (run_detached(call, NULL, &estimate, &error) != NX_OK) {
        return nx_py_raise(&error);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)estimate);
    if (result == NULL) {
        return NULL;
    }
    nx_json_text text = {
        .start = (uint8_t *)PyBytes_AS_STRING(result),
        .capacity = estimate,
    };
    if (run_detached(call, &text, NULL, &error) != NX_OK) {
        Py_DECREF(result);
        result = fault_of(&error);
    }
    else if (_PyBytes_Resize(&result, (Py_ssize_t)text.length) == 0) {
        nx_json_text_complete(&text, (uint8_t *)PyBytes_AS_STRING(result));
    }
    nx_json_text_clear(&text);
    return result;
}

static PyObject *
write_document(json_call *call)
{
    for (size_t i = 0; i < call->column_count; i++) {
        call->waits_for_strings |= call->strings[i].strings != NULL;
    }
    return call->rows <= FEW_ROWS ? write_few(call) : write_many(call);
}

static bool
take_threads(json_call *call, PyObject *threads, PyObject *handle_signals)
{
    call->threads = (unsigned)PyLong_AsUnsignedLong(threads);
    call->handle_signals = handle_signals == Py_True;
    return !PyErr_Occurred();
}

/* ---- One array ---- */

PyObject *
nx_py_json_array(NX_ARGS)
{
    if (!nx_py_arity("json_array", nargs, 3)) {
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)args[0];
    if (!PyArray_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "array must be an array");
        return NULL;
    }
    static const uint8_t nothing[NX_JSON_PADDING];
    size_t dims[NX_JSON_MOST_DIMS];
    const int ndim = PyArray_NDIM(array);
    const bool contiguous = PyArray_IS_C_CONTIGUOUS(array);
    nx_py_json_strings strings = {0};
    nx_json_column column = {.count = 1, .before = nothing};
    const size_t rows = (size_t)PyArray_SIZE(array);
    if (rows == 0 || !(contiguous || ndim == 1) ||
        !nx_py_json_take_values(array, NX_PY_JSON_PLAIN, &column, &strings)) {
        Py_RETURN_NONE;
    }
    column.step = contiguous ? PyArray_ITEMSIZE(array) : PyArray_STRIDE(array, 0);
    for (int i = 0; i < ndim; i++) {
        dims[i] = (size_t)PyArray_DIM(array, i);
    }
    nx_json_section section = {
        .rows = rows,
        .ndim = ndim,
        .dims = dims,
        .between = ',',
        .columns = &column,
        .column_count = 1,
    };
    json_call call = {
        .document = {.sections = &section, .section_count = 1},
        .columns = &column,
        .strings = &strings,
        .column_count = 1,
        .rows = rows,
    };
    return take_threads(&call, args[1], args[2]) ? write_document(&call) : NULL;
}

/* ---- A document ---- */

/* What a document is taken from, and memory of its parts. */
typedef struct json_parts {
    json_call call;
    size_t columns_taken;
    size_t *dims; /* of sections and columns, one behind the other */
    size_t dims_taken;
    uint8_t *texts; /* those before values, each with its padding */
    size_t texts_taken;
} json_parts;

static bool
refuse(const char *what)
{
    PyErr_Format(PyExc_ValueError, "not a JSON document: %s", what);
    return false;
}

/* The parts of a tuple of n. */
static PyObject *const *
parts_of(PyObject *tuple, Py_ssize_t n)
{
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) != n) {
        refuse("a tuple is of another length");
        return NULL;
    }
    return &PyTuple_GET_ITEM(tuple, 0);
}

static bool
take_span(PyObject *bytes, nx_span *span)
{
    if (!PyBytes_Check(bytes)) {
        return refuse("a text must be bytes");
    }
    *span = (nx_span){(const uint8_t *)PyBytes_AS_STRING(bytes),
                      (size_t)PyBytes_GET_SIZE(bytes)};
    return true;
}

/* Counts the columns, the bytes before values and the dimensions, to know how much
 * memory all take. */
static bool
count_parts(PyObject *sections, size_t *columns, size_t *bytes, size_t *dims)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(sections); i++) {
        PyObject *const *section = parts_of(PyList_GET_ITEM(sections, i), 6);
        if (section == NULL) {
            return false;
        }
        if (!PyList_Check(section[4]) || PyList_GET_SIZE(section[4]) == 0) {
            return refuse("columns must be a list");
        }
        *dims += NX_JSON_MOST_DIMS;
        for (Py_ssize_t j = 0; j < PyList_GET_SIZE(section[4]); j++) {
            PyObject *const *column = parts_of(PyList_GET_ITEM(section[4], j), 4);
            nx_span before;
            if (column == NULL || !take_span(column[0], &before)) {
                return false;
            }
            *columns += 1;
            *bytes += before.length + NX_JSON_PADDING;
            *dims += PyArray_Check(column[1])
                         ? (size_t)PyArray_NDIM((PyArrayObject *)column[1])
                         : 0;
        }
    }
    return true;
}

/* True if the items of each row of an array, which has rows, are contiguous. */
static bool
has_contiguous_rows(PyArrayObject *array)
{
    npy_intp step = PyArray_ITEMSIZE(array);
    for (int i = PyArray_NDIM(array) - 1; i > 0; i--) {
        if (PyArray_DIM(array, i) != 1 && PyArray_STRIDE(array, i) != step) {
            return false;
        }
        step *= PyArray_DIM(array, i);
    }
    return true;
}

static bool
take_column_mask(PyObject *object, PyArrayObject *values, size_t rows,
                 nx_json_column *column)
{
    if (object == Py_None) {
        return true;
    }
    PyArrayObject *mask = (PyArrayObject *)object;
    if (!PyArray_Check(object) || PyArray_TYPE(mask) != NPY_BOOL ||
        PyArray_NDIM(mask) != column->ndim + 1 ||
        (size_t)PyArray_DIM(mask, 0) != rows || !has_contiguous_rows(mask) ||
        (values != NULL && !PyArray_SAMESHAPE(mask, values))) {
        return refuse("a mask is not like its values");
    }
    column->mask = (const uint8_t *)PyArray_BYTES(mask);
    column->mask_step = PyArray_STRIDE(mask, 0);
    return true;
}

static bool
take_array(json_parts *parts, PyArrayObject *array, size_t rows, nx_py_json_use use,
           nx_json_column *column)
{
    nx_py_json_strings *const strings = &parts->call.strings[parts->columns_taken];
    const int ndim = PyArray_NDIM(array);
    if (ndim < 1 || (size_t)PyArray_DIM(array, 0) != rows ||
        !has_contiguous_rows(array) || PyArray_SIZE(array) == 0) {
        return refuse("values are not one for each row, or not contiguous");
    }
    if (!nx_py_json_take_values(array, use, column, strings)) {
        return refuse("there is no kind for a dtype");
    }
    column->step = PyArray_STRIDE(array, 0);
    column->ndim = ndim - 1;
    column->dims = parts->dims + parts->dims_taken;
    for (int i = 1; i < ndim; i++) {
        const size_t length = (size_t)PyArray_DIM(array, i);
        parts->dims[parts->dims_taken++] = length;
        column->count *= length;
    }
    return true;
}

/* The views of a string column. */
static bool
take_views(PyObject *capsule, size_t rows, nx_json_column *column)
{
    const nx_column *const strings = nx_py_string_column(capsule);
    if (strings == NULL) {
        return false;
    }
    if (strings->length != rows) {
        return refuse("a string column is of another length");
    }
    column->kind = NX_JSON_VIEW;
    column->data = (const char *)nx_buffer_data(strings->values);
    column->step = sizeof(nx_string_view);
    column->slabs = strings->slabs.buffers;
    return true;
}

static bool
take_column(json_parts *parts, PyObject *tuple, size_t rows)
{
    PyObject *const *const given = &PyTuple_GET_ITEM(tuple, 0);
    nx_json_column *const column = &parts->call.columns[parts->columns_taken];
    const long use = PyLong_AsLong(given[3]);
    nx_span before;
    if (!take_span(given[0], &before) || PyErr_Occurred()) {
        return false;
    }
    uint8_t *const text = parts->texts + parts->texts_taken;
    memcpy(text, before.text, before.length);
    parts->texts_taken += before.length + NX_JSON_PADDING;
    *column =
        (nx_json_column){.count = 1, .before = text, .before_length = before.length};
    PyArrayObject *const array =
        PyArray_Check(given[1]) ? (PyArrayObject *)given[1] : NULL;
    if (array == NULL ? !take_views(given[1], rows, column)
                      : !take_array(parts, array, rows, (nx_py_json_use)use, column)) {
        return false;
    }
    parts->columns_taken++;
    return take_column_mask(given[2], array, rows, column);
}

static bool
take_shape(json_parts *parts, PyObject *shape, nx_json_section *section)
{
    size_t product = 1;
    if (shape == Py_None) {
        return true;
    }
    if (!PyTuple_Check(shape) || PyTuple_GET_SIZE(shape) > NX_JSON_MOST_DIMS) {
        return refuse("a shape must be a tuple");
    }
    section->ndim = (int)PyTuple_GET_SIZE(shape);
    section->dims = parts->dims + parts->dims_taken;
    for (int i = 0; i < section->ndim; i++) {
        const size_t length = PyLong_AsSize_t(PyTuple_GET_ITEM(shape, i));
        parts->dims[parts->dims_taken++] = length;
        if (PyErr_Occurred() || !nx_size_mul(product, length, &product)) {
            return refuse("a shape is too large");
        }
    }
    return product == section->rows || refuse("a shape does not have those rows");
}

static bool
take_section(json_parts *parts, PyObject *tuple, nx_json_section *section)
{
    PyObject *const *const given = &PyTuple_GET_ITEM(tuple, 0);
    nx_span between;
    *section = (nx_json_section){.rows = PyLong_AsSize_t(given[2])};
    if (PyErr_Occurred() || !take_span(given[0], &section->before) ||
        !take_span(given[3], &between) || !take_span(given[5], &section->row_end) ||
        !take_shape(parts, given[1], section)) {
        return false;
    }
    if (section->rows == 0 || between.length != 1) {
        return refuse("a section without rows, or nothing between them");
    }
    section->between = between.text[0];
    section->columns = &parts->call.columns[parts->columns_taken];
    section->column_count = (size_t)PyList_GET_SIZE(given[4]);
    parts->call.rows += section->rows;
    for (size_t i = 0; i < section->column_count; i++) {
        PyObject *const column = PyList_GET_ITEM(given[4], (Py_ssize_t)i);
        if (!take_column(parts, column, section->rows)) {
            return false;
        }
    }
    return true;
}

static bool
take_document(json_parts *parts, PyObject *sections)
{
    size_t columns = 0, bytes = 0, dims = 0;
    if (!PyList_Check(sections) || PyList_GET_SIZE(sections) == 0) {
        return refuse("sections must be a list");
    }
    if (!count_parts(sections, &columns, &bytes, &dims)) {
        return false;
    }
    json_call *const call = &parts->call;
    nx_json_document *const document = &call->document;
    document->section_count = (size_t)PyList_GET_SIZE(sections);
    document->sections = nx_alloc(document->section_count, sizeof *document->sections);
    call->columns = nx_alloc(columns, sizeof *call->columns);
    call->strings = nx_alloc_zeroed(columns, sizeof *call->strings);
    parts->dims = nx_alloc(dims, sizeof *parts->dims);
    parts->texts = nx_alloc_zeroed(bytes, 1);
    if (document->sections == NULL || call->columns == NULL || call->strings == NULL ||
        parts->dims == NULL || parts->texts == NULL) {
        PyErr_NoMemory();
        return false;
    }
    call->column_count = columns;
    for (size_t i = 0; i < document->section_count; i++) {
        PyObject *const section = PyList_GET_ITEM(sections, (Py_ssize_t)i);
        if (!take_section(parts, section, &document->sections[i])) {
            return false;
        }
    }
    return true;
}

PyObject *
nx_py_json_document(NX_ARGS)
{
    if (!nx_py_arity("json_document", nargs, 6)) {
        return NULL;
    }
    json_parts parts = {0};
    nx_json_document *const document = &parts.call.document;
    document->policy = (nx_json_policy){(nx_json_nan)PyLong_AsLong(args[2]),
                                        (nx_json_big)PyLong_AsLong(args[3])};
    PyObject *result = NULL;
    if (!PyErr_Occurred() && take_threads(&parts.call, args[4], args[5]) &&
        take_span(args[1], &document->after) && take_document(&parts, args[0])) {
        result = write_document(&parts.call);
    }
    nx_free(document->sections);
    nx_free(parts.call.columns);
    nx_free(parts.call.strings);
    nx_free(parts.dims);
    nx_free(parts.texts);
    return result;
}
