/* Ranks of items, from their order and from where equal ones begin in it. */
#ifndef NX_SORT_RANK_H
#define NX_SORT_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "thread/parallel.h"

/* Which rank equal items have; ranks count from 1. */
typedef enum nx_rank_method {
    NX_RANK_AVERAGE, /* the mean of those they would have one by one */
    NX_RANK_MIN,     /* the least of them */
    NX_RANK_MAX,     /* the greatest of them */
    NX_RANK_DENSE,   /* one more than the group of equal items before */
    NX_RANK_ORDINAL  /* each its own, in the order in which they stand */
} nx_rank_method;

/* Writes the rank of every item of `lanes` times `rows`, of which nx_order_rows has
 * made `order` and `begins`: to `averages` for NX_RANK_AVERAGE, else to `ranks`. Items
 * that are `missing` (by place, NULL: none is), which come last, get NaN, or 0. The
 * result does not depend on `threads`; `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_rank(const int64_t *order, const uint8_t *begins,
                                const uint8_t *missing, size_t lanes, size_t rows,
                                nx_rank_method method, double *averages, int64_t *ranks,
                                unsigned threads, const nx_wait *wait, nx_error *error);

#endif
