/* Runs of ASCII digits to numbers, sixteen at a time: the inner step of every
 * numeric column loop.
 *
 * A field is converted from its end: the 16 bytes that end with the field are
 * loaded whatever its length, the bytes before the field are masked to zero,
 * and all lengths take the same few instructions (no loop, no branch on the
 * length). In exchange the caller must own 64 readable bytes on both sides of
 * the text; their contents do not matter.
 *
 * On x86-64 the 16 digits are folded pairwise in one register: maddubs gives
 * 8 numbers of two digits, madd 4 of four, packus and madd 2 of eight. The
 * portable form folds 8 digits in one 64-bit word ("SWAR"). Both are always
 * checked against each other; NX_PORTABLE_ONLY leaves the portable one alone.
 *
 * Bound: 16 digits are below 10^16, so nothing here can wrap; 17 to 20 digits
 * are put together with an exact comparison against 2^64 - 1.
 */
#ifndef NX_NUMBER_DIGITS_H
#define NX_NUMBER_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "number/parse_int.h"

#if !defined(NX_PORTABLE_ONLY) && !defined(NX_DIGITS_SSE) && \
    ((defined(__SSE4_1__) && defined(__x86_64__)) ||         \
     (defined(_MSC_VER) && defined(_M_X64) && !defined(_M_ARM64EC)))
#define NX_DIGITS_SSE 1
#include <smmintrin.h>
#endif

#define NX_BYTES(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The least number of n digits: what is below it begins with a zero. That of one digit
 * may be 0 itself. */
static const uint64_t nx_least_digits[17] = {0,
                                             0,
                                             10,
                                             100,
                                             1000,
                                             10000,
                                             100000,
                                             1000000,
                                             10000000,
                                             100000000,
                                             1000000000,
                                             10000000000,
                                             100000000000,
                                             1000000000000,
                                             10000000000000,
                                             100000000000000,
                                             1000000000000000};

/* True when all eight bytes of a word are ASCII digits. */
NX_INLINE bool
nx_swar_is_digits(uint64_t word)
{
    /* A byte is 0x30..0x39 just when its high half is 3 and stays 3 after
     * adding 6; a carry out of a byte needs 0xFA.., which fails by itself. */
    return (((word & NX_BYTES(0xF0)) |
             (((word + NX_BYTES(0x06)) & NX_BYTES(0xF0)) >> 4)) == NX_BYTES(0x33));
}

/* The number that eight ASCII digits spell, first byte (the lowest) first. */
NX_INLINE uint64_t
nx_swar_value(uint64_t word)
{
    const uint64_t even = UINT64_C(0x000000FF000000FF);
    word -= NX_BYTES('0');
    word = word * 10 + (word >> 8); /* bytes 0, 2, 4, 6 hold two digits each */
    return ((word & even) * (100 + (UINT64_C(1000000) << 32)) +
            ((word >> 16) & even) * (1 + (UINT64_C(10000) << 32))) >>
           32;
}

/* 32 bytes of 0, 32 of 0xFF: loads that start between make masks. One cache
 * line, so that none of them is split. */
static const _Alignas(64) uint8_t nx_tail_mask[64] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* The mask of bytes place..7 of a word; place -24..32 (below 0 all of them,
 * from 8 on none). */
NX_INLINE uint64_t
nx_swar_from(int place)
{
    return nx_load64le(nx_tail_mask + 32 - place);
}

/* A word whose bytes before `place` are replaced by '0'. */
NX_INLINE uint64_t
nx_swar_keep_from(uint64_t word, int place)
{
    const uint64_t keep = nx_swar_from(place);
    return (word & keep) | (NX_BYTES('0') & ~keep);
}

/* As nx_digits_ending, in plain C. */
NX_INLINE bool
nx_digits_ending_portable(const uint8_t *end, size_t n, uint64_t *value)
{
    const int place = 16 - (int)n;
    const uint64_t first = nx_swar_keep_from(nx_load64le(end - 16), place);
    const uint64_t last = nx_swar_keep_from(nx_load64le(end - 8), place - 8);
    const bool first_ok = nx_swar_is_digits(first), last_ok = nx_swar_is_digits(last);
    *value = nx_swar_value(first) * 100000000 + nx_swar_value(last);
    return first_ok & last_ok;
}

#ifdef NX_DIGITS_SSE

