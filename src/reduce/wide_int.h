/* Integers of 192 bits: sums of products of 64-bit integers that cannot overflow. */
#ifndef NX_REDUCE_WIDE_INT_H
#define NX_REDUCE_WIDE_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"

/* In two's complement, the lowest word first. */
typedef struct nx_wide_int {
    uint64_t words[3];
} nx_wide_int;

static inline void
nx_wide_add(nx_wide_int *a, const nx_wide_int *b)
{
    uint64_t carry = 0;
    for (int i = 0; i < 3; i++) {
        const uint64_t sum = a->words[i] + carry;
        carry = sum < carry;
        a->words[i] = sum + b->words[i];
        carry += a->words[i] < sum;
    }
}

static inline void
nx_wide_add_int64(nx_wide_int *a, int64_t x)
{
    const uint64_t sign = x < 0 ? UINT64_MAX : 0;
    const nx_wide_int wide = {{(uint64_t)x, sign, sign}};
    nx_wide_add(a, &wide);
}

/* Adds high * 2^32 + low. */
static inline void
nx_wide_add_halves(nx_wide_int *a, int64_t high, uint64_t low)
{
    const uint64_t sign = high < 0 ? UINT64_MAX : 0;
    const nx_wide_int top = {
        {(uint64_t)high << 32, (uint64_t)high >> 32 | sign << 32, sign}};
    const nx_wide_int bottom = {{low, 0, 0}};
    nx_wide_add(a, &top);
    nx_wide_add(a, &bottom);
}

/* Adds a product of 64-bit integers, which are signed or not. */
static inline void
nx_wide_add_product(nx_wide_int *a, uint64_t x, uint64_t y, bool is_signed)
{
    nx_wide_int product = {{0, 0, 0}};
    nx_mul128(x, y, &product.words[1], &product.words[0]);
    if (is_signed) {
        /* Read as unsigned, a negative factor is 2^64 too large. */
        const uint64_t x_sign = (int64_t)x < 0 ? y : 0, y_sign = (int64_t)y < 0 ? x : 0;
        product.words[1] -= x_sign;
        product.words[1] -= y_sign;
        product.words[2] = (int64_t)product.words[1] < 0 ? UINT64_MAX : 0;
    }
    nx_wide_add(a, &product);
}

/* True if the number is one of int64, or of uint64. */
static inline bool
nx_wide_is_int64(const nx_wide_int *a)
{
    const uint64_t sign = (int64_t)a->words[0] < 0 ? UINT64_MAX : 0;
    return a->words[1] == sign && a->words[2] == sign;
}

static inline bool
nx_wide_is_uint64(const nx_wide_int *a)
{
    return a->words[1] == 0 && a->words[2] == 0;
}

/* The nearest double to the number divided by n > 0: one rounding, ties to even. */
double nx_wide_divided(const nx_wide_int *a, uint64_t n);

#endif
