/* Sums of the terms of one part of a view. */
#ifndef NX_REDUCE_SUM_PARTS_H
#define NX_REDUCE_SUM_PARTS_H

#include "reduce/reduce_plan.h"

enum {
    NX_SUM_TERMS = 2 /* that are added up side by side, at most */
};

/* What is added up. */
typedef struct nx_sum_terms {
    unsigned count;
    nx_term terms[NX_SUM_TERMS]; /* deviations, or no deviation among them */
    const double *c;             /* by output, for terms that have one; else NULL */
} nx_sum_terms;

/* Writes the sums of a part: that of term k and output i of the part to
 * sums[k * stride + i]. taken[i] is set to the number of items that are not left out,
 * unless `taken` is NULL. Items that are left out add +0.0. Any thread. */
void nx_sum_part(const nx_reduce_view *view, const nx_reduce_plan *plan,
                 const nx_sum_terms *terms, const nx_reduce_part *part, double *sums,
                 size_t stride, int64_t *taken);

/* The ways to do it: item by item of an output, ... */
void nx_sum_along(const nx_reduce_view *view, const nx_sum_terms *terms,
                  const nx_reduce_part *part, double *sums, size_t stride,
                  int64_t *taken);

/* ... and an item of each output at a time; at most NX_TILE of them, side by side. */
void nx_sum_across(const nx_reduce_view *view, const nx_sum_terms *terms,
                   const nx_reduce_part *part, double *sums, size_t stride,
                   int64_t *taken);

#endif