NX_INLINE __m128i
nx_sse_load(const void *address)
{
    return _mm_loadu_si128((const __m128i *)address);
}

/* The mask of bytes place..15 of a register; place -16..32. */
NX_INLINE __m128i
nx_sse_from(ptrdiff_t place)
{
    return nx_sse_load(nx_tail_mask + 32 - place);
}

/* The mask of the last n bytes of a register; n up to 16. */
NX_INLINE __m128i
nx_sse_last(size_t n)
{
    return nx_sse_load(nx_tail_mask + 16 + n);
}

/* True when all sixteen bytes are 0..9. */
NX_INLINE bool
nx_sse_is_digits(__m128i digits)
{
    const __m128i excess = _mm_subs_epu8(digits, _mm_set1_epi8(9));
    return _mm_testz_si128(excess, excess);
}

/* Sixteen bytes 0..9 to four numbers of four digits, 32 bits each. */
NX_INLINE __m128i
nx_sse_fold4(__m128i digits)
{
    const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));
    return _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
}

/* Two results of nx_sse_fold4 to four numbers of eight digits. */
NX_INLINE __m128i
nx_sse_fold8(__m128i first, __m128i last)
{
    return _mm_madd_epi16(_mm_packus_epi32(first, last), _mm_set1_epi32(0x00012710));
}

/* Sixteen bytes 0..9 to their number. */
NX_INLINE uint64_t
nx_sse_value(__m128i digits)
{
    const __m128i quads = nx_sse_fold4(digits);
    const uint64_t halves = (uint64_t)_mm_cvtsi128_si64(nx_sse_fold8(quads, quads));
    return (halves & 0xFFFFFFFF) * 100000000 + (halves >> 32);
}

#endif

/* Converts the n (1..16) bytes that end at `end` (exclusive). True when all of
 * them are ASCII digits; *value is then their number (undefined otherwise).
 * Reads the 16 bytes before `end` whatever n is. */
NX_INLINE bool
nx_digits_ending(const uint8_t *end, size_t n, uint64_t *value)
{
#ifdef NX_DIGITS_SSE
    const __m128i text = _mm_sub_epi8(nx_sse_load(end - 16), _mm_set1_epi8('0'));
    const __m128i digits = _mm_and_si128(text, nx_sse_last(n));
    *value = nx_sse_value(digits);
    return nx_sse_is_digits(digits);
#else
    return nx_digits_ending_portable(end, n, value);
#endif
}

/* As nx_digits_ending for n = 1..20 digits, leading zeros counted, and exact:
 * NX_PARSE_RANGE when the number is above 2^64 - 1, NX_PARSE_INVALID when a
 * byte is no digit. Reads the 32 bytes before `end`. */
NX_INLINE nx_parse_result
nx_digits_ending20(const uint8_t *end, size_t n, uint64_t *value)
{
    if (NX_LIKELY(n <= 16)) {
        return nx_digits_ending(end, n, value) ? NX_PARSE_OK : NX_PARSE_INVALID;
    }
    uint64_t high, low;
    const bool high_ok = nx_digits_ending(end - 16, n - 16, &high);
    const bool low_ok = nx_digits_ending(end, 16, &low);
    if (!high_ok || !low_ok) {
        return NX_PARSE_INVALID;
    }
    /* 2^64 - 1 is 1844 6744073709551615. */
    if (high > 1844 || (high == 1844 && low > UINT64_C(6744073709551615))) {
        return NX_PARSE_RANGE;
    }
    *value = high * UINT64_C(10000000000000000) + low;
    return NX_PARSE_OK;
}

/* Converts a sign, if there is one, and at most 20 digits, when the number is within
 * -`below` .. `above`; *value is it modulo 2^64. False for anything else. */
NX_INLINE bool
nx_integer_fast(const uint8_t *start, const uint8_t *end, uint64_t below,
                uint64_t above, uint64_t *value)
{
    const bool negative = *start == '-';
    const size_t n = (size_t)(end - start) - (negative | (*start == '+'));
    uint64_t magnitude;
    if (n - 1 >= 20 || nx_digits_ending20(end, n, &magnitude) != NX_PARSE_OK ||
        magnitude > (negative ? below : above)) {
        return false;
    }
    *value = negative ? UINT64_C(0) - magnitude : magnitude;
    return true;
}

#endif
