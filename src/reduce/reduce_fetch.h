/* Items of any type, byte order and step as doubles or plain items in a row. */
#ifndef NX_REDUCE_REDUCE_FETCH_H
#define NX_REDUCE_REDUCE_FETCH_H

#include "reduce/lanes.h"
#include "reduce/reduce_view.h"

/* n <= NX_LANES_BLOCK items from `at` on, `step` bytes apart, as doubles: where they
 * are, if they are doubles there, else in `buffer`. int64 and uint64 are rounded. */
const double *nx_fetch_doubles(const nx_reduce_view *view, const char *at,
                               ptrdiff_t step, size_t n, double *buffer);

/* The same as they are, in the byte order of the machine; a buffer of 8-byte items. */
const void *nx_fetch_items(const nx_reduce_view *view, const char *at, ptrdiff_t step,
                           size_t n, void *buffer);

/* n flags in a row, where they are or in `buffer`. */
const uint8_t *nx_fetch_flags(const char *at, ptrdiff_t step, size_t n,
                              uint8_t *buffer);

/* Where a run of a view begins: the addresses of its items, factors and flags, and the
 * bytes between those of one item and those of the next. */
typedef struct nx_reduce_run {
    const char *const *at;  /* NX_OPERANDS of them, absent ones NULL */
    const ptrdiff_t *steps; /* as many */
    size_t n;
} nx_reduce_run;

/* One block, ready to be added up. */
typedef struct nx_fetched {
    const double *x, *y; /* y is x where there are no factors */
    size_t taken;        /* items that are not left out */
} nx_fetched;

/* Room for the items of a block, and what is written for those that are left out. */
typedef struct nx_fetch_room {
    double x[NX_LANES_BLOCK], y[NX_LANES_BLOCK];
    uint8_t flags[NX_LANES_BLOCK];
} nx_fetch_room;

/* What stands for items that are left out. */
typedef struct nx_fetch_fill {
    const double *values; /* one, or as many as there are items if `each`; not NULL */
    bool each;
} nx_fetch_fill;

/* Fetches a run, items that are left out as the fill, and factors of those as 0. What
 * goes to the room goes to places first, first + 1, ..., and `in_room` asks for all to
 * go there. Unless `counts` is NULL, 1 is added to counts[i] for each item that is not
 * left out, which is done only for views that leave something out. */
nx_fetched nx_fetch_run(const nx_reduce_view *view, const nx_reduce_run *run,
                        nx_fetch_fill fill, double *counts, nx_fetch_room *room,
                        size_t first, bool in_room);

#endif
