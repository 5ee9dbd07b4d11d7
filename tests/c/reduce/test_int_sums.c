#include "reduce_testing.h"

#include "reduce/int_sums.h"

#include "int_testing.h"

enum {
    MOST = NX_LANES_BLOCK
};

/* Every type and length, with the largest numbers and with any. */
static void
test_sums_and_products(void)
{
    uint64_t seed = 1;
    uint64_t x[MOST], y[MOST];
    for (nx_item_type type = NX_ITEM_BOOL; type <= NX_ITEM_TIME; type++) {
        const bool is_unsigned = type == NX_ITEM_UINT64;
        for (int round = 0; round < 60; round++) {
            const size_t n = round < 40 ? (size_t)round : MOST - (size_t)round;
            nx_wide_int sum = {{5, 0, 0}}, expected = {{5, 0, 0}};
            nx_wide_int product = {{0, 0, 0}}, wanted = {{0, 0, 0}};
            nx_wide_int square = {{0, 0, 0}}, squares = {{0, 0, 0}};
            for (size_t i = 0; i < n; i++) {
                const int64_t r = (int64_t)nx_test_random(&seed);
                const int64_t large = round % 2   ? INT64_MIN
                                      : round % 3 ? -1
                                                  : INT64_MAX;
                const int64_t a = put_item(type, x, i,
                                           round % 4 == 0   ? r
                                           : round % 4 == 1 ? r >> 40
                                                            : large);
                const int64_t other = (int64_t)nx_test_random(&seed);
                const int64_t b =
                    put_item(type, y, i, round % 4 == 0 ? other : other >> 35);
                nx_wide_int one = {{(uint64_t)a, 0, 0}};
                is_unsigned ? nx_wide_add(&expected, &one)
                            : nx_wide_add_int64(&expected, a);
                nx_wide_add_product(&wanted, (uint64_t)a, (uint64_t)b, !is_unsigned);
                nx_wide_add_product(&squares, (uint64_t)a, (uint64_t)a, !is_unsigned);
            }
            nx_int_sum(type, x, NULL, n, &sum);
            nx_int_sum(type, x, y, n, &product);
            nx_int_sum(type, x, x, n, &square);
            CHECK(is_same_wide(&sum, &expected));
            CHECK(is_same_wide(&product, &wanted));
            CHECK(is_same_wide(&square, &squares));
        }
    }
}

/* As long as runs are: nothing overflows on the way. */
static void
test_long_runs_of_the_largest(void)
{
    enum {
        LONG = 1 << 15
    };
    uint64_t *const x = malloc(LONG * sizeof *x);
    for (nx_item_type type = NX_ITEM_BOOL; type <= NX_ITEM_TIME; type++) {
        for (int sign = 0; sign < 2; sign++) {
            nx_wide_int sum = {{0, 0, 0}}, expected = {{0, 0, 0}};
            for (size_t i = 0; i < LONG; i++) {
                const int spare = 64 - 8 * (int)nx_item_size(type);
                const int64_t most = sign ? INT64_MIN >> spare : INT64_MAX >> spare;
                const int64_t a = put_item(type, x, i, type % 2 || !sign ? most : -1);
                nx_wide_int one = {{(uint64_t)a, 0, 0}};
                type == NX_ITEM_UINT64 ? nx_wide_add(&expected, &one)
                                       : nx_wide_add_int64(&expected, a);
            }
            nx_int_sum(type, x, NULL, LONG, &sum);
            CHECK(is_same_wide(&sum, &expected));
        }
    }
    free(x);
}

static void
test_sums_side_by_side(void)
{
    enum {
        COUNT = 37
    };
    uint64_t seed = 3;
    uint64_t x[COUNT], y[COUNT];
    for (nx_item_type type = NX_ITEM_BOOL; type <= NX_ITEM_TIME; type++) {
        const bool wide = nx_item_size(type) == 8;
        for (int product = 0; product < (wide ? 1 : 2); product++) {
            int64_t high[COUNT] = {0};
            uint64_t low[COUNT] = {0};
            nx_wide_int expected[COUNT];
            memset(expected, 0, sizeof expected);
            for (int round = 0; round < 100; round++) {
                for (size_t i = 0; i < COUNT; i++) {
                    const int64_t r = (int64_t)nx_test_random(&seed);
                    const int64_t a = put_item(type, x, i, round % 2 ? r : INT64_MIN);
                    const int64_t b = put_item(
                        type, y, i, round % 2 ? (int64_t)((uint64_t)r * 3) : -1);
                    nx_wide_int one = {{(uint64_t)a, 0, 0}};
                    if (product) {
                        nx_wide_add_product(&expected[i], (uint64_t)a, (uint64_t)b,
                                            true);
                    }
                    else if (type == NX_ITEM_UINT64) {
                        nx_wide_add(&expected[i], &one);
                    }
                    else {
                        nx_wide_add_int64(&expected[i], a);
                    }
                }
                nx_int_add(type, x, product ? y : NULL, COUNT, high, low);
            }
            for (size_t i = 0; i < COUNT; i++) {
                nx_wide_int sum = {{0, 0, 0}};
                nx_wide_add_halves(&sum, high[i], low[i]);
                CHECK(is_same_wide(&sum, &expected[i]));
            }
        }
    }
}

const nx_test nx_suite_int_sums[] = {
    NX_TEST(test_sums_and_products),
    NX_TEST(test_long_runs_of_the_largest),
    NX_TEST(test_sums_side_by_side),
    {0},
};
