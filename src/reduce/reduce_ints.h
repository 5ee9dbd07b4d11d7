/* Sums of integers: exact, whatever their order, and checked in the end. */
#ifndef NX_REDUCE_REDUCE_INTS_H
#define NX_REDUCE_REDUCE_INTS_H

#include "base/status.h"
#include "reduce/reduce_view.h"
#include "thread/parallel.h"

typedef enum nx_int_op {
    NX_INT_SUM,     /* of x */
    NX_INT_SQUARES, /* of x * x */
    NX_INT_DOT,     /* of x * y, the factors of the view */
    NX_INT_MEAN     /* the exact sum divided by the number of items, rounded once */
} nx_int_op;

typedef struct nx_int_request {
    const nx_reduce_view *view; /* simplified, with outputs and items; of integers,
                                   bools, or times, which have sums alone */
    nx_int_op op;
    void *results; /* by output: double for means, uint64 for sums of unsigned integers,
                      else int64 */
    int64_t *taken; /* by output, the items not left out; NULL if not wanted */
} nx_int_request;

/* Writes the results. Times of which one is no time (and not left out) add up to none.
 * A mean of no items is NaN. A sum that does not fit is NX_ERR_OVERFLOW, the first
 * output of that kind the `record` of the error. `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_reduce_ints(const nx_int_request *request, unsigned threads,
                                       const nx_wait *wait, nx_error *error);

/* True if items of this type are unsigned integers. */
bool nx_item_is_unsigned(nx_item_type type);

#endif
