/* Bad records of a CSV source, from and to Python. */
#ifndef NX_BINDING_PY_CSV_DIRT_H
#define NX_BINDING_PY_CSV_DIRT_H

#include "binding/np_api.h"

#include "csv/csv_read.h"

/* Reads what is to be done about them into the options: None, where a bad record is an
 * error, or (pad, truncate, collect, most_rejects, max_rejects, left_out, tell_out);
 * a number below 0 means all, and left_out is None or a contiguous array of uint64.
 * False with an exception set. What *left_out holds is the caller's to release, and
 * must outlive the read. */
bool nx_py_csv_dirt_parse(PyObject *dirt, nx_csv_options *options, Py_buffer *left_out);

/* (blank, comment, rejected, exceeded, rejects, out) of a table, whose rejects it takes
 * over: lines that are no rows, lines of comments, bad records that were left out,
 * whether they were too many; None, or (records, lines, bytes, fields, codes, texts,
 * messages) of the first ones, two capsules of strings behind arrays; None, or the
 * numbers of all that was left out. */
PyObject *nx_py_csv_dirt(nx_csv_table *table);

#endif
