/* Rows of string columns for Python: capsules in, capsules out, slabs shared. */
#ifndef NX_BINDING_PY_STRING_SELECT_H
#define NX_BINDING_PY_STRING_SELECT_H

#include "binding/np_api.h"

/* _native.string_slice(capsule, start, stop): rows start .. stop - 1, which must be
 * there (IndexError). */
PyObject *nx_py_string_slice(NX_ARGS);

/* _native.string_take(capsule, rows): the rows numbered in a contiguous int64 array;
 * IndexError if one is not there. */
PyObject *nx_py_string_take(NX_ARGS);

/* _native.string_concat(list of capsules): all their rows. */
PyObject *nx_py_string_concat(NX_ARGS);

/* _native.string_equal(a, b): a bool array that says which rows are equal; ValueError
 * if the columns differ in length. */
PyObject *nx_py_string_equal(NX_ARGS);

#endif
