/* Arrays as JSON text. */
#ifndef NX_BINDING_PY_JSON_H
#define NX_BINDING_PY_JSON_H

#include "binding/np_api.h"

/* Both return bytes, or, for a value that cannot be written, the tuple (code, section,
 * column, row, number in the row) of the first one. */

/* _native.json_array(array, threads, handle_signals): an array as nested lists, by the
 * default policy. None if it has to be prepared: another dtype or layout. */
PyObject *nx_py_json_array(NX_ARGS);

/* _native.json_document(sections, after, nan, big, threads, handle_signals): sections
 * and the bytes behind them. nan and big are numbers of nx_json_nan and nx_json_big.
 *
 * A section is (before, shape, rows, between, columns, row_end): bytes, a tuple or None
 * for rows without brackets, the number of rows, one byte, a list, and bytes. A column
 * is (before, values, mask, form): bytes; an array of shape (rows, *inner) in native
 * byte order, each row contiguous, strings aligned, or the capsule of a string column;
 * a bool array of that shape, laid out likewise, or None; and 0, or 1 for times as
 * counts, or 2 for strings that are JSON. */
PyObject *nx_py_json_document(NX_ARGS);

#endif
