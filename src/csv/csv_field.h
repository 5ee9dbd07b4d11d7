/* One field of a run of records: its bytes and its value text. */
#ifndef NX_CSV_CSV_FIELD_H
#define NX_CSV_CSV_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "csv/csv_dialect.h"

/* Consecutive records of `stride` fields each, inside a padded window. ends[-1]
 * is the byte before the first field, so that every field starts one after
 * the end of its predecessor. */
typedef struct nx_csv_run {
    const uint8_t *text;
    const uint32_t *ends; /* NULL: of odd records, see csv_split.h */
    size_t stride;
    size_t rows;
    size_t first_row; /* of the run, counted from the start of its chunk */
    size_t first_odd; /* of the odd records of its block */
    bool quotes;      /* there may be quotes in it ... */
    bool escapes;     /* ... or escapes */
} nx_csv_run;

/* A stretch of bytes inside a window. */
typedef struct nx_csv_field {
    const uint8_t *start;
    const uint8_t *end;
} nx_csv_field;

/* The bytes of a field as they stand, quotes included. The CR of a CRLF
 * belongs to the record end, not to the last field. */
NX_INLINE nx_csv_field
nx_csv_field_at(const nx_csv_run *run, size_t row, size_t column)
{
    const uint32_t *end = run->ends + row * run->stride + column;
    /* 32-bit arithmetic: the "byte before" of offset 0 is UINT32_MAX. */
    nx_csv_field field = {run->text + (uint32_t)(end[-1] + 1), run->text + end[0]};
    if (column + 1 == run->stride && *field.end == '\n' && field.end > field.start &&
        field.end[-1] == '\r') {
        field.end--;
    }
    return field;
}

NX_INLINE size_t
nx_csv_field_size(nx_csv_field field)
{
    return (size_t)(field.end - field.start);
}

NX_INLINE bool
nx_csv_field_quoted(nx_csv_field field, const nx_csv_dialect *dialect)
{
    return field.start < field.end && *field.start == dialect->quote &&
           dialect->quoting;
}

/* A field without the spaces and tabs around it. */
NX_INLINE nx_csv_field
nx_csv_field_trimmed(nx_csv_field field)
{
    while (field.start < field.end && (*field.start == ' ' || *field.start == '\t')) {
        field.start++;
    }
    while (field.start < field.end && (field.end[-1] == ' ' || field.end[-1] == '\t')) {
        field.end--;
    }
    return field;
}

/* What may be a number, bool, date or missing word: without the quotes of a
 * quoted field (doubled quotes inside stay doubled; no such value has one) or
 * without the spaces and tabs around an unquoted one. A field with text after its
 * closing quote (lenient) is text and none of these: it comes back as it is. */
nx_csv_field nx_csv_field_value(nx_csv_field field, const nx_csv_dialect *dialect);

/* True when there is an escape in a stretch of a field. */
bool nx_csv_field_escaped(nx_csv_field field, const nx_csv_dialect *dialect);

/* The text of a field that is quoted or has escapes: without its opening and closing
 * quote, doubled quotes between them made single, text after the closing quote kept,
 * escaped bytes for themselves. `quoted` is nx_csv_field_quoted of the field as it
 * stands: a quote that follows blanks which are gone is text. `to` has room for the
 * field; returns the length. */
size_t nx_csv_unquote(nx_csv_field field, bool quoted, const nx_csv_dialect *dialect,
                      uint8_t *to);

#endif
