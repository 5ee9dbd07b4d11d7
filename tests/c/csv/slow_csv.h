/* A CSV parser written from the specification, as plainly as can be: the oracle
 * of the scanners and of the tests that read whole tables. */
#ifndef NX_TESTS_SLOW_CSV_H
#define NX_TESTS_SLOW_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "csv/csv_dialect.h"

typedef struct slow_field {
    size_t start;
    size_t end;  /* without the bytes that end the record */
    size_t stop; /* offset of the delimiter, LF or CR that ends the field */
    bool first;  /* of its record */
    bool last;
} slow_field;

typedef struct slow_text {
    const uint8_t *text;
    size_t n;
    const nx_csv_dialect *dialect;
    slow_field *fields; /* the caller's, room for n + 1 */
    size_t field_count; /* of complete records, as all that follows */
    size_t records;
    size_t blanks;
    size_t consumed;
    size_t bad_text; /* SIZE_MAX: none, as for the two below */
    size_t stray_quote;
    size_t open_quote;
} slow_text;

/* Bytes of the record end at i: 0, 1 (LF, CR alone) or 2 (CRLF). */
static inline size_t
slow_line_end(const slow_text *s, size_t i)
{
    if (i >= s->n || (s->text[i] != '\n' && s->text[i] != '\r')) {
        return 0;
    }
    return s->text[i] == '\r' && i + 1 < s->n && s->text[i + 1] == '\n' ? 2 : 1;
}

static inline bool
slow_field_ends(const slow_text *s, size_t i)
{
    return i >= s->n || s->text[i] == s->dialect->delimiter || slow_line_end(s, i) > 0;
}

/* Where the quoted field that opens at i closes: behind its last quote. */
static inline size_t
slow_close(slow_text *s, size_t opening)
{
    const uint8_t quote = s->dialect->quote;
    size_t i = opening + 1;
    while (i < s->n) {
        if (s->text[i] != quote) {
            i++;
        }
        else if (i + 1 < s->n && s->text[i + 1] == quote && !s->dialect->no_doubling) {
            i += 2;
        }
        else {
            return i + 1;
        }
    }
    s->open_quote = opening;
    return s->n;
}

/* The offset where the field that starts at i ends; n if the text ends first. */
static inline size_t
slow_field_end(slow_text *s, size_t i)
{
    const nx_csv_mode mode = s->dialect->mode;
    const bool quoting = s->dialect->quoting;
    if (quoting && i < s->n && s->text[i] == s->dialect->quote) {
        i = slow_close(s, i);
        if (!slow_field_ends(s, i) && s->bad_text == SIZE_MAX &&
            mode != NX_CSV_LENIENT) {
            s->bad_text = i;
        }
        while (!slow_field_ends(s, i)) {
            i++;
        }
        return i;
    }
    for (; !slow_field_ends(s, i); i++) {
        if (quoting && mode == NX_CSV_STRICT && s->text[i] == s->dialect->quote &&
            s->stray_quote == SIZE_MAX) {
            s->stray_quote = i;
        }
    }
    return i;
}

/* True for a quoted field with text after its closing quote. */
static inline bool
slow_trails(const slow_text *s, const slow_field *field)
{
    slow_text alone = *s;
    alone.n = field->end;
    return s->dialect->quoting && field->start < field->end &&
           s->text[field->start] == s->dialect->quote &&
           slow_close(&alone, field->start) < field->end;
}

/* The text of a field; `to` has room for it. Returns its length. A quoted field is
 * said byte by byte by the rules of csv_dialect.h. */
static inline size_t
slow_value(const slow_text *s, const slow_field *field, uint8_t *to)
{
    const nx_csv_dialect *dialect = s->dialect;
    size_t i = field->start, n = 0;
    if (!dialect->quoting || i == field->end || s->text[i] != dialect->quote) {
        memcpy(to, s->text + i, field->end - i);
        return field->end - i;
    }
    bool inside = true;
    for (i++; i < field->end; i++) {
        const bool quote = s->text[i] == dialect->quote;
        const bool doubled = quote && inside && !dialect->no_doubling &&
                             i + 1 < field->end && s->text[i + 1] == dialect->quote;
        if (quote && inside && !doubled) {
            inside = false;
            continue;
        }
        to[n++] = s->text[i];
        i += doubled;
    }
    return n;
}

/* Parses text[0..n); text[n] is only looked at to see whether a final CR is half
 * of a CRLF: then the record is not complete. `text`, `n`, `dialect` and `fields`
 * are given. */
static inline void
slow_parse(slow_text *s)
{
    if (s->n > 0 && s->text[s->n - 1] == '\r' && s->text[s->n] == '\n') {
        s->n--;
    }
    s->field_count = s->records = s->blanks = s->consumed = 0;
    s->bad_text = s->stray_quote = s->open_quote = SIZE_MAX;
    size_t count = 0;
    for (size_t i = 0; i < s->n;) {
        const size_t end = slow_field_end(s, i);
        if (end >= s->n) {
            return;
        }
        const size_t line = slow_line_end(s, end);
        const bool first = count == s->field_count;
        s->fields[count++] = (slow_field){i, end, end + (line == 2), first, line > 0};
        i = end + (line == 0 ? 1 : line);
        if (line > 0) {
            s->blanks += first && s->fields[count - 1].start == end;
            s->records++;
            s->field_count = count;
            s->consumed = i;
        }
    }
}

#endif
