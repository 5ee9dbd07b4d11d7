/* Natural numbers of bounded size, for the exact comparison that closes the
 * parsing of long decimals. On the stack, no allocation.
 *
 * The capacity is the caller's to respect: what does not fit is dropped
 * (memory stays safe, the number becomes wrong). parse_float.c shows that its
 * numbers stay below 2^2700.
 */
#ifndef NX_NUMBER_BIGINT_H
#define NX_NUMBER_BIGINT_H

#include <stdint.h>

#define NX_BIGINT_WORDS 48 /* 3072 bits */

/* word[0] is the lowest; word[n - 1] is not 0; zero has n = 0. */
typedef struct nx_bigint {
    uint64_t word[NX_BIGINT_WORDS];
    int n;
} nx_bigint;

/* *number = value. */
void nx_bigint_set(nx_bigint *number, uint64_t value);

/* *number = *number * factor + addend; factor must not be 0. */
void nx_bigint_mul_add(nx_bigint *number, uint64_t factor, uint64_t addend);

/* *number *= 5^exponent. */
void nx_bigint_mul_pow5(nx_bigint *number, unsigned exponent);

/* *number *= 2^bits. */
void nx_bigint_shift_left(nx_bigint *number, unsigned bits);

/* Negative, 0 or positive as a is below, equal to or above b. */
int nx_bigint_compare(const nx_bigint *a, const nx_bigint *b);

#endif
