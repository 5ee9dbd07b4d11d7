/* Counts since 1970-01-01T00:00:00 to ISO 8601 text, as NumPy prints datetime64:
 *
 *   D 2000-01-31        m 2000-01-31T07:30           ms 2000-01-31T07:30:00.125
 *   h 2000-01-31T07     s 2000-01-31T07:30:00        us, ns 6 and 9 digits; NaT
 *
 * A year has at least four characters, its sign counted: year -1 is "-001", year
 * 10000 is "10000". The calendar is the proleptic Gregorian one, with a year 0. All
 * counts are right, also days so far away that NumPy's own arithmetic wraps.
 */
#ifndef NX_NUMBER_FORMAT_DATETIME_H
#define NX_NUMBER_FORMAT_DATETIME_H

#include <stddef.h>
#include <stdint.h>

#include "number/parse_datetime.h"

/* Room that the function needs at `out`, whatever the count: whole words are written,
 * also behind the text. The text has no NUL at its end. */
#define NX_DATETIME_TEXT_ROOM 48

/* The longest text: "-292275055-05-16T16:47:04.193" and others. */
#define NX_DATETIME_TEXT_MAX 29

/* Returns the length of the text. Cannot fail; any thread. */
size_t nx_format_datetime(int64_t count, nx_datetime_unit unit, uint8_t *out);

#endif
