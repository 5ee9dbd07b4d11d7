/* Dates and times as taught at school: the oracle of tests and fuzz targets. */
#ifndef NX_TESTS_SLOW_DATETIME_H
#define NX_TESTS_SLOW_DATETIME_H

#include <string.h>

#include "number/parse_datetime.h"

enum {
    DAY = 86400
};

static inline int
length_of_month(int year, int month)
{
    if (month == 2) {
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static inline void
put_digits(char *text, int n, int64_t value)
{
    for (int i = n - 1; i >= 0; i--) {
        text[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

static inline bool
get_digits(const char *text, int n, int64_t *value)
{
    *value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

/* A second parser of ISO 8601, one character at a time, on a text ended by NUL. */
static inline bool
slow_clock(const char **p, bool with_seconds, int64_t *seconds)
{
    int64_t h, m, s = 0;
    if (!get_digits(*p, 2, &h) || (*p)[2] != ':' || !get_digits(*p + 3, 2, &m)) {
        return false;
    }
    *p += 5;
    if (with_seconds && **p == ':') {
        if (!get_digits(*p + 1, 2, &s)) {
            return false;
        }
        *p += 3;
    }
    *seconds = h * 3600 + m * 60 + s;
    return h < 24 && m < 60 && s < 60;
}

static inline bool
slow_datetime(const char *text, nx_datetime *value)
{
    int64_t year, month, day, clock, offset;
    const char *p = text + 10;
    memset(value, 0, sizeof *value);
    if (!get_digits(text, 4, &year) || text[4] != '-' ||
        !get_digits(text + 5, 2, &month) || text[7] != '-' ||
        !get_digits(text + 8, 2, &day) || year < 1 || month < 1 || month > 12 ||
        day < 1 || day > length_of_month((int)year, (int)month)) {
        return false;
    }
    value->seconds = nx_days_from_civil(year, (unsigned)month, (unsigned)day) * DAY;
    value->date_only = *p == '\0';
    if (value->date_only) {
        return true;
    }
    if (*p != ' ' && *p != 'T') {
        return false;
    }
    p++;
    const char *const start = p;
    if (!slow_clock(&p, true, &clock)) {
        return false;
    }
    value->seconds += clock;
    if (p - start == 8 && *p == '.') {
        int64_t digit, scale = 1000000000;
        for (p++; get_digits(p, 1, &digit); p++) {
            scale /= 10;
            if (scale == 0) {
                return false;
            }
            value->nanoseconds += (uint32_t)(digit * scale);
            value->fraction_digits++;
        }
        if (value->fraction_digits == 0) {
            return false;
        }
    }
    value->zoned = *p != '\0';
    if (*p == 'Z') {
        p++;
    }
    else if (*p == '+' || *p == '-') {
        const int sign = *p++ == '+' ? 1 : -1;
        if (!slow_clock(&p, false, &offset)) {
            return false;
        }
        value->seconds -= sign * offset;
    }
    return *p == '\0';
}

#endif
