#include "sort/bucket_map.h"

#include <string.h>

#include "base/alloc.h"

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
        map->cells[i] = (uint32_t)bucket | (uint32_t)shift << NX_BUCKET_SHIFT;
        if (!is_open) {
            for (size_t part = 0; part < (size_t)1 << cuts; part++) {
                map->starts[bucket + part] =
                    ((uint64_t)i << map->cell_shift) + ((uint64_t)part << shift);
            }
        }
        gathered += counts[i];
        is_open = cuts == 0;
        bucket += cuts == 0 ? 0 : (size_t)1 << cuts;
    }
    map->buckets = bucket + is_open;
}

nx_status
nx_bucket_map_begin(nx_bucket_map *map, uint64_t least, uint64_t most,
                    const uint64_t *sample, size_t n, size_t wanted, int whole_bits,
                    nx_error *error)
{
    /* Cells begin where keys differ above the bits that are kept together. */
    least -= least & ((UINT64_C(1) << whole_bits) - 1);
    const int bits = most == least ? 1 : 64 - nx_clz64(most - least);
    const int narrow = bits < NX_BUCKET_CELL_BITS ? 0 : bits - NX_BUCKET_CELL_BITS;
    uint32_t counts[NX_BUCKET_CELLS] = {0};
    map->least = least;
    map->cell_shift = narrow < whole_bits ? whole_bits : narrow;
    map->low = (UINT64_C(1) << map->cell_shift) - 1;
    /* A cut cell has three quarters of a full bucket for each of its own, and between
     * two of them there may be one more. */
    map->starts = nx_alloc(3 * wanted + 4, sizeof *map->starts);
    if (map->starts == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    for (size_t i = 0; i < n; i++) {
        counts[(sample[i] - least) >> map->cell_shift]++;
    }
    cut(map, counts, n, wanted, map->cell_shift - whole_bits,
        (size_t)((most - least) >> map->cell_shift));
    map->starts[map->buckets] = most - least + 1;
    return NX_OK;
}

void
nx_bucket_map_end(nx_bucket_map *map)
{
    nx_free(map->starts);
    map->starts = NULL;
}
