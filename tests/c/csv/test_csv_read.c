#include "csv/every_way.h"
#include "csv/random_table.h"

#include "base/alloc.h"
#include "csv/csv_header.h"

static void
test_random_tables_in_every_way(void)
{
    uint64_t random = 12;
    static random_table t;
    for (int round = 0; round < 150 && nx_test_failures() == 0; round++) {
        make_table(&t, &random);
        check_text(t.text, t.n, t.start, t.fields, t.skip_blank);
    }
}

/* ---- Types ---- */

/* Small columns after the header "x": the type, by name, and the missing cells. */
static const struct {
    const char *text;
    const char *type;
    size_t missing;
} columns_of_one[] = {
    {"1\n2\n3\n", "int64", 0},
    {"1\n2.5\n", "float64", 0},
    {"1\n2.5\nx\n", "string", 0},
    {"NA\n1\n", "int64", 1},
    {"NA\n1\nx\n", "string", 0},
    {"NA\nNA\n", "float64", 2},
    {"\"\"\n1\n", "int64", 1},
    {"\"\"\nx\n", "string", 0},
    {"007\n", "string", 0},
    {"007\n1.5\n", "float64", 0},
    {"007\nNA\n", "string", 0},
    {"007\nNA\n1e3\n", "float64", 1},
    {"18446744073709551616\n", "string", 0},
    {"18446744073709551616\n0.5\n", "float64", 0},
    {"9223372036854775808\n1\n", "uint64", 0},
    {"9223372036854775808\n-1\n", "string", 0},
    {"-1\n9223372036854775808\n", "string", 0},
    {"-1\n1\n9223372036854775808\n1.5\n", "float64", 0},
    {"true\nFALSE\nnull\n", "bool", 1},
    {"true\n1\n", "string", 0},
    {"2024-01-01\n", "datetime64[D]", 0},
    {"2024-01-01\n2024-01-01 00:00\n", "datetime64[s]", 0},
    {"2024-01-01\n2024-01-01 00:00:00.1\n", "datetime64[ms]", 0},
    {"9999-12-31\n2024-01-01 00:00:00.1234\n", "datetime64[us]", 0},
    {"1999-12-31\n2024-01-01 00:00:00.1234567\nNA\n", "datetime64[ns]", 1},
    {"9999-12-31\n2024-01-01 00:00:00.1234567\n", "string", 0},
    {"2024-01-01 00:00:00.1234567\n9999-12-31\n", "string", 0},
    {"2024-01-01T00:00Z\n2024-01-01T00:00+01:00\n", "datetime64[s]", 0},
    {"2024-01-01T00:00Z\n2024-01-01T00:00\n", "string", 0},
    {"2024-01-01\n2024-01-01T00:00Z\n", "string", 0},
    {"2024-01-01\n1\n", "string", 0},
    {"-0\n1\n", "int64", 0},
    {"-0\n1.5\n", "float64", 0},
    {" 1\t\n2 \n", "int64", 0},
    {"", "float64", 0},
    {"1\r2\r\n3\n\r", "int64", 1},
    {"1\r\r\n2\r", "int64", 1},
    {"1\n\n2", "int64", 1},
    {"\n\n\n", "float64", 3},
    {"x\n\ny\n", "string", 1},
};

static void
test_types_of_small_columns(void)
{
    static const size_t first = 0;
    for (size_t i = 0; i < sizeof columns_of_one / sizeof columns_of_one[0]; i++) {
        char text[200] = "x\n";
        strcat(text, columns_of_one[i].text);
        const size_t n = strlen(text);
        const nx_csv_options options = {.row_limit = UINT64_MAX,
                                        .dialect = comma,
                                        .start = 2,
                                        .fields = 1,
                                        .columns = &first,
                                        .column_count = 1};
        reading r;
        read_text(text, n, &options, (way){.block_bytes = 1}, &r);
        CHECK_INT(r.status, NX_OK);
        const nx_column *column = &r.table.columns[0].column;
        if (strcmp(nx_type_name(column->type), columns_of_one[i].type) != 0 ||
            column->missing != columns_of_one[i].missing) {
            nx_test_fail(__FILE__, __LINE__, "%s: %s with %zu missing",
                         shown((const uint8_t *)text, n), nx_type_name(column->type),
                         column->missing);
        }
        nx_csv_table_clear(&r.table);
        check_text(text, n, 2, 1, false);
        check_text(text, n, 2, 1, true);
    }
}

