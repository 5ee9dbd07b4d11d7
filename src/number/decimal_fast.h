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

/* 10^(15 - i): the divisor for a point at byte i of the 16 that end the text; 1 for
 * i = 16, "no point". */
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

/* For 10^-i: the 64 most significant bits of 5^-i, and the biased exponent, less one,
 * of a double whose mantissa is one of 64 bits times that. */
static const struct {
    uint64_t power;
    int exponent;
} nx_decimal_scale[24] = {
    {UINT64_C(0x8000000000000000), 1085}, {UINT64_C(0xcccccccccccccccc), 1081},
    {UINT64_C(0xa3d70a3d70a3d70a), 1078}, {UINT64_C(0x83126e978d4fdf3b), 1075},
    {UINT64_C(0xd1b71758e219652b), 1071}, {UINT64_C(0xa7c5ac471b478423), 1068},
    {UINT64_C(0x8637bd05af6c69b5), 1065}, {UINT64_C(0xd6bf94d5e57a42bc), 1061},
    {UINT64_C(0xabcc77118461cefc), 1058}, {UINT64_C(0x89705f4136b4a597), 1055},
    {UINT64_C(0xdbe6fecebdedd5be), 1051}, {UINT64_C(0xafebff0bcb24aafe), 1048},
    {UINT64_C(0x8cbccc096f5088cb), 1045}, {UINT64_C(0xe12e13424bb40e13), 1041},
    {UINT64_C(0xb424dc35095cd80f), 1038}, {UINT64_C(0x901d7cf73ab0acd9), 1035},
    {UINT64_C(0xe69594bec44de15b), 1031}, {UINT64_C(0xb877aa3236a4b449), 1028},
    {UINT64_C(0x9392ee8e921d5d07), 1025}, {UINT64_C(0xec1e4a7db69561a5), 1021},
    {UINT64_C(0xbce5086492111aea), 1018}, {UINT64_C(0x971da05074da7bee), 1015},
    {UINT64_C(0xf1c90080baf72cb1), 1011}, {UINT64_C(0xc16d9a0095928a27), 1008}};

/* The double nearest to (-1)^negative * w * 10^-digits, digits below 24: the usual case
 * of nx_decimal_to_double, which has the explanation and the others. */
NX_INLINE double
nx_decimal_scaled(uint64_t w, size_t digits, bool negative)
{
    const int zeros = nx_clz64(w | 1);
    uint64_t high, low;
    nx_mul128(w << zeros, nx_decimal_scale[digits].power, &high, &low);
    const int top = (int)(high >> 63), drop = top + 64 - 52 - 3;
    const uint64_t bits = high >> drop; /* the last bit is the one to round by */
    const bool carry = (high & 0x1FF) == 0x1FF;
    /* No && and no ||: one mantissa in four would be a branch that nobody foresees. */
    const bool tie = ((bits & 3) == 1) & (bits << drop == high);
    if (NX_UNLIKELY(carry | tie | (w == 0))) {
        return nx_decimal_to_double(w, -(int64_t)digits, negative);
    }
    const int exponent = nx_decimal_scale[digits].exponent + top - zeros;
    const uint64_t mantissa = (bits + (bits & 1)) >> 1;
    const uint64_t sum = ((uint64_t)exponent << 52) + mantissa;
    double value;
    memcpy(&value, &sum, 8);
    return nx_decimal_sign(value, negative);
}

/* 0x80 in every byte of a word that is a point, and only there. */
NX_INLINE uint64_t
nx_swar_points(uint64_t word)
{
    const uint64_t x = word ^ NX_BYTES('.');
    return ~(((x & NX_BYTES(0x7F)) + NX_BYTES(0x7F)) | x) & NX_BYTES(0x80);
}

/* Number of bytes before the first point of the n (1..24) at `start`; n or
 * more when there is none. */
NX_INLINE size_t
nx_swar_find_point(const uint8_t *start, size_t n)
{
    size_t i = 0;
    uint64_t points = nx_swar_points(nx_load64le(start));
    while (points == 0 && (i += 8) < n) {
        points = nx_swar_points(nx_load64le(start + i));
    }
    return points != 0 ? i + (size_t)(nx_ctz64(points) >> 3) : i;
}

