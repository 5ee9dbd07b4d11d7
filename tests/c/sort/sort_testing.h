/* Keys that are hard on one way of sorting or another. */
#ifndef NX_TESTS_SORT_TESTING_H
#define NX_TESTS_SORT_TESTING_H

#include "harness.h"

enum {
    KEY_SHAPES = 18
};

/* The keys of a permutation that drives a median of three into quadratic time. */
static inline uint64_t
killer_key(size_t i, size_t n)
{
    const size_t half = n / 2;
    if (i < half) {
        return i % 2 == 0 ? i + 1 : half + i + (half % 2);
    }
    return 2 * (i - half) + 2;
}

/* Key i of n, of one of KEY_SHAPES shapes. */
static inline uint64_t
shaped_key(int shape, size_t i, size_t n, uint64_t *random)
{
    const uint64_t word = nx_test_random(random);
    switch (shape) {
        case 0:
            return word;
        case 1:
            return word % 3;
        case 2:
            return i;
        case 3:
            return n - i;
        case 4:
            return 7;
        case 5: /* organ pipe */
            return i < n / 2 ? i : n - i;
        case 6: /* digits in the middle */
            return (word & 0xFFFF) << 24;
        case 7: /* sawtooth */
            return i % 37;
        case 8: /* equal but for the lowest bits */
            return UINT64_C(0xFFFFFFFFFFFFFF00) | (word & 0xFF);
        case 9: /* the greatest key, and others */
            return word % 2 != 0 ? UINT64_MAX : word;
        case 10: /* one outlier above a crowd */
            return i == n / 3 ? UINT64_MAX : word >> 40;
        case 11: /* each bit as often as the next: no range has its share */
            return UINT64_C(1) << (word & 63);
        case 12: /* the same, with bits below */
            return word >> (word & 63);
        case 13: /* crowds far from each other */
            return (word % 5 << 61) + (word >> 8 & 0xFFFFFF);
        case 14:
            return killer_key(i, n);
        case 15: /* falling, but for one */
            return i == n - 1 ? n : n - i;
        case 16: /* ascending, but for one */
            return i == n - 1 ? 0 : i;
        default: /* a range that is counted */
            return (UINT64_C(1) << 40) + word % 1000;
    }
}

/* Lengths at which one way ends and another begins, and around powers of two. */
static const size_t sort_lengths[] = {
    0,    1,    2,    3,    7,    8,    11,   12,   13,   15,    16,
    17,   23,   24,   25,   31,   32,   33,   48,   63,   64,    65,
    100,  127,  128,  129,  255,  256,  257,  511,  512,  1000,  1023,
    1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 5000, 20000, 70001};

enum {
    SORT_LENGTHS = sizeof sort_lengths / sizeof sort_lengths[0]
};

#endif
