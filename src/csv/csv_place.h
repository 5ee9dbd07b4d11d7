/* Where one cell of a table stands in its source: for what is found wrong with it
 * once the table is read and its text is gone. */
#ifndef NX_CSV_CSV_PLACE_H
#define NX_CSV_CSV_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_block.h"
#include "csv/csv_source.h"
#include "thread/parallel.h"

typedef struct nx_csv_place {
    uint64_t byte; /* the first one of the field, its quote if it has one */
    uint64_t line; /* physical line of that byte, counted from 0 */
} nx_csv_place;

/* Finds a field of a row; `start` is the first byte of row 0. Walks over all records
 * before it. A source that no longer has that row, or that field in it, is
 * NX_ERR_CHANGED. */
NX_MUST_CHECK nx_status nx_csv_place_find(nx_csv_place *place,
                                          const nx_csv_source *source,
                                          const nx_csv_shape *shape, uint64_t start,
                                          uint64_t row, size_t field,
                                          const nx_wait *wait, nx_error *error);

#endif
