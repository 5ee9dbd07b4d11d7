/* Numbers to ASCII digits, eight at a time: the inner step of everything that
 * writes numbers, and the inverse of digits.h.
 *
 * A 64-bit word is split into halves, quarters and bytes that hold four, two and
 * one digit; each split divides all parts at once by a multiplication and a
 * shift, which are exact for numbers this small. There is no loop, no branch
 * and no table. Where there are vectors, sixteen digits are made by the same splits.
 */
#ifndef NX_NUMBER_DIGITS_TEXT_H
#define NX_NUMBER_DIGITS_TEXT_H

#include <stdint.h>

#include "base/bits.h"

#if !defined(NX_PORTABLE_ONLY) && !defined(NX_DIGITS_SSE) && \
    ((defined(__SSE4_1__) && defined(__x86_64__)) ||         \
     (defined(_MSC_VER) && defined(_M_X64) && !defined(_M_ARM64EC)))
#define NX_DIGITS_SSE 1
#include <smmintrin.h>
#endif

/* The eight digits of x < 10^8 with leading zeros, 0..9 a byte; the first digit is
 * the lowest byte. */
NX_INLINE uint64_t
nx_swar_split8(uint32_t x)
{
    const uint64_t upper = x / 10000;
    uint64_t word = upper | (uint64_t)(x - upper * 10000) << 32;
    /* n * 10486 >> 20 is n / 100 for n < 43699, n * 103 >> 10 is n / 10 for
     * n < 179. */
    const uint64_t hundreds = (word * 10486 >> 20) & UINT64_C(0x0000007F0000007F);
    word = hundreds | (word - hundreds * 100) << 16;
    const uint64_t tens = (word * 103 >> 10) & UINT64_C(0x000F000F000F000F);
    return tens | (word - tens * 10) << 8;
}

#ifdef NX_DIGITS_SSE
/* The same of two numbers below 10^8, those of the first one first: sixteen digits. */
NX_INLINE __m128i
nx_sse_split16(uint32_t first, uint32_t last)
{
    const __m128i both = _mm_set_epi64x((int64_t)last, (int64_t)first);
    /* x * 3518437209 >> 45 is x / 10000 for all 32 bits, x * 5243 >> 19 is x / 100 for
     * x < 43699, x * 6554 >> 16 is x / 10 for x < 16389. */
    const __m128i upper =
        _mm_srli_epi64(_mm_mul_epu32(both, _mm_set1_epi64x(3518437209)), 45);
    const __m128i fours = _mm_add_epi64(
        upper,
        _mm_slli_epi64(
            _mm_sub_epi64(both, _mm_mul_epu32(upper, _mm_set1_epi64x(10000))), 32));
    const __m128i hundreds =
        _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi32(5243)), 3);
    const __m128i twos = _mm_add_epi32(
        hundreds,
        _mm_slli_epi32(
            _mm_sub_epi16(fours, _mm_mullo_epi16(hundreds, _mm_set1_epi32(100))), 16));
    const __m128i tens = _mm_mulhi_epu16(twos, _mm_set1_epi16(6554));
    return _mm_add_epi16(
        tens, _mm_slli_epi16(
                  _mm_sub_epi16(twos, _mm_mullo_epi16(tens, _mm_set1_epi16(10))), 8));
}
#endif

/* Writes x < 10^8 as eight digits. */
NX_INLINE void
nx_put_digits8(uint8_t *out, uint32_t x)
{
    nx_store64le(out, nx_swar_split8(x) | UINT64_C(0x3030303030303030));
}

/* Writes x < 10^16 as sixteen digits. */
NX_INLINE void
nx_put_digits16(uint8_t *out, uint64_t x)
{
    const uint64_t upper = x / 100000000;
    const uint32_t last = (uint32_t)(x - upper * 100000000);
#ifdef NX_DIGITS_SSE
    _mm_storeu_si128(
        (__m128i *)(void *)out,
        _mm_or_si128(nx_sse_split16((uint32_t)upper, last), _mm_set1_epi8('0')));
#else
    nx_put_digits8(out, (uint32_t)upper);
    nx_put_digits8(out + 8, last);
#endif
}

#endif
