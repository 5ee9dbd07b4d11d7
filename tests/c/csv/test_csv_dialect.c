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
        const char *line_ends = "\r\n";
        bool good =
            dialect.delimiter != line_ends[0] && dialect.delimiter != line_ends[1];
        if (dialect.quoting) {
            good = good && dialect.quote != dialect.delimiter &&
                   dialect.quote != line_ends[0] && dialect.quote != line_ends[1];
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
