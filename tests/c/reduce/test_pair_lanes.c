#include "reduce_testing.h"

#include "reduce/exact_sum.h"
#include "reduce/pair_lanes.h"

static void
with_every_engine(void (*check)(void))
{
    nx_pairs_init(0);
    check();
    nx_pairs_init(nx_cpu_detect());
    check();
}

/* The sum of two numbers and what its rounding has lost, of numbers of any size. */
static nx_pair
two_sum(double a, double b)
{
    const double sum = a + b;
    return fabs(a) < fabs(b) ? (nx_pair){sum, a - (sum - b)}
                             : (nx_pair){sum, b - (sum - a)};
}

static nx_pair
slow_pairs(const double *x, const double *y, size_t n)
{
    nx_pair lanes[32] = {{0, 0}};
    for (size_t i = 0; i < n; i++) {
        nx_pair *const lane = &lanes[i % 32];
        double term = x[i], loss = 0;
        if (y != NULL) {
            term = x[i] * y[i];
            loss = fma(x[i], y[i], -term);
        }
        const nx_pair sum = two_sum(lane->sum, term);
        *lane = (nx_pair){sum.sum, lane->lost + (sum.lost + loss)};
    }
    for (size_t half = 16; half >= 1; half /= 2) {
        for (size_t l = 0; l < half; l++) {
            const nx_pair a = lanes[l], b = lanes[l + half];
            const nx_pair sum = two_sum(a.sum, b.sum);
            lanes[l] = (nx_pair){sum.sum, (a.lost + b.lost) + sum.lost};
        }
    }
    return lanes[0];
}

static void
check_blocks(void)
{
    double *const x = random_doubles(NX_LANES_BLOCK + 4, 1);
    double *const y = random_doubles(NX_LANES_BLOCK + 4, 2);
    for (size_t n = 0; n <= NX_LANES_BLOCK; n += n < 100 ? 1 : 77) {
        const nx_pair items = nx_pairs()->items(x + n % 4, n);
        const nx_pair products = nx_pairs()->products(x + n % 4, y, n);
        const nx_pair squares = nx_pairs()->products(y, y, n);
        const nx_pair wanted[3] = {slow_pairs(x + n % 4, NULL, n),
                                   slow_pairs(x + n % 4, y, n), slow_pairs(y, y, n)};
        CHECK_SAME(items.sum, wanted[0].sum);
        CHECK_SAME(items.lost, wanted[0].lost);
        CHECK_SAME(products.sum, wanted[1].sum);
        CHECK_SAME(products.lost, wanted[1].lost);
        CHECK_SAME(squares.sum, wanted[2].sum);
        CHECK_SAME(squares.lost, wanted[2].lost);
    }
    free(x);
    free(y);
}

static void
test_pairs_are_those_of_the_definition(void)
{
    with_every_engine(check_blocks);
}

/* Of numbers that cancel to nothing, all but a little is left. */
static void
check_cancelling(void)
{
    double x[NX_LANES_BLOCK];
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        nx_exact_sum exact;
        double sizes = 0;
        for (size_t i = 0; i < NX_LANES_BLOCK; i++) {
            x[i] = i % 2 ? -x[i - 1] * (1 + 0x1p-52) : random_double(&seed);
            sizes += fabs(x[i]);
        }
        nx_exact_begin(&exact);
        nx_exact_add(&exact, x, NX_LANES_BLOCK);
        const nx_pair pair = nx_pairs()->items(x, NX_LANES_BLOCK);
        const double sum = nx_exact_round(&exact);
        CHECK(fabs(pair.sum + pair.lost - sum) <=
              0x1p-53 * fabs(sum) + 40 * 40 * 0x1p-106 * sizes);
    }
}

static void
test_little_is_lost(void)
{
    with_every_engine(check_cancelling);
}

const nx_test nx_suite_pair_lanes[] = {
    NX_TEST(test_pairs_are_those_of_the_definition),
    NX_TEST(test_little_is_lost),
    {0},
};
