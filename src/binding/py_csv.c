#include "binding/py_csv.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "csv/csv_header.h"
#include "csv/csv_read.h"

/* ---- Arguments ---- */

/* A source and what keeps its memory alive. */
typedef struct held_source {
    nx_csv_source source;
    Py_buffer view;
    bool has_view;
} held_source;

static bool
hold_source(held_source *held, PyObject *source, PyObject *size)
{
    memset(held, 0, sizeof *held);
    if (PyLong_Check(source)) {
        held->source.descriptor = (int)PyLong_AsLong(source);
        held->source.size = PyLong_AsUnsignedLongLong(size);
        return !PyErr_Occurred();
    }
    if (PyUnicode_Check(source)) {
        Py_ssize_t bytes = 0;
        held->source.memory = (const uint8_t *)PyUnicode_AsUTF8AndSize(source, &bytes);
        held->source.size = (uint64_t)bytes;
        return held->source.memory != NULL;
    }
    if (PyObject_GetBuffer(source, &held->view, PyBUF_SIMPLE) < 0) {
        return false;
    }
    held->has_view = true;
    held->source.memory = held->view.buf;
    held->source.size = (uint64_t)held->view.len;
    /* Only bytes promise that nobody else writes to them. */
    held->source.writable = !PyBytes_CheckExact(source);
    return true;
}

static void
let_go(held_source *held)
{
    if (held->has_view) {
        PyBuffer_Release(&held->view);
    }
}

/* Delimiter and quote as byte values; a quote of -1 turns quoting off. */
static bool
parse_dialect(PyObject *delimiter, PyObject *quote, nx_csv_dialect *dialect)
{
    const long delimiter_byte = PyLong_AsLong(delimiter);
    const long quote_byte = PyLong_AsLong(quote);
    if (PyErr_Occurred()) {
        return false;
    }
    if (delimiter_byte < 0 || delimiter_byte > 0xFF || quote_byte < -1 ||
        quote_byte > 0xFF) {
        PyErr_SetString(PyExc_ValueError, "delimiter and quote are byte values");
        return false;
    }
    *dialect = (nx_csv_dialect){
        .delimiter = (uint8_t)delimiter_byte,
        .quote = quote_byte < 0 ? 0 : (uint8_t)quote_byte,
        .quoting = quote_byte >= 0,
    };
    return true;
}

/* A tuple of positions to an array of them; NULL with an exception set. */
static size_t *
parse_columns(PyObject *tuple, size_t fields, size_t *count)
{
    const Py_ssize_t length = PyTuple_Size(tuple);
    if (length < 0) {
        return NULL;
    }
    size_t *columns = nx_alloc((size_t)length, sizeof columns[0]);
    if (columns == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        columns[i] = PyLong_AsSize_t(PyTuple_GetItem(tuple, i));
        if (columns[i] >= fields) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_IndexError, "a column that no record has");
            }
            nx_free(columns);
            return NULL;
        }
    }
    *count = (size_t)length;
    return columns;
}

/* ---- Header ---- */

static PyObject *
name_list(const nx_csv_header *header)
{
    const size_t count = header->text == NULL ? 0 : header->count;
    PyObject *names = PyList_New((Py_ssize_t)count);
    size_t start = 0;
    for (size_t i = 0; names != NULL && i < count; i++) {
        PyObject *name =
            PyUnicode_DecodeUTF8((const char *)header->text + start,
                                 (Py_ssize_t)(header->ends[i] - start), NULL);
        if (name == NULL || PyList_SetItem(names, (Py_ssize_t)i, name) < 0) {
            Py_CLEAR(names);
        }
        start = header->ends[i];
    }
    return names;
}

static PyObject *
header_tuple(const nx_csv_header *header)
{
    PyObject *names = name_list(header);
    return names == NULL ? NULL
                         : Py_BuildValue("nNKK", (Py_ssize_t)header->count, names,
                                         (unsigned long long)header->begin,
                                         (unsigned long long)header->next);
}

PyObject *
nx_py_csv_header(NX_ARGS)
{
    nx_csv_dialect dialect;
    held_source held;
    if (!nx_py_arity("csv_header", nargs, 5) ||
        !parse_dialect(args[2], args[3], &dialect)) {
        return NULL;
    }
    const int want_names = PyObject_IsTrue(args[4]);
    if (want_names < 0 || !hold_source(&held, args[0], args[1])) {
        return NULL;
    }
    nx_csv_header header = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status =
        nx_csv_header_read(&header, &held.source, &dialect, want_names, &error);
    nx_py_attach(&detached);
    let_go(&held);
    PyObject *result = NULL;
    if (status != NX_OK) {
        nx_py_raise(&error);
    }
    else {
        result = header_tuple(&header);
    }
    nx_csv_header_clear(&header);
    return result;
}

