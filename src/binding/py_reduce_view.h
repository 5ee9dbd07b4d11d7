/* Arrays of Python as views that are reduced, and their results as arrays. */
#ifndef NX_BINDING_PY_REDUCE_VIEW_H
#define NX_BINDING_PY_REDUCE_VIEW_H

#include "binding/np_api.h"

#include "reduce/reduce_view.h"

/* A view and the shape of its results. */
typedef struct nx_py_reduced {
    nx_reduce_view view;
    int dimensions; /* of the results ... */
    npy_intp shape[NPY_MAXDIMS];
} nx_py_reduced;

/* Fills a view of `items`, an array. `factors` (None or an array of the same shape and
 * dtype) and `taken` (None or a bool array of the same shape) go with them. `axes` are
 * those to be reduced: None for all, an int, or a tuple of ints, all of them in range.
 * False with an exception set. */
bool nx_py_reduce_view(nx_py_reduced *reduced, PyObject *items, PyObject *factors,
                       PyObject *taken, PyObject *axes, bool keepdims, bool skip_nan);

/* True if items of this NumPy type have a type here. */
bool nx_py_item_type(PyArray_Descr *descr, nx_item_type *type);

/* A new array for results of a NumPy type. */
PyArrayObject *nx_py_reduce_results(const nx_py_reduced *reduced, int type);

#endif
