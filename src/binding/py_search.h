/* Searching sorted items for Python. */
#ifndef NX_BINDING_PY_SEARCH_H
#define NX_BINDING_PY_SEARCH_H

#include "binding/np_api.h"

/* _native.search(items, sorter, needles, right, threads, handle_signals): by
 * needle how many items are less, or not greater, as int64. Items and needles are
 * one-dimensional arrays, both of numbers, both of times of one unit, or both of
 * strings of one kind; `sorter` is a contiguous int64 array of places that are there,
 * in the order of the items, or None. ValueError if one is not there. */
PyObject *nx_py_search(NX_ARGS);

#endif
