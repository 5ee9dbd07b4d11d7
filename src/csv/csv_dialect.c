#include "csv/csv_dialect.h"

/* Digits, letters, signs and the point. */
static bool
is_value_text(uint8_t byte)
{
    const uint8_t upper = byte & 0xDF;
    return (byte >= '0' && byte <= '9') || (upper >= 'A' && upper <= 'Z') ||
           byte == '+' || byte == '-' || byte == '.';
}

nx_status
nx_csv_dialect_check(const nx_csv_dialect *dialect, nx_error *error)
{
    const uint8_t quote = dialect->quote, delimiter = dialect->delimiter;
    const bool bad_quote = quote == delimiter || quote > 0x7F ||
                           nx_csv_ends_record(quote) || is_value_text(quote);
    if (nx_csv_ends_record(delimiter) || delimiter > 0x7F ||
        (dialect->quoting && bad_quote)) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0,
                            "delimiter 0x%02x and quote 0x%02x cannot be told apart",
                            delimiter, quote);
    }
    return NX_OK;
}
