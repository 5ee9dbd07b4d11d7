#include "reduce_testing.h"

#include <fenv.h>

#include "reduce/exact_sum.h"
#include "reduce/pair_lanes.h"
#include "reduce/reduce_precise.h"

enum {
    ROWS = 70000,
    WIDE = 11
};

static nx_status
reduce(const nx_reduce_view *view, nx_float_op op, bool exact, unsigned threads,
       double *results, int *flags, nx_error *error)
{
    const nx_float_request request = {.view = view, .op = op, .results = results};
    const nx_status status =
        nx_reduce_precisely(&request, exact, threads, NULL, flags, error);
    *flags &= FE_INVALID | FE_OVERFLOW;
    return status;
}

static double
exact_sum(const double *x, ptrdiff_t step, size_t n, bool squares)
{
    nx_exact_sum sum;
    nx_exact_begin(&sum);
    for (size_t i = 0; i < n; i++) {
        const double item = x[(ptrdiff_t)i * step];
        squares ? nx_exact_add_products(&sum, &item, &item, 1)
                : nx_exact_add(&sum, &item, 1);
    }
    return nx_exact_round(&sum);
}

/* Outputs side by side and one after the other have the same bits, on any threads. */
static void
test_layouts_and_threads(void)
{
    double *const x = random_doubles((size_t)ROWS * WIDE, 1);
    double *const y = malloc((size_t)ROWS * WIDE * sizeof *y);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t o = 0; o < WIDE; o++) {
            y[o * ROWS + i] = x[i * WIDE + o];
        }
    }
    for (int exact = 0; exact < 2; exact++) {
        for (int squares = 0; squares < 2; squares++) {
            const nx_float_op op = squares ? NX_FLOAT_SQUARES : NX_FLOAT_SUM;
            double first[WIDE];
            for (unsigned threads = 1; threads <= 8; threads++) {
                for (int across = 0; across < 2; across++) {
                    nx_reduce_view view;
                    nx_error error;
                    int flags;
                    double results[WIDE];
                    view_of_doubles(&view, across ? x : y, WIDE, across ? 1 : ROWS,
                                    ROWS, across ? WIDE : 1);
                    CHECK_INT(
                        reduce(&view, op, exact, threads, results, &flags, &error),
                        NX_OK);
                    if (threads == 1 && across == 0) {
                        memcpy(first, results, sizeof first);
                    }
                    CHECK(memcmp(first, results, sizeof first) == 0);
                }
            }
            for (size_t o = 0; o < WIDE; o++) {
                const double sum = exact_sum(x + o, WIDE, ROWS, squares);
                CHECK(exact ? first[o] == sum
                            : fabs(first[o] - sum) <= 0x1p-52 * fabs(sum));
            }
        }
    }
    free(x);
    free(y);
}

static double
of_few(nx_float_op op, bool exact, const double *x, const double *y, size_t n,
       int *flags)
{
    nx_reduce_view view;
    nx_error error;
    double result;
    view_of_doubles(&view, x, 1, 1, n, 1);
    view.data[NX_OF_FACTORS] = (const char *)y;
    view.reduced[0].steps[NX_OF_FACTORS] = 8;
    view.skip_nan = y == NULL && op == NX_FLOAT_SUM;
    CHECK_INT(reduce(&view, op, exact, 1, &result, flags, &error), NX_OK);
    return result;
}

static void
test_operations(void)
{
    static const double x[5] = {1e16, 1, 4, -1e16, NAN}, y[4] = {2, 3, -1, 2};
    static const double large[4] = {1e308, 1e308, 1e308, -1e308};
    static const double scaled[2] = {3 * 0x1p700, 4 * 0x1p700};
    static const double inf = (double)INFINITY;
    int flags;
    for (int exact = 0; exact < 2; exact++) {
        CHECK_SAME(of_few(NX_FLOAT_SUM, exact, x, NULL, 5, &flags), 5);
        CHECK_SAME(of_few(NX_FLOAT_MEAN, exact, x, NULL, 4, &flags), 1.25);
        CHECK_SAME(of_few(NX_FLOAT_ROOTS, exact, x + 1, NULL, 2, &flags), 3);
        CHECK_SAME(of_few(NX_FLOAT_SIZES, exact, x, NULL, 4, &flags), 2e16 + 5);
        CHECK_SAME(of_few(NX_FLOAT_DOT, exact, x, y, 4, &flags), -1);
        CHECK_SAME(of_few(NX_FLOAT_NORM, exact, scaled, NULL, 2, &flags), 5 * 0x1p700);
        CHECK_INT(flags, 0);
        CHECK_SAME(of_few(NX_FLOAT_NORM, exact, y, NULL, 4, &flags), sqrt(18));
        CHECK_SAME(of_few(NX_FLOAT_SUM, exact, large, NULL, 3, &flags), inf);
        CHECK_INT(flags, FE_OVERFLOW);
        CHECK_SAME(of_few(NX_FLOAT_ROOTS, exact, large + 3, NULL, 1, &flags),
                   (double)NAN);
        CHECK_INT(flags, FE_INVALID);
        const double both[2] = {inf, -inf};
        CHECK_SAME(of_few(NX_FLOAT_SUM, exact, both, NULL, 2, &flags), (double)NAN);
        CHECK_INT(flags, FE_INVALID);
    }
    CHECK_SAME(of_few(NX_FLOAT_MEAN, true, large, NULL, 3, &flags), 1e308);
    CHECK_INT(flags, 0);
}

static bool
reduce_with_failures(void *context)
{
    nx_reduce_view view;
    nx_error error;
    int flags;
    double results[WIDE];
    view_of_doubles(&view, context, WIDE, 1, ROWS, WIDE);
    const nx_status status =
        reduce(&view, NX_FLOAT_SUM, true, 2, results, &flags, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_no_memory(void)
{
    double *const x = random_doubles((size_t)ROWS * WIDE, 4);
    CHECK(reduce_with_failures(x));
    nx_test_alloc_failures(reduce_with_failures, x, 20);
    free(x);
}

const nx_test nx_suite_reduce_precise[] = {
    NX_TEST(test_layouts_and_threads),
    NX_TEST(test_operations),
    NX_TEST(test_no_memory),
    {0},
};
