/* What sorted rows must be: a merge sort by key that keeps the order of equal ones. */
#ifndef NX_TESTS_ROW_ORACLE_H
#define NX_TESTS_ROW_ORACLE_H

#include "sort_testing.h"

#include "base/alloc.h"
#include "sort/sort_key.h"

/* Merges the first `half` of n places, which are in order, with the others. */
static inline void
merge_halves(const uint64_t *keys, int64_t *places, int64_t *room, size_t half,
             size_t n)
{
    memcpy(room, places, half * sizeof *room);
    for (size_t left = 0, right = half, i = 0; left < half; i++) {
        const bool takes_right = right < n && keys[places[right]] < keys[room[left]];
        places[i] = takes_right ? places[right++] : room[left++];
    }
}

static inline void
merge_places(const uint64_t *keys, int64_t *places, int64_t *room, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t begin = 0; begin + width < n; begin += 2 * width) {
            const size_t rest = n - begin;
            merge_halves(keys, places + begin, room, width,
                         rest < 2 * width ? rest : 2 * width);
        }
    }
}

/* The stable order of n values. */
static inline void
slow_order(const nx_sort_source *source, size_t n, bool descending, int64_t *order)
{
    uint64_t *keys = nx_alloc(n, sizeof *keys);
    int64_t *room = nx_alloc(n, sizeof *room);
    for (size_t i = 0; i < n; i++) {
        nx_sort_keys(source, i, 1, descending, keys + i);
        order[i] = (int64_t)i;
    }
    merge_places(keys, order, room, n);
    nx_free(keys);
    nx_free(room);
}

/* Fills n values of a kind. Floats have NaN of several kinds and both zeros among
 * them. */
static inline void
fill_values(nx_sort_kind kind, int shape, size_t n, uint64_t *random, void *values)
{
    const size_t size = nx_sort_kind_size(kind);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = shaped_key(shape, i, n, random);
        const uint64_t word = nx_test_random(random), sign = UINT64_C(1)
                                                             << (8 * size - 1);
        if (nx_sort_kind_has_last(kind) && word % 4 == 0) {
            const uint64_t special[] = {0, sign, sign - 1 - (word >> 60),
                                        sign | (sign - 1 - (word >> 62))};
            bits = special[word >> 8 & 3];
        }
        const uint8_t narrow = (uint8_t)bits;
        const uint16_t half = (uint16_t)bits;
        const uint32_t single = (uint32_t)bits;
        const void *from = size == 1   ? (const void *)&narrow
                           : size == 2 ? (const void *)&half
                           : size == 4 ? (const void *)&single
                                       : (const void *)&bits;
        memcpy((uint8_t *)values + i * size, from, size);
    }
}

#endif
