/* ISO 8601 text to seconds. The fixed part of the layout is the work of
 * datetime_fast.h; offsets below a day keep seconds below 2^38. */
#include "number/parse_datetime.h"

#include <string.h>

#include "base/bits.h"
#include "number/datetime_fast.h"
#include "number/digits.h"

enum {
    DAY_SECONDS = 86400,
    DATE_LENGTH = 10
};

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
    if (n < DATE_LENGTH || !nx_date_fast(text, &days)) {
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
           nx_days_before_month[leap][month & 15] + (int64_t)day - 1 - NX_EPOCH_DAY -
           cycles * 146097;
}
