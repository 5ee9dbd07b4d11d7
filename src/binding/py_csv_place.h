/* The place of one cell for Python. */
#ifndef NX_BINDING_PY_CSV_PLACE_H
#define NX_BINDING_PY_CSV_PLACE_H

#include "binding/np_api.h"

/* _native.csv_place(source, size, dialect, start, fields, skip_blank, row, field)
 *     -> (byte, line)
 *
 * Where a cell of a table stands that was read with the same arguments: the offset of
 * its first byte, counted from 0, and its physical line, counted from 1. `row` counts
 * from 0, `field` too. Source and dialect are those of py_csv_source.h. */
PyObject *nx_py_csv_place(NX_ARGS);

#endif
