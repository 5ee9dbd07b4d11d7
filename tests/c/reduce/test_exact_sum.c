#include "reduce_testing.h"

#include <fenv.h>

#include "reduce/exact_sum.h"

static double
sum_of(const double *x, size_t n)
{
    nx_exact_sum sum;
    nx_exact_begin(&sum);
    nx_exact_add(&sum, x, n);
    return nx_exact_round(&sum);
}

static double
dot_of(const double *x, const double *y, size_t n)
{
    nx_exact_sum sum;
    nx_exact_begin(&sum);
    nx_exact_add_products(&sum, x, y, n);
    return nx_exact_round(&sum);
}

static void
test_single_numbers_come_back(void)
{
    uint64_t seed = 1;
    static const double some[] = {
        0.0, 1.0, -1.5, 0x1p-1074, -0x1p-1022, 0x1.fffffffffffffp1023, 0x1.8p-1060};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        CHECK_SAME(sum_of(&some[i], 1), some[i]);
    }
    for (int round = 0; round < 100000; round++) {
        const uint64_t bits = nx_test_random(&seed);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x)) {
            CHECK_SAME(sum_of(&x, 1), x);
        }
    }
}

/* Sums that doubles cannot follow. */
static void
test_cancellation(void)
{
    CHECK_SAME(sum_of((const double[]){1e16, 1, -1e16}, 3), 1);
    CHECK_SAME(
        sum_of((const double[]){0x1p1023, 0x1p1023, 0x1p-1074, -0x1p1023, -0x1p1023},
               5),
        0x1p-1074);
    CHECK_SAME(sum_of((const double[]){1, -1}, 2), 0.0);
    CHECK_SAME(sum_of((const double[]){-0.0, -0.0}, 2), 0.0);
    CHECK_SAME(dot_of((const double[]){0x1p600, 3, 0x1p600},
                      (const double[]){0x1p600, 5, -0x1p600}, 3),
               15);
    CHECK_SAME(dot_of((const double[]){0x1p-600, 1}, (const double[]){0x1p-600, 0}, 2),
               0.0);
}

/* Half-way between two doubles to the even one; whatever is below decides. */
static void
test_ties(void)
{
    const double one = 1, half = 0x1p-53, tiny = 0x1p-1074;
    CHECK_SAME(sum_of((const double[]){one, half}, 2), one);
    CHECK_SAME(sum_of((const double[]){one, half, tiny}, 3), one + 0x1p-52);
    CHECK_SAME(sum_of((const double[]){one, half, -tiny}, 3), one);
    CHECK_SAME(sum_of((const double[]){one + 0x1p-52, half}, 2), one + 0x1p-51);
    CHECK_SAME(sum_of((const double[]){-one, -half, -tiny}, 3), -one - 0x1p-52);
    /* Below the smallest double: half of it is rounded to zero, more is not. */
    CHECK_SAME(dot_of((const double[]){0x1p-537}, (const double[]){0x1p-538}, 1), 0.0);
    CHECK_SAME(dot_of((const double[]){0x1p-537, 0x1p-600},
                      (const double[]){0x1p-538, 0x1p-600}, 2),
               tiny);
    CHECK_SAME(dot_of((const double[]){0x1.8p-537}, (const double[]){0x1p-537}, 1),
               2 * tiny);
    CHECK_SAME(dot_of((const double[]){-0x1p-537}, (const double[]){0x1p-538}, 1), 0.0);
}

static void
test_range_and_special_values(void)
{
    const double inf = (double)INFINITY, nan = (double)NAN,
                 most = 0x1.fffffffffffffp1023;
    (void)feclearexcept(FE_ALL_EXCEPT);
    CHECK_SAME(sum_of((const double[]){most, most, -most}, 3), most);
    CHECK_SAME(sum_of((const double[]){most, 0x1p969}, 2), most);
    CHECK_INT(fetestexcept(FE_OVERFLOW | FE_INVALID), 0);
    CHECK_SAME(sum_of((const double[]){most, 0x1p970}, 2), inf);
    CHECK(fetestexcept(FE_OVERFLOW) != 0);
    CHECK_SAME(sum_of((const double[]){1, -inf}, 2), -inf);
    CHECK_SAME(sum_of((const double[]){nan, inf}, 2), nan);
    nx_exact_sum sum, other;
    nx_exact_begin(&sum);
    nx_exact_begin(&other);
    nx_exact_add(&sum, &inf, 1);
    CHECK(!sum.invalid);
    nx_exact_add(&other, (const double[]){-inf}, 1);
    nx_exact_join(&sum, &other);
    CHECK(sum.invalid && isnan(nx_exact_round(&sum)));
    nx_exact_begin(&sum);
    nx_exact_add(&sum, &nan, 1);
    CHECK(!sum.invalid);
    nx_exact_begin(&sum);
    nx_exact_add_products(&sum, &inf, (const double[]){0}, 1);
    CHECK(sum.invalid);
}

