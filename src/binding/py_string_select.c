#include "binding/py_string_select.h"

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "column/column_select.h"

/* The capsule of a column just made, or the exception for a failure. What is wrong
 * with an argument becomes `exception`: there is no CSV it could be an error of. */
static PyObject *
wrap(nx_status status, nx_column *made, const nx_error *error, PyObject *exception)
{
    if (status == NX_ERR_VALUE || status == NX_ERR_OVERFLOW) {
        PyErr_SetString(exception, error->msg);
        return NULL;
    }
    if (status != NX_OK) {
        return nx_py_raise(error);
    }
    return nx_py_string_capsule(made);
}

PyObject *
nx_py_string_slice(NX_ARGS)
{
    if (!nx_py_arity("string_slice", nargs, 3)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    const size_t start = PyLong_AsSize_t(args[1]), stop = PyLong_AsSize_t(args[2]);
    if (column == NULL || PyErr_Occurred()) {
        return NULL;
    }
    if (start > stop || stop > column->length) {
        PyErr_SetString(PyExc_IndexError, "rows outside the column");
        return NULL;
    }
    nx_column part;
    nx_error error;
    const nx_status status = nx_strings_slice(column, start, stop, &part, &error);
    return wrap(status, &part, &error, PyExc_IndexError);
}

PyObject *
nx_py_string_take(NX_ARGS)
{
    if (!nx_py_arity("string_take", nargs, 2)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    if (column == NULL) {
        return NULL;
    }
    PyArrayObject *rows = (PyArrayObject *)args[1];
    if (!PyArray_Check(rows) || PyArray_TYPE(rows) != NPY_INT64 ||
        PyArray_NDIM(rows) != 1 || !PyArray_ISCARRAY_RO(rows)) {
        PyErr_SetString(PyExc_TypeError, "rows must be a contiguous array of int64");
        return NULL;
    }
    nx_column taken;
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status = nx_strings_take(
        column, PyArray_DATA(rows), (size_t)PyArray_SIZE(rows), &taken, &error);
    nx_py_attach(&detached);
    return wrap(status, &taken, &error, PyExc_IndexError);
}

PyObject *
nx_py_string_concat(NX_ARGS)
{
    if (!nx_py_arity("string_concat", nargs, 1)) {
        return NULL;
    }
    /* A tuple keeps the capsules while the list could be changed. */
    PyObject *parts = PySequence_Tuple(args[0]);
    if (parts == NULL) {
        return NULL;
    }
    const size_t count = (size_t)PyTuple_Size(parts);
    const nx_column **columns = nx_alloc(count, sizeof(*columns));
    bool valid = columns != NULL;
    if (!valid) {
        PyErr_NoMemory();
    }
    for (size_t i = 0; i < count && valid; i++) {
        columns[i] = nx_py_string_column(PyTuple_GetItem(parts, (Py_ssize_t)i));
        valid = columns[i] != NULL;
    }
    PyObject *capsule = NULL;
    if (valid) {
        nx_column whole;
        nx_error error;
        nx_py_detached detached;
        nx_py_detach(&detached, false);
        const nx_status status = nx_strings_concat(columns, count, &whole, &error);
        nx_py_attach(&detached);
        capsule = wrap(status, &whole, &error, PyExc_OverflowError);
    }
    nx_free(columns);
    Py_DECREF(parts);
    return capsule;
}

PyObject *
nx_py_string_equal(NX_ARGS)
{
    if (!nx_py_arity("string_equal", nargs, 2)) {
        return NULL;
    }
    const nx_column *a = nx_py_string_column(args[0]);
    const nx_column *b = a == NULL ? NULL : nx_py_string_column(args[1]);
    if (b == NULL) {
        return NULL;
    }
    if (a->length != b->length) {
        PyErr_Format(PyExc_ValueError, "columns of %zu and %zu rows", a->length,
                     b->length);
        return NULL;
    }
    npy_intp shape[1] = {(npy_intp)a->length};
    PyArrayObject *equal = (PyArrayObject *)PyArray_SimpleNew(1, shape, NPY_BOOL);
    if (equal != NULL) {
        nx_py_detached detached;
        nx_py_detach(&detached, false);
        nx_strings_equal(a, b, PyArray_DATA(equal));
        nx_py_attach(&detached);
    }
    return (PyObject *)equal;
}
