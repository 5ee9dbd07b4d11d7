/* Compensated sums of a block: what is lost when two numbers are added is added up too.
 *
 * The order is that of lanes.h, but that each lane and each sum is a pair of doubles:
 * the sum and what all roundings of it have lost. The loss of an addition is found
 * exactly (Knuth's TwoSum), and so is that of a product (Dekker), unless it over- or
 * underflows.
 */
#ifndef NX_REDUCE_PAIR_LANES_H
#define NX_REDUCE_PAIR_LANES_H

#include <stddef.h>

#include "base/cpu.h"

typedef struct nx_pair {
    double sum, lost;
} nx_pair;

/* The sum of two pairs. */
static inline nx_pair
nx_pair_join(nx_pair a, nx_pair b)
{
    const double sum = a.sum + b.sum, rest = sum - a.sum;
    const double lost = (a.sum - (sum - rest)) + (b.sum - rest);
    return (nx_pair){sum, (a.lost + b.lost) + lost};
}

/* The loops for one instruction set, over n <= NX_LANES_BLOCK items. */
typedef struct nx_pair_engine {
    const char *name;
    nx_pair (*items)(const double *x, size_t n);
    nx_pair (*products)(const double *x, const double *y, size_t n);
} nx_pair_engine;

/* The engine in use. */
const nx_pair_engine *nx_pairs(void);

/* The best engine of a processor with these features. */
const nx_pair_engine *nx_pair_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_pairs_init(nx_cpu cpu);

#endif
