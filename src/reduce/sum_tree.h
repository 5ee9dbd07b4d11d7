/* Sums of many blocks, joined pair by pair.
 *
 * Values are pushed in turn. Two neighbours are joined, two neighbours of those sums,
 * and so on, as a binary counter carries: after n values there is one sum for each bit
 * of n. Those are joined in the end, the last with the one before it first. So 2^k
 * values that begin at a multiple of 2^k have one sum, whatever comes before and after
 * them, which is how the pieces of several threads make the tree that one thread makes.
 *
 * A value is a row of `width` doubles, one for each of as many outputs.
 */
#ifndef NX_REDUCE_SUM_TREE_H
#define NX_REDUCE_SUM_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "reduce/lanes.h"

typedef struct nx_sum_tree {
    const nx_lanes_engine *engine;
    size_t width;
    uint64_t count;
    double *levels; /* room for a row for each bit of the number of values */
} nx_sum_tree;

/* Pushes a row, which is overwritten. */
void nx_sum_tree_push(nx_sum_tree *tree, double *row);

/* Writes the sums of all rows pushed, at least one. The tree is empty then. */
void nx_sum_tree_end(nx_sum_tree *tree, double *sums);

#endif
