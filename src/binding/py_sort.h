/* Sorting for Python. */
#ifndef NX_BINDING_PY_SORT_H
#define NX_BINDING_PY_SORT_H

#include "binding/np_api.h"

#include "sort/sort_key.h"

/* How items of an array are compared and where they are; of a dtype that is no number
 * or time of up to 64 bits, a TypeError and false. `step` is 0: that of an axis is to
 * be put there. */
bool nx_py_sort_source(PyArrayObject *array, nx_sort_source *source);

/* _native.sort_rows(values, result, descending, threads, handle_signals) -> None: the
 * values along the last axis of an array of any layout, in order, to another one of its
 * shape and dtype, in native byte order and aligned, that shares no memory with it. */
PyObject *nx_py_sort_rows(NX_ARGS);

/* _native.argsort_rows(values, result, descending, threads, handle_signals) -> None: the
 * places of the values along the last axis in their order, to an array of int64. */
PyObject *nx_py_argsort_rows(NX_ARGS);

#endif
