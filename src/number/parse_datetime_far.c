/* Days, seconds of the day and nanoseconds stay apart until the unit is known: 2^63
 * days are more seconds than an int64 counts. A year is cut into cycles of 400, so that
 * the calendar sees small numbers only. */
#include "number/parse_datetime_far.h"

#include <stdbool.h>

#include "base/bits.h"
#include "number/datetime_fast.h"

enum {
    CYCLE_YEARS = 400,
    CYCLE_DAYS = 146097,
    DAY_SECONDS = 86400,
    DATE_REST = 6 /* "-MM-DD" */
};

#define MOST_YEARS INT64_C(30000000000000000) /* 2^63 days are fewer */

typedef struct far_time {
    int64_t days;
    uint32_t clock, nanoseconds;
} far_time;

/* a * scale + b, for 0 <= b < scale; false if it is below -INT64_MAX or above
 * INT64_MAX. */
static bool
scale_add(int64_t a, int64_t scale, int64_t b, int64_t *sum)
{
    /* Both parts with the same sign: only a sum out of range leaves it on the way. */
    if (a < 0 && b > 0) {
        a++;
        b -= scale;
    }
    if (a > INT64_MAX / scale || a < -(INT64_MAX / scale)) {
        return false;
    }
    a *= scale;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) {
        return false;
    }
    *sum = a + b;
    return true;
}

/* The number of n digits, 1 to 17; false if one is none, or there are more. */
static bool
take_digits(const uint8_t *text, size_t n, int64_t *value)
{
    int64_t sum = 0;
    if (n - 1 >= 17) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((unsigned)(text[i] - '0') > 9) {
            return false;
        }
        sum = sum * 10 + (text[i] - '0');
    }
    *value = sum;
    return true;
}

/* The days of the date that begins text; *end is where it ends, also if it is out of
 * range. */
static nx_far_result
take_date(const uint8_t *text, size_t n, int64_t *days, size_t *end)
{
    const size_t sign = n > 0 && text[0] == '-';
    size_t digits = 0;
    while (sign + digits < n && (unsigned)(text[sign + digits] - '0') <= 9) {
        digits++;
    }
    int64_t year, month, day;
    const size_t at = sign + digits;
    const bool padded = digits > 0 && text[sign] == '0';
    if (n - at < DATE_REST || at < 4 || (padded && at > 4) || text[at] != '-' ||
        text[at + 3] != '-' || !take_digits(text + at + 1, 2, &month) ||
        !take_digits(text + at + 4, 2, &day) || month < 1 || month > 12 || day < 1 ||
        day > 31) {
        return NX_FAR_INVALID;
    }
    *end = at + DATE_REST;
    if (!take_digits(text + sign, digits, &year) || year > MOST_YEARS) {
        return NX_FAR_RANGE;
    }
    if (sign && year == 0) {
        return NX_FAR_INVALID; /* year 0 is "0000" */
    }
    year = sign ? -year : year;
    int64_t cycles = year / CYCLE_YEARS;
    cycles -= year % CYCLE_YEARS < 0;
    const int64_t in_cycle = year - cycles * CYCLE_YEARS; /* 0..399 */
    const bool leap = in_cycle % 4 == 0 && (in_cycle % 100 != 0 || in_cycle == 0);
    if (day > nx_month_days[leap][month]) {
        return NX_FAR_INVALID;
    }
    /* Less than five cycles before 1970: with five more it is not negative. */
    const int64_t moved = nx_days_from_civil(in_cycle, (unsigned)month, (unsigned)day) +
                          5 * (int64_t)CYCLE_DAYS;
    return scale_add(cycles - 5 + moved / CYCLE_DAYS, CYCLE_DAYS, moved % CYCLE_DAYS,
                     days)
               ? NX_FAR_OK
               : NX_FAR_RANGE;
}

/* The time of day "Thh[:mm[:ss[.f{1,9}]]]" up to the end. */
static bool
take_clock(const uint8_t *p, const uint8_t *end, far_time *when)
{
    int64_t part[3] = {0, 0, 0};
    static const int64_t most[3] = {23, 59, 59};
    int count = 0;
    if (*p != ' ' && *p != 'T') {
        return false;
    }
    do {
        p++;
        if (end - p < 2 || !take_digits(p, 2, &part[count]) ||
            part[count] > most[count]) {
            return false;
        }
        p += 2;
        count++;
    } while (p < end && *p == ':' && count < 3);
    when->clock = (uint32_t)(part[0] * 3600 + part[1] * 60 + part[2]);
    if (p == end) {
        return true;
    }
    int64_t fraction;
    const size_t digits = (size_t)(end - p) - 1;
    if (*p != '.' || count < 3 || digits > 9 ||
        !take_digits(p + 1, digits, &fraction)) {
        return false;
    }
    for (size_t i = digits; i < 9; i++) {
        fraction *= 10;
    }
    when->nanoseconds = (uint32_t)fraction;
    return true;
}

static nx_far_result
to_unit(const far_time *when, nx_datetime_unit unit, int64_t *count)
{
    static const struct {
        int64_t per_day;
        uint32_t seconds; /* of one, if it is a second or more */
        uint32_t nanoseconds;
    } units[] = {
        [NX_UNIT_D] = {1, DAY_SECONDS, 0},
        [NX_UNIT_HOUR] = {24, 3600, 0},
        [NX_UNIT_MINUTE] = {1440, 60, 0},
        [NX_UNIT_S] = {DAY_SECONDS, 1, 0},
        [NX_UNIT_MS] = {DAY_SECONDS * INT64_C(1000), 0, 1000000},
        [NX_UNIT_US] = {DAY_SECONDS * INT64_C(1000000), 0, 1000},
        [NX_UNIT_NS] = {DAY_SECONDS * INT64_C(1000000000), 0, 1},
    };
    int64_t part;
    if (units[unit].seconds != 0) {
        if (when->clock % units[unit].seconds != 0 || when->nanoseconds != 0) {
            return NX_FAR_FINE;
        }
        part = when->clock / units[unit].seconds;
    }
    else {
        if (when->nanoseconds % units[unit].nanoseconds != 0) {
            return NX_FAR_FINE;
        }
        part = when->clock * (1000000000 / (int64_t)units[unit].nanoseconds) +
               when->nanoseconds / units[unit].nanoseconds;
    }
    return scale_add(when->days, units[unit].per_day, part, count) ? NX_FAR_OK
                                                                   : NX_FAR_RANGE;
}

nx_far_result
nx_parse_datetime_far(const uint8_t *text, size_t n, nx_datetime_unit unit,
                      int64_t *count)
{
    far_time when = {0, 0, 0};
    size_t end = 0;
    if (n == 3 && (text[0] | 0x20) == 'n' && (text[1] | 0x20) == 'a' &&
        (text[2] | 0x20) == 't') {
        *count = NX_NAT;
        return NX_FAR_OK;
    }
    const nx_far_result date = take_date(text, n, &when.days, &end);
    if (date == NX_FAR_INVALID ||
        (end < n && !take_clock(text + end, text + n, &when))) {
        return NX_FAR_INVALID;
    }
    return date == NX_FAR_OK ? to_unit(&when, unit, count) : date;
}