/* All that the record ends do, between two columns. */
static void
test_record_ends(void)
{
    static const char *const endings[] = {
        "",
        "\n",
        "\r",
        "\r\n",
        "a,b",
        "a,b\n",
        "a,b\r",
        "a,b\r\n",
        "a,b\n\n\nc,d\n\n",
        "a,b\r\r\nc,d\r\n\r",
        "\n\n1,2\r\n\r\n3,4\r\r5,6\n\r",
        ",\n,",
        ",\r,\r\n,",
        "\"a\n\",\"\r\"\r\"\r\n\",\"\"\n",
        "\"\"\"\",\"\n\"\"\n\"\n",
        "a,\"b\"",
        "a,\"b\"\r",
        "1,a\"b\n\"2\",\"\"\n",
        "\r\n1,2",
    };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        check_text(endings[i], strlen(endings[i]), 0, 2, true);
    }
}

/* Columns that change their mind after many blocks of the usual size, where the
 * first ones have to be written again. */
static void
test_widening_after_large_blocks(void)
{
    enum {
        ROWS = 60000
    };
    static const char *const lasts[] = {"1,2,NA,4\n",
                                        "0.5,x,true,-9223372036854775808\n"};
    static const nx_type types[2][4] = {
        {NX_TYPE_INT64, NX_TYPE_INT64, NX_TYPE_FLOAT64, NX_TYPE_UINT64},
        {NX_TYPE_FLOAT64, NX_TYPE_STRING, NX_TYPE_BOOL, NX_TYPE_STRING}};
    static const size_t columns[] = {0, 1, 2, 3};
    const nx_csv_options options = {.row_limit = UINT64_MAX,
                                    .dialect = comma,
                                    .fields = 4,
                                    .columns = columns,
                                    .column_count = 4,
                                    .skip_blank = true};
    char *text = malloc((size_t)ROWS * 60);
    CHECK(text != NULL);
    for (int last = 0; last < 2; last++) {
        size_t n = 0;
        for (int row = 0; row < ROWS; row++) {
            n += (size_t)sprintf(text + n, "%d,%s%d,,9223372036854775808\n", row,
                                 row % 3 == 0 ? "-1234567890" : "", row % 1000 + 1000);
        }
        memcpy(text + n, lasts[last], strlen(lasts[last]));
        n += strlen(lasts[last]);
        reading r;
        read_text(text, n, &options, (way){.cpu = nx_cpu_detect()}, &r);
        CHECK_INT(r.status, NX_OK);
        CHECK_INT(r.table.rows, ROWS + 1);
        for (int i = 0; i < 4; i++) {
            CHECK_INT(r.table.columns[i].column.type, types[last][i]);
        }
        CHECK_INT(r.table.columns[2].column.missing, ROWS + (last == 0));
        const void *first = nx_buffer_data(r.table.columns[0].column.values);
        const nx_column *second = &r.table.columns[1].column;
        for (int row = 0; row < ROWS; row++) {
            if (last == 0) {
                CHECK_INT(((const int64_t *)first)[row], row);
                continue;
            }
            char expected[40];
            const nx_string_view *view = nx_buffer_data(second->values);
            const int size = sprintf(
                expected, "%s%d", row % 3 == 0 ? "-1234567890" : "", row % 1000 + 1000);
            CHECK(((const double *)first)[row] == row);
            CHECK_INT(view[row].length, size);
            CHECK(memcmp(nx_view_text(&view[row], second->slabs.buffers), expected,
                         (size_t)size) == 0);
        }
        nx_csv_table_clear(&r.table);
    }
    free(text);
}

/* ---- Errors ---- */

