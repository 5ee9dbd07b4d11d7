/* Which bucket a key belongs to, such that buckets are about equally full.
 *
 * A sample tells how the keys are spread over their range. If they are spread evenly,
 * buckets have equal widths, and finding that of a key takes a subtraction and a shift.
 *
 * If not, the range is cut into cells of equal width. A cell with many keys of the
 * sample becomes a power of two of buckets, neighbours with few share one. Finding the
 * bucket of a key then takes one look into a table that fits the first cache, two
 * shifts and an addition, whatever the distribution: floats, whose keys are dense where
 * exponents are common, or a few outliers far from the rest. A bad sample costs balance
 * only, never order. */
#ifndef NX_SORT_BUCKET_MAP_H
#define NX_SORT_BUCKET_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/status.h"

enum {
    NX_BUCKET_CELLS = 1 << 12, /* at most */
    NX_BUCKET_ADD = 16         /* where the summand of a cell begins */
};

/* More buckets than this are not asked for. */
#define NX_MOST_BUCKETS ((size_t)4096)

/* Made by nx_bucket_map_begin, ended by nx_bucket_map_end. Immutable in between. */
typedef struct nx_bucket_map {
    uint64_t least; /* key */
    size_t buckets;
    uint64_t *starts; /* by bucket: its least key, less `least`; one more at the end */
    bool is_even;     /* buckets have equal widths: ... */
    int even_shift;   /* ... of so many bits */
    int cell_shift;   /* bits of a key within its cell */
    uint32_t cells[NX_BUCKET_CELLS]; /* by how many bits a key there is shifted, and in
                                        the upper half what is then added */
} nx_bucket_map;

/* The bucket of a key between the least and the greatest one, by the table. */
NX_INLINE size_t
nx_bucket_of_cell(const nx_bucket_map *map, uint64_t key)
{
    const uint64_t offset = key - map->least;
    const uint32_t cell = map->cells[offset >> map->cell_shift];
    return (uint16_t)((offset >> (cell & 63)) + (cell >> NX_BUCKET_ADD));
}

/* The bucket of a key between the least and the greatest one. */
NX_INLINE size_t
nx_bucket_of(const nx_bucket_map *map, uint64_t key)
{
    return map->is_even ? (size_t)((key - map->least) >> map->even_shift)
                        : nx_bucket_of_cell(map, key);
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
