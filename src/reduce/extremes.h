/* The smallest and the largest item of a run.
 *
 * Items of every type are compared as integers: the bits of a float, those but the sign
 * turned over where it is negative, are in the order of floats as signed integers.
 * There -0.0 is smaller than 0.0, and NaN, by its sign, is below or above everything.
 * So an extreme does not depend on the order in which items are looked at, zeros
 * included.
 */
#ifndef NX_REDUCE_EXTREMES_H
#define NX_REDUCE_EXTREMES_H

#include "base/cpu.h"
#include "reduce/reduce_view.h"

/* As keys: integers in the order of the items. INT64_MAX and INT64_MIN if there were no
 * items yet. */
typedef struct nx_extremes {
    int64_t least, most;
} nx_extremes;

/* The loops for one instruction set and type. Items are aligned and in the byte order
 * of the machine. */
typedef struct nx_extremes_loops {
    /* Takes n >= 1 items into account. */
    void (*along)(const void *items, size_t n, nx_extremes *extremes);
    /* Sets least[i] to the smaller one of it and item i, most[i] to the larger one, for
     * i < n. Both are of the type of the items, and hold keys. */
    void (*across)(const void *items, size_t n, void *least, void *most);
    /* As `along`, of n <= NX_LANES_BLOCK items and without those that are NaN, or no
     * time; returns how many items are left. NULL for types that have none. */
    size_t (*along_skipping)(const void *items, size_t n, nx_extremes *extremes);
} nx_extremes_loops;

typedef struct nx_extremes_engine {
    const char *name;
    nx_extremes_loops types[NX_ITEM_FLOAT64 + 1];
} nx_extremes_engine;

/* The engine in use. */
const nx_extremes_engine *nx_extremes_in_use(void);

/* The best engine of a processor with these features. */
const nx_extremes_engine *nx_extremes_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_extremes_init(nx_cpu cpu);

/* Keys of the smallest and the largest item that there can be, NaN among them, written
 * to n places of the size of an item each, as `across` begins with. */
void nx_extremes_begin(nx_item_type type, size_t n, void *least, void *most);

/* The key at a place that `across` has written to. */
int64_t nx_extremes_key(nx_item_type type, const void *keys, size_t i);

/* True if a key is that of NaN, or of no time. */
bool nx_extremes_is_nan(nx_item_type type, int64_t key);

/* Writes the item of a key. That of a NaN is the one NaN of results. */
void nx_extremes_item(nx_item_type type, int64_t key, void *item);

#endif
