/* Days become a date by the usual way of counting years from March on, so that a leap
 * day ends its year and months follow a line: day m * 153 / 5 begins month m.
 *
 * "YY-MM-DD" and "hh:mm:ss" are eight bytes, three pairs of digits with one byte
 * between them, as in datetime_fast.h. They are made at once: of the number whose
 * eight digits are those, with zeros where the separators go.
 */
#include "number/format_datetime.h"

#include <string.h>

#include "base/bits.h"
#include "number/digits_text.h"
#include "number/format_int.h"

#define CYCLE_DAYS INT64_C(146097) /* 400 years */

enum {
    CYCLE_YEARS = 400,
    /* 0000-03-01 is 719468 days before 1970-01-01: four cycles and these. */
    EPOCH_CYCLES = 4,
    EPOCH_DAYS = 135080,
    DAY_SECONDS = 86400
};

typedef struct date {
    int64_t year;
    uint32_t month, day;
} date;

NX_INLINE int64_t
floor_divide(int64_t count, int64_t divisor, int64_t *rest)
{
    int64_t quotient = count / divisor;
    *rest = count % divisor;
    if (*rest < 0) {
        *rest += divisor;
        quotient--;
    }
    return quotient;
}

/* The date of any number of days; cycles are split off first, so that nothing wraps. */
NX_INLINE date
date_of_days(int64_t days)
{
    int64_t rest;
    int64_t cycle = floor_divide(days, CYCLE_DAYS, &rest) + EPOCH_CYCLES;
    uint32_t day = (uint32_t)rest + EPOCH_DAYS;
    if (day >= CYCLE_DAYS) {
        day -= (uint32_t)CYCLE_DAYS;
        cycle++;
    }
    /* Leap days are taken out of the days before years are: one in 1461 days, but not
     * every 36524, and again in the last of the cycle. */
    const uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    const uint32_t month = (day * 5 + 2) / 153; /* from March, 0..11 */
    const uint32_t next_year = month >= 10;
    return (date){.year = cycle * CYCLE_YEARS + year + next_year,
                  .month = month + 3 - 12 * next_year,
                  .day = day - (month * 153 + 2) / 5 + 1};
}

/* Three numbers of two digits and a separator between them, eight bytes. */
NX_INLINE void
put_pairs(uint8_t *out, uint32_t a, uint32_t b, uint32_t c, uint64_t separator)
{
    const uint64_t digits = nx_swar_split8(a * 1000000 + b * 1000 + c);
    nx_store64le(
        out, digits | UINT64_C(0x3030003030003030) | separator << 16 | separator << 40);
}

/* A year of other than four digits, as "%04d" has it. */
static NX_NOINLINE uint8_t *
put_far_year(uint8_t *out, int64_t year)
{
    uint8_t text[NX_INT_TEXT_ROOM];
    const size_t sign = year < 0;
    const size_t n = nx_format_uint64(sign ? 0 - (uint64_t)year : (uint64_t)year, text);
    *out = '-';
    memset(out + sign, '0', 3);
    out += sign + (n + sign < 4 ? 4 - n - sign : 0);
    memcpy(out, text, n);
    return out + n;
}

NX_INLINE uint8_t *
put_date(uint8_t *out, int64_t days)
{
    const date on = date_of_days(days);
    if (NX_LIKELY(on.year >= 0 && on.year <= 9999)) {
        const uint32_t year = (uint32_t)on.year, century = year / 100;
        out[0] = (uint8_t)('0' + century / 10);
        out[1] = (uint8_t)('0' + century % 10);
        put_pairs(out + 2, year % 100, on.month, on.day, '-');
        return out + 10;
    }
    out = put_far_year(out, on.year);
    uint8_t pairs[8];
    put_pairs(pairs, 0, on.month, on.day, '-');
    memcpy(out, pairs + 2, 6);
    return out + 6;
}

/* Writes "Thh:mm:ss", of which a coarser unit keeps the beginning. */
NX_INLINE void
put_clock(uint8_t *out, uint32_t seconds)
{
    *out = 'T';
    put_pairs(out + 1, seconds / 3600, seconds / 60 % 60, seconds % 60, ':');
}

/* The text of units coarser than a second or equal to it: `seconds` each; `clock`
 * bytes of the time of day are written. */
NX_INLINE uint8_t *
put_coarse(uint8_t *out, int64_t count, int64_t seconds, size_t clock)
{
    int64_t rest;
    out = put_date(out, floor_divide(count, DAY_SECONDS / seconds, &rest));
    put_clock(out, (uint32_t)(rest * seconds));
    return out + clock;
}

/* The text of fractions of a second, `per_second` of them, with `digits` digits. */
NX_INLINE uint8_t *
put_fine(uint8_t *out, int64_t count, int64_t per_second, size_t digits)
{
    int64_t rest;
    out = put_date(out, floor_divide(count, DAY_SECONDS * per_second, &rest));
    put_clock(out, (uint32_t)(rest / per_second));
    out[9] = '.';
    const uint32_t nanoseconds =
        (uint32_t)(rest % per_second * (1000000000 / per_second));
    nx_put_digits8(out + 10, nanoseconds / 10);
    out[18] = (uint8_t)('0' + nanoseconds % 10);
    return out + 10 + digits;
}

size_t
nx_format_datetime(int64_t count, nx_datetime_unit unit, uint8_t *out)
{
    uint8_t *end = out;
    if (NX_UNLIKELY(count == NX_NAT)) {
        memcpy(out, "NaT", 3);
        return 3;
    }
    switch (unit) {
        case NX_UNIT_D:
            end = put_date(out, count);
            break;
        case NX_UNIT_HOUR:
            end = put_coarse(out, count, 3600, 3);
            break;
        case NX_UNIT_MINUTE:
            end = put_coarse(out, count, 60, 6);
            break;
        case NX_UNIT_S:
            end = put_coarse(out, count, 1, 9);
            break;
        case NX_UNIT_MS:
            end = put_fine(out, count, 1000, 3);
            break;
        case NX_UNIT_US:
            end = put_fine(out, count, 1000000, 6);
            break;
        case NX_UNIT_NS:
            end = put_fine(out, count, 1000000000, 9);
            break;
    }
    return (size_t)(end - out);
}
