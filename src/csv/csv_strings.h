/* The loop over a column of strings. */
#ifndef NX_CSV_CSV_STRINGS_H
#define NX_CSV_CSV_STRINGS_H

#include "csv/csv_cells.h"

/* Writes `run` as strings; as nx_csv_kernel_run. */
size_t nx_csv_strings_run(const nx_csv_run *run, nx_csv_cells *cells);

#endif
