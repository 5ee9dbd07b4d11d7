/* The order of rows for Python. */
#ifndef NX_BINDING_PY_ORDER_H
#define NX_BINDING_PY_ORDER_H

#include "binding/np_api.h"

/* _native.order_rows(columns, lanes, rows, want_begins, threads, handle_signals):
 * a tuple of the order of the rows in each lane, an int64 array of lanes * rows items,
 * and None or, by position in it, a bool array that is false where a row is equal to
 * the one before. `columns` as for nx_py_order_columns_take, the first one counts most.
 */
PyObject *nx_py_order_rows(NX_ARGS);

#endif
