#include "binding/py_ndjson.h"

#include "base/alloc.h"
#include "binding/py_csv.h"
#include "binding/py_csv_request.h"
#include "binding/py_csv_source.h"
#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "json/json_place.h"
#include "json/json_read.h"

/* Spans of the UTF-8 of a tuple of str, which keeps it; NULL with an exception set.
 * Released by nx_free. */
static nx_span *
key_spans(PyObject *tuple, size_t *count)
{
    if (!PyTuple_Check(tuple)) {
        PyErr_SetString(PyExc_TypeError, "keys are a tuple");
        return NULL;
    }
    *count = (size_t)PyTuple_Size(tuple);
    nx_span *spans = nx_alloc(*count, sizeof spans[0]);
    if (spans == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (size_t i = 0; i < *count; i++) {
        Py_ssize_t size;
        PyObject *key = PyTuple_GetItem(tuple, (Py_ssize_t)i);
        const char *text = PyUnicode_AsUTF8AndSize(key, &size);
        if (text == NULL) {
            nx_free(spans);
            return NULL;
        }
        spans[i] = (nx_span){(const uint8_t *)text, (size_t)size};
    }
    return spans;
}

/* A list of (record, place, key). */
static PyObject *
key_list(const nx_json_keys *keys)
{
    PyObject *list = PyList_New((Py_ssize_t)keys->count);
    for (size_t i = 0; list != NULL && i < keys->count; i++) {
        const nx_json_key *key = &keys->keys[i];
        PyObject *item = Py_BuildValue(
            "KKs#", (unsigned long long)key->row, (unsigned long long)key->place,
            nx_json_keys_text(keys, i), (Py_ssize_t)key->length);
        if (item == NULL || PyList_SetItem(list, (Py_ssize_t)i, item) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static uint64_t
row_limit_of(PyObject *limit)
{
    const long long rows = PyLong_AsLongLong(limit);
    return rows < 0 ? UINT64_MAX : (uint64_t)rows;
}

PyObject *
nx_py_ndjson_keys(NX_ARGS)
{
    nx_py_csv_source held;
    nx_json_keys further = {0};
    nx_json_options options = {0};
    if (!nx_py_arity("ndjson_keys", nargs, 4)) {
        return NULL;
    }
    const size_t bytes = PyLong_AsSize_t(args[2]);
    options.row_limit = row_limit_of(args[3]);
    if (PyErr_Occurred() || !nx_py_csv_hold(&held, args[0], args[1])) {
        return NULL;
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status =
        nx_json_first_keys(&further, &held.source, bytes, &options, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
    PyObject *result = status == NX_OK ? key_list(&further) : nx_py_raise(&error);
    nx_json_keys_clear(&further);
    return result;
}

/* ---- Reading ---- */

/* (rows, columns, times, further) of a read that worked. */
static PyObject *
read_tuple(nx_csv_table *table, const nx_json_keys *further)
{
    PyObject *read = nx_py_csv_table(table);
    PyObject *keys = read == NULL ? NULL : key_list(further);
    PyObject *result = NULL;
    if (keys != NULL) {
        result = PyTuple_Pack(4, PyTuple_GetItem(read, 0), PyTuple_GetItem(read, 1),
                              PyTuple_GetItem(read, 2), keys);
    }
    Py_XDECREF(read);
    Py_XDECREF(keys);
    return result;
}

/* How far a read has to get before the caller reads again with more keys. */
static bool
is_of_text(nx_status status)
{
    return status == NX_ERR_SYNTAX || status == NX_ERR_VALUE ||
           status == NX_ERR_OVERFLOW;
}

static PyObject *
read_source(nx_py_csv_source *held, const nx_json_options *options,
            PyObject *const *args)
{
    const int handle_signals = PyObject_IsTrue(args[9]);
    const int wants_more = PyObject_IsTrue(args[11]);
    nx_csv_table table = {0};
    nx_json_keys further;
    nx_error error;
    nx_py_detached detached;
    nx_py_detach_reporting(&detached, handle_signals == 1, args[10], held->source.size);
    const nx_status status =
        nx_json_read(&table, &further, &held->source, options, &detached.wait, &error);
    nx_py_attach(&detached);
    PyObject *result = NULL;
    if (wants_more && further.count > 0 && (status == NX_OK || is_of_text(status)) &&
        !PyErr_Occurred()) {
        result = Py_BuildValue("KOON", (unsigned long long)table.rows, Py_None, Py_None,
                               key_list(&further));
    }
    else if (status != NX_OK) {
        (void)nx_py_raise(&error);
    }
    else if (nx_py_report_end(&detached)) {
        result = read_tuple(&table, &further);
    }
    nx_csv_table_clear(&table);
    nx_json_keys_clear(&further);
    return result;
}

static bool
parse_options(PyObject *const *args, nx_json_options *options,
              nx_py_csv_requests *requests)
{
    const int nested_text = PyObject_IsTrue(args[5]);
    options->row_limit = row_limit_of(args[6]);
    options->block_bytes = PyLong_AsSize_t(args[7]);
    options->threads = (unsigned)PyLong_AsUnsignedLong(args[8]);
    if (PyErr_Occurred() ||
        !nx_py_csv_requests_parse(requests, args[3], args[4], options->key_count)) {
        return false;
    }
    options->nested_text = nested_text;
    options->columns = requests->columns;
    options->column_count = requests->count;
    options->requests = requests->requests;
    return true;
}

PyObject *
nx_py_ndjson_read(NX_ARGS)
{
    nx_json_options options = {0};
    nx_py_csv_requests requests = {0};
    nx_py_csv_source held;
    if (!nx_py_arity("ndjson_read", nargs, 12)) {
        return NULL;
    }
    nx_span *keys = key_spans(args[2], &options.key_count);
    PyObject *result = NULL;
    options.keys = keys;
    if (keys != NULL && parse_options(args, &options, &requests) &&
        nx_py_csv_hold(&held, args[0], args[1])) {
        result = read_source(&held, &options, args);
        nx_py_csv_let_go(&held);
    }
    nx_py_csv_requests_clear(&requests);
    nx_free(keys);
    return result;
}

/* ---- Places ---- */

PyObject *
nx_py_ndjson_place(NX_ARGS)
{
    nx_py_csv_source held;
    Py_ssize_t size;
    if (!nx_py_arity("ndjson_place", nargs, 4)) {
        return NULL;
    }
    const char *text = PyUnicode_AsUTF8AndSize(args[2], &size);
    const uint64_t row = text == NULL ? 0 : PyLong_AsUnsignedLongLong(args[3]);
    if (PyErr_Occurred() || !nx_py_csv_hold(&held, args[0], args[1])) {
        return NULL;
    }
    const nx_span key = {(const uint8_t *)text, (size_t)size};
    const size_t column = 0;
    const nx_json_options options = {.keys = &key,
                                     .key_count = 1,
                                     .columns = &column,
                                     .column_count = 1,
                                     .nested_text = true,
                                     .row_limit = UINT64_MAX};
    nx_csv_place place;
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status =
        nx_json_place_find(&place, &held.source, &options, row, &detached.wait, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
    return status != NX_OK ? nx_py_raise(&error)
                           : Py_BuildValue("KK", (unsigned long long)place.byte,
                                           (unsigned long long)place.line + 1);
}
