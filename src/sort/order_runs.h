/* Runs of places that are equal so far, and their way into order.
 *
 * What nx_order_rows is made of: a short run is ordered by one worker, with its own
 * room; a long one by all of them together (order_rows.c). */
#ifndef NX_SORT_ORDER_RUNS_H
#define NX_SORT_ORDER_RUNS_H

#include "sort/order_rows.h"

enum {
    NX_SHORT_RUN = 1 << 14 /* places of a short run, at most */
};

/* Places begin .. end - 1 of an order, which columns before `column` do not tell apart,
 * nor the first `offset` units of its texts. */
typedef struct nx_run {
    size_t begin, end;
    size_t column;
    size_t offset;
} nx_run;

typedef struct nx_run_job {
    const nx_order_column *columns;
    size_t count;
    int64_t *places; /* in the order made so far */
    uint8_t *begins; /* by position, NULL if not wanted; 1 at first */
} nx_run_job;

/* The room of one worker; ended by nx_run_room_clear. */
typedef struct nx_run_room {
    uint64_t *keys;    /* for NX_SHORT_RUN places */
    uint64_t *scratch; /* twice as many */
    nx_run *now, *next;
    size_t count;      /* of the runs in `now` ... */
    size_t next_count; /* ... and in `next` */
    size_t places;     /* of the runs in `now`; for who fills it */
} nx_run_room;

/* For runs that have at most `places` places together, and at most NX_SHORT_RUN. */
NX_MUST_CHECK nx_status nx_run_room_make(nx_run_room *room, size_t places,
                                         nx_error *error);
void nx_run_room_clear(nx_run_room *room);

/* Writes the keys by which the places of a run are told apart next. */
NX_MUST_CHECK nx_status nx_run_keys(const nx_order_column *column, size_t offset,
                                    const int64_t *places, size_t n, uint64_t *keys,
                                    nx_error *error);

/* Moves the places without a value in `column` to the end, behind *present others; all
 * keep their order. `scratch` has room for n places. */
void nx_run_split(const nx_order_column *column, int64_t *places, size_t n,
                  int64_t *scratch, size_t *present);

/* Turns places of `run` that have an equal `key` into the run that is to be ordered
 * next; if they are all of the run, what their texts have in common is skipped. */
NX_MUST_CHECK nx_status nx_run_of_ties(const nx_run_job *job, const nx_run *run,
                                       uint64_t key, nx_run *ties, nx_error *error);

/* Whether there is nothing left to order a run by, or nothing to order. Where places
 * are equal, that is noted in `begins`. */
bool nx_run_is_over(const nx_run_job *job, const nx_run *run);

/* Orders the runs in room->now, none of which is over. They have no more places
 * together than the room was made for. */
NX_MUST_CHECK nx_status nx_run_order(const nx_run_job *job, nx_run_room *room,
                                     nx_error *error);

#endif
