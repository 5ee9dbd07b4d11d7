/* The column loops: one tight loop per type over the fields of one column.
 *
 * Each loop converts what it recognises at a glance, straight into the column,
 * and leaves every other field to nx_csv_cell_put. It returns how many rows it
 * wrote; fewer than the run has means that the cell after them changed the
 * column's type or failed (see csv_cells.h).
 */
#ifndef NX_CSV_CSV_KERNELS_H
#define NX_CSV_CSV_KERNELS_H

#include "csv/csv_cells.h"

/* Writes `run` with the loop for cells->type. */
size_t nx_csv_kernel_run(const nx_csv_run *run, nx_csv_cells *cells);

#endif
