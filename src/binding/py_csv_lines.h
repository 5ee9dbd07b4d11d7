/* Lines and records that are not to be read, for Python. */
#ifndef NX_BINDING_PY_CSV_LINES_H
#define NX_BINDING_PY_CSV_LINES_H

#include "binding/np_api.h"

/* Source and dialect are those of py_csv_source.h. `pieces` is what the functions there
 * take with the size of a source. */

/* _native.csv_line_count(source, size, dialect) -> int: the lines of a source. */
PyObject *nx_py_csv_line_count(NX_ARGS);

/* _native.csv_leave_out(source, size, dialect, numbers) -> (pieces, lines)
 *
 * The source, which has no pieces yet, without the lines of these numbers (a buffer of
 * uint64 that ascend from 0), and how many lines that are. */
PyObject *nx_py_csv_leave_out(NX_ARGS);

/* _native.csv_drop_footer(source, size, dialect, start, fields, skip_blank, wanted,
 *                         block_bytes, threads, handle_signals) -> (pieces, records)
 *
 * The source without the last `wanted` records, and how many these are. */
PyObject *nx_py_csv_drop_footer(NX_ARGS);

#endif
