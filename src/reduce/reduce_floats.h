/* Reductions whose results are floats: sums, means, variances, norms.
 *
 * Items of every type are added up as doubles, in the order of lanes.h and sum_tree.h,
 * and a result of fewer bits is rounded once, in the end. So the bits of a result
 * depend on the items of its output in C order and on nothing else.
 */
#ifndef NX_REDUCE_REDUCE_FLOATS_H
#define NX_REDUCE_REDUCE_FLOATS_H

#include "base/status.h"
#include "reduce/reduce_view.h"
#include "thread/parallel.h"

typedef enum nx_float_op {
    NX_FLOAT_SUM,     /* of x */
    NX_FLOAT_ROOTS,   /* of sqrt(x) */
    NX_FLOAT_SQUARES, /* of x * x */
    NX_FLOAT_DOT,     /* of x * y, the factors of the view */
    NX_FLOAT_SIZES,   /* of |x|: the norm of order 1 */
    NX_FLOAT_NORM, /* the root of the sum of squares; no square over- or underflows */
    NX_FLOAT_MEAN,
    NX_FLOAT_VARIANCE,
    NX_FLOAT_DEVIATION /* the root of the variance */
} nx_float_op;

typedef struct nx_float_request {
    const nx_reduce_view *view; /* simplified, with outputs and items */
    nx_float_op op;
    double ddof;    /* items less than this divide a variance */
    bool narrow;    /* results are float */
    void *results;  /* by output; double or float */
    int64_t *taken; /* by output, the items not left out; NULL if not wanted */
} nx_float_request;

/* Writes the results. A mean of no items is NaN, as is a variance of ddof items or
 * fewer; every NaN has the same bits. *flags is set to the floating-point flags
 * (FE_OVERFLOW, FE_INVALID, FE_UNDERFLOW, FE_DIVBYZERO) that a user is to hear of. The
 * results do not depend on `threads`; `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_reduce_floats(const nx_float_request *request,
                                         unsigned threads, const nx_wait *wait,
                                         int *flags, nx_error *error);

#endif