/* ---- Columns ---- */

/* (phrase, type before, record, line, text, cut), or None. Text is cut before a byte
 * that is not UTF-8 or that the copy has broken. */
static PyObject *
decider_tuple(const nx_csv_column *column)
{
    const nx_csv_decider *decider = &column->decider;
    if (decider->classes == 0) {
        Py_RETURN_NONE;
    }
    const bool cut = decider->size > NX_CSV_QUOTE_MAX;
    const Py_ssize_t shown = cut ? NX_CSV_QUOTE_MAX : (Py_ssize_t)decider->size;
    return Py_BuildValue(
        "szKKNO", nx_class_phrase(decider->classes),
        decider->before == NX_TYPE_NONE ? NULL : nx_type_name(decider->before),
        (unsigned long long)decider->row, (unsigned long long)column->line,
        PyUnicode_DecodeUTF8((const char *)decider->text, shown, "ignore"),
        cut ? Py_True : Py_False);
}

/* The values of a column: an array, or a capsule that takes the strings over. */
static PyObject *
column_values(nx_column *column)
{
    if (column->type == NX_TYPE_STRING) {
        return nx_py_string_capsule(column);
    }
    return nx_py_array(column->values, column->length, nx_type_name(column->type));
}

static PyObject *
column_tuple(nx_csv_column *read)
{
    nx_column *column = &read->column;
    const char *type = nx_type_name(column->type);
    const Py_ssize_t missing = (Py_ssize_t)column->missing;
    PyObject *mask = column->mask == NULL
                         ? Py_NewRef(Py_None)
                         : nx_py_array(column->mask, column->length, "bool");
    PyObject *values = mask == NULL ? NULL : column_values(column);
    PyObject *decider = values == NULL ? NULL : decider_tuple(read);
    if (decider == NULL) {
        Py_XDECREF(mask);
        Py_XDECREF(values);
        return NULL;
    }
    return Py_BuildValue("sNNnNO", type, values, mask, missing, decider,
                         read->zoned ? Py_True : Py_False);
}

static PyObject *
table_tuple(nx_csv_table *table)
{
    PyObject *columns = PyList_New((Py_ssize_t)table->column_count);
    for (size_t i = 0; columns != NULL && i < table->column_count; i++) {
        PyObject *column = column_tuple(&table->columns[i]);
        if (column == NULL || PyList_SetItem(columns, (Py_ssize_t)i, column) < 0) {
            Py_CLEAR(columns);
        }
    }
    return columns == NULL
               ? NULL
               : Py_BuildValue("KN", (unsigned long long)table->rows, columns);
}

static bool
parse_options(PyObject *const *args, nx_csv_options *options, size_t **columns)
{
    *columns = NULL;
    if (!parse_dialect(args[2], args[3], &options->dialect)) {
        return false;
    }
    options->start = PyLong_AsUnsignedLongLong(args[4]);
    options->fields = PyLong_AsSize_t(args[5]);
    options->block_bytes = PyLong_AsSize_t(args[8]);
    options->threads = (unsigned)PyLong_AsUnsignedLong(args[9]);
    const int skip_blank = PyObject_IsTrue(args[7]);
    if (skip_blank < 0 || PyErr_Occurred()) {
        return false;
    }
    options->skip_blank = skip_blank;
    *columns = parse_columns(args[6], options->fields, &options->column_count);
    options->columns = *columns;
    return *columns != NULL;
}

PyObject *
nx_py_csv_read(NX_ARGS)
{
    nx_csv_options options = {.row_limit = UINT64_MAX};
    size_t *columns;
    held_source held;
    if (!nx_py_arity("csv_read", nargs, 11) ||
        !parse_options(args, &options, &columns)) {
        return NULL;
    }
    const int handle_signals = PyObject_IsTrue(args[10]);
    if (handle_signals < 0 || !hold_source(&held, args[0], args[1])) {
        nx_free(columns);
        return NULL;
    }
    nx_csv_table table = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, handle_signals);
    const nx_status status =
        nx_csv_read(&table, &held.source, &options, &detached.wait, &error);
    nx_py_attach(&detached);
    let_go(&held);
    nx_free(columns);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    PyObject *result = table_tuple(&table);
    nx_csv_table_clear(&table);
    return result;
}
