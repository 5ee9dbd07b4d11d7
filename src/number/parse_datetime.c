/* ISO 8601 text to seconds, eight bytes at a time.
 *
 * Both "YY-MM-DD" (from the third byte of a date on) and "hh:mm:ss" are eight
 * bytes of the same shape: three pairs of digits with a separator between
 * them. One 64-bit word therefore holds all fields: xor with "00-00-00" leaves
 * the digits' values and zeros for the separators, one addition checks all
 * eight bytes, and one multiplication makes pairs of the digits. No vector
 * unit is needed and the same code serves every machine.
 *
 * The calendar needs no division either: the text already gives the year as
 * century and rest, and "leap" is a question about the last two bits of one of
 * them. Bound: years 1..9999 and offsets below a day keep seconds below 2^38.
 */
#include "number/parse_datetime.h"

#include <string.h>

#include "base/bits.h"

enum {
    DAY_SECONDS = 86400,
    EPOCH_DAY = 719162, /* days from 0001-01-01 to 1970-01-01 */
    DATE_LENGTH = 10,
    SECONDS_LENGTH = 19
};

#define DATE_FRAME  "00-00-00"
#define CLOCK_FRAME "00:00:00"

/* Days before each month (index 1..12), in a common and in a leap year. The
 * leap row is one less: the day is counted with the leap years up to this one. */
static const int16_t days_before_month[2][16] = {
    {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0},
    {0, -1, 30, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0}};

/* Days of each month; 0 for the indices that are no month. */
static const uint8_t month_days[2][16] = {
    {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0},
    {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0}};

/* Bytes 0, 3 and 6 of the result are the numbers that the digit pairs of an
 * eight-byte text of the frame's shape spell; *valid tells if it has it. */
NX_INLINE uint64_t
digit_pairs(uint64_t word, const char *frame, bool *valid)
{
    /* Digits must be at most 9, separators 0: the sums must stay below 0x80.
     * Bytes from 0x80 up may carry, but fail by themselves. */
    const uint64_t limits = UINT64_C(0x76767F76767F7676);
    word ^= nx_load64le(frame);
    *valid = (((word + limits) | word) & UINT64_C(0x8080808080808080)) == 0;
    return word * 10 + (word >> 8);
}

/* Days since the epoch of the ten bytes "YYYY-MM-DD"; false if they are none. */
NX_INLINE bool
take_date(const uint8_t *text, int64_t *days)
{
    bool valid;
    const uint64_t pairs = digit_pairs(nx_load64le(text + 2), DATE_FRAME, &valid);
    const unsigned tens = (unsigned)text[0] - '0', ones = (unsigned)text[1] - '0';
    const unsigned century = tens * 10 + ones;
    const unsigned rest = pairs & 0xFF;
    const unsigned month = (pairs >> 24) & 0xFF;
    const unsigned day = (pairs >> 48) & 0xFF;
    if (!valid | (tens > 9) | (ones > 9) | (month > 12) | ((century | rest) == 0)) {
        return false;
    }
    const unsigned leap = ((rest != 0 ? rest : century) & 3) == 0;
    const unsigned year = century * 100 + rest;
    const unsigned leap_years = (year >> 2) - century + (century >> 2);
    *days = (int64_t)((year - 1) * 365 + leap_years + day - 1) +
            days_before_month[leap][month] - EPOCH_DAY;
    return day - 1 < month_days[leap][month];
}

/* Seconds of the eight bytes "hh:mm:ss" in `word`; false if they are none. */
NX_INLINE bool
take_clock(uint64_t word, int64_t *seconds)
{
    bool valid;
    const uint64_t pairs = digit_pairs(word, CLOCK_FRAME, &valid);
    const unsigned h = pairs & 0xFF, m = (pairs >> 24) & 0xFF, s = (pairs >> 48) & 0xFF;
    *seconds = h * 3600 + m * 60 + s;
    return valid & (h < 24) & (m < 60) & (s < 60);
}

/* As take_clock for the five bytes "hh:mm". */
static bool
take_short_clock(const uint8_t *text, int64_t *seconds)
{
    char clock[] = CLOCK_FRAME;
    memcpy(clock, text, 5);
    return take_clock(nx_load64le(clock), seconds);
}

bool
nx_parse_datetime19(const uint8_t *text, size_t n, int64_t *seconds)
{
    int64_t days, clock = 0;
    if (n == SECONDS_LENGTH) {
        if (!take_clock(nx_load64le(text + 11), &clock) ||
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
    if (end - p != 6 || (*p != '+' && *p != '-') || !take_short_clock(p + 1, offset)) {
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
        if (!take_clock(nx_load64le(p), &clock)) {
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
        if (!take_short_clock(p, &clock)) {
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

bool
nx_datetime_to_unit(const nx_datetime *value, nx_datetime_unit unit, int64_t *count)
{
    static const int64_t per_second[] = {0, 1, 1000, 1000000, 1000000000};
    int64_t whole = value->seconds;
    if (unit == NX_UNIT_D) {
        *count = whole / DAY_SECONDS;
        return whole % DAY_SECONDS == 0 && value->nanoseconds == 0;
    }
    const int64_t scale = per_second[unit], tick = 1000000000 / scale;
    int64_t part = value->nanoseconds / tick;
    if (value->nanoseconds % tick != 0) {
        return false;
    }
    /* Both parts with the same sign, so that only a sum out of range can leave
     * it on the way. */
    if (whole < 0 && part > 0) {
        whole++;
        part -= scale;
    }
    if (whole > INT64_MAX / scale || whole < -INT64_MAX / scale) {
        return false;
    }
    whole *= scale;
    if (part > 0 ? whole > INT64_MAX - part : whole < -INT64_MAX - part) {
        return false;
    }
    *count = whole + part;
    return true;
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
