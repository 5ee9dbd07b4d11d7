#include "binding/py_error.h"

#include <errno.h>

/* A position as a Python int, or None where it is not known. */
static PyObject *
position(uint64_t value)
{
    if (value == NX_NOWHERE) {
        Py_RETURN_NONE;
    }
    return PyLong_FromUnsignedLongLong(value);
}

/* An error of the text read: numpy_ext.errors makes the exception. */
static PyObject *
raise_parse_error(const nx_error *error)
{
    PyObject *errors = PyImport_ImportModule("numpy_ext.errors");
    if (errors == NULL) {
        return NULL;
    }
    PyObject *exception = PyObject_CallMethod(
        errors, "_from_native", "sisNNNN", nx_status_name(error->status), error->code,
        error->msg, position(error->record), position(error->line),
        position(error->column), position(error->byte));
    Py_DECREF(errors);
    if (exception != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
    return NULL;
}

PyObject *
nx_py_raise(const nx_error *error)
{
    if (PyErr_Occurred()) {
        return NULL;
    }
    switch (error->status) {
        case NX_ERR_MEMORY:
            PyErr_SetString(PyExc_MemoryError, error->msg);
            return NULL;
        case NX_ERR_IO:
            errno = error->os_errno;
            return PyErr_SetFromErrno(PyExc_OSError);
        case NX_ERR_CHANGED:
            PyErr_Format(PyExc_OSError, "%s [NX%d]", error->msg, error->code);
            return NULL;
        case NX_ERR_TYPE:
            /* Names and words of a producer, cut or not UTF-8: those are replaced. */
            PyErr_Format(PyExc_TypeError, "%s", error->msg);
            return NULL;
        case NX_ERR_FORMAT:
            PyErr_Format(PyExc_ValueError, "%s", error->msg);
            return NULL;
        case NX_ERR_CANCELLED:
            PyErr_SetString(PyExc_KeyboardInterrupt, error->msg);
            return NULL;
        case NX_OK:
        case NX_ERR_INTERNAL:
            PyErr_Format(PyExc_SystemError, "numpy_ext: %s", error->msg);
            return NULL;
        default:
            return raise_parse_error(error);
    }
}

nx_py_aside
nx_py_put_aside(void)
{
    nx_py_aside aside;
    PyErr_Fetch(&aside.type, &aside.value, &aside.traceback);
    return aside;
}

void
nx_py_bring_back(nx_py_aside *aside)
{
    PyErr_Restore(aside->type, aside->value, aside->traceback);
}

bool
nx_py_arity(const char *function, Py_ssize_t nargs, Py_ssize_t wanted)
{
    if (nargs == wanted) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, got %zd", function, wanted,
                 nargs);
    return false;
}
