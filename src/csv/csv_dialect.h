/* What separates, quotes and ends the fields of one CSV text.
 *
 * A quote counts only as the first byte of a field: the field is then quoted up to
 * the next quote that is not doubled, and elsewhere a quote is text. What is said
 * about quotes out of place is the mode's. Records end at LF, CRLF or CR outside
 * quotes, mixed freely. NUL is data.
 *
 * That is a plain dialect, which the vector scanners know. One that is extended may
 * have an escape byte, comments, a delimiter or a record end of several bytes, blanks
 * as delimiters, or blanks around quotes: csv_extended.h reads it.
 */
#ifndef NX_CSV_CSV_DIALECT_H
#define NX_CSV_CSV_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/status.h"

/* What becomes of quotes out of place. The same bytes end fields and records in every
 * mode. */
typedef enum nx_csv_mode {
    NX_CSV_STANDARD, /* text after a closing quote is an error */
    NX_CSV_STRICT,   /* ... and so is a quote inside an unquoted field */
    NX_CSV_LENIENT   /* neither is: text after a closing quote belongs to the value */
} nx_csv_mode;

/* Some bytes of the caller's; none if size is 0. */
typedef struct nx_csv_token {
    const uint8_t *text;
    size_t size;
} nx_csv_token;

typedef struct nx_csv_dialect {
    uint8_t delimiter;
    uint8_t quote;
    bool quoting;     /* false: `quote` is an ordinary byte */
    bool no_doubling; /* a quote inside quotes always closes: "" is not one quote */
    nx_csv_mode mode;
    /* The rest is zero in a plain dialect. */
    bool escaping; /* the byte behind `escape` is text, inside quotes too */
    uint8_t escape;
    bool blanks; /* runs of spaces and tabs are the delimiter, except at both ends
                    of a record */
    bool loose;  /* spaces and tabs before and behind quotes do not count */
    nx_csv_token delimiter_text; /* in place of `delimiter` */
    nx_csv_token terminator;     /* ends records, in place of LF, CRLF and CR */
    nx_csv_token comment;        /* text from here to the end of the record is none,
                                    unless it stands inside quotes */
} nx_csv_dialect;

NX_INLINE bool
nx_csv_dialect_extended(const nx_csv_dialect *dialect)
{
    return dialect->escaping || dialect->blanks || dialect->loose ||
           dialect->delimiter_text.size > 0 || dialect->terminator.size > 0 ||
           dialect->comment.size > 0;
}

/* True for the bytes that end a record; where one ends a field, it does. */
NX_INLINE bool
nx_csv_ends_record(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

/* True for a record of no bytes at all: `size` bytes stand before the byte that
 * ends it, at most the CR of a CRLF. */
NX_INLINE bool
nx_csv_is_blank(const uint8_t *record, size_t size)
{
    return size == 0 || (size == 1 && *record == '\r');
}

/* NX_ERR_INTERNAL unless the bytes are distinct and ASCII, neither is CR or LF, and
 * quote and escape are nothing that a number, bool or date is written with: column
 * loops look for those first. A terminator must begin neither the delimiter nor a
 * comment. (The facade says so in its own words before it comes to this.) */
NX_MUST_CHECK nx_status nx_csv_dialect_check(const nx_csv_dialect *dialect,
                                             nx_error *error);

#endif
