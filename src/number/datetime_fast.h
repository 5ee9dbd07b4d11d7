/* Dates and times of the usual layout, all fields at once: for column loops, and for
 * parse_datetime.c.
 *
 * Both "YY-MM-DD" (from the third byte of a date on) and "hh:mm:ss" are eight
 * bytes of the same shape: three pairs of digits with a separator between
 * them. One 64-bit word therefore holds three fields: xor with "00-00-00"
 * leaves the digits' values and zeros for the separators, one multiplication
 * makes pairs of the digits, and two additions check every byte and every
 * upper limit. That serves every machine. On x86-64 nx_datetime_fast does the
 * same to all seven pairs in one register.
 *
 * The calendar needs no division: the text already gives the year as century
 * and rest, and "leap" is a question about the last two bits of one of them.
 * Bound: years 1..9999 keep days below 2^22.
 */
#ifndef NX_NUMBER_DATETIME_FAST_H
#define NX_NUMBER_DATETIME_FAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "number/digits.h"

/* The numbers that the three digit pairs of eight bytes spell, in bytes 0, 3
 * and 6 of *pairs. False when the bytes are not of the frame's shape or when
 * one of the numbers is above its limit: `above` holds 0x7F - limit. */
NX_INLINE bool
nx_digit_pairs(uint64_t word, const char *frame, uint64_t above, uint64_t *pairs)
{
    /* Digits must be at most 9, separators 0: the sums must stay below 0x80.
     * A byte from 0x80 up may carry into the next, but fails by itself. */
    const uint64_t shape = UINT64_C(0x76767F76767F7676);
    word ^= nx_load64le(frame);
    *pairs = word * 10 + (word >> 8);
    return (((word + shape) | word | (*pairs + above)) & NX_BYTES(0x80)) == 0;
}

/* Seconds of the eight bytes "hh:mm:ss" in `word` (nx_load64le); false if they are
 * none. */
NX_INLINE bool
nx_clock_fast(uint64_t word, int64_t *seconds)
{
    const uint64_t above =
        (uint64_t)(0x7F - 59) << 48 | (0x7F - 59) << 24 | (0x7F - 23);
    uint64_t pairs;
    const bool valid = nx_digit_pairs(word, "00:00:00", above, &pairs);
    const uint64_t minutes = (pairs & 0xFF) * 60 + ((pairs >> 24) & 0xFF);
    *seconds = (int64_t)(minutes * 60 + ((pairs >> 48) & 0xFF));
    return valid;
}

/* The five bytes "hh:mm" at text as a word for nx_clock_fast. */
NX_INLINE uint64_t
nx_short_clock(const uint8_t *text)
{
    return nx_load32le(text) | (uint64_t)text[4] << 32 |
           (nx_load64le("00:00:00") & UINT64_C(0xFFFFFF0000000000));
}

#define NX_EPOCH_DAY 719162 /* days from 0001-01-01 to 1970-01-01 */

/* Days before each month (index 1..12), in a common and in a leap year. The
 * leap row is one less: the day is counted with the leap years up to this one. */
static const int16_t nx_days_before_month[2][16] = {
    {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0},
    {0, -1, 30, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0}};

/* Days of each month; 0 for the indices that are no month. */
static const uint8_t nx_month_days[2][16] = {
    {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0},
    {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0}};

/* Days since the epoch of year century * 100 + rest; month 0..15, any day.
 * False when there is no such date or its year is 0. */
NX_INLINE bool
nx_days_of_date(int century, int rest, int month, int day, int64_t *days)
{
    const int leap = ((rest != 0 ? rest : century) & 3) == 0;
    /* 36524.25 days a century and 365.25 a year of it, each rounded down. */
    const int years = (century * 146097 >> 2) + (rest * 1461 >> 2);
    const int count =
        years + nx_days_before_month[leap][month] + day - (365 + 1 + NX_EPOCH_DAY);
    *days = count;
    return ((unsigned)(day - 1) < nx_month_days[leap][month]) &
           (count >= -NX_EPOCH_DAY);
}

