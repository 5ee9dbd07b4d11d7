/* Source and dialect of the CSV calls, from Python. */
#ifndef NX_BINDING_PY_CSV_SOURCE_H
#define NX_BINDING_PY_CSV_SOURCE_H

#include "binding/np_api.h"

#include "csv/csv_dialect.h"
#include "csv/csv_source.h"

/* A source and what keeps its memory alive; ended by nx_py_csv_let_go. */
typedef struct nx_py_csv_source {
    nx_csv_source source;
    Py_buffer view;
    bool has_view;
} nx_py_csv_source;

/* `source` is a file descriptor (int) of a file of `size` bytes, a str, or a buffer;
 * then `size` is ignored. Of a source of which not all is text it is (size, pieces): a
 * bytes object that holds nx_csv_piece, the sizes of text and source at its end, and
 * outlives what is held. False with an exception set. */
bool nx_py_csv_hold(nx_py_csv_source *held, PyObject *source, PyObject *size);

void nx_py_csv_let_go(nx_py_csv_source *held);

/* `tuple` is (delimiter, quote, doublequote, mode): two byte values, where a quote of
 * -1 turns quoting off; whether two quotes inside quotes are one; and 0 for standard,
 * 1 for strict, 2 for lenient. An extended dialect has more: (..., escape or -1,
 * blanks, loose, delimiter, terminator, comment), the last three bytes, which may be
 * empty. The tuple outlives the dialect. False with an exception set. */
bool nx_py_csv_dialect(PyObject *tuple, nx_csv_dialect *dialect);

#endif
