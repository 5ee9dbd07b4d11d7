/* Writing the columns of a chunk without its bad records.
 *
 * Which records are bad is known once every column has been written, so a chunk that
 * has some is cut and written again without them, from what the columns knew before:
 * while it is still in the cache, and before anybody else learns what it has shown. A
 * chunk without any is written once, as ever.
 */
#ifndef NX_CSV_CSV_SIFT_H
#define NX_CSV_CSV_SIFT_H

#include "csv/csv_cells.h"
#include "csv/csv_chunk_column.h"

typedef struct nx_csv_sift {
    const nx_csv_shape *shape;
    size_t chunk_index;
    const nx_csv_chunk *chunk;
    nx_csv_block *block; /* indexed; its dirt collects */
    nx_csv_target *targets;
    size_t target_count;
    nx_slabs *slabs;           /* one for each target, like all that follow */
    const nx_class_set *known; /* when the chunk was begun */
    bool decides;              /* those were the classes of all chunks before it */
    bool again;                /* the chunk has been written, with more rows */
    nx_csv_written *written;
    nx_csv_seen *seen;        /* scratch, NX_CSV_NOTE_KINDS for each target */
    nx_csv_decider *deciders; /* scratch */
} nx_csv_sift;

/* Writes the rows of the chunk that are not bad; those that are end in the dirt of the
 * block, where some may be already. Only memory can be wanting. */
NX_MUST_CHECK nx_status nx_csv_sift_chunk(const nx_csv_sift *sift, nx_error *error);

#endif
