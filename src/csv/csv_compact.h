/* Columns without the rows that are left out: what stands behind them moves up. */
#ifndef NX_CSV_CSV_COMPACT_H
#define NX_CSV_CSV_COMPACT_H

#include "csv/csv_dirt.h"
#include "csv/csv_relay.h"
#include "csv/csv_target.h"
#include "thread/parallel.h"

/* Moves up values and masks of targets that are filled, column by column on up to
 * `threads` threads. Of the rows of `count` chunks those in the sieves are left out;
 * *rows is how many stay. */
NX_MUST_CHECK nx_status nx_csv_compact(nx_csv_target *targets, size_t target_count,
                                       const nx_csv_chunk *chunks,
                                       const nx_csv_sieve *sieves, size_t count,
                                       unsigned threads, uint64_t *rows,
                                       const nx_wait *wait, nx_error *error);

#endif
