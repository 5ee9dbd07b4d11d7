/* From chunks to columns.
 *
 * The first pass writes every chunk in the type its columns seem to have by
 * then. A field that does not fit widens the column's type; the chunk at hand
 * is written again and `written_as` remembers how each chunk was left. When the
 * source has ended the types are final, and the second pass (the fix-up) reads
 * just the chunks that were written in another type.
 */
#ifndef NX_CSV_CSV_FILL_H
#define NX_CSV_CSV_FILL_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_block.h"
#include "csv/csv_cells.h"
#include "csv/csv_chunk.h"
#include "csv/csv_target.h"
#include "thread/parallel.h"

/* How a chunk left one column. */
typedef struct nx_csv_written {
    uint32_t missing;
    uint8_t type; /* nx_type */
} nx_csv_written;

typedef struct nx_csv_fill {
    const nx_csv_source *source;
    const nx_csv_map *map;
    const nx_csv_shape *shape;
    nx_csv_target *targets;
    size_t target_count;
    nx_csv_written *written; /* target_count for each chunk */
} nx_csv_fill;

/* Fills every target over the whole map, fix-up included. The error with the
 * smallest record is returned, with record, column and byte. */
NX_MUST_CHECK nx_status nx_csv_fill_run(nx_csv_fill *fill, const nx_wait *wait,
                                        nx_error *error);

#endif
