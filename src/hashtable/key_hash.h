/* Hashes of keys for tables of this process: quick, and secret.
 *
 * A table that is filled from a file must not be slow because somebody chose the keys.
 * So each hash depends on a random seed, and no result on a hash: groups are numbered
 * in the order in which they are seen. Where a seed turns out bad all the same, a table
 * takes another one (number_table.c, text_table.c).
 *
 * These hashes differ from run to run. The one that users see is digest/hash64.h.
 */
#ifndef NX_HASHTABLE_KEY_HASH_H
#define NX_HASHTABLE_KEY_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"

typedef struct nx_hash_seed {
    uint64_t a, b;
} nx_hash_seed;

/* A seed of this process: the same at every call. Any thread. */
nx_hash_seed nx_hash_seed_first(void);

/* Another one, at every call. Any thread. */
nx_hash_seed nx_hash_seed_next(void);

/* The hash of 128 bits: the halves of a 128-bit product, folded. Any bit may serve as a
 * place in a table. */
NX_INLINE uint64_t
nx_hash_pair(nx_hash_seed seed, uint64_t low, uint64_t high)
{
    uint64_t upper, lower;
    nx_mul128(low ^ seed.a, high ^ seed.b, &upper, &lower);
    return upper ^ lower;
}

#endif
