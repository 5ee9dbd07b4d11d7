/* ISO 8601 text to seconds, all fields at once.
 *
 * Both "YY-MM-DD" (from the third byte of a date on) and "hh:mm:ss" are eight
 * bytes of the same shape: three pairs of digits with a separator between
 * them. One 64-bit word therefore holds three fields: xor with "00-00-00"
 * leaves the digits' values and zeros for the separators, one multiplication
 * makes pairs of the digits, and two additions check every byte and every
 * upper limit. That serves every machine. On x86-64 nx_parse_datetime19, which
 * column loops call, does the same to all seven pairs in one register.
 *
 * The calendar needs no division: the text already gives the year as century
 * and rest, and "leap" is a question about the last two bits of one of them.
 * Bound: years 1..9999 and offsets below a day keep seconds below 2^38.
 */
#include "number/parse_datetime.h"

#include <string.h>

#include "base/bits.h"
#include "number/clock_fast.h"
#include "number/digits.h"

enum {
    DAY_SECONDS = 86400,
    EPOCH_DAY = 719162, /* days from 0001-01-01 to 1970-01-01 */
    DATE_LENGTH = 10,
    SECONDS_LENGTH = 19
};

#define DATE_FRAME "00-00-00"

/* Days before each month (index 1..12), in a common and in a leap year. The
 * leap row is one less: the day is counted with the leap years up to this one. */
static const int16_t days_before_month[2][16] = {
    {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0},
    {0, -1, 30, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0}};

/* Days of each month; 0 for the indices that are no month. */
static const uint8_t month_days[2][16] = {
    {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0},
    {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0}};

/* Days since the epoch of year century * 100 + rest; month 0..15, any day.
 * False when there is no such date or its year is 0. */
NX_INLINE bool
days_of_date(int century, int rest, int month, int day, int64_t *days)
{
    const int leap = ((rest != 0 ? rest : century) & 3) == 0;
    const int year = century * 100 + rest;
    const int leap_years = (year >> 2) - century + (century >> 2);
    const int count = year * 365 + leap_years + days_before_month[leap][month] + day -
                      (365 + 1 + EPOCH_DAY);
    *days = count;
    return ((unsigned)(day - 1) < month_days[leap][month]) & (count >= -EPOCH_DAY);
}

/* Days since the epoch of the ten bytes "YYYY-MM-DD"; false if they are none. */
NX_INLINE bool
take_date(const uint8_t *text, int64_t *days)
{
    const uint64_t above = (uint64_t)(0x7F - 12) << 24;
    const unsigned tens = (unsigned)text[0] - '0', ones = (unsigned)text[1] - '0';
    uint64_t pairs;
    if (!nx_digit_pairs(nx_load64le(text + 2), DATE_FRAME, above, &pairs) || tens > 9 ||
        ones > 9) {
        return false;
    }
    return days_of_date((int)(tens * 10 + ones), pairs & 0xFF, (pairs >> 24) & 0xFF,
                        (pairs >> 48) & 0xFF, days);
}

#ifdef NX_DIGITS_SSE

bool
nx_parse_datetime19(const uint8_t *text, size_t n, int64_t *seconds)
{
    const __m128i separators =
        _mm_setr_epi8(0, -1, 0, 0, -1, 0, 0, 0, 0, 0, -1, 0, 0, -1, 0, 0);
    const __m128i digits =
        _mm_setr_epi8(-1, -1, -1, -1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, -1, -1);
    const __m128i limits = _mm_setr_epi16(99, 99, 12, 31, 23, 59, 59, 0);
    /* The text from its fourth byte on; the year's digits come by themselves. */
    __m128i frame = _mm_xor_si128(
        nx_sse_load(text + 3), _mm_setr_epi8('0', '-', '0', '0', '-', '0', '0', 'T',
                                             '0', '0', ':', '0', '0', ':', '0', '0'));
    if (n == DATE_LENGTH) {
        frame = _mm_andnot_si128(nx_sse_from(DATE_LENGTH - 3), frame);
    }
    else if (n != SECONDS_LENGTH || (text[10] != ' ' && text[10] != 'T')) {
        return false;
    }
    const uint32_t year = nx_load32le(text) ^ UINT32_C(0x30303030);
    const __m128i fields =
        _mm_insert_epi32(_mm_shuffle_epi8(frame, digits), (int)year, 0);
    const __m128i pairs = _mm_maddubs_epi16(fields, _mm_set1_epi16(0x010A));
    const __m128i wrong = _mm_or_si128(_mm_subs_epu8(fields, _mm_set1_epi8(9)),
                                       _mm_subs_epu16(pairs, limits));
    if (!_mm_testz_si128(wrong, wrong) || !_mm_testz_si128(frame, separators)) {
        return false;
    }
    const uint64_t date = (uint64_t)_mm_cvtsi128_si64(pairs);
    const uint64_t clock = (uint64_t)_mm_extract_epi64(pairs, 1);
    const uint64_t minutes = (clock & 0xFF) * 60 + ((clock >> 16) & 0xFF);
    int64_t days;
    const bool valid = days_of_date(date & 0xFF, (date >> 16) & 0xFF,
                                    (date >> 32) & 0xFF, (int)(date >> 48), &days);
    *seconds = days * DAY_SECONDS + (int64_t)(minutes * 60 + (clock >> 32));
    return valid;
}

#else

