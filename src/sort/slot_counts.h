/* Counts of the keys in slots, and what becomes of them. */
#ifndef NX_SORT_SLOT_COUNTS_H
#define NX_SORT_SLOT_COUNTS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"

/* Turns counts into starts: each becomes the sum of those before it, of all at most
 * 65535. Four counts are added up by one multiplication. `n` is rounded up to a
 * multiple of four. */
NX_INLINE void
nx_slots_add_up(uint16_t *counts, size_t n)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned count = counts[i];
        counts[i] = (uint16_t)sum;
        sum += count;
    }
#else
    uint64_t ones = UINT64_C(0x0001000100010001), sum = 0;
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+r"(ones)); /* or shifts and additions would take its place */
#endif
    for (size_t i = 0; i < n; i += 4) {
        uint64_t four;
        memcpy(&four, counts + i, sizeof four);
        const uint64_t sums = four * ones, starts = (sums << 16) + sum * ones;
        memcpy(counts + i, &starts, sizeof starts);
        sum += sums >> 48;
    }
#endif
}

#endif