/* Integers beside 128-bit arithmetic, in any order and in parts. */
static void
test_integers(void)
{
    uint64_t seed = 5;
    for (int round = 0; round < 300; round++) {
        enum {
            COUNT = 200
        };
        double x[COUNT], y[COUNT];
        int64_t total = 0, products = 0;
        nx_exact_sum sums[2], dots[2];
        for (int k = 0; k < 2; k++) {
            nx_exact_begin(&sums[k]);
            nx_exact_begin(&dots[k]);
        }
        for (size_t i = 0; i < COUNT; i++) {
            const int64_t a = (int64_t)nx_test_random(&seed) >> (20 + round % 40);
            const int64_t b = (int64_t)nx_test_random(&seed) >> 53;
            x[i] = (double)a;
            y[i] = (double)b;
            total += a;
            products += a * b;
        }
        nx_exact_add(&sums[0], x, 77);
        nx_exact_add(&sums[1], x + 77, COUNT - 77);
        nx_exact_join(&sums[0], &sums[1]);
        nx_exact_add_products(&dots[0], x, y, 100);
        nx_exact_add_products(&dots[1], x + 100, y + 100, 100);
        nx_exact_join(&dots[1], &dots[0]);
        CHECK_SAME(nx_exact_round(&sums[0]), (double)total + 0.0);
        CHECK_SAME(nx_exact_round(&dots[1]), (double)products + 0.0);
        int exponent;
        const double fraction = nx_exact_fraction(&sums[0], &exponent);
        CHECK_SAME(ldexp(fraction, exponent) + 0.0, (double)total + 0.0);
        CHECK(total == 0 || (fabs(fraction) >= 0.5 && fabs(fraction) <= 1));
        nx_exact_add(&sums[0], (const double[]){1}, 1); /* goes on after rounding */
        CHECK_SAME(nx_exact_round(&sums[0]), (double)(total + 1) + 0.0);
    }
}

static void
test_fractions_have_no_range(void)
{
    nx_exact_sum sum;
    int exponent;
    const double most = 0x1p1023, least = 0x1p-1074;
    nx_exact_begin(&sum);
    nx_exact_add_products(&sum, &most, &most, 1);
    CHECK_SAME(nx_exact_fraction(&sum, &exponent), 0.5);
    CHECK_INT(exponent, 2047);
    nx_exact_begin(&sum);
    nx_exact_add_products(&sum, &least, &least, 1);
    CHECK_SAME(nx_exact_fraction(&sum, &exponent), 0.5);
    CHECK_INT(exponent, -2147);
}

/* More additions than a digit has room for: carries go on in time. */
static void
test_many_additions(void)
{
    enum {
        COUNT = 1024
    };
    double x[COUNT];
    nx_exact_sum sum;
    for (size_t i = 0; i < COUNT; i++) {
        x[i] = -0x1.fffffffffffffp0;
    }
    nx_exact_begin(&sum);
    nx_exact_add(&sum, x, COUNT);
    /* Doubled 40 times by joining it with itself. */
    for (int i = 0; i < 40; i++) {
        const nx_exact_sum same = sum;
        nx_exact_join(&sum, &same);
    }
    CHECK_SAME(nx_exact_round(&sum), -0x1.fffffffffffffp50);
}

const nx_test nx_suite_exact_sum[] = {
    NX_TEST(test_single_numbers_come_back),
    NX_TEST(test_cancellation),
    NX_TEST(test_ties),
    NX_TEST(test_range_and_special_values),
    NX_TEST(test_integers),
    NX_TEST(test_fractions_have_no_range),
    NX_TEST(test_many_additions),
    {0},
};
