/* Dates and times in a layout of one's own: the directives of strptime, compiled once.
 *
 *   %Y year of four digits    %y of two: 69 to 99 are 1969 to 1999, 00 to 68 are 20..
 *   %m month   %d day         %j day of the year   %b %B name of a month, in English
 *   %H hour    %I hour 1-12   %p AM or PM          %M minute   %S second
 *   %f fraction of a second, 1 to 9 digits         %a %A name of a weekday: no more
 *   %z +hhmm, +hh:mm or Z     %Z UTC or GMT        %% a percent sign
 *
 * Numbers have one or two digits (%j: to three, %Y: four); names come in any case,
 * short or long. Blanks stand for one blank or more, every other byte for itself. What
 * a format does not say is the first: of January, hour 0. Years are 0001 to 9999,
 * seconds 0 to 59.
 */
#ifndef NX_NUMBER_DATE_FORMAT_H
#define NX_NUMBER_DATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "number/parse_datetime.h"

#define NX_DATE_FORMAT_STEPS 64

typedef struct nx_date_step {
    uint8_t directive; /* its letter, ' ' for blanks, or 0 for the byte `literal` */
    uint8_t literal;
} nx_date_step;

typedef struct nx_date_format {
    size_t count;
    nx_date_step steps[NX_DATE_FORMAT_STEPS];
    uint64_t used; /* bit letter - 'A' of each directive */
} nx_date_format;

/* Compiles a format of n bytes. NX_ERR_SYNTAX, with a message that says why, for a
 * directive that does not exist or occurs twice, and for a format that is no date. */
NX_MUST_CHECK nx_status nx_date_format_compile(nx_date_format *format,
                                               const uint8_t *text, size_t n,
                                               nx_error *error);

/* Parses all n bytes at text; NX_PARSE_OK or NX_PARSE_INVALID. */
nx_parse_result nx_date_format_parse(const nx_date_format *format, const uint8_t *text,
                                     size_t n, nx_datetime *value);

/* The unit that a format asks for: days, seconds, or microseconds with %f. */
nx_datetime_unit nx_date_format_unit(const nx_date_format *format);

/* True when the times have a zone. */
bool nx_date_format_zoned(const nx_date_format *format);

#endif
