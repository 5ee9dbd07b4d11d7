/* Which bucket a key belongs to, such that buckets are about equally full.
 *
 * The range of the keys is cut into 4096 cells of equal width. A sample tells how many
 * keys each will have: a cell with many becomes a power of two of buckets, neighbours
 * with few share one. So finding the bucket of a key takes one look into a table that
 * fits the first cache, two shifts and an addition, whatever the distribution: uniform
 * bits, floats, whose keys are dense where exponents are common, or a few outliers far
 * from the rest. A bad sample costs balance only, never order. */
#ifndef NX_SORT_BUCKET_MAP_H
#define NX_SORT_BUCKET_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/status.h"

enum {
    NX_BUCKET_CELL_BITS = 12,
    NX_BUCKET_CELLS = 1 << NX_BUCKET_CELL_BITS,
    NX_BUCKET_SHIFT = 16 /* where the shift of a cell begins */
};

/* More buckets than this are not asked for. */
#define NX_MOST_BUCKETS ((size_t)4096)

/* Made by nx_bucket_map_begin, ended by nx_bucket_map_end. Immutable in between. */
typedef struct nx_bucket_map {
    uint64_t least; /* key */
    int cell_shift; /* bits of a key within its cell */
    uint64_t low;   /* a mask of them */
    size_t buckets;
    uint64_t *starts; /* by bucket: its least key, less `least`; one more at the end */
    uint32_t cells[NX_BUCKET_CELLS]; /* the first bucket, and by how many bits what is
                                        low is shifted to get to the others */
} nx_bucket_map;

/* The bucket of a key between the least and the greatest one. */
NX_INLINE size_t
nx_bucket_of(const nx_bucket_map *map, uint64_t key)
{
    const uint64_t offset = key - map->least;
    const uint32_t cell = map->cells[offset >> map->cell_shift];
    return (cell & ((1u << NX_BUCKET_SHIFT) - 1)) +
           (size_t)((offset & map->low) >> (cell >> NX_BUCKET_SHIFT));
}

/* Makes a map of about `wanted` buckets, at most NX_MOST_BUCKETS, for keys from `least`
 * to `most`. `sample` are n of them, which may be any; it is not kept. No bucket ends
 * between keys that differ in their lowest `whole_bits` bits alone. */
NX_MUST_CHECK nx_status nx_bucket_map_begin(nx_bucket_map *map, uint64_t least,
                                            uint64_t most, const uint64_t *sample,
                                            size_t n, size_t wanted, int whole_bits,
                                            nx_error *error);

void nx_bucket_map_end(nx_bucket_map *map);

#endif
