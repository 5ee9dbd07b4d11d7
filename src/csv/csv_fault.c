#include "csv/csv_fault.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text/utf8.h"

nx_csv_excerpt
nx_csv_excerpt_of(nx_csv_field text)
{
    nx_csv_excerpt excerpt = {.size = nx_csv_field_size(text)};
    memcpy(excerpt.text, text.start,
           excerpt.size < NX_CSV_QUOTE_MAX ? excerpt.size : NX_CSV_QUOTE_MAX);
    return excerpt;
}

/* Room for an excerpt with every byte escaped, quotes and dots. */
typedef struct shown_text {
    char text[4 * NX_CSV_QUOTE_MAX + 6];
} shown_text;

/* One byte of the text, control characters and NUL so that they can be seen. */
static size_t
show_byte(char *to, uint8_t byte)
{
    static const char named[] = "\n\r\t";
    const char *name = byte == 0 ? NULL : memchr(named, byte, 3);
    if (name != NULL) {
        to[0] = '\\';
        to[1] = "nrt"[name - named];
        return 2;
    }
    if (byte < ' ' || byte >= 0x7F) {
        return (size_t)sprintf(to, "\\x%02x", (unsigned)byte);
    }
    to[0] = (char)byte;
    return 1;
}

/* The excerpt in quotes, as UTF-8 whatever it holds. */
static shown_text
show(const nx_csv_excerpt *excerpt)
{
    shown_text shown;
    const bool cut = excerpt->size > NX_CSV_QUOTE_MAX;
    const size_t kept = cut ? NX_CSV_QUOTE_MAX : excerpt->size;
    size_t n = 0, i = 0;
    shown.text[n++] = '\'';
    while (i < kept) {
        const uint8_t *text = excerpt->text + i;
        const size_t valid = nx_utf8_valid_prefix(text, kept - i);
        for (size_t j = 0; j < valid; j++) {
            if (text[j] < 0x80) {
                n += show_byte(shown.text + n, text[j]);
            }
            else {
                shown.text[n++] = (char)text[j];
            }
        }
        i += valid;
        if (i < kept) {
            if (cut && kept - i < 4 && excerpt->text[i] >= 0xC2) {
                break; /* a character that the cut has broken */
            }
            n += show_byte(shown.text + n, excerpt->text[i++]);
        }
    }
    strcpy(shown.text + n, cut ? "...'" : "'");
    return shown;
}

static nx_status
range_error(const char *text, nx_type type, nx_error *error)
{
    int64_t low;
    uint64_t high;
    if (nx_type_integer_range(type, &low, &high)) {
        return nx_error_set(error, NX_ERR_VALUE, 602,
                            "%s is out of range for %s (%" PRId64 " to %" PRIu64 ")",
                            text, nx_type_name(type), low, high);
    }
    /* Of the times only nanoseconds do not reach all the years there are. */
    return nx_error_set(error, NX_ERR_VALUE, 602,
                        "%s is out of range for %s (1677-09-21 to 2262-04-11)", text,
                        nx_type_name(type));
}

static nx_status
string_error(nx_csv_fault fault, const char *text, int64_t limit, nx_error *error)
{
    const char kind = limit > 0 ? 'S' : 'U';
    if (fault == NX_CSV_FAULT_NUL) {
        return nx_error_set(error, NX_ERR_VALUE, 605,
                            "%s ends in NUL, which a dtype %c drops", text, kind);
    }
    const uint64_t most = limit > 0 ? (uint64_t)limit : UINT64_C(0) - (uint64_t)limit;
    return nx_error_set(error, NX_ERR_VALUE, 604,
                        "%s is longer than %c%" PRIu64 " holds (%s)", text, kind, most,
                        limit > 0 ? "bytes of UTF-8" : "characters");
}

nx_status
nx_csv_fault_error(nx_csv_fault fault, const nx_csv_excerpt *excerpt, nx_type type,
                   int64_t limit, nx_error *error)
{
    const shown_text shown = show(excerpt);
    const char *text = shown.text, *name = nx_type_name(type);
    const bool vowel = strchr("aeio", *name) != NULL;
    switch (fault) {
        case NX_CSV_FAULT_FINE:
            return nx_error_set(error, NX_ERR_VALUE, 601,
                                "%s is finer than the unit of %s", text, name);
        case NX_CSV_FAULT_ZONED:
            return nx_error_set(error, NX_ERR_VALUE, 601,
                                "%s has a time zone, unlike the times before it", text);
        case NX_CSV_FAULT_NAIVE:
            return nx_error_set(error, NX_ERR_VALUE, 601,
                                "%s has no time zone, unlike the times before it",
                                text);
        case NX_CSV_FAULT_RANGE:
            return range_error(text, type, error);
        case NX_CSV_FAULT_MISSING:
            if (excerpt->size == 0) {
                return nx_error_set(error, NX_ERR_VALUE, 603, "a cell is missing");
            }
            return nx_error_set(error, NX_ERR_VALUE, 603, "a cell is missing: %s",
                                text);
        case NX_CSV_FAULT_LENGTH:
        case NX_CSV_FAULT_NUL:
            return string_error(fault, text, limit, error);
        default:
            return nx_error_set(error, NX_ERR_VALUE, 601, "%s is not %s %s", text,
                                vowel ? "an" : "a", name);
    }
}
