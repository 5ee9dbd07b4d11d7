#include "reduce/wide_int.h"

#include <math.h>

/* Up to here every integer is a double. */
#define EXACT (UINT64_C(1) << 53)

/* One word of a long division: 128 by 64 bits, where high < n. Returns the remainder.
 */
static uint64_t
divide_word(uint64_t high, uint64_t low, uint64_t n, uint64_t *quotient)
{
#if defined(__SIZEOF_INT128__)
    const nx_uint128 dividend = (nx_uint128)high << 64 | low;
    *quotient = (uint64_t)(dividend / n);
    return (uint64_t)(dividend % n);
#else
    *quotient = 0;
    for (int bit = 63; bit >= 0; bit--) {
        const uint64_t top = high >> 63;
        high = high << 1 | (low >> bit & 1);
        if (top != 0 || high >= n) { /* a bit that has left at the top counts too */
            high -= n;
            *quotient |= UINT64_C(1) << bit;
        }
    }
    return high;
#endif
}

enum {
    PLACES = 2, /* words of a quotient below its point */
    DIGITS = PLACES + 3
};

double
nx_wide_divided(const nx_wide_int *a, uint64_t n)
{
    const bool negative = (int64_t)a->words[2] < 0;
    nx_wide_int size = *a;
    if (negative) {
        const nx_wide_int one = {{1, 0, 0}};
        for (int i = 0; i < 3; i++) {
            size.words[i] = ~size.words[i];
        }
        nx_wide_add(&size, &one);
    }
    if (size.words[1] == 0 && size.words[2] == 0 && size.words[0] <= EXACT &&
        n <= EXACT) { /* doubles, whose quotient is rounded once */
        const double quotient = (double)size.words[0] / (double)n;
        return negative ? -quotient : quotient;
    }
    /* With 128 binary places a quotient that is not 0 has 64 bits at least, and whether
     * more would follow is in the remainder. */
    uint64_t digits[DIGITS], rest = 0;
    for (int i = DIGITS - 1; i >= 0; i--) {
        rest =
            divide_word(rest, i < PLACES ? 0 : size.words[i - PLACES], n, &digits[i]);
    }
    int top = DIGITS - 1;
    while (top > 0 && digits[top] == 0) {
        top--;
    }
    if (digits[top] == 0) {
        return 0;
    }
    const int shift = nx_clz64(digits[top]);
    uint64_t bits = digits[top] << shift;
    uint64_t below = rest;
    if (top > 0) {
        bits |= shift > 0 ? digits[top - 1] >> (64 - shift) : 0;
        below |= digits[top - 1] << shift;
    }
    for (int i = top - 2; i >= 0; i--) {
        below |= digits[i];
    }
    /* 64 bits, the lowest one also standing for what follows: rounded once to 53. */
    const uint64_t mantissa = bits >> 11, lost = bits & 0x7FF;
    const bool up = lost > 0x400 || (lost == 0x400 && (below != 0 || (mantissa & 1)));
    const double value =
        ldexp((double)(mantissa + up), 64 * (top - PLACES) - shift + 11);
    return negative ? -value : value;
}