static const struct {
    const char *text;
    nx_status status;
    int code;
    uint64_t record, line, column, byte;
} broken[] = {
    {"a,b\n1,2\n3\n4,5\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 8},
    {"a,b\n1,2\n3,4,5\n\xFF,1\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 8},
    {"a,b\n\n\n1,\"\n\"\n3\n", NX_ERR_RAGGED, 301, 1, 5, NX_NOWHERE, 12},
    {"a,b\n1,2\n3\n4,5,6\n7,8\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 8},
    {"a,b\r\n1,2\r3\r\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 9},
    {"a,b\n1,2\n3,\"4\"5\n6\n", NX_ERR_DIALECT, 201, 1, 2, NX_NOWHERE, 13},
    {"a,b\n\"1\" ,2\n", NX_ERR_DIALECT, 201, 0, 1, NX_NOWHERE, 7},
    {"a,b\n1,2\n3,\"4\n5,6\n", NX_ERR_DIALECT, 202, 1, 2, NX_NOWHERE, 10},
    {"a,b\n1,2\n\"3", NX_ERR_DIALECT, 202, 1, 2, NX_NOWHERE, 8},
    {"a,b\n1\n\"3", NX_ERR_RAGGED, 301, 0, 1, NX_NOWHERE, 4},
    {"a,b\n1,2\n\"3\"x,\"4\n", NX_ERR_DIALECT, 201, 1, 2, NX_NOWHERE, 11},
    {"a,b\n1,2\n3,x\xFFy\n4\n", NX_ERR_ENCODING, 401, 1, 2, 1, 11},
    {"a,b\n1,2\n\xC3,\xFF\n", NX_ERR_ENCODING, 401, 1, 2, 0, 8},
    {"a,b\nx,\xFF\n\xFF,y\n", NX_ERR_ENCODING, 401, 0, 1, 1, 6},
    {"a,b\n1,\"x\n\xE2\x82\"\n", NX_ERR_ENCODING, 401, 0, 2, 1, 9},
    {"a,b\n1\n\xFF,2\n", NX_ERR_RAGGED, 301, 0, 1, NX_NOWHERE, 4},
};

static void
test_the_first_error_is_told_with_its_place(void)
{
    static const size_t columns[2][2] = {{0, 1}, {1, 0}};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        way how;
        for (size_t turn = 0; next_way(turn, &how); turn++) {
            const nx_csv_options options = {.row_limit = UINT64_MAX,
                                            .dialect = comma,
                                            .start = 4 + (broken[i].text[3] == '\r'),
                                            .fields = 2,
                                            .columns = columns[turn / 2 % 2],
                                            .column_count = 2,
                                            .skip_blank = true};
            reading r;
            read_text(broken[i].text, strlen(broken[i].text), &options, how, &r);
            const int before = nx_test_failures();
            CHECK_INT(r.status, broken[i].status);
            CHECK_INT(r.error.status, broken[i].status);
            CHECK_INT(r.error.code, broken[i].code);
            CHECK_INT(r.error.record, broken[i].record);
            CHECK_INT(r.error.line, broken[i].line);
            CHECK_INT(r.error.column, broken[i].column);
            CHECK_INT(r.error.byte, broken[i].byte);
            CHECK(r.table.columns == NULL && r.table.rows == 0);
            if (nx_test_failures() > before) {
                printf("      case %zu, %s: %s\n", i, way_name(how), r.error.msg);
                break;
            }
        }
    }
}

/* Bytes that are not UTF-8 only matter where text is wanted. */
static void
test_columns_left_out_are_not_looked_at(void)
{
    static const size_t second = 1;
    const char text[] = "\xFF,1\n\xFF,2\n";
    const nx_csv_options options = {.row_limit = UINT64_MAX,
                                    .dialect = comma,
                                    .fields = 2,
                                    .columns = &second,
                                    .column_count = 1};
    reading r;
    read_text(text, sizeof text - 1, &options, (way){0}, &r);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.table.columns[0].column.type, NX_TYPE_INT64);
    nx_csv_table_clear(&r.table);
}

/* ---- Everything else that may happen ---- */

static const size_t both[] = {0, 1};
static const nx_csv_options two_columns = {
    .row_limit = UINT64_MAX,
    .dialect = {.delimiter = ',', .quote = '"', .quoting = true},
    .fields = 2,
    .columns = both,
    .column_count = 2,
    .skip_blank = true};

/* Records many times longer than a block, and strings beyond a first slab. */
static void
test_records_longer_than_blocks(void)
{
    const size_t n = (size_t)200 << 10;
    char *text = malloc(3 * n + 100);
    CHECK(text != NULL);
    size_t size = (size_t)sprintf(text, "1,a\n2,\"");
    memset(text + size, 'x', n);
    size += n;
    size += (size_t)sprintf(text + size, "\n\"\"\"\r\n3,");
    memset(text + size, 'y', n);
    size += n;
    size += (size_t)sprintf(text + size, "\n4,z");
    for (size_t block = 1; block < n * 4; block *= 37) {
        for (int kind = 0; kind < SOURCE_KINDS; kind++) {
            const way how = {block, (unsigned)kind + 1, nx_cpu_detect(),
                             (source_kind)kind};
            reading r;
            read_text(text, size, &two_columns, how, &r);
            CHECK_INT(r.status, NX_OK);
            CHECK_INT(r.table.rows, 4);
            if (r.status == NX_OK) {
                const nx_column *column = &r.table.columns[1].column;
                const nx_string_view *views = nx_buffer_data(column->values);
                CHECK_INT(views[1].length, n + 2);
                CHECK_INT(views[2].length, n);
                CHECK(memcmp(nx_view_text(&views[1], column->slabs.buffers) + n, "\n\"",
                             2) == 0);
                CHECK(nx_view_text(&views[2], column->slabs.buffers)[n - 1] == 'y');
                CHECK_INT(views[3].length, 1);
            }
            nx_csv_table_clear(&r.table);
        }
    }
    free(text);
}

/* A file that loses its end between the look at its size and the reading. */
static void
test_a_file_that_became_shorter(void)
{
    static const size_t blocks[] = {1, 5, 0};
    for (size_t i = 0; i < 3; i++) {
        test_source s;
        nx_csv_table table = {0};
        nx_error error;
        nx_csv_options options = two_columns;
        options.block_bytes = blocks[i];
        if (open_source(&s, FROM_FILE, "1,2\n3,4\n", 8)) {
            s.source.size = 12;
            CHECK_INT(nx_csv_read(&table, &s.source, &options, NULL, &error),
                      NX_ERR_CHANGED);
            CHECK_INT(error.code, 111);
            CHECK(table.columns == NULL && table.rows == 0);
        }
        close_source(&s);
    }
}

/* Lets some polls pass, then asks to stop. */
static bool
poll_some(void *left)
{
    return (*(int *)left)-- > 0;
}

static void
test_reading_can_be_cancelled(void)
{
    enum {
        SIZE = 4 << 20
    };
    char *text = malloc(SIZE);
    CHECK(text != NULL);
    for (size_t i = 0; i < SIZE; i++) {
        text[i] = "1,2\n"[i % 4];
    }
    const size_t before = nx_alloc_live_blocks();
    for (unsigned threads = 1; threads <= 2; threads++) {
        int left = (int)threads - 1;
        const nx_wait wait = {.poll = poll_some, .context = &left, .interval_ms = 1};
        const nx_csv_source source = {.memory = (const uint8_t *)text, .size = SIZE};
        nx_csv_options options = two_columns;
        options.block_bytes = 512;
        options.threads = threads;
        nx_csv_table table = {0};
        nx_error error;
        CHECK_INT(nx_csv_read(&table, &source, &options, &wait, &error),
                  NX_ERR_CANCELLED);
        CHECK_INT(error.status, NX_ERR_CANCELLED);
        CHECK(table.columns == NULL);
        CHECK_INT(nx_alloc_live_blocks(), before);
    }
    free(text);
}

/* A change that waits for the first pass to be over. */
typedef struct late_change {
    nx_progress *progress;
    char *byte;
    char becomes;
} late_change;

static bool
change_when_all_is_read(void *context)
{
    late_change *change = context;
    if (atomic_load(&change->progress->done) == change->progress->total) {
        *change->byte = change->becomes;
    }
    return true;
}

/* The last record makes the first column float64, so that the fix-up reads every
 * chunk again, and finds one it has not seen: of other fields, or of another type. */
static void
test_a_source_that_changes_between_the_passes(void)
{
    enum {
        SIZE = 4 << 20,
        LATE = SIZE / 8 * 7
    };
    char *text = malloc(SIZE);
    CHECK(text != NULL);
    const size_t before = nx_alloc_live_blocks();
    for (int round = 0; text != NULL && round < 2; round++) {
        for (size_t i = 0; i < SIZE; i++) {
            text[i] = "1,2\n"[i % 4];
        }
        memcpy(text + SIZE - 4, ".5,\n", 4);
        nx_progress progress = {.total = SIZE};
        late_change change = {&progress, text + LATE + (round == 0), 'y'};
        const nx_wait wait = {.poll = change_when_all_is_read,
                              .context = &change,
                              .interval_ms = 1,
                              .progress = &progress};
        const nx_csv_source source = {
            .memory = (const uint8_t *)text, .size = SIZE, .writable = true};
        nx_csv_options options = two_columns;
        options.block_bytes = 256;
        nx_csv_table table = {0};
        nx_error error;
        CHECK_INT(nx_csv_read(&table, &source, &options, &wait, &error),
                  NX_ERR_CHANGED);
        CHECK_INT(error.code, 113);
        nx_csv_table_clear(&table);
        CHECK_INT(nx_alloc_live_blocks(), before);
    }
    free(text);
}

static void
test_no_columns_and_no_rows(void)
{
    reading r;
    nx_csv_options options = two_columns;
    options.column_count = 0;
    read_text("1,2\n3,4\n", 8, &options, (way){0}, &r);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.table.rows, 2);
    CHECK_INT(r.table.column_count, 0);
    nx_csv_table_clear(&r.table);
    options.start = 4;
    options.column_count = 2;
    read_text("a,b\n", 4, &options, (way){0}, &r);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.table.rows, 0);
    CHECK_INT(r.table.column_count, 2);
    CHECK_INT(r.table.columns[0].decider.classes, 0);
    nx_csv_table_clear(&r.table);
}

