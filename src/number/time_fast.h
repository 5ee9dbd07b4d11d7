/* Dates and times in the usual layouts to counts, at a glance: for loops over many.
 *
 * Accepted is part of what parse_datetime.h says: "YYYY-MM-DD", "YYYY-MM-DD?hh:mm" and
 * "YYYY-MM-DD?hh:mm:ss" with ' ' or 'T', a fraction of no more digits than the unit
 * holds, a zone if asked for. What is declined is left to nx_parse_datetime. */
#ifndef NX_NUMBER_TIME_FAST_H
#define NX_NUMBER_TIME_FAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "number/datetime_fast.h"
#include "number/digits.h"
#include "number/parse_datetime.h"

/* The day of the text before: lines of a log repeat theirs. */
typedef struct nx_time_day {
    uint64_t head; /* the ten bytes of the date */
    uint16_t tail;
    int64_t seconds; /* of its midnight, since the epoch */
} nx_time_day;

NX_INLINE uint16_t
nx_time_day_tail(const uint8_t *text)
{
    return (uint16_t)(text[8] | text[9] << 8);
}

NX_INLINE nx_time_day
nx_time_day_first(void)
{
    const uint8_t text[] = "1970-01-01";
    return (nx_time_day){.head = nx_load64le(text), .tail = nx_time_day_tail(text)};
}

/* Moves `day` to the date at text, and finds the seconds of the time behind it if n
 * is 19 (0 if it is 10). False if there are none. */
NX_INLINE bool
nx_time_fast_day(nx_time_day *day, const uint8_t *text, size_t n, int64_t *clock)
{
    const uint64_t head = nx_load64le(text);
    const uint16_t tail = nx_time_day_tail(text);
    if (head == day->head && tail == day->tail) {
        *clock = 0;
        return n == 10 || ((text[10] == ' ' || text[10] == 'T') &&
                           nx_clock_fast(nx_load64le(text + 11), clock));
    }
    int64_t days;
    if (!nx_datetime_fast(text, n, &days, clock)) {
        return false;
    }
    *day = (nx_time_day){.head = head, .tail = tail, .seconds = days * 86400};
    return true;
}

/* The zone at the end of n bytes: *offset in seconds east of UTC; returns the
 * bytes before it, 0 for none. */
NX_INLINE size_t
nx_time_fast_zone(const uint8_t *text, size_t n, int64_t *offset)
{
    if (n >= 17 && text[n - 1] == 'Z') {
        *offset = 0;
        return n - 1;
    }
    if (n < 22 || (text[n - 6] != '+' && text[n - 6] != '-') ||
        !nx_clock_fast(nx_short_clock(text + n - 5), offset)) {
        return 0;
    }
    *offset = text[n - 6] == '-' ? -*offset : *offset;
    return n - 6;
}

/* The digits of a second's fraction that a unit holds. */
NX_INLINE size_t
nx_time_unit_digits(nx_datetime_unit unit)
{
    return unit == NX_UNIT_MS ? 3 : unit == NX_UNIT_US ? 6 : unit == NX_UNIT_NS ? 9 : 0;
}

/* The fraction of n bytes of text that ends in it, in units; 0 without one. */
NX_INLINE bool
nx_time_fast_fraction(const uint8_t *text, size_t n, nx_datetime_unit unit,
                      uint64_t *part)
{
    static const uint32_t powers[] = {1,      10,      100,      1000,      10000,
                                      100000, 1000000, 10000000, 100000000, 1000000000};
    *part = 0;
    if (n == 19) {
        return true;
    }
    /* n - 20 wraps for a time without seconds or with nothing behind its point. */
    const size_t digits = n - 20, most = nx_time_unit_digits(unit);
    if (digits - 1 >= most || text[19] != '.' ||
        !nx_digits_ending(text + n, digits, part)) {
        return false;
    }
    *part *= powers[most - digits];
    return true;
}

/* The count of `unit`s of a date or time in the usual layout, with a zone or without
 * as asked. Declines what the unit would cut. *day is that of the text before. Reads 32
 * bytes on both sides of the text. */
NX_INLINE bool
nx_time_fast(const uint8_t *text, size_t n, nx_datetime_unit unit, bool zoned,
             nx_time_day *day, int64_t *count)
{
    static const int64_t per_second[] = {[NX_UNIT_S] = 1,
                                         [NX_UNIT_MS] = 1000,
                                         [NX_UNIT_US] = 1000000,
                                         [NX_UNIT_NS] = 1000000000};
    int64_t clock, offset = 0;
    uint64_t part = 0;
    if (zoned) {
        n = nx_time_fast_zone(text, n, &offset);
    }
    if (n == 16) {
        if (!nx_time_fast_day(day, text, 10, &clock) ||
            (text[10] != ' ' && text[10] != 'T') ||
            !nx_clock_fast(nx_short_clock(text + 11), &clock)) {
            return false;
        }
    }
    else if ((n < 19 && (n != 10 || zoned)) ||
             !nx_time_fast_day(day, text, n == 10 ? 10 : 19, &clock) ||
             (n > 19 && !nx_time_fast_fraction(text, n, unit, &part))) {
        return false;
    }
    const int64_t seconds = day->seconds + clock - offset;
    if (unit == NX_UNIT_D || unit == NX_UNIT_HOUR || unit == NX_UNIT_MINUTE) {
        const int64_t size = unit == NX_UNIT_D      ? 86400
                             : unit == NX_UNIT_HOUR ? 3600
                                                    : 60;
        *count = seconds / size;
        return seconds % size == 0;
    }
    /* Nanoseconds within these bounds cannot leave int64, whatever the fraction. */
    if (unit == NX_UNIT_NS && (seconds > 9223372035 || seconds < -9223372036)) {
        return false;
    }
    *count = seconds * per_second[unit] + (int64_t)part;
    return true;
}

#endif
