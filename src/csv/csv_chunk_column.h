/* One column of one chunk: written in the type that the column seems to have, and again
 * when a field widens that. */
#ifndef NX_CSV_CSV_CHUNK_COLUMN_H
#define NX_CSV_CSV_CHUNK_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_block.h"
#include "csv/csv_target.h"

/* How a chunk left one column. */
typedef struct nx_csv_written {
    nx_class_set classes; /* that it knew or saw */
    uint32_t missing;
    uint8_t type; /* nx_type */
} nx_csv_written;

typedef struct nx_csv_chunk_column {
    const nx_csv_shape *shape;
    size_t chunk_index;
    const nx_csv_chunk *chunk;
    nx_csv_block *block;
    nx_csv_target *target;
    nx_slabs *slabs;
    nx_class_set known;
    bool decides; /* `known` is what a walk from the first record would know */
    struct nx_csv_seen *seen; /* NX_CSV_NOTE_KINDS, to be filled in with the cells for
                                 the notes of the target; NULL: they are kept there */
} nx_csv_chunk_column;

/* Writes the rows of the block, in as many types as it takes; *written says how it
 * ends. An error has record, column and byte. If the block has dirt that collects
 * flaws, values that are none go there, and what stands in their rows is undefined. */
NX_MUST_CHECK nx_status nx_csv_chunk_column_fill(const nx_csv_chunk_column *at,
                                                 nx_csv_written *written,
                                                 nx_error *error);

#endif