/* Word i of the `count` words that end at `end`, the bytes up to place `at`
 * replaced by the bytes one before them and those before the last `digits`
 * by '0'. */
NX_INLINE uint64_t
nx_swar_close_gap(const uint8_t *end, int at, size_t digits, int count, int i)
{
    const uint8_t *const word = end - 8 * (count - i);
    const uint64_t after = nx_swar_from(at + 1 - 8 * i);
    const uint64_t closed =
        (nx_load64le(word) & after) | (nx_load64le(word - 1) & ~after);
    return nx_swar_keep_from(closed, 8 * (count - i) - (int)digits);
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
    const size_t whole = nx_swar_find_point(start, n);
    const int at = whole < n ? 16 - (int)(n - whole) : -1;
    const size_t digits = n - (at >= 0);
    if ((digits - 1 > 14) | ((at < 0) & (n > 1) & (*start == '0'))) {
        return false;
    }
    const uint64_t first = nx_swar_close_gap(end, at, digits, 2, 0);
    const uint64_t last = nx_swar_close_gap(end, at, digits, 2, 1);
    const bool first_ok = nx_swar_is_digits(first), last_ok = nx_swar_is_digits(last);
    const uint64_t mantissa = nx_swar_value(first) * 100000000 + nx_swar_value(last);
    *value = nx_decimal_sign(
        (double)(int64_t)mantissa / nx_decimal_divisor[at < 0 ? 16 : at], negative);
    return first_ok & last_ok & NX_DECIMAL_EXACT_DIVISION;
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
    const size_t whole = nx_swar_find_point(start, n);
    if (whole >= n) {
        return false;
    }
    const int at = 24 - (int)(n - whole);
    const uint64_t first = nx_swar_close_gap(end, at, n - 1, 3, 0);
    const uint64_t middle = nx_swar_close_gap(end, at, n - 1, 3, 1);
    const uint64_t last = nx_swar_close_gap(end, at, n - 1, 3, 2);
    const uint64_t high = nx_swar_value(first);
    if (!nx_swar_is_digits(first) || !nx_swar_is_digits(middle) ||
        !nx_swar_is_digits(last) || high >= 1000) {
        return false;
    }
    const uint64_t mantissa = high * UINT64_C(10000000000000000) +
                              nx_swar_value(middle) * 100000000 + nx_swar_value(last);
    *value = nx_decimal_scaled(mantissa, (size_t)(23 - at), negative);
    return true;
}

#ifdef NX_DIGITS_SSE

/* The 16 bytes that end at `end`, those up to place `at` replaced by the bytes
 * one before them. */
NX_INLINE __m128i
nx_sse_close_gap(const uint8_t *end, ptrdiff_t at)
{
    return _mm_blendv_epi8(nx_sse_load(end - 17), nx_sse_load(end - 16),
                           nx_sse_from(at + 1));
}

/* Row i moves the bytes before byte i one place up, over it, and a zero in; row 16
 * moves nothing. */
