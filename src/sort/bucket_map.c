#include "sort/bucket_map.h"

#include <string.h>

#include "base/alloc.h"

enum {
    CELLS_PER_BUCKET = 4, /* at least, of the cells that a sample is counted in */
    CROWDED = 4,          /* times what a bucket should have is too much ... */
    CROWD = 16            /* ... if it is one key in so many, of all together */
};

/* Of how many parts of a full bucket the halves of a cell have to be for it to be cut
 * in two: three quarters. With less, buckets would be many and small. */
#define PARTS      4
#define FULL_PARTS 3

/* By how many bits a cell with `count` keys of the sample is cut. */
static int
cuts_of(size_t count, size_t n, size_t wanted, int most)
{
    int cuts = 0;
    while (cuts < most && PARTS * (count >> (cuts + 1)) * wanted >= FULL_PARTS * n) {
        cuts++;
    }
    return cuts;
}

/* Gives the cells their buckets. */
static void
cut(nx_bucket_map *map, const uint32_t *counts, size_t n, size_t wanted, int most_cuts,
    size_t last_cell)
{
    size_t bucket = 0, gathered = 0;
    bool is_open = false; /* `bucket` is that of the cells before */
    for (size_t i = 0; i <= last_cell; i++) {
        const int cuts = cuts_of(counts[i], n, wanted, most_cuts);
        if (cuts > 0 || (is_open && gathered * wanted >= n)) {
            bucket += is_open;
            is_open = false;
            gathered = 0;
        }
        const int shift = map->cell_shift - cuts;
        const uint64_t start = (uint64_t)i << map->cell_shift;
        /* Keys of the cell, shifted, count up from start >> shift. */
        const uint16_t added = (uint16_t)(bucket - (size_t)(start >> shift));
        map->cells[i] = (uint32_t)shift | (uint32_t)added << NX_BUCKET_ADD;
        if (!is_open) {
            for (size_t part = 0; part < (size_t)1 << cuts; part++) {
                map->starts[bucket + part] = start + ((uint64_t)part << shift);
            }
        }
        gathered += counts[i];
        is_open = cuts == 0;
        bucket += cuts == 0 ? 0 : (size_t)1 << cuts;
    }
}

/* By how many bits cells are joined to become even buckets, about `wanted` of them; -1
 * if too many keys of the sample would crowd in few. */
static int
join_evenly(const uint32_t *counts, size_t n, size_t wanted, size_t cells)
{
    int bits = 0;
    size_t crowd = 0;
    while (8 * (cells >> (bits + 1)) >= 5 * wanted && cells >> (bits + 1) > 0) {
        bits++;
    }
    const size_t width = (size_t)1 << bits, buckets = (cells + width - 1) >> bits;
    const size_t enough = CROWDED * (n / buckets + 1);
    for (size_t bucket = 0; bucket < buckets; bucket++) {
        size_t count = 0;
        for (size_t i = bucket << bits; i < (bucket + 1) << bits && i < cells; i++) {
            count += counts[i];
        }
        crowd += count > enough ? count - enough : 0;
    }
    return buckets <= NX_MOST_BUCKETS && crowd <= n / CROWD ? bits : -1;
}

static void
make_even(nx_bucket_map *map, int shift, uint64_t most)
{
    map->is_even = true;
    map->even_shift = shift;
    map->buckets = (size_t)((most - map->least) >> shift) + 1;
    for (size_t bucket = 0; bucket < map->buckets; bucket++) {
        map->starts[bucket] = (uint64_t)bucket << shift;
    }
}

/* Bits of the number of cells. */
static int
cell_bits(size_t wanted)
{
    int bits = 6;
    while (((size_t)1 << bits) < CELLS_PER_BUCKET * wanted &&
           (1 << bits) < NX_BUCKET_CELLS) {
        bits++;
    }
    return bits;
}

nx_status
nx_bucket_map_begin(nx_bucket_map *map, uint64_t least, uint64_t most,
                    const uint64_t *sample, size_t n, size_t wanted, int whole_bits,
                    nx_error *error)
{
    uint32_t counts[NX_BUCKET_CELLS];
    /* Cells begin where keys differ above the bits that are kept together. */
    least -= least & ((UINT64_C(1) << whole_bits) - 1);
    const int most_bits = cell_bits(wanted);
    const int bits = most == least ? 1 : 64 - nx_clz64(most - least);
    const int narrow = bits < most_bits ? 0 : bits - most_bits;
    map->least = least;
    map->is_even = false;
    map->even_shift = 0;
    map->cell_shift = narrow < whole_bits ? whole_bits : narrow;
    const size_t cells = (size_t)((most - least) >> map->cell_shift) + 1;
    /* A cut cell has three quarters of a full bucket for each of its own, and between
     * two of them there may be one more. Even ones are not more than cells. */
    const size_t room = 3 * wanted + 4 > cells ? 3 * wanted + 4 : cells + 1;
    map->starts = nx_alloc(room, sizeof *map->starts);
    if (map->starts == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    memset(counts, 0, cells * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        counts[(sample[i] - least) >> map->cell_shift]++;
    }
    const int joined = join_evenly(counts, n, wanted, cells);
    if (joined >= 0) {
        make_even(map, map->cell_shift + joined, most);
    }
    else {
        cut(map, counts, n, wanted, map->cell_shift - whole_bits, cells - 1);
        map->buckets = nx_bucket_of(map, most) + 1;
    }
    map->starts[map->buckets] = most - least + 1;
    return NX_OK;
}

void
nx_bucket_map_end(nx_bucket_map *map)
{
    nx_free(map->starts);
    map->starts = NULL;
}
