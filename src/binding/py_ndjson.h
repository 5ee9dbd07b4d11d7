/* The reader of JSON records for Python. */
#ifndef NX_BINDING_PY_NDJSON_H
#define NX_BINDING_PY_NDJSON_H

#include "binding/np_api.h"

/* The source of these calls is that of py_csv_source.h; `keys` is a tuple of str. */

/* _native.ndjson_keys(source, size, bytes, row_limit) -> list of (record, place, key)
 *
 * The keys of the records, at most `row_limit` (-1: all), that begin in the first
 * `bytes` bytes: where each was first met, both counted from 0. Stops at a record that
 * is not as it should be. */
PyObject *nx_py_ndjson_keys(NX_ARGS);

/* _native.ndjson_read(source, size, keys, requests, rules, nested_text, row_limit,
 *                     block_bytes, threads, handle_signals, progress, wants_more)
 *     -> (rows, columns, times, further)
 *
 * As _native.csv_read; the requests have positions in `keys`. `further` are keys that
 * were met and are not among `keys`, as ndjson_keys returns them; if there are any and
 * they are wanted (`wants_more`), `columns` is None, whether or not there was an error.
 */
PyObject *nx_py_ndjson_read(NX_ARGS);

/* _native.ndjson_place(source, size, key, row) -> (byte, line)
 *
 * Where the value of a key stands in a row, as _native.csv_place. */
PyObject *nx_py_ndjson_place(NX_ARGS);

#endif
