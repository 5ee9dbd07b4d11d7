/* Two short numbers at once: most integers and prices have at most eight bytes, and two
 * of those fill one register. They are loaded by their ends as in digits.h, each in its
 * half, and take the instructions of one.
 *
 * Whatever is not plain in either of the two is declined: then both are left to
 * nx_digits_ending and nx_decimal_plain, which say what is meant by "plain". Compiled
 * where those work in registers, too (NX_DIGITS_SSE). */
#ifndef NX_NUMBER_PAIRS_FAST_H
#define NX_NUMBER_PAIRS_FAST_H

#include "number/decimal_fast.h"

#ifdef NX_DIGITS_SSE

#include <nmmintrin.h>

#define NX_PAIR_BYTES 8 /* longest number, its sign apart */

/* A number without its sign: n bytes that end at `end`. The 8 bytes before `end` are
 * read. */
typedef struct nx_pair_text {
    const uint8_t *end;
    size_t n;
    bool negative;
} nx_pair_text;

NX_INLINE nx_pair_text
nx_pair_text_of(const uint8_t *start, const uint8_t *end)
{
    const bool negative = *start == '-';
    return (nx_pair_text){end, (size_t)(end - start) - negative, negative};
}

/* Eight bytes from each of two addresses. */
NX_INLINE __m128i
nx_pair_load(const void *low, const void *high)
{
    const __m128i half = _mm_loadl_epi64((const __m128i *)low);
    return _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(half), (const __m64 *)high));
}

/* The bytes of both numbers less '0', what stands before them cleared. */
NX_INLINE __m128i
nx_pair_digits(nx_pair_text a, nx_pair_text b)
{
    const uint8_t *const masks = nx_tail_mask + 32 - NX_PAIR_BYTES;
    const __m128i text = nx_pair_load(a.end - NX_PAIR_BYTES, b.end - NX_PAIR_BYTES);
    return _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')),
                         nx_pair_load(masks + a.n, masks + b.n));
}

/* Twice eight digits to two numbers, in the low two of four. */
NX_INLINE __m128i
nx_pair_values(__m128i digits)
{
    const __m128i quads = nx_sse_fold4(digits);
    return nx_sse_fold8(quads, quads);
}

/* Two integers of 1 to 8 digits, negated where they are negative. With `zeros` they may
 * begin with zeros. */
NX_INLINE bool
nx_int_pair(nx_pair_text a, nx_pair_text b, bool zeros, int64_t values[2])
{
    static const int64_t signs[2] = {0, -1};
    if (((a.n - 1) | (b.n - 1)) >= NX_PAIR_BYTES) { /* 0 wraps */
        return false;
    }
    const __m128i digits = nx_pair_digits(a, b);
    const __m128i numbers = _mm_cvtepi32_epi64(nx_pair_values(digits));
    const __m128i short_of = _mm_cmpgt_epi64(
        nx_pair_load(&nx_least_digits[a.n], &nx_least_digits[b.n]), numbers);
    const __m128i sign = nx_pair_load(&signs[a.negative], &signs[b.negative]);
    _mm_storeu_si128((__m128i *)(void *)values,
                     _mm_sub_epi64(_mm_xor_si128(numbers, sign), sign));
    return nx_sse_is_digits(digits) & (zeros | (_mm_movemask_epi8(short_of) == 0));
}

/* Row i moves the bytes before byte i one place up, over it, and a zero in. */
static const _Alignas(64) uint8_t nx_over_point8[NX_PAIR_BYTES][NX_PAIR_BYTES] = {
    {0x80, 1, 2, 3, 4, 5, 6, 7}, {0x80, 0, 2, 3, 4, 5, 6, 7},
    {0x80, 0, 1, 3, 4, 5, 6, 7}, {0x80, 0, 1, 2, 4, 5, 6, 7},
    {0x80, 0, 1, 2, 3, 5, 6, 7}, {0x80, 0, 1, 2, 3, 4, 6, 7},
    {0x80, 0, 1, 2, 3, 4, 5, 7}, {0x80, 0, 1, 2, 3, 4, 5, 6}};

/* Two decimals of 2 to 8 bytes with a point each. */
NX_INLINE bool
nx_decimal_pair(nx_pair_text a, nx_pair_text b, double values[2])
{
    static const double signs[2] = {0.0, -0.0};
    if (((a.n - 1) | (b.n - 1)) >= NX_PAIR_BYTES || a.n == 1 || b.n == 1) {
        return false;
    }
    const __m128i text = nx_pair_digits(a, b);
    const uint32_t points =
        (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.' - '0')));
    if ((points & 0xFF) == 0 || points >> 8 == 0) {
        return false;
    }
    const int at_a = nx_ctz64(points), at_b = nx_ctz64(points >> 8);
    const __m128i moves =
        _mm_or_si128(nx_pair_load(nx_over_point8[at_a], nx_over_point8[at_b]),
                     _mm_set_epi64x(NX_BYTES(NX_PAIR_BYTES), 0));
    const __m128i digits = _mm_shuffle_epi8(text, moves);
    const double *const divisors = nx_decimal_divisor + 16 - NX_PAIR_BYTES;
    const __m128d divisor =
        _mm_castsi128_pd(nx_pair_load(&divisors[at_a], &divisors[at_b]));
    const __m128d sign =
        _mm_castsi128_pd(nx_pair_load(&signs[a.negative], &signs[b.negative]));
    const __m128d numbers = _mm_cvtepi32_pd(nx_pair_values(digits));
    _mm_storeu_pd(values, _mm_or_pd(_mm_div_pd(numbers, divisor), sign));
    return nx_sse_is_digits(digits);
}

#endif

#endif
