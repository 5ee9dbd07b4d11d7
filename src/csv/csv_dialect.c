#include "csv/csv_dialect.h"

static bool
ends_record(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

nx_status
nx_csv_dialect_check(const nx_csv_dialect *dialect, nx_error *error)
{
    const bool clash = dialect->quoting && dialect->quote == dialect->delimiter;
    if (clash || ends_record(dialect->delimiter) ||
        (dialect->quoting && ends_record(dialect->quote))) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0,
                            "delimiter 0x%02x and quote 0x%02x cannot be told apart",
                            dialect->delimiter, dialect->quote);
    }
    return NX_OK;
}
