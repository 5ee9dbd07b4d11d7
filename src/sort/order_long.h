/* Long runs of places, ordered by all workers together. */
#ifndef NX_SORT_ORDER_LONG_H
#define NX_SORT_ORDER_LONG_H

#include <stdatomic.h>

#include "sort/order_runs.h"

/* One call of nx_order_rows. */
typedef struct nx_rows_job {
    nx_run_job runs;
    unsigned threads; /* one at least */
    const nx_wait *wait;
    size_t room_places; /* that the room of a worker is for, NX_SHORT_RUN at most */
    nx_run_room *rooms; /* by worker, each made when it is needed */
    nx_run *left;       /* long runs still to be ordered ... */
    size_t left_count;
    size_t left_capacity;
    atomic_flag locked;       /* ... which one worker at a time adds to */
    const nx_text_sink *sink; /* NULL, or where sorted texts go to if they fit there; */
    bool written;             /* then there is no order */
} nx_rows_job;

/* The room of a worker. */
NX_MUST_CHECK nx_status nx_rows_room(nx_rows_job *job, unsigned worker,
                                     nx_run_room **room, nx_error *error);

/* Takes a run to be ordered: a short one is put into the room, whose runs are ordered
 * first if it would be full; a long one is left for later. */
NX_MUST_CHECK nx_status nx_rows_take(nx_rows_job *job, nx_run_room *room,
                                     const nx_run *run, nx_error *error);

/* Orders the runs that are in the room. */
NX_MUST_CHECK nx_status nx_rows_finish(nx_rows_job *job, nx_run_room *room,
                                       nx_error *error);

/* Orders a run of more than NX_SHORT_RUN places, but for long runs in it of which the
 * keys that were looked at are equal: they are left. */
NX_MUST_CHECK nx_status nx_order_long(nx_rows_job *job, const nx_run *run,
                                      nx_error *error);

#endif
