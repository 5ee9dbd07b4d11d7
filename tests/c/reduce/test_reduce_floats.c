#include "reduce_testing.h"

#include <fenv.h>

#include "reduce/reduce_floats.h"

/* One result of a row of doubles; the flags that the user hears of. */
static double
reduce(nx_float_op op, const double *x, const double *y, size_t n, double ddof,
       bool skip_nan, int *flags)
{
    nx_reduce_view view;
    nx_error error;
    double result = -1;
    view_of_doubles(&view, x, 1, 1, n, 1);
    view.data[NX_OF_FACTORS] = (const char *)y;
    view.reduced[0].steps[NX_OF_FACTORS] = 8;
    view.skip_nan = skip_nan;
    const nx_float_request request = {
        .view = &view, .op = op, .ddof = ddof, .results = &result};
    CHECK_INT(nx_reduce_floats(&request, 2, NULL, flags, &error), NX_OK);
    *flags &= FE_INVALID | FE_OVERFLOW | FE_DIVBYZERO;
    return result;
}

static void
check_ops(void)
{
    static const double x[4] = {4, 9, 1, 16}, y[4] = {1, -2, 3, 0.5};
    static const double expected[] = {
        [NX_FLOAT_SUM] = 30,   [NX_FLOAT_ROOTS] = 10,    [NX_FLOAT_SQUARES] = 354,
        [NX_FLOAT_DOT] = -3,   [NX_FLOAT_SIZES] = 30,    [NX_FLOAT_NORM] = 0,
        [NX_FLOAT_MEAN] = 7.5, [NX_FLOAT_VARIANCE] = 43, [NX_FLOAT_DEVIATION] = 0,
    };
    int flags;
    for (nx_float_op op = 0; op <= NX_FLOAT_DEVIATION; op++) {
        const double wanted = op == NX_FLOAT_NORM        ? sqrt(354)
                              : op == NX_FLOAT_DEVIATION ? sqrt(43)
                                                         : expected[op];
        CHECK_SAME(reduce(op, x, op == NX_FLOAT_DOT ? y : NULL, 4, 1, false, &flags),
                   wanted);
        CHECK_INT(flags, 0);
    }
}

static void
test_every_operation(void)
{
    with_every_lanes(check_ops);
}

/* Deviations from a mean that is wrong in its last bits. */
static void
check_variance(void)
{
    double x[1000];
    int flags;
    for (size_t i = 0; i < 1000; i++) {
        x[i] = 1e15 + (double)(i % 2);
    }
    CHECK_SAME(reduce(NX_FLOAT_VARIANCE, x, NULL, 1000, 0, false, &flags), 0.25);
    for (size_t i = 0; i < 1000; i++) {
        x[i] = 0.1;
    }
    CHECK_SAME(reduce(NX_FLOAT_VARIANCE, x, NULL, 1000, 0, false, &flags), 0);
    CHECK_SAME(reduce(NX_FLOAT_VARIANCE, x, NULL, 1, 1, false, &flags), (double)NAN);
    CHECK_SAME(reduce(NX_FLOAT_VARIANCE, x, NULL, 1, 2, false, &flags), (double)NAN);
    CHECK_INT(flags, 0);
    x[3] = (double)INFINITY;
    CHECK_SAME(reduce(NX_FLOAT_VARIANCE, x, NULL, 5, 0, false, &flags), (double)NAN);
    CHECK_INT(flags, FE_INVALID);
}

static void
test_variances(void)
{
    with_every_lanes(check_variance);
}

static void
check_special(void)
{
    const double nan = (double)NAN, inf = (double)INFINITY;
    const double some[3] = {1, nan, 3}, none[2] = {nan, -nan}, both[2] = {inf, -inf};
    const double large[4] = {1e308, 1e308, -1e308, -1e308}, zero[2] = {-0.0, -0.0};
    const double canonical = (double)NAN;
    int flags;
    const double sum = reduce(NX_FLOAT_SUM, none, NULL, 2, 0, false, &flags);
    CHECK(memcmp(&sum, &canonical, sizeof sum) == 0);
    CHECK_INT(flags, 0);
    CHECK_SAME(reduce(NX_FLOAT_SUM, some, NULL, 3, 0, true, &flags), 4);
    CHECK_SAME(reduce(NX_FLOAT_MEAN, some, NULL, 3, 0, true, &flags), 2);
    CHECK_SAME(reduce(NX_FLOAT_VARIANCE, some, NULL, 3, 0, true, &flags), 1);
    CHECK_SAME(reduce(NX_FLOAT_SUM, none, NULL, 2, 0, true, &flags), 0);
    CHECK_SAME(reduce(NX_FLOAT_MEAN, none, NULL, 2, 0, true, &flags), nan);
    CHECK_INT(flags, 0);
    CHECK_SAME(reduce(NX_FLOAT_SUM, zero, NULL, 2, 0, false, &flags), 0.0);
    CHECK_SAME(reduce(NX_FLOAT_SUM, both, NULL, 2, 0, false, &flags), nan);
    CHECK_INT(flags, FE_INVALID);
    CHECK_SAME(reduce(NX_FLOAT_SUM, large, NULL, 2, 0, false, &flags), inf);
    CHECK_INT(flags, FE_OVERFLOW);
    CHECK_SAME(reduce(NX_FLOAT_NORM, large, NULL, 1, 0, false, &flags), 1e308);
    CHECK_INT(flags, 0);
    CHECK_SAME(reduce(NX_FLOAT_NORM, large, NULL, 4, 0, false, &flags), inf);
    CHECK_INT(flags, FE_OVERFLOW);
    CHECK_SAME(reduce(NX_FLOAT_ROOTS, large + 2, NULL, 1, 0, false, &flags), nan);
    CHECK_INT(flags, FE_INVALID);
}

static void
test_special_values_and_flags(void)
{
    with_every_lanes(check_special);
}

/* Results of fewer bits are rounded once; many outputs need memory. */
static bool
narrow_variances(void *context)
{
    enum {
        OUTPUTS = 40,
        LENGTH = 50
    };
    nx_reduce_view view;
    nx_error error;
    float narrow[OUTPUTS];
    double wide[OUTPUTS];
    int64_t taken[OUTPUTS];
    int flags;
    view_of_doubles(&view, context, OUTPUTS, LENGTH, LENGTH, 1);
    view.skip_nan = true;
    nx_float_request request = {
        .view = &view, .op = NX_FLOAT_VARIANCE, .narrow = true, .results = narrow};
    nx_status status = nx_reduce_floats(&request, 1, NULL, &flags, &error);
    if (status == NX_OK) {
        request.narrow = false;
        request.results = wide;
        request.taken = taken;
        status = nx_reduce_floats(&request, 1, NULL, &flags, &error);
    }
    if (status != NX_OK) {
        CHECK_INT(status, NX_ERR_MEMORY);
        return false;
    }
    for (size_t i = 0; i < OUTPUTS; i++) {
        CHECK(narrow[i] == (float)wide[i]);
        CHECK_INT(taken[i], LENGTH);
    }
    return true;
}

static void
test_many_narrow_results_and_no_memory(void)
{
    double *const x = random_doubles(40 * 50, 3);
    nx_test_alloc_failures(narrow_variances, x, 20);
    free(x);
}

const nx_test nx_suite_reduce_floats[] = {
    NX_TEST(test_every_operation),
    NX_TEST(test_variances),
    NX_TEST(test_special_values_and_flags),
    NX_TEST(test_many_narrow_results_and_no_memory),
    {0},
};
