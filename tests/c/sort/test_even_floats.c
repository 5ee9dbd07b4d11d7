#include "harness.h"

#include <math.h>

#include "base/alloc.h"
#include "sort/even_floats.h"

/* Sorts by insertion, stable. */
static void
sort_slowly(const double *values, size_t n, bool descending, double *sorted)
{
    for (size_t i = 0; i < n; i++) {
        size_t to = i;
        while (to > 0 &&
               (descending ? sorted[to - 1] < values[i] : sorted[to - 1] > values[i])) {
            sorted[to] = sorted[to - 1];
            to--;
        }
        sorted[to] = values[i];
    }
}

/* True if the values were taken; they are sorted then, with all zeros in their order.
 */
static bool
check(const double *values, size_t n, bool descending)
{
    double *sorted = nx_alloc(n, sizeof *sorted),
           *expected = nx_alloc(n, sizeof(double));
    void *room = nx_alloc(1, n * NX_EVEN_ROOM + NX_EVEN_SPARE);
    const bool taken = nx_sort_even_floats(values, n, descending, sorted, room);
    if (taken) {
        sort_slowly(values, n, descending, expected);
        CHECK(memcmp(sorted, expected, n * sizeof *sorted) == 0);
    }
    nx_free(sorted);
    nx_free(expected);
    nx_free(room);
    return taken;
}

static double
uniform(uint64_t *random)
{
    return (double)(nx_test_random(random) >> 11) * 0x1p-53;
}

static void
test_distributions(void)
{
    static const size_t sizes[] = {64, 65, 66, 67, 100, 1000, 4097, 9999};
    uint64_t random = 1;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const size_t n = sizes[s];
        double *values = nx_alloc(n, sizeof *values);
        for (int shape = 0; shape < 4; shape++) {
            for (size_t i = 0; i < n; i++) {
                const double x = uniform(&random), y = uniform(&random);
                values[i] = shape == 0   ? x
                            : shape == 1 ? sqrt(-2 * log(x + 1e-300)) * cos(6.28 * y)
                            : shape == 2 ? (x - 0.5) * 1e-310
                                         : floor(x * 50) * (y < 0.5 ? 1 : -1);
            }
            if (shape == 3) {
                values[n / 2] = -0.0;
                values[n / 3] = 0.0;
            }
            CHECK(check(values, n, false) == (shape != 2));
            CHECK(check(values, n, true) == (shape != 2));
        }
        nx_free(values);
    }
}

static void
test_the_longest_row(void)
{
    double *values = nx_alloc(NX_EVEN_FLOATS, sizeof *values);
    double *sorted = nx_alloc(NX_EVEN_FLOATS, sizeof *sorted);
    void *room = nx_alloc(1, NX_EVEN_FLOATS * NX_EVEN_ROOM + NX_EVEN_SPARE);
    for (size_t i = 0; i < NX_EVEN_FLOATS; i++) {
        values[i] = (double)(i * 7919 % NX_EVEN_FLOATS) - 1000;
    }
    for (int descending = 0; descending < 2; descending++) {
        CHECK(nx_sort_even_floats(values, NX_EVEN_FLOATS, descending, sorted, room));
        for (size_t i = 0; i < NX_EVEN_FLOATS; i++) {
            const size_t place = descending ? NX_EVEN_FLOATS - 1 - i : i;
            CHECK(sorted[i] == (double)place - 1000);
        }
    }
    nx_free(values);
    nx_free(sorted);
    nx_free(room);
}

static void
test_what_is_not_spread_is_left(void)
{
    double values[1000];
    uint64_t random = 2;
    for (size_t i = 0; i < 1000; i++) {
        values[i] = 1;
    }
    CHECK(!check(values, 1000, false)); /* one value */
    for (size_t i = 0; i < 1000; i++) {
        values[i] = uniform(&random);
    }
    static const double others[] = {NAN, INFINITY, -INFINITY, 1e300, -1e306, 1.7e308};
    for (size_t k = 0; k < sizeof others / sizeof others[0]; k++) {
        const double kept = values[501];
        values[501] = others[k];
        CHECK(!check(values, 1000, false));
        CHECK(!check(values, 1000, true));
        values[501] = kept;
    }
    values[0] = -1.7e308;
    values[999] = 1.7e308; /* a range that is no double */
    CHECK(!check(values, 1000, false));
    /* Crowds that a sample does not show: the first of each sixteen is spread. */
    for (size_t i = 0; i < 1000; i++) {
        values[i] = i * 64 / 1000 * 1000 / 64 == i || i % 16 == 0
                        ? uniform(&random)
                        : 0.5 + 1e-9 / (double)(i + 1);
    }
    (void)check(values, 1000, false);
    (void)check(values, 1000, true);
}

const nx_test nx_suite_even_floats[] = {
    NX_TEST(test_distributions),
    NX_TEST(test_the_longest_row),
    NX_TEST(test_what_is_not_spread_is_left),
    {0},
};
