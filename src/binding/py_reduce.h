/* Reductions for Python. */
#ifndef NX_BINDING_PY_REDUCE_H
#define NX_BINDING_PY_REDUCE_H

#include "binding/np_api.h"

/* _native.reduce_floats(op, items, factors, taken, axes, keepdims, skip_nan, ddof,
 * narrow, want_taken, threads, handle_signals) -> results, or (results, taken). */
PyObject *nx_py_reduce_floats(NX_ARGS);

#endif
