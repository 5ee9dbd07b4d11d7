#include "reduce_testing.h"

#include <fenv.h>

#include "reduce/lanes_engines.h"

enum {
    MOST = NX_LANES_BLOCK
};

static bool
has_c(nx_term term)
{
    return term == NX_TERM_SCALED_SQUARE || term == NX_TERM_DEVIATION ||
           term == NX_TERM_SQUARE_DEVIATION;
}

/* Blocks of every length up to three rows of lanes, and some longer ones. */
static void
check_sums(void)
{
    double *const x = random_doubles(MOST + 8, 1), *const y = random_doubles(MOST, 2);
    double terms[MOST];
    for (size_t n = 0; n <= MOST; n += n < 100 ? 1 : 77) {
        for (nx_term term = 0; term < NX_TERMS; term++) {
            const double c = 0.3;
            const double *const from = x + n % 8; /* not on a vector's address */
            const double *const factors = term == NX_TERM_PRODUCT ? y : from;
            for (size_t i = 0; i < n; i++) {
                terms[i] = slow_term(term, from[i], factors[i], c);
            }
            CHECK_SAME(
                nx_lanes()->terms[term].sum(from, factors, n, has_c(term) ? &c : NULL),
                slow_block(terms, n));
        }
    }
    free(x);
    free(y);
}

static void
test_sums_are_in_the_order_of_lanes(void)
{
    with_every_lanes(check_sums);
}

static void
check_rows(void)
{
    double *const x = random_doubles(5 * MOST, 3);
    const double c[5] = {0.1, -0.2, 0.3, 0, 1};
    for (size_t n = 1; n <= MOST; n += n < 70 ? 1 : 201) {
        for (nx_term term = 0; term < NX_TERMS; term++) {
            double sums[5];
            if (term == NX_TERM_PRODUCT) {
                continue;
            }
            nx_lanes()->terms[term].sum_rows(x + 4 * n, -(ptrdiff_t)n, n, 5, c, sums);
            for (size_t i = 0; i < 5; i++) {
                const double *const row = x + (4 - i) * n;
                CHECK_SAME(sums[i], nx_lanes()->terms[term].sum(row, row, n, &c[i]));
            }
        }
    }
    free(x);
}

static void
test_rows_are_sums(void)
{
    with_every_lanes(check_rows);
}

static void
check_adding(void)
{
    double *const x = random_doubles(70, 4), *const y = random_doubles(70, 5);
    double *const c = random_doubles(70, 6);
    for (size_t n = 0; n < 70; n++) {
        for (nx_term term = 0; term < NX_TERMS; term++) {
            double lanes[71], joined[71];
            for (size_t i = 0; i <= n; i++) {
                lanes[i] = joined[i] = (double)i;
            }
            nx_lanes()->terms[term].add(lanes, x, y, n, c);
            nx_lanes()->join(joined, lanes, n);
            for (size_t i = 0; i < n; i++) {
                const double sum = (double)i + slow_term(term, x[i], y[i], c[i]);
                CHECK_SAME(lanes[i], sum);
                CHECK_SAME(joined[i], (double)i + sum);
            }
            CHECK_SAME(lanes[n], (double)n);
            CHECK_SAME(joined[n], (double)n);
        }
    }
    free(x);
    free(y);
    free(c);
}

static void
test_lanes_side_by_side(void)
{
    with_every_lanes(check_adding);
}

