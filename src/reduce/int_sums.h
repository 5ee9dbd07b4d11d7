/* Sums of a run of integers: the inner loops of reduce_ints.c. */
#ifndef NX_REDUCE_INT_SUMS_H
#define NX_REDUCE_INT_SUMS_H

#include "reduce/reduce_view.h"
#include "reduce/wide_int.h"

/* Adds the sum of n <= NX_LANES_BLOCK items x, or of their products with y unless that
 * is NULL, to *sum. Aligned, in the byte order of the machine. */
void nx_int_sum(nx_item_type type, const void *x, const void *y, size_t n,
                nx_wide_int *sum);

/* Adds each of them to a sum of its own: that of item i is high[i] * 2^32 + low[i],
 * which 2^31 additions do not exceed. No products of 64-bit integers. */
void nx_int_add(nx_item_type type, const void *x, const void *y, size_t n,
                int64_t *high, uint64_t *low);

#endif
