/* Plain decimals to binary64 without a loop: the hot path of float columns.
 *
 * Nearly all decimals in files are "[+-]digits[.digits]", and nearly all of
 * those have at most 15 digits. Such a number is m / 10^k with m < 10^15 <
 * 2^53 and k <= 15: both are exact doubles, so that one division rounds once
 * and is correct (Clinger, "How to read floating point numbers accurately",
 * PLDI 1990). The digits are brought together by moving the bytes before the
 * point one place up; then they convert as any 16 digits do (digits.h).
 *
 * nx_decimal_fast takes those; nx_decimal_long takes what repr() writes for
 * full-precision doubles (16 to 19 digits), whose mantissa goes straight to
 * nx_decimal_to_double. Everything else is left to nx_parse_double: the
 * functions return false without judging the text.
 *
 * Both need 64 readable bytes on both sides of the text, contents irrelevant,
 * and the rounding mode of the C default (to nearest).
 */
#ifndef NX_NUMBER_DECIMAL_FAST_H
#define NX_NUMBER_DECIMAL_FAST_H

#include <float.h>

#include "number/digits.h"
#include "number/parse_float.h"

/* 10^(15 - i): the divisor for a point at byte i of the 16 that end the text;
 * 16 stands for "no point". */
static const double nx_decimal_divisor[17] = {1e15, 1e14, 1e13, 1e12, 1e11, 1e10,
                                              1e9,  1e8,  1e7,  1e6,  1e5,  1e4,
                                              1e3,  1e2,  1e1,  1e0,  1e0};

/* Excess precision (x87) would round twice. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#define NX_DECIMAL_EXACT_DIVISION 0
#else
#define NX_DECIMAL_EXACT_DIVISION 1
#endif

/* Sets the sign of a double that is not negative. */
NX_INLINE double
nx_decimal_sign(double magnitude, bool negative)
{
    uint64_t bits;
    memcpy(&bits, &magnitude, 8);
    bits |= (uint64_t)negative << 63;
    memcpy(&magnitude, &bits, 8);
    return magnitude;
}

/* Sixteen bytes that end at `end`, the point taken out and the bytes before it
 * moved up; `at` is the point's place among the 16 (16 = none). Two words. */
NX_INLINE void
nx_swar_close_gap(const uint8_t *end, int at, uint64_t words[2])
{
    const uint64_t all = ~UINT64_C(0);
    uint64_t moved[2] = {0, 0};
    if (at < 8) {
        moved[0] = all >> (56 - 8 * at);
    }
    else if (at < 16) {
        moved[0] = all;
        moved[1] = all >> (120 - 8 * at);
    }
    for (int i = 0; i < 2; i++) {
        const uint64_t here = nx_load64le(end - 16 + 8 * i);
        const uint64_t before = nx_load64le(end - 17 + 8 * i);
        words[i] = (here & ~moved[i]) | (before & moved[i]);
    }
}

/* 0x80 in every byte that is a point, and only there. */
NX_INLINE uint64_t
nx_swar_points(uint64_t word)
{
    const uint64_t x = word ^ NX_BYTES('.');
    return ~(((x & NX_BYTES(0x7F)) + NX_BYTES(0x7F)) | x) & NX_BYTES(0x80);
}

/* As nx_decimal_fast, in plain C. */
NX_INLINE bool
nx_decimal_fast_portable(const uint8_t *start, const uint8_t *end, double *value)
{
    const bool negative = *start == '-';
    start += negative | (*start == '+');
    const size_t n = (size_t)(end - start);
    if (n - 1 > 15) {
        return false;
    }
    uint64_t first = nx_swar_points(nx_load64le(end - 16));
    uint64_t last = nx_swar_points(nx_load64le(end - 8));
    first = n <= 8 ? 0 : first & (~UINT64_C(0) << (128 - 8 * n));
    last = n >= 8 ? last : last & (~UINT64_C(0) << (64 - 8 * n));
    const int at = first != 0  ? nx_ctz64(first) >> 3
                   : last != 0 ? 8 + (nx_ctz64(last) >> 3)
                               : 16;
    const size_t digits = n - (at != 16);
    if (digits - 1 > 14 || (at == 16 && n > 1 && *start == '0')) {
        return false;
    }
    uint64_t words[2];
    nx_swar_close_gap(end, at, words);
    uint64_t mantissa = 0;
    bool valid = true;
    if (digits > 8) {
        words[0] = nx_swar_keep_last(words[0], digits - 8);
        mantissa = nx_swar_value(words[0]) * 100000000;
        valid = nx_swar_is_digits(words[0]);
    }
    else {
        words[1] = nx_swar_keep_last(words[1], digits);
    }
    mantissa += nx_swar_value(words[1]);
    valid &= nx_swar_is_digits(words[1]);
    *value =
        nx_decimal_sign((double)(int64_t)mantissa / nx_decimal_divisor[at], negative);
    return valid & NX_DECIMAL_EXACT_DIVISION;
}

