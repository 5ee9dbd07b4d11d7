/* ISO 8601 text to counts since 1970-01-01T00:00:00, proleptic Gregorian.
 *
 * Accepted: YYYY-MM-DD, or YYYY-MM-DD[ T]hh:mm[:ss[.f{1,9}]][Z|+hh:mm|-hh:mm].
 * Years 0001-9999; hh 00-23, mm and ss 00-59 (no 24:00, no second 60), a bare
 * trailing point is not accepted; offsets up to 23:59. A zoned time is
 * converted to UTC (it may thereby leave years 0001-9999; that is fine).
 */
#ifndef NX_NUMBER_PARSE_DATETIME_H
#define NX_NUMBER_PARSE_DATETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "number/parse_int.h"

/* Units of datetime64: first those that inference chooses, coarse to fine, then
 * those that only a caller asks for. (NumPy's letters are h and m; M is a month.) */
typedef enum nx_datetime_unit {
    NX_UNIT_D = 0,
    NX_UNIT_S,
    NX_UNIT_MS,
    NX_UNIT_US,
    NX_UNIT_NS,
    NX_UNIT_HOUR,
    NX_UNIT_MINUTE
} nx_datetime_unit;

/* NumPy's not-a-time. */
#define NX_NAT INT64_MIN

/* What one text said. */
typedef struct nx_datetime {
    int64_t seconds;         /* since the epoch, UTC if zoned */
    uint32_t nanoseconds;    /* 0 .. 999999999, always added to seconds */
    uint8_t fraction_digits; /* 0 .. 9, as written */
    bool date_only;          /* YYYY-MM-DD without a time */
    bool zoned;              /* had Z or an offset */
} nx_datetime;

/* Parses all n bytes at text; NX_PARSE_OK or NX_PARSE_INVALID. */
nx_parse_result nx_parse_datetime(const uint8_t *text, size_t n, nx_datetime *value);

/* The count of `unit`s for a parsed datetime. NX_PARSE_INVALID when the unit is
 * too coarse to hold it without loss; else NX_PARSE_RANGE when it does not fit in
 * int64 (or would be NX_NAT); *count is then untouched. */
nx_parse_result nx_datetime_to_unit_exact(const nx_datetime *value,
                                          nx_datetime_unit unit, int64_t *count);

/* The same for callers to whom the reason is all one: false for either. */
bool nx_datetime_to_unit(const nx_datetime *value, nx_datetime_unit unit,
                         int64_t *count);

/* Days since the epoch of a proleptic Gregorian date; month 1..12, any year
 * within +-2^53, zero and negative ones included. */
int64_t nx_days_from_civil(int64_t year, unsigned month, unsigned day);

/* Fast path for the two commonest layouts, used by column loops: exactly
 * "YYYY-MM-DD" (n = 10) or "YYYY-MM-DD?hh:mm:ss" with ' ' or 'T' (n = 19).
 * Reads 32 bytes from text, so the caller pads. False for anything else or
 * anything out of range; *seconds is the count since the epoch. */
bool nx_parse_datetime19(const uint8_t *text, size_t n, int64_t *seconds);

#endif
