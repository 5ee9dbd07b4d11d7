/* The norm of items whose squares are beyond the range of doubles. */
#ifndef NX_REDUCE_REDUCE_NORM_H
#define NX_REDUCE_REDUCE_NORM_H

#include <math.h>

#include "reduce/reduce_view.h"

/* True if the root of a sum of squares may not be the norm: a square has overflown, or
 * so many digits of one may have been lost below the range that the sum shows it. A
 * square that is lost, or rounded to a subnormal number, is wrong by 2^-1075 at most,
 * and 2^60 of them by 2^-1015: no bit of a sum from 2^-960 on. */
static inline bool
nx_norm_is_doubtful(double sum_of_squares)
{
    return sum_of_squares < 0x1p-960 || isinf(sum_of_squares);
}

/* The norm of one output: its items are multiplied by a power of two that brings the
 * largest one near 1, their squares added up in the same order as ever. */
double nx_norm_scaled(const nx_reduce_view *view, size_t output);

#endif