/* Strings that look like times with a zone are none: which of them was looked at as one
 * depends on threads. */
static void
test_zones_are_those_of_times(void)
{
    static const struct {
        const char *text;
        bool zoned;
    } cases[] = {
        {"2026-01-31T00:00Z\n", true},
        {"2026-01-31T00:00\n", false},
        {"2026-01-31T00:00Z\nx\n", false},
        {"x\n2026-01-31T00:00Z\n", false},
        {"2026-01-31T00:00\n2026-01-31T00:00Z\n", false},
    };
    const size_t column = 0;
    const nx_csv_options options = {.row_limit = UINT64_MAX,
                                    .dialect = comma,
                                    .fields = 1,
                                    .columns = &column,
                                    .column_count = 1};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const way how = {.threads = 1, .kind = IN_PLACE};
        reading r;
        read_text(cases[i].text, strlen(cases[i].text), &options, how, &r);
        CHECK_INT(r.status, NX_OK);
        CHECK_INT(r.table.columns[0].zoned, cases[i].zoned);
        nx_csv_table_clear(&r.table);
    }
}

static void
test_a_dialect_that_cannot_be(void)
{
    reading r;
    nx_csv_options options = two_columns;
    options.dialect.quote = ',';
    read_text("1,2\n", 4, &options, (way){0}, &r);
    CHECK_INT(r.status, NX_ERR_INTERNAL);
}

