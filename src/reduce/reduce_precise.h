/* Sums of floats that are more accurate than those of reduce_floats.h, and slower. */
#ifndef NX_REDUCE_REDUCE_PRECISE_H
#define NX_REDUCE_REDUCE_PRECISE_H

#include "reduce/reduce_floats.h"

/* As nx_reduce_floats, for operations up to means:
 *   exact            sums without any rounding (exact_sum.h), rounded in the end
 *   else             compensated ones (pair_lanes.h)
 * Roots are rounded before they are added, and so are squares and products that are not
 * normal numbers if the sum is not exact. Where a compensated sum over- or underflows
 * on the way it is the one of nx_reduce_floats. */
NX_MUST_CHECK nx_status nx_reduce_precisely(const nx_float_request *request, bool exact,
                                            unsigned threads, const nx_wait *wait,
                                            int *flags, nx_error *error);

#endif
