/* Sums of parts of every layout against those of one output after the other. */
#ifndef NX_TESTS_SUM_TESTING_H
#define NX_TESTS_SUM_TESTING_H

#include "reduce_testing.h"

#include "reduce/sum_parts.h"

typedef void sum_function(const nx_reduce_view *view, const nx_sum_terms *terms,
                          const nx_reduce_part *part, double *sums, size_t stride,
                          int64_t *taken);

/* What a sum of one output has to be, from the definition. */
static inline double
slow_output(const double *x, ptrdiff_t step, const double *y, const uint8_t *flags,
            bool skip_nan, size_t n, nx_term term, double c, int64_t *taken)
{
    double *const terms = malloc(n * sizeof *terms);
    *taken = 0;
    for (size_t i = 0; i < n; i++) {
        const double item = x[(ptrdiff_t)i * step];
        const double factor = y == NULL ? 0 : y[(ptrdiff_t)i * step];
        const bool in = (flags == NULL || flags[(ptrdiff_t)i * step] != 0) &&
                        !(skip_nan && (isnan(item) || isnan(factor)));
        terms[i] = in ? slow_term(term, item, factor, c) : 0;
        *taken += in;
    }
    const double sum = slow_sum(terms, n);
    free(terms);
    return sum;
}

/* One shape and layout: steps in items; every term, what is left out in every way. */
static inline void
check_layout(sum_function *sum, size_t outputs, ptrdiff_t output_step, size_t length,
             ptrdiff_t item_step)
{
    enum {
        MOST_OUTPUTS = 64
    };
    const size_t all = outputs * length;
    double *const x = random_doubles(all, outputs), *const y = random_doubles(all, 9);
    double *const c = random_doubles(outputs, 5);
    uint8_t *const flags = malloc(all);
    for (size_t i = 0; i < all; i++) {
        flags[i] = i * 7 % 5 != 0;
        x[i] = i % 13 == 5 ? (double)NAN : x[i];
    }
    /* The first item is not the first in memory where a step is negative. */
    const ptrdiff_t first =
        (output_step < 0 ? -output_step * (ptrdiff_t)(outputs - 1) : 0) +
        (item_step < 0 ? -item_step * (ptrdiff_t)(length - 1) : 0);
    for (int way = 0; way < 4; way++) {
        for (nx_term term = 0; term < NX_TERMS; term++) {
            nx_reduce_view view;
            view_of_doubles(&view, x + first, outputs, output_step, length, item_step);
            view.skip_nan = way & 1;
            view.data[NX_OF_TAKEN] = way & 2 ? (const char *)flags + first : NULL;
            view.data[NX_OF_FACTORS] =
                term == NX_TERM_PRODUCT ? (const char *)(y + first) : NULL;
            view.kept[0].steps[NX_OF_FACTORS] = view.kept[0].steps[NX_OF_ITEMS];
            view.reduced[0].steps[NX_OF_FACTORS] = view.reduced[0].steps[NX_OF_ITEMS];
            view.kept[0].steps[NX_OF_TAKEN] = view.kept[0].steps[NX_OF_ITEMS] / 8;
            view.reduced[0].steps[NX_OF_TAKEN] = view.reduced[0].steps[NX_OF_ITEMS] / 8;
            const bool has_c = term >= NX_TERM_SCALED_SQUARE;
            const nx_term other =
                term == NX_TERM_SQUARE_DEVIATION ? NX_TERM_DEVIATION : term;
            const nx_sum_terms terms = {2, {term, other}, has_c ? c : NULL};
            const nx_reduce_part part = {0, outputs, 0, 0, length};
            double sums[2 * MOST_OUTPUTS];
            int64_t taken[MOST_OUTPUTS];
            sum(&view, &terms, &part, sums, outputs, taken);
            for (size_t o = 0; o < outputs; o++) {
                const ptrdiff_t at = first + (ptrdiff_t)o * output_step;
                int64_t in;
                for (unsigned k = 0; k < 2; k++) {
                    CHECK_SAME(sums[k * outputs + o],
                               slow_output(x + at, item_step,
                                           term == NX_TERM_PRODUCT ? y + at : NULL,
                                           way & 2 ? flags + at : NULL, way & 1, length,
                                           terms.terms[k], c[o], &in));
                }
                CHECK_INT(taken[o], in);
            }
        }
    }
    free(x);
    free(y);
    free(c);
    free(flags);
}

static inline void
check_layouts(sum_function *sum)
{
    static const size_t outputs[] = {1, 2, 5, 8, 64},
                        lengths[] = {1, 3, 8, 33, 1030, 3000};
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        for (size_t j = 0; j < sizeof lengths / sizeof lengths[0]; j++) {
            const ptrdiff_t m = (ptrdiff_t)outputs[i], n = (ptrdiff_t)lengths[j];
            if (m * n > 70000) {
                continue;
            }
            check_layout(sum, outputs[i], n, lengths[j], 1);
            check_layout(sum, outputs[i], 1, lengths[j], m);
            check_layout(sum, outputs[i], -1, lengths[j], m);
            check_layout(sum, outputs[i], n, lengths[j], -1);
        }
    }
}

/* Items along two axes that are not one, in parts that begin anywhere in a row. */
static inline void
check_two_axes(sum_function *sum)
{
    enum {
        ROWS = 70,
        COLUMNS = 61,
        OUTPUTS = 6,
        LENGTH = ROWS * COLUMNS
    };
    double *const x = random_doubles((size_t)ROWS * 100 * OUTPUTS, 3);
    double *const terms = malloc(LENGTH * sizeof *terms);
    nx_reduce_view view = {
        .type = NX_ITEM_FLOAT64,
        .data = {(const char *)x, NULL, NULL},
        .kept_axes = 1,
        .reduced_axes = 2,
        .kept = {{OUTPUTS, {8, 0, 0}}},
        .reduced = {{ROWS, {8 * OUTPUTS * 100, 0, 0}}, {COLUMNS, {8 * OUTPUTS, 0, 0}}},
    };
    nx_reduce_view_simplify(&view);
    CHECK_INT(view.reduced_axes, 2);
    const nx_sum_terms item = {1, {NX_TERM_ITEM}, NULL};
    for (size_t begin = 0; begin < LENGTH; begin += NX_LANES_BLOCK) {
        double sums[OUTPUTS];
        const nx_reduce_part part = {0, OUTPUTS, 0, begin, LENGTH - begin};
        sum(&view, &item, &part, sums, OUTPUTS, NULL);
        for (size_t o = 0; o < OUTPUTS; o++) {
            for (size_t i = begin; i < LENGTH; i++) {
                terms[i - begin] =
                    x[i / COLUMNS * OUTPUTS * 100 + i % COLUMNS * OUTPUTS + o];
            }
            CHECK_SAME(sums[o], slow_sum(terms, LENGTH - begin));
        }
    }
    free(terms);
    free(x);
}

#endif