/* Without quoting, quotes are text. */
static void
test_quotes_as_text(void)
{
    reading r;
    nx_csv_options options = two_columns;
    options.dialect.quoting = false;
    read_text("\"a,b\"\n\"\"\",\"\n", 11, &options, (way){.block_bytes = 3}, &r);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.table.rows, 2);
    const nx_string_view *views = nx_buffer_data(r.table.columns[0].column.values);
    CHECK(views[0].length == 2 && memcmp(views[0].u.text, "\"a", 2) == 0);
    CHECK(views[1].length == 3 && memcmp(views[1].u.text, "\"\"\"", 3) == 0);
    nx_csv_table_clear(&r.table);
}

/* A source, read on so many threads. */
typedef struct whole_read {
    nx_csv_source source;
    unsigned threads;
} whole_read;

/* Header and data, with types that widen, a slab, a mask and an error's line. */
static bool
read_everything(void *context)
{
    const whole_read *whole = context;
    nx_csv_header header = {0};
    nx_csv_table table = {0};
    nx_error error;
    nx_csv_options options = two_columns;
    const nx_csv_header_ask ask = {.records = 1, .names = true};
    options.block_bytes = 8;
    options.threads = whole->threads;
    nx_status status =
        nx_csv_header_read(&header, &whole->source, &comma, &ask, NULL, &error);
    if (status == NX_OK) {
        options.start = header.next;
        status = nx_csv_read(&table, &whole->source, &options, NULL, &error);
    }
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    CHECK(status == NX_OK || table.columns == NULL);
    nx_csv_table_clear(&table);
    nx_csv_header_clear(&header);
    return status == NX_OK;
}

