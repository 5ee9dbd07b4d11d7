#include "csv/csv_general.h"

typedef enum field_state {
    AT_START,    /* at the first byte of a field */
    UNQUOTED,    /* inside a field that did not begin with a quote */
    QUOTED,      /* inside quotes */
    AFTER_QUOTE, /* behind a quote inside quotes: doubled, or the end? */
    TRAILING     /* text behind a closing quote */
} field_state;

/* The state after a byte that ends no field. */
static field_state
next_state(field_state state, bool is_quote, bool doubling)
{
    switch (state) {
        case AT_START:
            return is_quote ? QUOTED : UNQUOTED;
        case QUOTED:
            return is_quote ? AFTER_QUOTE : QUOTED;
        case AFTER_QUOTE:
            return is_quote && doubling ? QUOTED : TRAILING;
        default:
            return state;
    }
}

/* Notes the first byte of each kind that the mode forbids. */
static void
note_misplaced(nx_csv_scan *scan, size_t at, bool is_quote, field_state before,
               field_state after, nx_csv_mode mode)
{
    if (before == AFTER_QUOTE && after == TRAILING && mode != NX_CSV_LENIENT &&
        scan->bad_text == SIZE_MAX) {
        scan->bad_text = at;
    }
    if (before == UNQUOTED && is_quote && mode == NX_CSV_STRICT &&
        scan->stray_quote == SIZE_MAX) {
        scan->stray_quote = at;
    }
}

void
nx_csv_general_scan(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
                    uint32_t *ends, nx_csv_scan *scan)
{
    nx_csv_scan result = {
        .bad_text = SIZE_MAX, .stray_quote = SIZE_MAX, .open_quote = SIZE_MAX};
    field_state state = AT_START;
    size_t fields = 0, record_start = 0, opened = 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t byte = text[i];
        const bool ends_record = byte == '\n' || (byte == '\r' && text[i + 1] != '\n');
        result.non_ascii |= byte > 0x7F;
        if (state == QUOTED || !(ends_record || byte == dialect->delimiter)) {
            if (byte == '\r' && text[i + 1] == '\n' && state != QUOTED) {
                continue; /* the LF of the pair ends the record */
            }
            const field_state before = state;
            const bool is_quote = dialect->quoting && byte == dialect->quote;
            result.quotes |= is_quote;
            state = next_state(state, is_quote, !dialect->no_doubling);
            note_misplaced(&result, i, is_quote, before, state, dialect->mode);
            opened = before == AT_START ? i : opened;
            continue;
        }
        if (ends != NULL) {
            ends[fields] = (uint32_t)i;
        }
        fields++;
        state = AT_START;
        if (ends_record) {
            result.records++;
            result.blanks += nx_csv_is_blank(text + record_start, i - record_start);
            result.fields = fields;
            result.consumed = i + 1;
            record_start = i + 1;
        }
    }
    if (state == QUOTED) {
        result.open_quote = opened;
    }
    *scan = result;
}

size_t
nx_csv_misplaced(const nx_csv_scan *scan)
{
    return scan->bad_text < scan->stray_quote ? scan->bad_text : scan->stray_quote;
}

nx_status
nx_csv_misplaced_error(const nx_csv_scan *scan, nx_error *error)
{
    if (scan->bad_text < scan->stray_quote) {
        nx_error_set(error, NX_ERR_DIALECT, 201, "text after a closing quote");
    }
    else {
        nx_error_set(error, NX_ERR_DIALECT, 203, "a quote inside an unquoted field");
    }
    error->byte = nx_csv_misplaced(scan);
    return NX_ERR_DIALECT;
}
