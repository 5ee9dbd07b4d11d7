/* Reductions with a state for each output, on several threads.
 *
 * The states that pieces of an output have come to are joined by the tree of
 * sum_tree.h: a state that is one of a tree of blocks does not depend on the pieces
 * either.
 */
#ifndef NX_REDUCE_REDUCE_PARTS_H
#define NX_REDUCE_REDUCE_PARTS_H

#include "base/status.h"
#include "reduce/reduce_plan.h"
#include "thread/parallel.h"

typedef struct nx_parts_job {
    const nx_reduce_view *view; /* with outputs and items */
    size_t state_size;          /* bytes of the state of an output, a multiple of 8 */
    /* Writes the states of the outputs of a part; `across`: they are side by side, at
     * most NX_TILE of them. */
    void (*run)(const struct nx_parts_job *job, const nx_reduce_part *part, bool across,
                void *states);
    /* Joins a state with that of a later piece. */
    void (*join)(void *state, const void *later);
    /* Makes results of the states of `count` outputs from `output` on. */
    nx_status (*finish)(const struct nx_parts_job *job, size_t output, size_t count,
                        void *states, nx_error *error);
    void *context;
} nx_parts_job;

/* Runs a job. The error of the first output that has one is reported, whatever the
 * number of threads; `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_reduce_parts(const nx_parts_job *job, unsigned threads,
                                        const nx_wait *wait, nx_error *error);

#endif
