#include "harness.h"

#include "csv/csv_dialect.h"

/* Every pair of bytes, with and without quoting. */
static void
test_only_bytes_that_can_be_told_apart(void)
{
    for (unsigned pair = 0; pair < 2 * 256 * 256; pair++) {
        const nx_csv_dialect dialect = {.delimiter = (uint8_t)pair,
                                        .quote = (uint8_t)(pair >> 8),
                                        .quoting = pair >> 16};
        static const char values[] =
            "+-.0123456789abcdefghijklmnopqrstuvwxyz"
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const unsigned delimiter = dialect.delimiter, quote = dialect.quote;
        bool good = delimiter < 0x80 && delimiter != '\r' && delimiter != '\n';
        if (dialect.quoting) {
            good = good && quote < 0x80 && quote != '\r' && quote != '\n' &&
                   quote != delimiter &&
                   memchr(values, (int)quote, sizeof values - 1) == NULL;
        }
        nx_error error;
        CHECK_INT(nx_csv_dialect_check(&dialect, &error),
                  good ? NX_OK : NX_ERR_INTERNAL);
    }
}

const nx_test nx_suite_csv_dialect[] = {
    NX_TEST(test_only_bytes_that_can_be_told_apart),
    {0},
};
