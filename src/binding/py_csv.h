/* The CSV reader for Python. */
#ifndef NX_BINDING_PY_CSV_H
#define NX_BINDING_PY_CSV_H

#include "binding/np_api.h"

#include "csv/csv_read.h"

/* _native.csv_header(source, size, dialect, skip_lines, records, want_names, strip)
 *     -> (fields, names, begin, next, records, skipped)
 *
 * How many fields each of the first `records` records has that are not blank, and their
 * text if it is wanted (else an empty list), record by record, without the blanks
 * around it if `strip`; the first byte of the source behind a byte order mark and
 * `skip_lines` lines, and the first byte behind those records; and how many records and
 * lines that were. */
PyObject *nx_py_csv_header(NX_ARGS);

/* _native.csv_read(source, size, dialect, start, fields, requests, rules, skip_blank,
 *                  row_limit, block_bytes, threads, handle_signals, progress)
 *     -> (rows, columns, times)
 *
 * `requests` and `rules` are those of py_csv_request.h; at most `row_limit` records are
 * read, -1 for all.
 * Each column is (type, values, mask, missing, decider, zoned): the name of its type;
 * an array, or a capsule for strings; a bool array or None; a count; and None
 * or (phrase, type before, record, line, text, cut) for the field that settled the
 * type: its record counts from 0, its line from 1; and whether its times had zones.
 * `times` are seconds, summed over threads: spent reading, indexing, converting,
 * waiting for the place of a chunk, and on chunks that were read again. `progress` is
 * None or called with (bytes done, bytes in all) now and then and at the end; an
 * exception in it ends the call. */
PyObject *nx_py_csv_read(NX_ARGS);

/* Source and dialect are those of py_csv_source.h. */

/* What csv_read returns for a table, whose columns it takes over. */
PyObject *nx_py_csv_table(nx_csv_table *table);

#endif
