/* What a field looks like under a dialect that may be the wrong one.
 *
 * Types that are inferred for good are csv_infer.h's; this is for guessing at the
 * dialect. Cut by the right delimiter, fields look like numbers, dates, words or
 * quoted text. Cut by a wrong one, they keep quotes, delimiters and brackets that are
 * opened in one field and closed in another.
 *
 * 1,234 may be a decimal or a thousand: a field shows all that it may be, and those
 * around it decide.
 */
#ifndef NX_CSV_CSV_LOOK_H
#define NX_CSV_CSV_LOOK_H

#include <stdint.h>

#include "csv/csv_field.h"

/* A set is the bitwise or. */
enum {
    NX_CSV_LOOK_EMPTY = 1u << 0,    /* nothing but blanks, or quotes around nothing */
    NX_CSV_LOOK_QUOTED = 1u << 1,   /* quotes around all of it */
    NX_CSV_LOOK_BROKEN = 1u << 2,   /* text behind the closing quote */
    NX_CSV_LOOK_DOUBLED = 1u << 3,  /* two quotes inside quotes */
    NX_CSV_LOOK_ESCAPED = 1u << 4,  /* an escape before what has to be escaped */
    NX_CSV_LOOK_BLANK = 1u << 5,    /* a blank before it, not inside quotes */
    NX_CSV_LOOK_INTEGER = 1u << 6,  /* digits, perhaps a sign */
    NX_CSV_LOOK_POINT = 1u << 7,    /* a number with a point or an exponent */
    NX_CSV_LOOK_COMMA = 1u << 8,    /* ... with a decimal comma */
    NX_CSV_LOOK_BY_COMMA = 1u << 9, /* ... with commas between groups of three */
    NX_CSV_LOOK_BY_POINT = 1u << 10,
    NX_CSV_LOOK_BY_BLANK = 1u << 11, /* a space, or one that does not break */
    NX_CSV_LOOK_BY_MARK = 1u << 12,  /* an apostrophe */
    NX_CSV_LOOK_DATE = 1u << 13,     /* three parts of digits, or ISO 8601 */
    NX_CSV_LOOK_TIME = 1u << 14,     /* hours and minutes, perhaps a date before */
    NX_CSV_LOOK_MISSING = 1u << 15,  /* a usual word for a missing value */
    NX_CSV_LOOK_BOOL = 1u << 16,
    NX_CSV_LOOK_WORD = 1u << 17, /* text with nothing odd in it, or in quotes */
    NX_CSV_LOOK_ODD = 1u << 18   /* text that a wrong cut would leave */
};
typedef uint32_t nx_csv_looks;

/* Looks at a field as it stands, quotes included. Reads some bytes around it, as all
 * that classify do: it is inside a padded window. Linear in its size. */
nx_csv_looks nx_csv_look(nx_csv_field field, const nx_csv_dialect *dialect);

#endif
