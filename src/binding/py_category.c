#include "binding/py_category.h"

#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_group.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "group/group_strings.h"

PyObject *
nx_py_string_categories(NX_ARGS)
{
    if (!nx_py_arity("string_categories", nargs, 4)) {
        return NULL;
    }
    const nx_column *column = nx_py_string_column(args[0]);
    const npy_bool *missing = NULL;
    if (column == NULL || !nx_py_take_mask(args[1], column->length, &missing)) {
        return NULL;
    }
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    nx_categories made;
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, args[3] == Py_True);
    const nx_status status =
        nx_group_strings(column, missing, threads, &detached.wait, &made, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        return nx_py_raise_of_groups(&error);
    }
    const Py_ssize_t count = (Py_ssize_t)made.strings.length;
    PyObject *codes = nx_py_array(made.codes, column->length, "int32");
    PyObject *strings = nx_py_string_capsule(&made.strings);
    PyObject *result = codes == NULL || strings == NULL
                           ? NULL
                           : Py_BuildValue("OOn", codes, strings, count);
    Py_XDECREF(codes);
    Py_XDECREF(strings);
    nx_categories_clear(&made);
    return result;
}