/* On two threads too, several times over: which of them a failure meets varies. */
static void
test_failing_allocations_leave_nothing(void)
{
    static const char text[] =
        "a,b\n1,NA\n\n\"2\",NA\n0.5,true\n7,x\"y\"\n"
        "8,\"a long text with \"\"quotes\"\"\"\n9,\xC3\xA9\n";
    whole_read whole = {
        .source = {.memory = (const uint8_t *)text, .size = sizeof text - 1}};
    for (int round = 0; round < 6; round++) {
        whole.threads = round == 0 ? 1 : 2;
        CHECK(read_everything(&whole)); /* makes the threads of the pool */
        nx_test_alloc_failures(read_everything, &whole, 500);
    }
}

/* An error needs no memory to be told, but its line does. */
static bool
read_broken(void *context)
{
    const nx_csv_source source = {.memory = (const uint8_t *)"1,2\n3\n", .size = 6};
    nx_csv_table table = {0};
    nx_error error;
    (void)context;
    const nx_status status = nx_csv_read(&table, &source, &two_columns, NULL, &error);
    CHECK(status == NX_ERR_RAGGED || status == NX_ERR_MEMORY);
    CHECK(status != NX_ERR_RAGGED || error.line == 1 || error.line == NX_NOWHERE);
    nx_csv_table_clear(&table);
    return status == NX_ERR_RAGGED;
}

static void
test_failing_allocations_beside_an_error(void)
{
    nx_test_alloc_failures(read_broken, NULL, 100);
}

const nx_test nx_suite_csv_read[] = {
    NX_TEST(test_random_tables_in_every_way),
    NX_TEST(test_types_of_small_columns),
    NX_TEST(test_record_ends),
    NX_TEST(test_widening_after_large_blocks),
    NX_TEST(test_the_first_error_is_told_with_its_place),
    NX_TEST(test_columns_left_out_are_not_looked_at),
    NX_TEST(test_records_longer_than_blocks),
    NX_TEST(test_a_file_that_became_shorter),
    NX_TEST(test_reading_can_be_cancelled),
    NX_TEST(test_a_source_that_changes_between_the_passes),
    NX_TEST(test_no_columns_and_no_rows),
    NX_TEST(test_zones_are_those_of_times),
    NX_TEST(test_a_dialect_that_cannot_be),
    NX_TEST(test_quotes_as_text),
    NX_TEST(test_failing_allocations_leave_nothing),
    NX_TEST(test_failing_allocations_beside_an_error),
    {0},
};
