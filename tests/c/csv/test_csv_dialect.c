#include "csv/every_way.h"

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

/* Random tables of cells that only some dialects take, each read in every one that
 * takes it. */
static void
test_tables_of_every_dialect(void)
{
    static const char *const cells[] = {
        "1", "\"2\"", "", "\"\"", "NA", "a\"b", " \"x\"", "\"a,b\"", "\"\n\"",
        /* lenient */
        "\"ab\"c", "\"5\" ", "\"5\"6", "\"a\"b\"c\"", "\"\"x", "\"NA\"\t",
        "\"twelve bytes and more\" kept",
        "\"many bytes, more than sixty-four of them, with a quote \"\" inside\" and "
        "a tail",
        /* doubled quotes, or text behind a closing one */
        "\"\"\"\"", "\"a\"\"b\"", "\"\"\"a\"\"\""};
    static const size_t kinds[] = {9, 17, 20};
    uint64_t random = 77;
    for (int round = 0; round < 36 && nx_test_failures() == 0; round++) {
        const nx_csv_dialect dialect = quoted_dialect((size_t)round);
        const bool lenient = dialect.mode == NX_CSV_LENIENT;
        const size_t rows = pick(&random, 20),
                     kind = lenient ? 1 + pick(&random, 2) : 0;
        char text[LONGEST];
        size_t n = 0;
        for (size_t i = 0; i < 2 * rows; i++) {
            const char *cell = cells[pick(&random, kinds[kind])];
            const bool strict = dialect.mode == NX_CSV_STRICT;
            const bool stray = cell[0] != '"' && strchr(cell, '"') != NULL;
            n += (size_t)sprintf(text + n, "%s%c", strict && stray ? "s" : cell,
                                 i % 2 == 0 ? ',' : '\n');
        }
        check_dialect_text(dialect, text, n, 0, 2, true);
    }
}

/* Which of several faults is told, whatever the blocks. */
static void
test_the_first_fault_of_strict_text_is_told(void)
{
    static const size_t columns[] = {0, 1};
    static const struct {
        const char *text;
        int code;
        uint64_t record, byte;
        bool no_doubling;
    } cases[] = {
        {"1,2\n3,a\"b\n", 203, 1, 7, false},
        {"1,2\n3,\"a\"b\n4,a\"b\n", 201, 1, 9, false},
        {"1,2\na\"b,\"a\"b\n", 203, 1, 5, false},
        {"1,2\n\"a\"b,a\"b\n", 201, 1, 7, false},
        {"1,2\na\"b\n", 203, 1, 5, false},
        {"1,2\n3\na\"b,1\n", 301, 1, 4, false},
        {"1,2\na\"b,\"c\n", 203, 1, 5, false},
        {"1,2\n3,4\n5,\"c\"\"d\n", 202, 2, 10, false},
        {"1,2\n3,\"a\"\"b\"\n", 201, 1, 9, true},
        {"1,2\n3,\"\"\"\"\n", 201, 1, 8, true},
        {"1,2\n\xFF,a\"b\n", 203, 1, 7, false},
        {"\xFF,2\nx,a\"b\n", 401, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_csv_options options = {.row_limit = UINT64_MAX,
                                        .dialect = {.delimiter = ',',
                                                    .quote = '"',
                                                    .quoting = true,
                                                    .no_doubling = cases[i].no_doubling,
                                                    .mode = NX_CSV_STRICT},
                                        .fields = 2,
                                        .columns = columns,
                                        .column_count = 2,
                                        .skip_blank = true};
        way how;
        for (size_t turn = 0; next_way(turn, &how) && nx_test_failures() == 0; turn++) {
            reading r;
            read_text(cases[i].text, strlen(cases[i].text), &options, how, &r);
            CHECK_INT(r.error.code, cases[i].code);
            CHECK_INT(r.error.record, cases[i].record);
            CHECK_INT(r.error.byte, cases[i].byte);
            nx_csv_table_clear(&r.table);
            if (nx_test_failures() > 0) {
                printf("      case %zu, %s: %s\n", i, way_name(how), r.error.msg);
            }
        }
    }
}

const nx_test nx_suite_csv_dialect[] = {
    NX_TEST(test_only_bytes_that_can_be_told_apart),
    NX_TEST(test_tables_of_every_dialect),
    NX_TEST(test_the_first_fault_of_strict_text_is_told),
    {0},
};
