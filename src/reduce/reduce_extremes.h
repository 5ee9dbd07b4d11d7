/* The smallest and the largest item of every output. */
#ifndef NX_REDUCE_REDUCE_EXTREMES_H
#define NX_REDUCE_REDUCE_EXTREMES_H

#include "base/status.h"
#include "reduce/reduce_view.h"
#include "thread/parallel.h"

typedef struct nx_extremes_request {
    const nx_reduce_view *view; /* simplified, with outputs and items; of any type */
    void *least, *most;         /* by output, items of that type; NULL if not wanted */
    int64_t *taken; /* by output, the items not left out; NULL if not wanted */
} nx_extremes_request;

/* Writes the extremes. NaN is one where there is NaN that is not left out, and what is
 * no time as well; of zeros -0.0 is the smaller one. Of no items they are NaN, no time,
 * or 0. The results do not depend on `threads`; `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_reduce_extremes(const nx_extremes_request *request,
                                           unsigned threads, const nx_wait *wait,
                                           nx_error *error);

#endif
