/* How a reduction is divided: outputs into tiles, long ones into pieces besides.
 *
 * A piece is a power of two blocks and begins at a multiple of that, so that its sum is
 * one node of the tree of all blocks (sum_tree.h). The plan depends on the shape of the
 * view alone, never on the number of threads, and no result depends on the plan.
 */
#ifndef NX_REDUCE_REDUCE_PLAN_H
#define NX_REDUCE_REDUCE_PLAN_H

#include "reduce/lanes.h"
#include "reduce/reduce_view.h"

enum {
    NX_TILE = 64,        /* outputs that are side by side in memory, at most */
    NX_PIECE_LEVELS = 8, /* of the tree of a piece, at most */
    NX_TREE_LEVELS = 64  /* of any tree */
};

typedef struct nx_reduce_plan {
    bool across;    /* items of neighbouring outputs are nearer than those of one */
    size_t tile;    /* outputs of a tile; fewer at the end, or of a line if `across` */
    size_t line;    /* outputs that are side by side */
    size_t tiles;   /* of all outputs */
    size_t pieces;  /* of each output */
    size_t piece;   /* items of a piece; the last one may have fewer */
    size_t outputs; /* of the view ... */
    size_t length;  /* ... and their items */
} nx_reduce_plan;

/* Part of a reduction. */
typedef struct nx_reduce_part {
    size_t output, width; /* the first output, and how many */
    size_t number;        /* of the piece ... */
    size_t begin, length; /* ... and its items in each output */
} nx_reduce_part;

/* A plan for a view with outputs and items. */
nx_reduce_plan nx_reduce_plan_of(const nx_reduce_view *view);

/* Part 0 <= i < tiles * pieces of a plan. */
nx_reduce_part nx_reduce_plan_part(const nx_reduce_plan *plan, size_t i);

#endif
