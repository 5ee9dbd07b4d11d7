#include "binding/py_format.h"

#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "column/column_text.h"

/* The type of that name which the array's memory can be read as; NX_TYPE_NONE with an
 * exception set if there is none. */
static nx_type
take_type(PyObject *object, PyObject *name)
{
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL) {
        return NX_TYPE_NONE;
    }
    const nx_type type = nx_type_of_name(text);
    PyArrayObject *array = (PyArrayObject *)object;
    if (type == NX_TYPE_NONE || type == NX_TYPE_STRING || !PyArray_Check(object) ||
        PyArray_NDIM(array) != 1 || !PyArray_ISCARRAY_RO(array) ||
        (size_t)PyArray_ITEMSIZE(array) != nx_type_width(type)) {
        PyErr_Format(PyExc_ValueError, "values must be a contiguous array of %R", name);
        return NX_TYPE_NONE;
    }
    return type;
}

PyObject *
nx_py_format_values(NX_ARGS)
{
    nx_column text;
    nx_error error;
    const npy_bool *missing;
    if (!nx_py_arity("format_values", nargs, 5)) {
        return NULL;
    }
    const nx_type type = take_type(args[0], args[1]);
    if (type == NX_TYPE_NONE) {
        return NULL;
    }
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[3]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyArrayObject *values = (PyArrayObject *)args[0];
    const size_t length = (size_t)PyArray_SIZE(values);
    if (!nx_py_take_mask(args[2], length, &missing)) {
        return NULL;
    }
    nx_py_detached detached;
    nx_py_detach(&detached, args[4] == Py_True);
    const nx_status status =
        nx_text_of_values(type, PyArray_DATA(values), (const uint8_t *)missing, length,
                          threads, &detached.wait, &text, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    PyArrayObject *array = nx_py_string_pack(&text, Py_None, NULL, threads);
    nx_column_clear(&text);
    return (PyObject *)array;
}