bool
nx_parse_datetime19(const uint8_t *text, size_t n, int64_t *seconds)
{
    int64_t days, clock = 0;
    if (n == SECONDS_LENGTH) {
        if (!nx_clock_fast(nx_load64le(text + 11), &clock) ||
            (text[10] != ' ' && text[10] != 'T')) {
            return false;
        }
    }
    else if (n != DATE_LENGTH) {
        return false;
    }
    if (!take_date(text, &days)) {
        return false;
    }
    *seconds = days * DAY_SECONDS + clock;
    return true;
}

#endif

/* A fraction after its point: 1 to 9 digits. Returns the first byte after it,
 * NULL when there is no digit. */
static const uint8_t *
take_fraction(const uint8_t *p, const uint8_t *end, nx_datetime *value)
{
    uint32_t nanoseconds = 0;
    int digits = 0;
    for (; p < end && digits < 9 && (unsigned)(*p - '0') <= 9; p++, digits++) {
        nanoseconds = nanoseconds * 10 + (uint32_t)(*p - '0');
    }
    value->fraction_digits = (uint8_t)digits;
    for (int i = digits; i < 9; i++) {
        nanoseconds *= 10;
    }
    value->nanoseconds = nanoseconds;
    return digits > 0 ? p : NULL;
}

/* Z, +hh:mm or -hh:mm up to `end`; *offset in seconds east of UTC. */
static bool
take_zone(const uint8_t *p, const uint8_t *end, int64_t *offset)
{
    if (end - p == 1 && *p == 'Z') {
        *offset = 0;
        return true;
    }
    if (end - p != 6 || (*p != '+' && *p != '-') ||
        !nx_clock_fast(nx_short_clock(p + 1), offset)) {
        return false;
    }
    if (*p == '-') {
        *offset = -*offset;
    }
    return true;
}

nx_parse_result
nx_parse_datetime(const uint8_t *text, size_t n, nx_datetime *value)
{
    const uint8_t *const end = text + n;
    int64_t days, clock, offset;
    nx_datetime result = {0};
    if (n < DATE_LENGTH || !take_date(text, &days)) {
        return NX_PARSE_INVALID;
    }
    result.seconds = days * DAY_SECONDS;
    if (n == DATE_LENGTH) {
        result.date_only = true;
        *value = result;
        return NX_PARSE_OK;
    }
    const uint8_t *p = text + DATE_LENGTH + 1;
    if (end - p < 5 || (p[-1] != ' ' && p[-1] != 'T')) {
        return NX_PARSE_INVALID;
    }
    if (end - p >= 8 && p[5] == ':') {
        if (!nx_clock_fast(nx_load64le(p), &clock)) {
            return NX_PARSE_INVALID;
        }
        p += 8;
        if (p < end && *p == '.') {
            p = take_fraction(p + 1, end, &result);
            if (p == NULL) {
                return NX_PARSE_INVALID;
            }
        }
    }
    else {
        if (!nx_clock_fast(nx_short_clock(p), &clock)) {
            return NX_PARSE_INVALID;
        }
        p += 5;
    }
    result.seconds += clock;
    if (p < end) {
        if (!take_zone(p, end, &offset)) {
            return NX_PARSE_INVALID;
        }
        result.zoned = true;
        result.seconds -= offset;
    }
    *value = result;
    return NX_PARSE_OK;
}

nx_parse_result
nx_datetime_to_unit_exact(const nx_datetime *value, nx_datetime_unit unit,
                          int64_t *count)
{
    static const int32_t seconds[] = {
        [NX_UNIT_D] = DAY_SECONDS, [NX_UNIT_HOUR] = 3600, [NX_UNIT_MINUTE] = 60};
    static const int64_t per_second[] = {[NX_UNIT_S] = 1,
                                         [NX_UNIT_MS] = 1000,
                                         [NX_UNIT_US] = 1000000,
                                         [NX_UNIT_NS] = 1000000000};
    int64_t whole = value->seconds;
    if (seconds[unit] != 0) {
        if (whole % seconds[unit] != 0 || value->nanoseconds != 0) {
            return NX_PARSE_INVALID;
        }
        *count = whole / seconds[unit];
        return NX_PARSE_OK;
    }
    const int64_t scale = per_second[unit], tick = 1000000000 / scale;
    int64_t part = value->nanoseconds / tick;
    if (value->nanoseconds % tick != 0) {
        return NX_PARSE_INVALID;
    }
    /* Both parts with the same sign, so that only a sum out of range can leave
     * it on the way. */
    if (whole < 0 && part > 0) {
        whole++;
        part -= scale;
    }
    if (whole > INT64_MAX / scale || whole < -INT64_MAX / scale) {
        return NX_PARSE_RANGE;
    }
    whole *= scale;
    if (part > 0 ? whole > INT64_MAX - part : whole < -INT64_MAX - part) {
        return NX_PARSE_RANGE;
    }
    *count = whole + part;
    return NX_PARSE_OK;
}

bool
nx_datetime_to_unit(const nx_datetime *value, nx_datetime_unit unit, int64_t *count)
{
    return nx_datetime_to_unit_exact(value, unit, count) == NX_PARSE_OK;
}

int64_t
nx_days_from_civil(int64_t year, unsigned month, unsigned day)
{
    /* Years before 1 are moved up by whole cycles of 400 years. */
    const int64_t cycles = year > 0 ? 0 : (400 - year) / 400;
    const int64_t y = year + cycles * 400;
    const int leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    return (y - 1) * 365 + y / 4 - y / 100 + y / 400 +
           days_before_month[leap][month & 15] + (int64_t)day - 1 - EPOCH_DAY -
           cycles * 146097;
}
