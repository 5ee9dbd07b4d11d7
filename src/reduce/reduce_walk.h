/* The items of a part, in runs, for reductions whose results depend on no order. */
#ifndef NX_REDUCE_REDUCE_WALK_H
#define NX_REDUCE_REDUCE_WALK_H

#include "reduce/reduce_plan.h"

enum {
    NX_LONG_RUN = 1 << 15
};

/* A run of n <= NX_LANES_BLOCK items of the type of the view, aligned and in the byte
 * order of the machine; or n <= NX_LONG_RUN of them along an output where nothing may
 * be left out, items are no times and used where they are. */
typedef struct nx_walked {
    const void *items, *factors; /* factors: NULL if the view has none */
    const uint8_t *flags;        /* 0: left out; NULL: nothing is, by flags */
    size_t n;
} nx_walked;

typedef void nx_walk_run(void *context, const nx_walked *run);

/* Walks along the items of output `output` of the view from `begin` on. */
void nx_walk_along(const nx_reduce_view *view, size_t output, size_t begin,
                   size_t length, nx_walk_run *run, void *context);

/* Outputs of few items that follow one another: items of `rows` outputs, or 0 rows if
 * those from `output` on are not of that kind, or have factors or flags. */
typedef struct nx_walked_rows {
    const void *items; /* those of the first output, of the next one, ... */
    size_t rows;
} nx_walked_rows;

/* Looks for at most `most` of them; `room` is for NX_LANES_BLOCK items of 8 bytes. */
nx_walked_rows nx_walk_rows(const nx_reduce_view *view, size_t output, size_t most,
                            uint64_t *room);

/* Walks across the outputs of a part, side by side: item i of every run is one of
 * output i % part->width, and runs have NX_LANES_BLOCK items at most. */
void nx_walk_across(const nx_reduce_view *view, const nx_reduce_part *part,
                    nx_walk_run *run, void *context);

#endif