#define NX_Z 0x80
static const _Alignas(16) uint8_t nx_over_point[17][16] = {
    {NX_Z, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15},
    {NX_Z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
#undef NX_Z

/* Bit i: byte i of the register is a point. */
NX_INLINE uint32_t
nx_sse_points(__m128i text)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
}

/* nx_decimal_fast behind the sign: n bytes, 1..16, that end at `end`. */
NX_INLINE bool
nx_sse_decimal_short(const uint8_t *end, size_t n, bool negative, double *value)
{
    const __m128i text = _mm_and_si128(
        _mm_sub_epi8(nx_sse_load(end - 16), _mm_set1_epi8('0')), nx_sse_last(n));
    const __m128i points = _mm_cmpeq_epi8(text, _mm_set1_epi8('.' - '0'));
    const uint32_t mask = (uint32_t)_mm_movemask_epi8(points);
    const size_t at = (size_t)nx_ctz64((uint64_t)mask | 0x10000);
    const size_t digits = n - (at != 16);
    /* An integer with leading zeros is more likely a code than a number. */
    if ((digits - 1 > 14) ||
        (NX_UNLIKELY(mask == 0) && n > 1 && end[-(ptrdiff_t)n] == '0')) {
        return false;
    }
    const __m128i number = _mm_shuffle_epi8(text, nx_sse_load(nx_over_point[at]));
    const double mantissa = (double)(int64_t)nx_sse_value(number);
    *value = nx_decimal_sign(mantissa / nx_decimal_divisor[at], negative);
    return nx_sse_is_digits(number);
}

/* nx_decimal_long behind the sign: n bytes that end at `end`. */
NX_INLINE bool
nx_sse_decimal_long(const uint8_t *end, size_t n, bool negative, double *value)
{
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
    const ptrdiff_t at = nx_ctz64(points);
    const ptrdiff_t outside = 33 - (ptrdiff_t)n; /* bytes before the digits */
    const __m128i zeros = _mm_set1_epi8('0');
    const __m128i first = _mm_and_si128(
        _mm_sub_epi8(nx_sse_close_gap(end - 16, at), zeros), nx_sse_from(outside));
    const __m128i last = _mm_and_si128(
        _mm_sub_epi8(nx_sse_close_gap(end, at - 16), zeros), nx_sse_from(outside - 16));
    const __m128i folded = nx_sse_fold8(nx_sse_fold4(first), nx_sse_fold4(last));
    const uint64_t high = (uint64_t)_mm_cvtsi128_si64(folded) >> 32;
    const uint64_t low = (uint64_t)_mm_extract_epi64(folded, 1);
    if (!nx_sse_is_digits(_mm_max_epu8(first, last)) || high >= 1000) {
        return false;
    }
    const uint64_t mantissa = high * UINT64_C(10000000000000000) +
                              (low & 0xFFFFFFFF) * 100000000 + (low >> 32);
    *value = nx_decimal_scaled(mantissa, (size_t)(31 - at), negative);
    return true;
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
    const size_t n = (size_t)(end - start) - (negative | (*start == '+'));
    return n - 1 <= 15 && nx_sse_decimal_short(end, n, negative, value);
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
    const size_t n = (size_t)(end - start) - (negative | (*start == '+'));
    return nx_sse_decimal_long(end, n, negative, value);
#else
    return nx_decimal_long_portable(start, end, value);
#endif
}

/* What either of the two converts. */
NX_INLINE bool
nx_decimal_plain(const uint8_t *start, const uint8_t *end, double *value)
{
#ifdef NX_DIGITS_SSE
    const bool negative = *start == '-';
    const size_t n = (size_t)(end - start) - (negative | (*start == '+'));
    /* Of up to 16 bytes with a point the first takes all that the second would. */
    return n - 1 <= 15 ? nx_sse_decimal_short(end, n, negative, value)
                       : nx_sse_decimal_long(end, n, negative, value);
#else
    return nx_decimal_fast_portable(start, end, value) ||
           nx_decimal_long_portable(start, end, value);
#endif
}

/* Narrows `wide`, a decimal from 1e-37 to 1e38 (or zero) that was rounded to a
 * double once, to the float nearest to that decimal; false when the double does
 * not tell.
 *
 * Every point half-way between two normal floats is a double. Rounding keeps
 * order, so the decimal lies on the same side of all such points as its double
 * does, unless the double is one of them: its last 29 bits are then 1000...0. */
NX_INLINE bool
nx_narrow_to_float32(double wide, float *value)
{
    uint64_t bits;
    memcpy(&bits, &wide, 8);
    *value = (float)wide;
    return (bits & 0x1FFFFFFF) != 0x10000000;
}

/* The decimals of nx_decimal_fast and nx_decimal_long to the nearest float. False
 * for other texts and for the few that nx_narrow_to_float32 declines; those are
 * left to nx_parse_float32. */
NX_INLINE bool
nx_decimal_fast32(const uint8_t *start, const uint8_t *end, float *value)
{
    double wide;
    return nx_decimal_plain(start, end, &wide) && nx_narrow_to_float32(wide, value);
}

#endif
