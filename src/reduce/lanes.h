/* Sums of a block of doubles in 32 lanes: the inner loops of every reduction of floats.
 *
 * Item i of a block belongs to lane i % 32. A lane adds its items in turn, from +0.0
 * on; the lanes are then joined by a fixed tree: lane l with lane l + 16, those sums
 * with the ones 8 further, then 4, 2 and 1. Products are rounded before they are added.
 * So a sum is the same bits in every engine, and an item that is +0.0 is as good as
 * none: a lane is never -0.0. (Only the bits of a NaN may differ.)
 *
 * Where the items of many outputs lie side by side, nx_lanes_add does for one item of
 * each of them what the others do for many items of one.
 *
 * Floating-point flags are raised as the operations do, for no item that is not there.
 * Nothing here allocates or fails; any thread may call, nx_lanes_init excepted.
 */
#ifndef NX_REDUCE_LANES_H
#define NX_REDUCE_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum {
    NX_LANES = 32,
    NX_LANES_BLOCK = 1024 /* items that lanes add up before they are joined */
};

/* What is added up, of items x and y and a number c. */
typedef enum nx_term {
    NX_TERM_ITEM,             /* x */
    NX_TERM_SIZE,             /* |x| */
    NX_TERM_ROOT,             /* sqrt(x) */
    NX_TERM_SQUARE,           /* x * x */
    NX_TERM_PRODUCT,          /* x * y */
    NX_TERM_SCALED_SQUARE,    /* (x * c) * (x * c) */
    NX_TERM_DEVIATION,        /* x - c */
    NX_TERM_SQUARE_DEVIATION, /* (x - c) * (x - c) */
    NX_TERMS
} nx_term;

/* True for terms of which an item that is c, and not one that is 0, is as good as none.
 */
static inline bool
nx_term_is_deviation(nx_term term)
{
    return term == NX_TERM_DEVIATION || term == NX_TERM_SQUARE_DEVIATION;
}

/* The loops over one term. */
typedef struct nx_lanes_loops {
    /* The sum of one block: n <= NX_LANES_BLOCK items, of one output, with c[0]. Where
     * a term has one item only, y may be x, and c NULL where it has no c. */
    double (*sum)(const double *x, const double *y, size_t n, const double *c);
    /* The sums of `rows` blocks, `step` doubles apart, n <= NX_LANES_BLOCK items each;
     * c[i] is that of block i. No term of two items. */
    void (*sum_rows)(const double *x, ptrdiff_t step, size_t n, size_t rows,
                     const double *c, double *sums);
    /* lanes[i] += the term of x[i], y[i] and c[i], for i < n. */
    void (*add)(double *lanes, const double *x, const double *y, size_t n,
                const double *c);
} nx_lanes_loops;

/* The loops for one instruction set. */
typedef struct nx_lanes_engine {
    const char *name;
    nx_lanes_loops terms[NX_TERMS];
    /* a[i] += b[i] for i < n. */
    void (*join)(double *a, const double *b, size_t n);
    /* Writes n <= NX_LANES_BLOCK items from `from` to `to` (which may be the same),
     * those left out as fill[0] or, where `filled` is set, fill[i]: items whose byte in
     * `taken` is 0, unless that is NULL, and those that are NaN if `skip_nan`. Returns
     * how many are left in, and adds 1 to counts[i] for each of them unless that is
     * NULL. */
    size_t (*take)(double *to, const double *from, size_t n, const uint8_t *taken,
                   bool skip_nan, const double *fill, bool filled, double *counts);
    /* Converts n floats at any address. */
    void (*widen)(double *to, const char *from, size_t n);
} nx_lanes_engine;

/* The engine in use. */
const nx_lanes_engine *nx_lanes(void);

/* The best engine of a processor with these features. */
const nx_lanes_engine *nx_lanes_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_lanes_init(nx_cpu cpu);

#endif
