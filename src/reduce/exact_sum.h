/* Sums of doubles, and of products of doubles, without any rounding.
 *
 * A sum is a number of some 4300 bits, which reaches from the smallest bit of a product
 * of two subnormal doubles to 2^63 times the largest product. It is kept as digits of
 * 32 bits, in 64 bits each, so that carries wait: an addition touches three or five
 * digits and has no branch on its value.
 */
#ifndef NX_REDUCE_EXACT_SUM_H
#define NX_REDUCE_EXACT_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NX_EXACT_DIGITS = 138
};

typedef struct nx_exact_sum {
    int64_t digits[NX_EXACT_DIGITS]; /* the lowest one is worth 2^-2148 */
    uint64_t added;                  /* since carries went on */
    double special; /* what infinities and NaN add up to, 0 if there are none */
    bool invalid;   /* that is NaN, and an operation that FE_INVALID tells of made it */
} nx_exact_sum;

/* Sets a sum to 0. */
void nx_exact_begin(nx_exact_sum *sum);

/* Adds n items. */
void nx_exact_add(nx_exact_sum *sum, const double *x, size_t n);

/* Adds n products of items. */
void nx_exact_add_products(nx_exact_sum *sum, const double *x, const double *y,
                           size_t n);

/* Adds another sum. */
void nx_exact_join(nx_exact_sum *sum, const nx_exact_sum *other);

/* The nearest double, ties to even: +0.0 if the sum is 0, and infinite with FE_OVERFLOW
 * raised if it is beyond the range. Carries go on, which does not change the sum. */
double nx_exact_round(nx_exact_sum *sum);

/* The same without limits of range: a number m from 0.5 to 1, or 0, or what is special,
 * so that the sum, rounded to 53 bits, is m * 2^*exponent. */
double nx_exact_fraction(nx_exact_sum *sum, int *exponent);

#endif