/* Days since the epoch of the ten bytes "YYYY-MM-DD"; false if they are none. */
NX_INLINE bool
nx_date_fast(const uint8_t *text, int64_t *days)
{
    const uint64_t above = (uint64_t)(0x7F - 12) << 24;
    const unsigned tens = (unsigned)text[0] - '0', ones = (unsigned)text[1] - '0';
    uint64_t pairs;
    if (!nx_digit_pairs(nx_load64le(text + 2), "00-00-00", above, &pairs) || tens > 9 ||
        ones > 9) {
        return false;
    }
    return nx_days_of_date((int)(tens * 10 + ones), pairs & 0xFF, (pairs >> 24) & 0xFF,
                           (pairs >> 48) & 0xFF, days);
}

/* The date and time of day that begin text: exactly "YYYY-MM-DD" (n = 10) or
 * "YYYY-MM-DD?hh:mm:ss" with ' ' or 'T' (n = 19). Reads 32 bytes from text, so the
 * caller pads. False for anything else or anything out of range; else days since the
 * epoch and seconds of the day. */
NX_INLINE bool
nx_datetime_fast(const uint8_t *text, size_t n, int64_t *days, int64_t *clock)
{
#ifdef NX_DIGITS_SSE
    const __m128i separators =
        _mm_setr_epi8(0, -1, 0, 0, -1, 0, 0, 0, 0, 0, -1, 0, 0, -1, 0, 0);
    const __m128i digits =
        _mm_setr_epi8(-1, -1, -1, -1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, -1, -1);
    const __m128i limits = _mm_setr_epi16(99, 99, 12, 31, 23, 59, 59, 0);
    /* The text from its fourth byte on; the year's digits come by themselves. */
    __m128i frame = _mm_xor_si128(
        nx_sse_load(text + 3), _mm_setr_epi8('0', '-', '0', '0', '-', '0', '0', 'T',
                                             '0', '0', ':', '0', '0', ':', '0', '0'));
    if (n == 10) {
        frame = _mm_andnot_si128(nx_sse_from(10 - 3), frame);
    }
    else if (n != 19 || (text[10] != ' ' && text[10] != 'T')) {
        return false;
    }
    const uint32_t year = nx_load32le(text) ^ UINT32_C(0x30303030);
    const __m128i fields =
        _mm_insert_epi32(_mm_shuffle_epi8(frame, digits), (int)year, 0);
    const __m128i pairs = _mm_maddubs_epi16(fields, _mm_set1_epi16(0x010A));
    const __m128i wrong = _mm_or_si128(_mm_subs_epu8(fields, _mm_set1_epi8(9)),
                                       _mm_subs_epu16(pairs, limits));
    const __m128i stray = _mm_and_si128(frame, separators);
    const __m128i all_wrong = _mm_or_si128(wrong, stray);
    const uint64_t date = (uint64_t)_mm_cvtsi128_si64(pairs);
    const __m128i seconds =
        _mm_madd_epi16(pairs, _mm_setr_epi16(0, 0, 0, 0, 3600, 60, 1, 0));
    const uint64_t time = (uint64_t)_mm_extract_epi64(seconds, 1);
    *clock = (int64_t)((time & 0xFFFFFFFF) + (time >> 32));
    return nx_days_of_date(date & 0xFF, (date >> 16) & 0xFF, (date >> 32) & 0xF,
                           (int)(date >> 48), days) &
           (_mm_testz_si128(all_wrong, all_wrong) != 0);
#else
    *clock = 0;
    if (n == 19) {
        if (!nx_clock_fast(nx_load64le(text + 11), clock) ||
            (text[10] != ' ' && text[10] != 'T')) {
            return false;
        }
    }
    else if (n != 10) {
        return false;
    }
    return nx_date_fast(text, days);
#endif
}

#endif
