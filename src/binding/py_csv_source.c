#include "binding/py_csv_source.h"

#include <string.h>

bool
nx_py_csv_hold(nx_py_csv_source *held, PyObject *source, PyObject *size)
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

void
nx_py_csv_let_go(nx_py_csv_source *held)
{
    if (held->has_view) {
        PyBuffer_Release(&held->view);
    }
}

bool
nx_py_csv_dialect(PyObject *tuple, nx_csv_dialect *dialect)
{
    int delimiter, quote, doublequote, mode;
    if (!PyArg_ParseTuple(tuple, "iipi", &delimiter, &quote, &doublequote, &mode)) {
        return false;
    }
    if (delimiter < 0 || delimiter > 0xFF || quote < -1 || quote > 0xFF) {
        PyErr_SetString(PyExc_ValueError, "delimiter and quote are byte values");
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
    };
    return true;
}
