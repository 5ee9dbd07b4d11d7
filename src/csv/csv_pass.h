/* One pass over the chunks of a source: what its workers share. For csv_fill.c and
 * csv_fix_up.c only. */
#ifndef NX_CSV_CSV_PASS_H
#define NX_CSV_CSV_PASS_H

#include "csv/csv_fill.h"
#include "csv/csv_workers.h"
#include "thread/thread.h"

typedef enum nx_csv_pass_kind {
    NX_CSV_COUNT_ROWS,
    NX_CSV_FIRST_PASS,
    NX_CSV_FIX_UP
} nx_csv_pass_kind;

typedef struct nx_csv_pass {
    nx_csv_fill *fill;
    const nx_wait *wait;
    nx_csv_workers workers;
    size_t cells; /* of the grid */
    bool late;    /* a chunk is passed on once it is known how many of its rows count */
    uint64_t good; /* late: rows that count, so far; only the chunk in turn asks */
    bool waits;    /* errors of values are judged at the end, see nx_csv_targets_wait */
    nx_csv_pass_kind kind;
    nx_csv_relay relay;
    nx_mutex lock;     /* guards what follows, and the targets' classes */
    bool *finished;    /* by chunk */
    size_t in_order;   /* chunks before this one are all finished */
    uint64_t rejected; /* records of those chunks */
} nx_csv_pass;

/* False when there are more rows than the arrays have room for. Rows are counted by
 * their ends alone, so broken records may be more. Good ones never are, unless a broken
 * one stands before them, or records need not have all their fields. */
bool nx_csv_pass_has_room(const nx_csv_fill *fill, const nx_csv_chunk *chunk,
                          const nx_csv_block *block);

/* Takes note of what the columns have shown so far, for a worker that begins a chunk.
 */
void nx_csv_pass_begin(nx_csv_pass *pass, size_t chunk_index, nx_csv_worker *worker);

/* Writes the columns of a chunk whose block is split. The first error of its records is
 * returned, with its place. */
NX_MUST_CHECK nx_status nx_csv_pass_write(nx_csv_pass *pass, size_t chunk_index,
                                          nx_csv_worker *worker, nx_error *error);

#endif
