/* The order of rows for Python: by several columns, ranks, the first few. Columns are
 * those of nx_py_order_columns_take. */
#ifndef NX_BINDING_PY_ORDER_H
#define NX_BINDING_PY_ORDER_H

#include "binding/np_api.h"

/* _native.order_by(columns, lanes, rows, want_begins, threads, handle_signals): a tuple
 * of the order of the rows in each lane, an int64 array of lanes * rows items, and None
 * or, by position in it, a bool array that is false where a row is equal to the one
 * before. The first column counts most. */
PyObject *nx_py_order_by(NX_ARGS);

/* _native.rank(columns, lanes, rows, method, threads, handle_signals): by place the
 * rank of each row in its lane by a single column. `method` is a number of
 * nx_rank_method; ranks are float64 for the average, NaN where a row has no value, else
 * int64, 0 there.
 */
PyObject *nx_py_rank(NX_ARGS);

/* _native.top_k(columns, lanes, rows, k, threads, handle_signals): the rows that come
 * first in each lane by a single column, an int64 array of lanes * k items. */
PyObject *nx_py_top_k(NX_ARGS);

/* _native.sort_texts(items, result, descending, threads, handle_signals): None if the
 * items, a one-dimensional array of S, U or StringDType, are in order in `result`, a
 * new array of as many; else their order, an int64 array, and `result` is as it was. */
PyObject *nx_py_sort_texts(NX_ARGS);

#endif
