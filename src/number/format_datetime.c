/* Days become a date by the usual way of counting years from March on, so that a leap
 * day ends its year and months follow a line: day m * 153 / 5 begins month m. For the
 * years 0 to 9999 the divisions are those of Cassio Neri and Lorenz Schneider
 * ("Euclidean affine functions and their application to calendar algorithms", 2022):
 * products whose upper half is the quotient and whose lower half still has the rest.
 *
 * "YY-MM-DD" and "hh:mm:ss" are eight bytes, three pairs of digits with one byte
 * between them, as in datetime_fast.h. They are made at once, in lanes of three bytes.
 */
#include "number/format_datetime.h"

#include <string.h>

#include "base/bits.h"
#include "number/digits_text.h"
#include "number/format_int.h"

enum {
    CYCLE_DAYS = 146097, /* 400 years */
    CYCLE_YEARS = 400,
    /* 0000-03-01 is 719468 days before 1970-01-01: four cycles and these. */
    EPOCH_CYCLES = 4,
    EPOCH_DAYS = 135080,
    DAY_SECONDS = 86400,
    MARCH_OF_YEAR_0 = 719468,     /* days from 0000-03-01 to 1970-01-01 */
    DAYS_OF_FOUR_DIGITS = 3652365 /* from there to 10000-01-01 */
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
    const uint64_t pairs = a | (uint64_t)b << 24 | (uint64_t)c << 48;
    /* n * 103 >> 10 is n / 10 for n < 179. */
    const uint64_t tens = (pairs * 103 >> 10) & UINT64_C(0x000F00000F00000F);
    const uint64_t digits = tens | (pairs - tens * 10) << 8;
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

/* A date of any year. */
static NX_NOINLINE uint8_t *
put_any_date(uint8_t *out, int64_t days)
{
    const date on = date_of_days(days);
    uint8_t pairs[8];
    if (on.year >= 0 && on.year <= 9999) {
        nx_put_digits8(pairs, (uint32_t)on.year);
        memcpy(out, pairs + 4, 4);
        out += 4;
    }
    else {
        out = put_far_year(out, on.year);
    }
    put_pairs(pairs, 0, on.month, on.day, '-');
    memcpy(out, pairs + 2, 6);
    return out + 6;
}

NX_INLINE uint8_t *
put_date(uint8_t *out, int64_t days)
{
    const uint64_t from_march = (uint64_t)days + MARCH_OF_YEAR_0;
    if (NX_UNLIKELY(from_march >= DAYS_OF_FOUR_DIGITS)) {
        return put_any_date(out, days);
    }
    /* Quarters of days, in centuries and what is left of one. */
    const uint32_t quarters = 4 * (uint32_t)from_march + 3;
    const uint32_t century = quarters / CYCLE_DAYS;
    const uint64_t years = UINT64_C(2939745) * (quarters % CYCLE_DAYS | 3); /* / 2^32 */
    const uint32_t day = (uint32_t)years / 2939745 / 4; /* of the year from March */
    const uint32_t months = 2141 * day + 197913;        /* / 2^16, March is 3 */
    const uint32_t next_year = day >= 306;
    const uint32_t year = 100 * century + (uint32_t)(years >> 32) + next_year;
    const uint32_t hundreds = year / 100;
    out[0] = (uint8_t)('0' + hundreds / 10);
    out[1] = (uint8_t)('0' + hundreds % 10);
    put_pairs(out + 2, year - hundreds * 100, (months >> 16) - 12 * next_year,
              (months & 0xFFFF) / 2141 + 1, '-');
    return out + 10;
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
