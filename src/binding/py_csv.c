#include "binding/py_csv.h"

#include "binding/py_array.h"
#include "binding/py_csv_dirt.h"
#include "binding/py_csv_request.h"
#include "binding/py_csv_source.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "csv/csv_header.h"

/* ---- Header ---- */

static PyObject *
name_list(const nx_csv_header *header)
{
    const size_t count = header->text == NULL ? 0 : header->records * header->count;
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
                         : Py_BuildValue("nNKKnK(KK)", (Py_ssize_t)header->count, names,
                                         (unsigned long long)header->begin,
                                         (unsigned long long)header->next,
                                         (Py_ssize_t)header->records,
                                         (unsigned long long)header->skipped,
                                         (unsigned long long)header->blanks,
                                         (unsigned long long)header->comments);
}

PyObject *
nx_py_csv_header(NX_ARGS)
{
    nx_csv_dialect dialect;
    nx_py_csv_source held;
    if (!nx_py_arity("csv_header", nargs, 7) || !nx_py_csv_dialect(args[2], &dialect)) {
        return NULL;
    }
    const nx_csv_header_ask ask = {
        .skip_lines = PyLong_AsUnsignedLongLong(args[3]),
        .records = PyLong_AsSize_t(args[4]),
        .names = PyObject_IsTrue(args[5]) == 1,
        .strip = PyObject_IsTrue(args[6]) == 1,
    };
    if (PyErr_Occurred() || !nx_py_csv_hold(&held, args[0], args[1])) {
        return NULL;
    }
    nx_csv_header header = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status = nx_csv_header_read(&header, &held.source, &dialect, &ask,
                                                &detached.wait, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
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
 * that is not UTF-8 or that the copy has broken. What a million columns may share is
 * interned. */
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
        "NNKKNO", PyUnicode_InternFromString(nx_class_phrase(decider->classes)),
        decider->before == NX_TYPE_NONE
            ? Py_NewRef(Py_None)
            : PyUnicode_InternFromString(nx_type_name(decider->before)),
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
    return Py_BuildValue("NNNnNO", PyUnicode_InternFromString(type), values, mask,
                         missing, decider, read->zoned ? Py_True : Py_False);
}

PyObject *
nx_py_csv_table(nx_csv_table *table)
{
    PyObject *columns = PyList_New((Py_ssize_t)table->column_count);
    for (size_t i = 0; columns != NULL && i < table->column_count; i++) {
        PyObject *column = column_tuple(&table->columns[i]);
        if (column == NULL || PyList_SetItem(columns, (Py_ssize_t)i, column) < 0) {
            Py_CLEAR(columns);
        }
    }
    if (columns == NULL) {
        return NULL;
    }
    double seconds[NX_CSV_STAGES];
    for (int stage = 0; stage < NX_CSV_STAGES; stage++) {
        seconds[stage] = (double)table->spent[stage] * 1e-9;
    }
    return Py_BuildValue("KN(ddddd)", (unsigned long long)table->rows, columns,
                         seconds[NX_CSV_STAGE_READ], seconds[NX_CSV_STAGE_INDEX],
                         seconds[NX_CSV_STAGE_CONVERT], seconds[NX_CSV_STAGE_WAIT],
                         seconds[NX_CSV_STAGE_FIX_UP]);
}

static bool
parse_options(PyObject *const *args, nx_csv_options *options,
              nx_py_csv_requests *requests)
{
    if (!nx_py_csv_dialect(args[2], &options->dialect)) {
        return false;
    }
    options->start = PyLong_AsUnsignedLongLong(args[3]);
    options->fields = PyLong_AsSize_t(args[4]);
    const int skip_blank = PyObject_IsTrue(args[7]);
    const long long row_limit = PyLong_AsLongLong(args[8]);
    options->block_bytes = PyLong_AsSize_t(args[9]);
    options->threads = (unsigned)PyLong_AsUnsignedLong(args[10]);
    if (PyErr_Occurred() ||
        !nx_py_csv_requests_parse(requests, args[5], args[6], options->fields)) {
        return false;
    }
    options->columns = requests->columns;
    options->column_count = requests->count;
    options->requests = requests->requests;
    options->skip_blank = skip_blank;
    options->row_limit = row_limit < 0 ? UINT64_MAX : (uint64_t)row_limit;
    return true;
}

static PyObject *
read_source(nx_py_csv_source *held, const nx_csv_options *options, bool handle_signals,
            PyObject *progress)
{
    nx_csv_table table = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach_reporting(&detached, handle_signals, progress,
                           held->source.size - options->start);
    const nx_status status =
        nx_csv_read(&table, &held->source, options, &detached.wait, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    PyObject *result = nx_py_report_end(&detached) ? nx_py_csv_table(&table) : NULL;
    if (result != NULL) {
        PyObject *columns = result;
        result = Py_BuildValue("NN", columns, nx_py_csv_dirt(&table));
    }
    nx_csv_table_clear(&table);
    return result;
}

PyObject *
nx_py_csv_read(NX_ARGS)
{
    nx_csv_options options = {0};
    nx_py_csv_requests requests = {0};
    nx_py_csv_source held;
    Py_buffer left_out = {0};
    if (!nx_py_arity("csv_read", nargs, 14)) {
        return NULL;
    }
    PyObject *result = NULL;
    const int handle_signals = PyObject_IsTrue(args[11]);
    if (handle_signals >= 0 && parse_options(args, &options, &requests) &&
        nx_py_csv_dirt_parse(args[13], &options, &left_out) &&
        nx_py_csv_hold(&held, args[0], args[1])) {
        result = read_source(&held, &options, handle_signals, args[12]);
        nx_py_csv_let_go(&held);
    }
    nx_py_csv_requests_clear(&requests);
    PyBuffer_Release(&left_out);
    return result;
}
