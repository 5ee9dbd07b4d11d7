#include "binding/py_csv_source.h"

#include <string.h>

static bool
hold_whole(nx_py_csv_source *held, PyObject *source, PyObject *size)
{
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

bool
nx_py_csv_hold(nx_py_csv_source *held, PyObject *source, PyObject *size)
{
    PyObject *whole = size, *bytes = NULL;
    memset(held, 0, sizeof *held);
    if (PyTuple_Check(size) &&
        !PyArg_ParseTuple(size, "OO!", &whole, &PyBytes_Type, &bytes)) {
        return false;
    }
    if (!hold_whole(held, source, whole)) {
        return false;
    }
    if (bytes == NULL) {
        return true;
    }
    /* Objects are aligned well enough for what a bytes object holds. */
    const nx_csv_piece *pieces = (const void *)PyBytes_AsString(bytes);
    const size_t count = (size_t)PyBytes_Size(bytes) / sizeof pieces[0];
    if (count < 2 || pieces[count - 1].from != held->source.size) {
        PyErr_SetString(PyExc_ValueError, "these are the pieces of another source");
        nx_py_csv_let_go(held);
        return false;
    }
    held->source.pieces = pieces;
    held->source.piece_count = count - 1;
    held->source.size = pieces[count - 1].at;
    return true;
}

void
nx_py_csv_let_go(nx_py_csv_source *held)
{
    if (held->has_view) {
        PyBuffer_Release(&held->view);
    }
}

/* The token that a bytes object holds; the object outlives it. */
static nx_csv_token
token_of(PyObject *bytes)
{
    return (nx_csv_token){(const uint8_t *)PyBytes_AsString(bytes),
                          (size_t)PyBytes_Size(bytes)};
}

bool
nx_py_csv_dialect(PyObject *tuple, nx_csv_dialect *dialect)
{
    int delimiter, quote, doublequote, mode, escape = -1, blanks = 0, loose = 0;
    PyObject *tokens[3] = {NULL, NULL, NULL};
    if (!PyArg_ParseTuple(tuple, "iipi|ippO!O!O!", &delimiter, &quote, &doublequote,
                          &mode, &escape, &blanks, &loose, &PyBytes_Type, &tokens[0],
                          &PyBytes_Type, &tokens[1], &PyBytes_Type, &tokens[2])) {
        return false;
    }
    if (delimiter < 0 || delimiter > 0xFF || quote < -1 || quote > 0xFF ||
        escape < -1 || escape > 0xFF) {
        PyErr_SetString(PyExc_ValueError,
                        "delimiter, quote and escape are byte values");
        return false;
    }
    if (mode < NX_CSV_STANDARD || mode > NX_CSV_LENIENT) {
        PyErr_SetString(PyExc_ValueError, "there is no such mode of quoting");
        return false;
    }
    *dialect = (nx_csv_dialect){
        .delimiter = (uint8_t)delimiter,
        .quote = quote < 0 ? 0 : (uint8_t)quote,
        .quoting = quote >= 0,
        .no_doubling = !doublequote,
        .mode = (nx_csv_mode)mode,
        .escaping = escape >= 0,
        .escape = escape < 0 ? 0 : (uint8_t)escape,
        .blanks = blanks,
        .loose = loose,
    };
    if (tokens[2] != NULL) {
        dialect->delimiter_text = token_of(tokens[0]);
        dialect->terminator = token_of(tokens[1]);
        dialect->comment = token_of(tokens[2]);
    }
    return true;
}
