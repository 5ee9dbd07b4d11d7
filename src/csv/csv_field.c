#include "csv/csv_field.h"

#include <string.h>

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* The first quote at or behind `from`, inside a quoted field. There is one: the closing
 * quote, or the scanner would not have ended the field. */
static const uint8_t *
next_quote(const uint8_t *from, const uint8_t *end, const nx_csv_dialect *dialect)
{
    if (dialect->escaping) {
        while (*from != dialect->quote) {
            from += *from == dialect->escape ? 2 : 1;
        }
        return from;
    }
    return memchr(from, dialect->quote, (size_t)(end - from));
}

static bool
is_doubled(const uint8_t *quote, const uint8_t *end, const nx_csv_dialect *dialect)
{
    return !dialect->no_doubling && quote + 1 < end && quote[1] == dialect->quote;
}

/* True for a quoted field that goes on behind its closing quote. */
static bool
has_trailing_text(nx_csv_field field, const nx_csv_dialect *dialect)
{
    if (dialect->mode != NX_CSV_LENIENT) {
        return false; /* the record was refused */
    }
    const uint8_t *quote = next_quote(field.start + 1, field.end, dialect);
    while (is_doubled(quote, field.end, dialect)) {
        quote = next_quote(quote + 2, field.end, dialect);
    }
    return quote + 1 < field.end;
}

/* True when the last byte of an unquoted field is escaped. */
static bool
ends_escaped(nx_csv_field field, const nx_csv_dialect *dialect)
{
    size_t escapes = 0;
    if (dialect->escaping) {
        for (const uint8_t *at = field.end - 1;
             at > field.start && at[-1] == dialect->escape; at--) {
            escapes++;
        }
    }
    return escapes % 2 == 1;
}

nx_csv_field
nx_csv_field_value(nx_csv_field field, const nx_csv_dialect *dialect)
{
    if (nx_csv_field_quoted(field, dialect)) {
        return has_trailing_text(field, dialect)
                   ? field
                   : (nx_csv_field){field.start + 1, field.end - 1};
    }
    while (field.start < field.end && is_blank(*field.start)) {
        field.start++;
    }
    while (field.start < field.end && is_blank(field.end[-1]) &&
           !ends_escaped(field, dialect)) {
        field.end--;
    }
    return field;
}

bool
nx_csv_field_escaped(nx_csv_field field, const nx_csv_dialect *dialect)
{
    return dialect->escaping &&
           memchr(field.start, dialect->escape, nx_csv_field_size(field)) != NULL;
}

/* nx_csv_unquote where bytes may be escaped. An escape at the very end stands for
 * itself. */
static size_t
unescape(nx_csv_field field, bool quoted, const nx_csv_dialect *dialect, uint8_t *to)
{
    bool inside = quoted;
    const uint8_t *from = field.start + inside;
    size_t n = 0;
    while (from < field.end) {
        if (*from == dialect->escape && field.end - from > 1) {
            to[n++] = from[1];
            from += 2;
        }
        else if (inside && *from == dialect->quote) {
            inside = is_doubled(from, field.end, dialect);
            if (inside) {
                to[n++] = dialect->quote;
            }
            from += 1 + inside;
        }
        else {
            to[n++] = *from++;
        }
    }
    return n;
}

size_t
nx_csv_unquote(nx_csv_field field, bool quoted, const nx_csv_dialect *dialect,
               uint8_t *to)
{
    if (dialect->escaping) {
        return unescape(field, quoted, dialect, to);
    }
    const uint8_t *from = field.start + 1;
    size_t n = 0;
    for (bool closed = false; !closed;) {
        const uint8_t *quote = next_quote(from, field.end, dialect);
        closed = !is_doubled(quote, field.end, dialect);
        const size_t plain = (size_t)(quote - from) + !closed;
        memcpy(to + n, from, plain);
        n += plain;
        from = quote + 1 + !closed;
    }
    const size_t rest = (size_t)(field.end - from);
    memcpy(to + n, from, rest);
    return n + rest;
}
