#include "binding/py_csv_place.h"

#include "binding/py_csv_source.h"
#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "csv/csv_place.h"
#include "csv/csv_read.h"

PyObject *
nx_py_csv_place(NX_ARGS)
{
    nx_csv_dialect dialect;
    nx_py_csv_source held;
    if (!nx_py_arity("csv_place", nargs, 8) || !nx_py_csv_dialect(args[2], &dialect)) {
        return NULL;
    }
    const uint64_t start = PyLong_AsUnsignedLongLong(args[3]);
    const size_t fields = PyLong_AsSize_t(args[4]);
    const int skip_blank = PyObject_IsTrue(args[5]);
    const uint64_t row = PyLong_AsUnsignedLongLong(args[6]);
    const size_t field = PyLong_AsSize_t(args[7]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (field >= fields) {
        PyErr_SetString(PyExc_IndexError, "a field that no record has");
        return NULL;
    }
    if (!nx_py_csv_hold(&held, args[0], args[1])) {
        return NULL;
    }
    const nx_csv_shape shape = {
        .dialect = &dialect,
        .scanner = nx_csv_scanner_in_use(),
        .columns = fields,
        .skip_blank = skip_blank,
    };
    nx_csv_place place;
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status = nx_csv_place_find(&place, &held.source, &shape, start, row,
                                               field, &detached.wait, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
    return status != NX_OK ? nx_py_raise(&error)
                           : Py_BuildValue("KK", (unsigned long long)place.byte,
                                           (unsigned long long)place.line + 1);
}
