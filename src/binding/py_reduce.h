/* Reductions for Python. */
#ifndef NX_BINDING_PY_REDUCE_H
#define NX_BINDING_PY_REDUCE_H

#include "binding/np_api.h"

/* _native.reduce_floats(op, items, factors, taken, axes, keepdims, skip_nan, ddof,
 * narrow, want_taken, accuracy, threads, handle_signals) -> results, or (results,
 * taken). `accuracy`: 0 pairwise, 1 compensated, 2 exact. */
PyObject *nx_py_reduce_floats(NX_ARGS);

/* _native.reduce_ints(op, items, factors, taken, axes, keepdims, skip_nan, want_taken,
 * threads, handle_signals) -> results, or (results, taken). */
PyObject *nx_py_reduce_ints(NX_ARGS);

/* _native.reduce_extremes(which, items, taken, axes, keepdims, skip_nan, want_taken,
 * threads, handle_signals) -> results, or a tuple of them. `which` is 1 for the
 * smallest items, 2 for the largest ones, 3 for both; items taken come last. */
PyObject *nx_py_reduce_extremes(NX_ARGS);

#endif
