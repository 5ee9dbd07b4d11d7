/* The loops of sorting that gain by vectors: bounds of keys, and short rows side by
 * side. */
#ifndef NX_SORT_SORT_ENGINE_H
#define NX_SORT_SORT_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum {
    NX_RANKED_LENGTH = 16, /* the longest rows that are ranked side by side */
    NX_RANKED_ROWS = 16    /* and how many at a time, one to a lane */
};

/* Keys of several rows: key i of every row, then key i + 1. */
typedef struct nx_rank_lanes {
    uint64_t keys[NX_RANKED_LENGTH][NX_RANKED_ROWS];
    uint64_t ranks[NX_RANKED_LENGTH][NX_RANKED_ROWS];
} nx_rank_lanes;

typedef struct nx_sort_engine {
    const char *name;
    /* Sets ranks[i] to the number of keys of the row that come before key i of n, at
     * most NX_RANKED_LENGTH: those that are less, and equal ones before it. */
    void (*rank)(nx_rank_lanes *lanes, size_t n);
    /* Lowers *least and raises *most so that no key of n is outside of them. */
    void (*bound64)(const uint64_t *keys, size_t n, uint64_t *least, uint64_t *most);
    void (*bound32)(const uint32_t *keys, size_t n, uint32_t *least, uint32_t *most);
    /* The bits that occur in key - least for any of n keys. */
    uint64_t (*spread64)(const uint64_t *keys, size_t n, uint64_t least);
    /* How many of n keys are less than the one before. */
    size_t (*falls64)(const uint64_t *keys, size_t n);
    size_t (*falls32)(const uint32_t *keys, size_t n);
} nx_sort_engine;

/* The engine in use. */
const nx_sort_engine *nx_sort_engine_now(void);

/* The best engine of a processor with these features. */
const nx_sort_engine *nx_sort_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_sort_init(nx_cpu cpu);

extern const nx_sort_engine nx_sort_engine_portable;

#if defined(__x86_64__) || defined(_M_X64)
#define NX_SORT_AVX2 1
extern const nx_sort_engine nx_sort_engine_avx2;
#endif

#endif
