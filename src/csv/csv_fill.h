/* From chunks to columns, on any number of threads.
 *
 * The first pass cuts the source into chunks (see csv_relay.h) and writes every one in
 * the type its columns seem to have by
 * then: what all chunks before the first unfinished one have shown. A field that
 * does not fit widens the type; the chunk at hand is written again, and a note
 * says how each chunk was left. When the source has ended the types are final,
 * and the second pass (the fix-up) reads just the chunks that were written in
 * another type.
 *
 * Types are unions over all chunks and cannot depend on who was first. Which
 * field decided could, so it is defined as the one that a walk from the first
 * record on finds: the chunk that brings the union of its predecessors to the
 * final type holds it, and unless that chunk was filled knowing that very union,
 * it is filled once more.
 *
 * Where bad records are left out they keep their rows until the columns are made dense,
 * and all numbers of rows count them. What is bad only beside other records (see
 * csv_notes.h) is known when the first pass is over; then columns are told what they
 * may hold, and all is done once more.
 */
#ifndef NX_CSV_CSV_FILL_H
#define NX_CSV_CSV_FILL_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_cells.h"
#include "csv/csv_chunk_column.h"
#include "csv/csv_dirt.h"
#include "csv/csv_rejects.h"
#include "csv/csv_relay.h"
#include "thread/parallel.h"

typedef struct nx_csv_fill {
    const nx_csv_source *source;
    const nx_csv_shape *shape;
    nx_csv_grid grid;
    uint64_t row_limit; /* rows behind it are not read; those left out do not count */
    nx_csv_rejects *rejects;  /* bad records are left out; NULL: they are errors */
    const uint64_t *left_out; /* numbers of records to leave out, ascending */
    size_t left_out_count;
    nx_csv_sieve *sieves; /* for each cell, zeroed; NULL if nothing is left out */
    nx_csv_target *targets;
    size_t target_count;
    nx_csv_chunk *chunks;    /* for each cell of the grid, zeroed */
    nx_csv_written *written; /* target_count for each chunk, zeroed */
    unsigned threads;
    uint64_t rows;                 /* found, those that are left out included */
    uint64_t blanks;               /* lines that are no rows, up to the last row */
    uint64_t comments;             /* lines of comments alone */
    bool again;                    /* chunks are read once more, for what was settled */
    uint64_t spent[NX_CSV_STAGES]; /* ns, of all workers */
} nx_csv_fill;

/* Counts the rows, and fills nothing. Errors inside records are not looked for. */
NX_MUST_CHECK nx_status nx_csv_fill_count(nx_csv_fill *fill, const nx_wait *wait,
                                          nx_error *error);

/* Fills every target over the whole grid, fix-up included. The error with the
 * smallest record is returned, with record, column and byte. With more rejects than
 * their limit it ends early, and rejects->exceeded is true. Targets that `reserve`
 * learn what to expect from the first rows; one whose cell is the only one gets its
 * exact number of rows instead. */
NX_MUST_CHECK nx_status nx_csv_fill_run(nx_csv_fill *fill, const nx_wait *wait,
                                        nx_error *error);

#endif
