#include "csv/csv_dialect.h"

#include <string.h>

/* Digits, letters, signs and the point. */
static bool
is_value_text(uint8_t byte)
{
    const uint8_t upper = byte & 0xDF;
    return (byte >= '0' && byte <= '9') || (upper >= 'A' && upper <= 'Z') ||
           byte == '+' || byte == '-' || byte == '.';
}

/* Bytes that must not be told apart by what stands behind them. */
static bool
begins(nx_csv_token text, nx_csv_token start)
{
    return start.size > 0 && text.size >= start.size &&
           memcmp(text.text, start.text, start.size) == 0;
}

/* True if the escape byte, which a column loop does not look for, is one that values or
 * missing words have, or one that means something else. */
static bool
is_bad_escape(const nx_csv_dialect *dialect)
{
    const uint8_t escape = dialect->escape;
    return escape > 0x7F || escape == '\0' || strchr("\r\n \t:/#<>", escape) != NULL ||
           is_value_text(escape) || (dialect->quoting && escape == dialect->quote) ||
           escape == dialect->delimiter;
}

/* True when what stands at a byte is never in doubt. */
static bool
are_distinct(const nx_csv_dialect *dialect)
{
    const nx_csv_token quote = {&dialect->quote, dialect->quoting};
    nx_csv_token delimiter = dialect->delimiter_text;
    if (delimiter.size == 0 && !dialect->blanks) {
        delimiter = (nx_csv_token){&dialect->delimiter, 1};
    }
    return !begins(delimiter, dialect->terminator) &&
           !begins(dialect->comment, dialect->terminator) &&
           !begins(delimiter, quote) && !begins(dialect->comment, quote) &&
           !begins(dialect->terminator, quote);
}

nx_status
nx_csv_dialect_check(const nx_csv_dialect *dialect, nx_error *error)
{
    const uint8_t quote = dialect->quote, delimiter = dialect->delimiter;
    const bool own_delimiter = dialect->blanks || dialect->delimiter_text.size > 0;
    const bool bad_quote = (!own_delimiter && quote == delimiter) || quote > 0x7F ||
                           nx_csv_ends_record(quote) || is_value_text(quote);
    const bool bad_delimiter =
        !own_delimiter && (nx_csv_ends_record(delimiter) || delimiter > 0x7F);
    if (bad_delimiter || (dialect->quoting && bad_quote)) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0,
                            "delimiter 0x%02x and quote 0x%02x cannot be told apart",
                            delimiter, quote);
    }
    if ((dialect->escaping && is_bad_escape(dialect)) || !are_distinct(dialect)) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0,
                            "escape, record end or comment cannot be told apart");
    }
    return NX_OK;
}
