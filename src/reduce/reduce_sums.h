/* Sums of terms over all items of every output, on several threads. */
#ifndef NX_REDUCE_REDUCE_SUMS_H
#define NX_REDUCE_REDUCE_SUMS_H

#include "base/status.h"
#include "reduce/sum_parts.h"
#include "thread/parallel.h"

/* Called with outputs that are summed up, the first one and how many; on any thread. */
typedef void nx_sums_done(void *context, size_t output, size_t count);

typedef struct nx_sums_request {
    const nx_reduce_view *view; /* with outputs and items */
    nx_sum_terms terms;
    double *sums;   /* terms.count rows of one double for each output */
    int64_t *taken; /* by output, the items not left out; NULL if not wanted */
    nx_sums_done *done;
    void *context;
} nx_sums_request;

/* Writes the sums. Floating-point flags that were raised (FE_INVALID, ...) are added to
 * *flags; those of the calling thread are lost. The sums do not depend on `threads`;
 * `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_sums(const nx_sums_request *request, unsigned threads,
                                const nx_wait *wait, int *flags, nx_error *error);

#endif
