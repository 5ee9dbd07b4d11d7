/* What each of the workers that fill columns needs for itself. */
#ifndef NX_CSV_CSV_WORKERS_H
#define NX_CSV_CSV_WORKERS_H

#include "csv/csv_block.h"
#include "csv/csv_cells.h"
#include "csv/csv_target.h"

typedef struct nx_csv_worker {
    nx_csv_block block;
    nx_slabs *slabs;     /* one for each target, like the other arrays */
    nx_class_set *known; /* classes of the column when the chunk was begun */
    bool all_known;      /* ... which were those of all chunks before it */
    nx_csv_dirt dirt;    /* of the chunk at hand, if records may be left out */
    nx_csv_seen *seen;   /* scratch of csv_sift.h, if bad records are left out */
    nx_csv_decider *deciders;
} nx_csv_worker;

/* Some workers. Zero-initialised but for `count` and `targets`; ended by
 * nx_csv_workers_clear. */
typedef struct nx_csv_workers {
    unsigned count;
    nx_csv_target *targets;
    size_t target_count;
    nx_csv_worker *each;
} nx_csv_workers;

/* Makes the workers. Records may be `left_out`, and bad ones are if that `collects`.
 * To be cleared even if there is no memory for them. */
NX_MUST_CHECK nx_status nx_csv_workers_make(nx_csv_workers *workers, bool left_out,
                                            bool collects, nx_error *error);

/* Puts the strings of all of them together, in the targets. */
NX_MUST_CHECK nx_status nx_csv_workers_merge(nx_csv_workers *workers, nx_error *error);

/* Adds the times that they spent, in ns, to `spent`, and ends them. */
void nx_csv_workers_clear(nx_csv_workers *workers, uint64_t spent[NX_CSV_STAGES]);

#endif