static void
check_taking(void)
{
    uint64_t seed = 7;
    for (size_t n = 0; n < 40; n++) {
        for (int ways = 0; ways < 16; ways++) {
            const bool skip_nan = ways & 1, filled = ways & 2, flagged = ways & 4;
            double x[41], fill[41], counts[41], to[41];
            uint8_t flags[41];
            size_t in = 0;
            for (size_t i = 0; i < n; i++) {
                const uint64_t r = nx_test_random(&seed);
                x[i] = r % 3 == 0 ? (double)NAN : (double)i;
                flags[i] = (uint8_t)(r >> 8 & 1 ? r >> 16 | 1 : 0); /* any but 0 */
                fill[i] = -(double)i - 1;
                counts[i] = 5;
            }
            to[n] = counts[n] = 77;
            const size_t left =
                nx_lanes()->take(to, x, n, flagged ? flags : NULL, skip_nan, fill,
                                 filled, ways & 8 ? counts : NULL);
            for (size_t i = 0; i < n; i++) {
                const bool is_in =
                    (!flagged || flags[i] != 0) && (!skip_nan || !isnan(x[i]));
                CHECK_SAME(to[i], is_in ? x[i] : fill[filled ? i : 0]);
                CHECK_SAME(counts[i], ways & 8 && is_in ? 6 : 5);
                in += is_in;
            }
            CHECK_INT(left, in);
            CHECK_SAME(to[n], 77);
            CHECK_SAME(counts[n], 77);
        }
    }
}

static void
test_what_is_left_out(void)
{
    with_every_lanes(check_taking);
}

static void
check_widening(void)
{
    char bytes[4 * 23 + 1];
    double to[24];
    uint64_t seed = 8;
    for (size_t n = 0; n <= 23; n++) {
        for (size_t i = 0; i < n; i++) {
            const float x = (float)random_double(&seed);
            memcpy(bytes + 1 + 4 * i, &x, sizeof x);
        }
        to[n] = 77;
        nx_lanes()->widen(to, bytes + 1, n);
        for (size_t i = 0; i < n; i++) {
            float x;
            memcpy(&x, bytes + 1 + 4 * i, sizeof x);
            CHECK_SAME(to[i], (double)x);
        }
        CHECK_SAME(to[n], 77);
    }
}

static void
test_floats_at_any_address(void)
{
    with_every_lanes(check_widening);
}

/* A block that is not full raises no flags for the lanes that have no item. */
static void
check_flags(void)
{
    const double huge[3] = {1e200, -1e200, 1e200}, c = 1e200, inf = (double)INFINITY;
    for (size_t n = 1; n <= 3; n++) {
        (void)feclearexcept(FE_ALL_EXCEPT);
        (void)nx_lanes()->terms[NX_TERM_ROOT].sum(&c, &c, 1, NULL);
        (void)nx_lanes()->terms[NX_TERM_ITEM].sum(huge, huge, n, NULL);
        (void)nx_lanes()->terms[NX_TERM_SQUARE_DEVIATION].sum(&c, &c, 1, &c);
        (void)nx_lanes()->terms[NX_TERM_DEVIATION].sum(huge, huge, n, &inf);
        CHECK_INT(fetestexcept(FE_INVALID | FE_OVERFLOW), 0);
        (void)nx_lanes()->terms[NX_TERM_SQUARE].sum(huge, huge, n, NULL);
        CHECK_INT(fetestexcept(FE_INVALID | FE_OVERFLOW), FE_OVERFLOW);
        (void)nx_lanes()->terms[NX_TERM_ROOT].sum(huge + 1, huge, 1, NULL);
        CHECK(fetestexcept(FE_INVALID) != 0);
    }
}

static void
test_flags_of_items_that_are_there(void)
{
    with_every_lanes(check_flags);
}

static void
test_engines_have_names(void)
{
    CHECK_STR(nx_lanes_engine_for(0)->name, "portable");
#ifdef NX_LANES_AVX2
    CHECK_STR(nx_lanes_engine_for(NX_CPU_AVX2)->name, "avx2");
#endif
}

const nx_test nx_suite_lanes[] = {
    NX_TEST(test_sums_are_in_the_order_of_lanes),
    NX_TEST(test_rows_are_sums),
    NX_TEST(test_lanes_side_by_side),
    NX_TEST(test_what_is_left_out),
    NX_TEST(test_floats_at_any_address),
    NX_TEST(test_flags_of_items_that_are_there),
    NX_TEST(test_engines_have_names),
    {0},
};
