/* Columns of a requested type: the text is a value of it, missing, or an error.
 *
 * Nothing here looks at classes, and no field changes the type. Strings are not
 * here: a requested string is written as an inferred one, see csv_kernels.h.
 */
#ifndef NX_CSV_CSV_REQUESTED_H
#define NX_CSV_CSV_REQUESTED_H

#include "csv/csv_cells.h"
#include "csv/csv_field.h"

/* Writes `run`; returns the rows written, fewer than it has when status is set. */
size_t nx_csv_requested_run(const nx_csv_run *run, nx_csv_cells *cells);

/* Writes one cell the careful way; false when status is set. */
bool nx_csv_requested_put(nx_csv_cells *cells, size_t row, nx_csv_field field);

#endif
