/* What the column loops recognise at a glance beside values: missing cells. What is
 * declined here is left to the careful way. */
#ifndef NX_CSV_CSV_GLANCE_H
#define NX_CSV_CSV_GLANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_cells.h"

/* Marks a cell that is empty or a usual missing word of at most four bytes, once
 * the column has a mask. The value is the caller's to write. */
NX_INLINE bool
nx_csv_glance_missing(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    const size_t size = nx_csv_field_size(field);
    if (cells->mask == NULL || size > 4 ||
        (size > 0 && (!cells->rules->default_na || !nx_csv_missing_word(field)))) {
        return false;
    }
    cells->mask[row] = 1;
    cells->missing++;
    return true;
}

/* True when a field must not be taken at its face value, for it may be a missing word
 * of the column's own. `words` tells whether there are any. */
NX_INLINE bool
nx_csv_glance_word(const nx_csv_cells *cells, nx_csv_field field, bool words)
{
    return words && nx_csv_words_maybe(&cells->rules->na, field);
}

#endif
