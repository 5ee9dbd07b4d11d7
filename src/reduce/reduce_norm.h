/* The norm of items whose squares are beyond the range of doubles. */
#ifndef NX_REDUCE_REDUCE_NORM_H
#define NX_REDUCE_REDUCE_NORM_H

#include "reduce/reduce_view.h"

/* True if the root of a sum of squares may not be the norm: a square has overflown, or
 * so many digits of one may have been lost below the range that the sum shows it. */
bool nx_norm_is_doubtful(double sum_of_squares);

/* The norm of one output: its items are multiplied by a power of two that brings the
 * largest one near 1, their squares added up in the same order as ever. */
double nx_norm_scaled(const nx_reduce_view *view, size_t output);

#endif
