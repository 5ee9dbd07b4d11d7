#include "reduce/sum_tree.h"

#include <string.h>

static double *
level_of(const nx_sum_tree *tree, unsigned level)
{
    return tree->levels + level * tree->width;
}

/* An earlier row is the left operand, in any tree. */
static void
join_before(const nx_sum_tree *tree, double *row, unsigned level)
{
    double *const before = level_of(tree, level);
    tree->engine->join(before, row, tree->width);
    memcpy(row, before, tree->width * sizeof *row);
}

void
nx_sum_tree_push(nx_sum_tree *tree, double *row)
{
    unsigned level = 0;
    for (uint64_t count = tree->count; (count & 1) != 0; count >>= 1) {
        join_before(tree, row, level++);
    }
    memcpy(level_of(tree, level), row, tree->width * sizeof *row);
    tree->count++;
}

void
nx_sum_tree_end(nx_sum_tree *tree, double *sums)
{
    unsigned level = 0;
    uint64_t count = tree->count;
    for (; (count & 1) == 0; count >>= 1) {
        level++;
    }
    memcpy(sums, level_of(tree, level), tree->width * sizeof *sums);
    for (count >>= 1, level++; count != 0; count >>= 1, level++) {
        if ((count & 1) != 0) {
            join_before(tree, sums, level);
        }
    }
    tree->count = 0;
}
