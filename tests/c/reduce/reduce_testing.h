/* The order of additions once more, in the plainest words; arrays to reduce. */
#ifndef NX_TESTS_REDUCE_TESTING_H
#define NX_TESTS_REDUCE_TESTING_H

#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "reduce/lanes.h"
#include "reduce/reduce_view.h"

/* Runs checks with the portable lanes and with the best ones. */
static inline void
with_every_lanes(void (*check)(void))
{
    nx_lanes_init(0);
    check();
    nx_lanes_init(nx_cpu_detect());
    check();
}

static inline double
slow_term(nx_term term, double x, double y, double c)
{
    const double terms[NX_TERMS] = {
        [NX_TERM_ITEM] = x,          [NX_TERM_SIZE] = fabs(x),
        [NX_TERM_ROOT] = sqrt(x),    [NX_TERM_SQUARE] = x * x,
        [NX_TERM_PRODUCT] = x * y,   [NX_TERM_SCALED_SQUARE] = (x * c) * (x * c),
        [NX_TERM_DEVIATION] = x - c, [NX_TERM_SQUARE_DEVIATION] = (x - c) * (x - c),
    };
    return terms[term];
}

/* The sum of n <= 1024 terms: 32 lanes, joined as halves. */
static inline double
slow_block(const double *terms, size_t n)
{
    double lanes[32] = {0};
    for (size_t i = 0; i < n; i++) {
        lanes[i % 32] = lanes[i % 32] + terms[i];
    }
    for (size_t half = 16; half >= 1; half /= 2) {
        for (size_t l = 0; l < half; l++) {
            lanes[l] = lanes[l] + lanes[l + half];
        }
    }
    return lanes[0];
}

/* The sum of all terms: a full tree of as many blocks as it can have, and the rest. */
static inline double
slow_sum(const double *terms, size_t n)
{
    size_t left = 1024;
    if (n <= left) {
        return slow_block(terms, n);
    }
    while (2 * left < n) {
        left *= 2;
    }
    return slow_sum(terms, left) + slow_sum(terms + left, n - left);
}

/* The same bits, or both NaN. */
static inline bool
is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

#define CHECK_SAME(actual, expected)                                                 \
    do {                                                                             \
        const double actual_ = (actual), expected_ = (expected);                     \
        if (!is_same(actual_, expected_)) {                                          \
            nx_test_fail(__FILE__, __LINE__, "%s is %.17g, expected %.17g", #actual, \
                         actual_, expected_);                                        \
        }                                                                            \
    } while (0)

/* A double between -1 and 1 of many sizes, now and then a zero of either sign. */
static inline double
random_double(uint64_t *seed)
{
    const uint64_t r = nx_test_random(seed);
    const double size = ldexp((double)(r >> 11), -53 - (int)(r % 40));
    return r % 97 == 0 ? 0.0 : (r & 1024) != 0 ? size : -size;
}

static inline double *
random_doubles(size_t n, uint64_t seed)
{
    double *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        x[i] = random_double(&seed);
    }
    return x;
}

/* A view of doubles with one axis of each kind; steps are in items. */
static inline void
view_of_doubles(nx_reduce_view *view, const double *x, size_t outputs,
                ptrdiff_t output_step, size_t length, ptrdiff_t item_step)
{
    view->type = NX_ITEM_FLOAT64;
    view->swapped = view->skip_nan = false;
    view->data[NX_OF_ITEMS] = (const char *)x;
    view->data[NX_OF_FACTORS] = view->data[NX_OF_TAKEN] = NULL;
    view->kept_axes = view->reduced_axes = 1;
    view->kept[0] = (nx_reduce_axis){outputs, {8 * output_step, 0, 0}};
    view->reduced[0] = (nx_reduce_axis){length, {8 * item_step, 0, 0}};
    nx_reduce_view_simplify(view);
}

#endif
