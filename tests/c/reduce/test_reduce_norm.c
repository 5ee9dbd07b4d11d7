#include "reduce_testing.h"

#include "reduce/reduce_norm.h"

static double
norm_of(const double *x, size_t n)
{
    nx_reduce_view view;
    view_of_doubles(&view, x, 1, 1, n, 1);
    return nx_norm_scaled(&view, 0);
}

static void
check_norms(void)
{
    CHECK_SAME(norm_of((const double[]){3 * 0x1p660, 4 * 0x1p660}, 2), 5 * 0x1p660);
    CHECK_SAME(norm_of((const double[]){-3 * 0x1p-660, 4 * 0x1p-660}, 2), 5 * 0x1p-660);
    CHECK_SAME(norm_of((const double[]){3 * 0x1p-1074, 4 * 0x1p-1074}, 2),
               5 * 0x1p-1074);
    CHECK_SAME(norm_of((const double[]){3 * 0x1p1000, 4 * 0x1p1000, 0x1p-1000}, 3),
               5 * 0x1p1000);
    CHECK_SAME(norm_of((const double[]){1.5e308, 1.5e308}, 2), (double)INFINITY);
    CHECK_SAME(norm_of((const double[]){0, -0.0, 0}, 3), 0);
    CHECK_SAME(norm_of((const double[]){(double)NAN, 1}, 2), (double)NAN);
    CHECK_SAME(norm_of((const double[]){(double)NAN, -(double)INFINITY}, 2),
               (double)NAN);
    CHECK_SAME(norm_of((const double[]){1, -(double)INFINITY}, 2), (double)INFINITY);
    CHECK(isnan(norm_of((const double[]){1, (double)NAN}, 2)));
}

static void
test_norms_beyond_the_range_of_squares(void)
{
    with_every_lanes(check_norms);
}

/* Long outputs, of several pieces: powers of two change nothing. */
static void
check_long(void)
{
    enum {
        LENGTH = 200000
    };
    double *const x = random_doubles(LENGTH, 6), *const y = malloc(LENGTH * sizeof *y);
    for (size_t i = 0; i < LENGTH; i++) {
        x[i] = ldexp(rint(ldexp(x[i], 40)), -40); /* bits that no scale loses */
        y[i] = x[i] * x[i];
    }
    const double plain = sqrt(slow_sum(y, LENGTH));
    for (int exponent = -1000; exponent <= 1000; exponent += 250) {
        for (size_t i = 0; i < LENGTH; i++) {
            y[i] = ldexp(x[i], exponent);
        }
        CHECK_SAME(norm_of(y, LENGTH), ldexp(plain, exponent));
    }
    free(x);
    free(y);
}

static void
test_scales_change_no_bit(void)
{
    with_every_lanes(check_long);
}

static void
test_which_sums_are_doubtful(void)
{
    CHECK(nx_norm_is_doubtful(0));
    CHECK(nx_norm_is_doubtful(1e-300));
    CHECK(nx_norm_is_doubtful((double)INFINITY));
    CHECK(!nx_norm_is_doubtful(1e-280));
    CHECK(!nx_norm_is_doubtful(1e308));
    CHECK(!nx_norm_is_doubtful((double)NAN));
}

const nx_test nx_suite_reduce_norm[] = {
    NX_TEST(test_norms_beyond_the_range_of_squares),
    NX_TEST(test_scales_change_no_bit),
    NX_TEST(test_which_sums_are_doubtful),
    {0},
};
