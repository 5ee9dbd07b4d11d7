/* Rows of arrays and string columns for Python. */
#ifndef NX_BINDING_PY_TAKE_H
#define NX_BINDING_PY_TAKE_H

#include "binding/np_api.h"

/* _native.take_rows(columns, rows, threads): a list of the rows numbered in a
 * contiguous int64 array, one entry for each of a list of columns of one length: a new
 * array for a one-dimensional array without references, a capsule that shares the text
 * for the capsule of a string column. IndexError if a row is not there. */
PyObject *nx_py_take_rows(NX_ARGS);

/* _native.take_strings(items, places, out, threads): fills `out`, a new contiguous
 * StringDType array, with the strings of a one-dimensional StringDType array at places.
 * IndexError if one is not there. */
PyObject *nx_py_take_strings(NX_ARGS);

#endif