/* As nx_decimal_long, in plain C. */
NX_INLINE bool
nx_decimal_long_portable(const uint8_t *start, const uint8_t *end, double *value)
{
    const bool negative = *start == '-';
    start += negative | (*start == '+');
    const size_t n = (size_t)(end - start);
    if (n - 2 > 22) {
        return false;
    }
    const uint8_t *point = start;
    while (point < end && *point != '.') {
        point++;
    }
    const size_t whole = (size_t)(point - start);
    if (point == end || whole > 16) {
        return false;
    }
    const size_t fraction = n - 1 - whole;
    uint64_t mantissa = 0, high = 0, low = 0;
    bool valid = whole == 0 || nx_digits_ending_portable(point, whole, &mantissa);
    if (fraction > 16) {
        valid &= nx_digits_ending_portable(end - 16, fraction - 16, &high);
        valid &= nx_digits_ending_portable(end, 16, &low);
    }
    else if (fraction > 0) {
        valid &= nx_digits_ending_portable(end, fraction, &low);
    }
    /* Up to 19 digits, or more when they begin with zeros. */
    if (!valid || (mantissa != 0 && whole + fraction > 19) || high >= 1000) {
        return false;
    }
    for (size_t i = 0; i < fraction; i++) {
        mantissa *= 10;
    }
    mantissa += high * UINT64_C(10000000000000000) + low;
    *value = nx_decimal_to_double(mantissa, -(int64_t)fraction, negative);
    return true;
}

#ifdef NX_DIGITS_SSE

/* Sixteen bytes from offset 31 - i on are 0xFF up to place i, 0 after it, for
 * i = -16..31 (a place outside 0..15 gives all or nothing). */
static const uint8_t nx_up_to_mask[64] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* The 16 bytes that end at `end`, those up to place `at` replaced by the bytes
 * one before them. */
NX_INLINE __m128i
nx_sse_close_gap(const uint8_t *end, int at)
{
    return _mm_blendv_epi8(nx_sse_load(end - 16), nx_sse_load(end - 17),
                           nx_sse_load(nx_up_to_mask + 31 - at));
}

/* Bit i: byte i of the register is a point. */
NX_INLINE uint32_t
nx_sse_points(__m128i text)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
}

#endif

/* Converts `[+-]digits[.digits]` (a point may also begin or end the digits)
 * when it has at most 15 digits and, without its sign, at most 16 bytes.
 * False for anything else, also for an integer with leading zeros ("007"),
 * which is more likely a code than a number. */
NX_INLINE bool
nx_decimal_fast(const uint8_t *start, const uint8_t *end, double *value)
{
#ifdef NX_DIGITS_SSE
    const bool negative = *start == '-';
    start += negative | (*start == '+');
    const size_t n = (size_t)(end - start);
    if (n - 1 > 15) {
        return false;
    }
    const uint32_t inside = UINT32_C(0xFFFF) << (16 - n);
    const uint32_t points = nx_sse_points(nx_sse_load(end - 16)) & inside;
    const int at = nx_ctz64(points | 0x10000);
    const size_t digits = n - (points != 0);
    if ((digits - 1 > 14) | ((points == 0) & (n > 1) & (*start == '0'))) {
        return false;
    }
    const __m128i closed = nx_sse_close_gap(end, points != 0 ? at : -1);
    const __m128i number = _mm_and_si128(_mm_sub_epi8(closed, _mm_set1_epi8('0')),
                                         nx_sse_load(nx_keep_last_mask + digits));
    const double mantissa = (double)(int64_t)nx_sse_value(number);
    *value = nx_decimal_sign(mantissa / nx_decimal_divisor[at], negative);
    return nx_sse_is_digits(number);
#else
    return nx_decimal_fast_portable(start, end, value);
#endif
}

/* Converts `[+-]digits.digits` (a point may also begin or end the digits) when
 * its digits, leading zeros apart, are at most 19 and, without its sign, it
 * has at most 24 bytes; false for anything else. For what nx_decimal_fast
 * declined. */
NX_INLINE bool
nx_decimal_long(const uint8_t *start, const uint8_t *end, double *value)
{
#ifdef NX_DIGITS_SSE
    const bool negative = *start == '-';
    start += negative | (*start == '+');
    const size_t n = (size_t)(end - start);
    if (n - 2 > 22) {
        return false;
    }
    const uint32_t inside = UINT32_C(0xFFFFFFFF) << (32 - n);
    const uint32_t points = (nx_sse_points(nx_sse_load(end - 32)) |
                             nx_sse_points(nx_sse_load(end - 16)) << 16) &
                            inside;
    if (points == 0) {
        return false;
    }
    const int at = nx_ctz64(points);
    const size_t digits = n - 1;
    const size_t in_last = digits < 16 ? digits : 16;
    const __m128i zeros = _mm_set1_epi8('0');
    const __m128i first =
        _mm_and_si128(_mm_sub_epi8(nx_sse_close_gap(end - 16, at), zeros),
                      nx_sse_load(nx_keep_last_mask + digits - in_last));
    const __m128i last =
        _mm_and_si128(_mm_sub_epi8(nx_sse_close_gap(end, at - 16), zeros),
                      nx_sse_load(nx_keep_last_mask + in_last));
    const __m128i folded = nx_sse_fold8(nx_sse_fold4(first), nx_sse_fold4(last));
    const uint64_t high = (uint64_t)_mm_cvtsi128_si64(folded) >> 32;
    const uint64_t low = (uint64_t)_mm_extract_epi64(folded, 1);
    if (!nx_sse_is_digits(_mm_max_epu8(first, last)) || high >= 1000) {
        return false;
    }
    const uint64_t mantissa = high * UINT64_C(10000000000000000) +
                              (low & 0xFFFFFFFF) * 100000000 + (low >> 32);
    *value = nx_decimal_to_double(mantissa, at - 31, negative);
    return true;
#else
    return nx_decimal_long_portable(start, end, value);
#endif
}

#endif
