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
next_state(field_state state, bool is_quote)
{
    switch (state) {
        case AT_START:
            return is_quote ? QUOTED : UNQUOTED;
        case QUOTED:
            return is_quote ? AFTER_QUOTE : QUOTED;
        case AFTER_QUOTE:
            return is_quote ? QUOTED : TRAILING;
        default:
            return state;
    }
}

void
nx_csv_general_scan(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
                    uint32_t *ends, nx_csv_scan *scan)
{
    nx_csv_scan result = {.bad_text = SIZE_MAX, .open_quote = SIZE_MAX};
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
            state = next_state(state, dialect->quoting && byte == dialect->quote);
            if (state == TRAILING && before != TRAILING &&
                result.bad_text == SIZE_MAX) {
                result.bad_text = i;
            }
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
