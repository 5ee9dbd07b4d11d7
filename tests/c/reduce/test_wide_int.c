#include "harness.h"

#include <math.h>

#include "reduce/wide_int.h"

static void
test_sums_of_integers(void)
{
    nx_wide_int a = {{0, 0, 0}};
    nx_wide_add_int64(&a, INT64_MAX);
    CHECK(nx_wide_is_int64(&a) && nx_wide_is_uint64(&a));
    nx_wide_add_int64(&a, 1);
    CHECK(!nx_wide_is_int64(&a) && nx_wide_is_uint64(&a));
    nx_wide_add_int64(&a, INT64_MIN);
    CHECK(nx_wide_is_int64(&a));
    CHECK_INT(a.words[0], 0);
    nx_wide_add_int64(&a, -1);
    CHECK(nx_wide_is_int64(&a) && !nx_wide_is_uint64(&a));
    nx_wide_add_int64(&a, INT64_MIN);
    CHECK(!nx_wide_is_int64(&a) && !nx_wide_is_uint64(&a));
    nx_wide_add_int64(&a, 1);
    CHECK(nx_wide_is_int64(&a));
    CHECK(a.words[0] == (uint64_t)INT64_MIN);
}

static void
test_halves(void)
{
    nx_wide_int a = {{0, 0, 0}};
    nx_wide_add_halves(&a, -1, UINT64_C(1) << 32);
    CHECK_INT(a.words[0] | a.words[1] | a.words[2], 0);
    nx_wide_add_halves(&a, INT64_C(1) << 40, 7);
    CHECK_INT(a.words[0], 7);
    CHECK_INT(a.words[1], 1 << 8);
    nx_wide_add_halves(&a, -(INT64_C(1) << 40), UINT64_MAX);
    CHECK_INT(a.words[0], 6);
    CHECK_INT(a.words[1], 1);
    CHECK_INT(a.words[2], 0);
}

static void
test_products(void)
{
    nx_wide_int a = {{0, 0, 0}};
    nx_wide_add_product(&a, (uint64_t)INT64_MIN, (uint64_t)INT64_MIN, true);
    CHECK(a.words[0] == 0 && a.words[1] == UINT64_C(1) << 62 && a.words[2] == 0);
    nx_wide_add_product(&a, (uint64_t)INT64_MIN, (uint64_t)INT64_MAX, true);
    CHECK(a.words[0] == UINT64_C(1) << 63 && a.words[1] == 0 && a.words[2] == 0);
    nx_wide_int b = {{0, 0, 0}};
    nx_wide_add_product(&b, UINT64_MAX, UINT64_MAX, false);
    CHECK(b.words[0] == 1 && b.words[1] == UINT64_MAX - 1 && b.words[2] == 0);
    nx_wide_add_product(&b, UINT64_MAX, UINT64_MAX, false);
    CHECK(b.words[2] == 1);
    nx_wide_int c = {{0, 0, 0}};
    nx_wide_add_product(&c, (uint64_t)-3, 7, true);
    nx_wide_add_product(&c, 7, (uint64_t)-3, true);
    nx_wide_add_product(&c, (uint64_t)-6, (uint64_t)-7, true);
    CHECK_INT(c.words[0] | c.words[1] | c.words[2], 0);
}

static double
divided(int64_t sum, uint64_t n)
{
    nx_wide_int a = {{0, 0, 0}};
    nx_wide_add_int64(&a, sum);
    return nx_wide_divided(&a, n);
}

/* Against long doubles where they have 64 bits: sums of 63 bits over powers of two. */
static void
test_quotients_are_rounded_once(void)
{
    CHECK(divided(0, 3) == 0);
    CHECK(divided(1, 3) == 1.0 / 3 && divided(-2, 3) == -2.0 / 3);
    CHECK(divided(INT64_MAX, 1) == 0x1p63);
    CHECK(divided(INT64_MIN, 1) == -0x1p63);
    /* Half-way between two doubles, and next to that. */
    CHECK(divided((INT64_C(1) << 53) + 1, 1) == 0x1p53);
    CHECK(divided((INT64_C(1) << 53) + 3, 1) == 0x1p53 + 4);
    CHECK(divided((INT64_C(1) << 54) + 2, 2) == 0x1p53);
    CHECK(divided((INT64_C(1) << 54) + 3, 2) == 0x1p53 + 2);
    CHECK(divided((INT64_C(1) << 60) + 1, UINT64_C(3) << 40) ==
          ((double)(INT64_C(1) << 60)) / (double)(UINT64_C(3) << 40));
    CHECK(divided(1, UINT64_MAX) == 0x1p-64);
    nx_wide_int large = {{0, 0, UINT64_C(1) << 40}};
    CHECK(nx_wide_divided(&large, 1) == 0x1p168);
    CHECK(nx_wide_divided(&large, UINT64_C(1) << 63) == 0x1p105);
    uint64_t seed = 1;
    for (int round = 0; round < 100000; round++) {
        const int64_t sum = (int64_t)nx_test_random(&seed) >> (round % 60);
        const unsigned shift = (unsigned)round % 50;
        CHECK(divided(sum, UINT64_C(1) << shift) ==
              ldexp((double)sum, -(int)shift)); /* int64 to double rounds once */
        const uint64_t n = nx_test_random(&seed) >> (11 + round % 50) | 1;
        if (sum < INT64_C(1) << 53 && sum > -(INT64_C(1) << 53)) {
            CHECK(divided(sum, n) == (double)sum / (double)n);
        }
    }
}

/* Sums of more than 53 bits, by the remainder of the nearest double. */
static void
test_quotients_of_large_sums(void)
{
#if defined(__SIZEOF_INT128__)
    uint64_t seed = 2;
    for (int round = 0; round < 100000; round++) {
        nx_wide_int a = {{nx_test_random(&seed), nx_test_random(&seed) >> 40, 0}};
        const uint64_t n = (nx_test_random(&seed) >> 30) + 1;
        const double found = nx_wide_divided(&a, n);
        /* |a - found * n| is at most half a unit in the last place of found, times n:
         * with found = m * 2^e compare 2 * |a - m * 2^e * n| with 2^e * n. */
        int exponent;
        const uint64_t m = (uint64_t)ldexp(frexp(found, &exponent), 53);
        exponent -= 53;
        const nx_uint128 sum = (nx_uint128)a.words[1] << 64 | a.words[0];
        if (exponent < 0 || exponent > 20) {
            continue;
        }
        const nx_uint128 product = ((nx_uint128)m * n) << exponent;
        const nx_uint128 off = sum > product ? sum - product : product - sum;
        const nx_uint128 unit = (nx_uint128)n << exponent;
        CHECK(2 * off <= unit);
        CHECK(2 * off < unit || (m & 1) == 0);
    }
#endif
}

const nx_test nx_suite_wide_int[] = {
    NX_TEST(test_sums_of_integers),
    NX_TEST(test_halves),
    NX_TEST(test_products),
    NX_TEST(test_quotients_are_rounded_once),
    NX_TEST(test_quotients_of_large_sums),
    {0},
};
