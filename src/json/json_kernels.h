/* The loops over columns of JSON values, one for each type. What they recognise at a
 * glance is JSON, to the letter; everything else is left to nx_json_cell_put. */
#ifndef NX_JSON_JSON_KERNELS_H
#define NX_JSON_JSON_KERNELS_H

#include "csv/csv_cells.h"

/* The `kernel` of an nx_csv_format, for runs of json_walk.h: writes the slot that the
 * target has as its `field`. */
size_t nx_json_kernel_run(const nx_csv_run *run, nx_csv_cells *cells);

/* Writes `run` as strings; as nx_json_kernel_run. */
size_t nx_json_strings_run(const nx_csv_run *run, nx_csv_cells *cells);

/* Marks a cell that has no value or null, once the column has a mask. The value is the
 * caller's to write. */
NX_INLINE bool
nx_json_glance_missing(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    const size_t size = nx_csv_field_size(field);
    const bool null =
        size == 4 && nx_load32le(field.start) == NX_WORD('n', 'u', 'l', 'l');
    if (cells->mask == NULL || (size != 0 && !null)) {
        return false;
    }
    cells->mask[row] = 1;
    cells->missing++;
    return true;
}

#endif
