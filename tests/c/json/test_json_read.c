#include "json/ndjson_testing.h"

static const char text[] =
    "{\"a\":1,\"b\":\"x\"}\n"
    "{\"b\":\"a string that is longer than its view\",\"a\":2}\r\n"
    "\n"
    "{\"c\":null,\"a\":2.5}\n"
    "{\"b\":\"caf\\u00e9\",\"d\":{\"e\":[1,2]}}\n"
    "{\"a\":-7}";
static const char *const keys[] = {"a", "b", "c", NULL};
static const char expected[] =
    "float64:1,2,2.5,-,-7;string:x,a string that is longer than its "
    "view,-,caf\xC3\xA9,-;"
    "float64:-,-,-,-,-";

/* Small blocks put every byte next to a seam. */
static void
test_every_way_reads_the_same(void)
{
    nx_cpu cpus[MOST_SCANNERS];
    const int cpu_count = all_cpus(cpus);
    for (size_t block = 0; block < 150 && nx_test_failures() == 0; block++) {
        json_reading r = reading_of(keys);
        r.options.block_bytes = block;
        r.options.threads = block % 3 == 0 ? 1 : block % 3 == 1 ? 2 : 8;
        r.options.nested_text = true;
        nx_json_read_init(cpus[block % (size_t)cpu_count]);
        read_kind(&r, text, sizeof text - 1, (source_kind)(block % SOURCE_KINDS));
        CHECK_INT(r.status, NX_OK);
        CHECK_STR(shown_table(&r.table), expected);
        CHECK_INT(r.further.count, 1);
        CHECK_INT(r.further.keys[0].row, 3);
        CHECK_INT(r.further.keys[0].place, 1);
        CHECK_INT(r.table.columns[0].line, 4);
        end_reading(&r);
    }
    nx_json_read_init(nx_cpu_detect());
}

static void
test_sources_without_records(void)
{
    static const char *const sources[] = {"",        "\n", "\xEF\xBB\xBF",
                                          " \r\n\t", "\r", "\n\r"};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        check_read(sources[i], key_a, false, "float64");
    }
}

static void
test_rows_are_limited(void)
{
    static const char *const shown[] = {"float64", "int64:1", "int64:1,2", "711 16 -1"};
    for (uint64_t limit = 0; limit < 4; limit++) {
        json_reading r = reading_of(key_a);
        r.options.row_limit = limit;
        read_kind(&r, "{\"a\":1}\n{\"a\":2}\nx\xFF", 18, IN_PLACE);
        CHECK_STR(r.status == NX_OK ? shown_table(&r.table) : "711 16 -1",
                  shown[limit]);
        CHECK_INT(r.status == NX_OK ? 16 : r.error.byte, 16);
        end_reading(&r);
    }
}

static void
test_columns_are_chosen(void)
{
    json_reading r = reading_of(keys);
    r.columns[0] = 1;
    r.options.column_count = 1;
    read_kind(&r, text, sizeof text - 1, IN_PLACE);
    CHECK_INT(r.status, NX_OK); /* the nested value is in no wanted column */
    CHECK_INT(r.table.column_count, 1);
    CHECK_INT(r.table.columns[0].column.type, NX_TYPE_STRING);
    end_reading(&r);
}

/* A value that is none of its type, in a record that is no JSON: it is the latter. */
static void
test_status_is_that_of_the_error(void)
{
    static const char broken[] = "{\"a\":1.5<\"b\":{}}\n";
    json_reading r = reading_of(keys);
    r.requests[0].type = NX_TYPE_INT8;
    read_kind(&r, broken, sizeof broken - 1, IN_PLACE);
    CHECK_INT(r.error.code, 711);
    CHECK_INT(r.error.status, NX_ERR_SYNTAX);
    CHECK_INT(r.status, NX_ERR_SYNTAX);
    end_reading(&r);
}

/* A table may be far larger than its source, to a point. */
static void
test_tables_of_nearly_nothing_are_refused(void)
{
    enum {
        ROWS = 6000
    };
    char *source = malloc(32 * ROWS);
    nx_span *names = malloc(ROWS * sizeof *names);
    size_t *columns = malloc(ROWS * sizeof *columns), n = 0;
    nx_csv_request *requests = calloc(ROWS, sizeof *requests);
    CHECK(source != NULL && names != NULL && columns != NULL && requests != NULL);
    for (size_t row = 0; row < ROWS; row++) {
        n += (size_t)sprintf(source + n, "{\"key%05d\":1}\n", (int)row);
        names[row] = (nx_span){(const uint8_t *)source + n - 15 + 2, 8};
        columns[row] = row;
    }
    json_reading r = {.options = {.keys = names,
                                  .key_count = ROWS,
                                  .columns = columns,
                                  .column_count = ROWS,
                                  .requests = requests,
                                  .row_limit = UINT64_MAX}};
    const nx_csv_source memory = {.memory = (const uint8_t *)source, .size = n};
    r.status = nx_json_read(&r.table, &r.further, &memory, &r.options, NULL, &r.error);
    CHECK_INT(r.status, NX_ERR_OVERFLOW);
    CHECK_INT(r.error.code, 716);
    end_reading(&r);
    r.options.column_count = 100;
    r.status = nx_json_read(&r.table, &r.further, &memory, &r.options, NULL, &r.error);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.further.count, 0);
    end_reading(&r);
    free(source);
    free(names);
    free(columns);
    free(requests);
}

/* A few rows of a large file are read without the rest of it, which is not even there.
 */
static void
test_a_few_rows_of_many_columns(void)
{
    enum {
        COLUMNS = 300,
        BYTES = 3 << 20
    };
    char names[COLUMNS][8], *made = malloc(BYTES);
    nx_span spans[COLUMNS];
    size_t columns[COLUMNS];
    nx_csv_request requests[COLUMNS] = {{0}};
    FILE *file = tmpfile();
    CHECK(made != NULL && file != NULL);
    for (size_t i = 0; i < COLUMNS; i++) {
        spans[i] = (nx_span){(const uint8_t *)names[i],
                             (size_t)sprintf(names[i], "k%d", (int)i)};
        columns[i] = i;
    }
    for (size_t i = 0; i < BYTES; i += 16) {
        memcpy(made + i, "{\"k0\":12345678}\n", 16);
    }
    CHECK_INT(fwrite(made, 1, BYTES, file), BYTES);
    CHECK_INT(fflush(file), 0);
    json_reading r = {.options = {.keys = spans,
                                  .key_count = COLUMNS,
                                  .columns = columns,
                                  .column_count = COLUMNS,
                                  .requests = requests,
                                  .threads = 1,
                                  .row_limit = 2}};
    const nx_csv_source source = {.descriptor = fileno(file),
                                  .size = (uint64_t)BYTES * 100};
    r.status = nx_json_read(&r.table, &r.further, &source, &r.options, NULL, &r.error);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.error.code, 0);
    if (r.status == NX_OK) {
        CHECK_INT(r.table.columns[0].column.length, 2);
    }
    end_reading(&r);
    fclose(file);
    free(made);
}

static void
test_first_keys(void)
{
    const nx_json_options options = {.row_limit = UINT64_MAX};
    nx_json_keys found = {0};
    const nx_csv_source source = {.memory = (const uint8_t *)text,
                                  .size = sizeof text - 1};
    CHECK_INT(nx_json_first_keys(&found, &source, 1, &options, NULL), NX_OK);
    CHECK_INT(found.count, 2);
    CHECK_INT(nx_json_first_keys(&found, &source, 1000, &options, NULL), NX_OK);
    CHECK_INT(found.count, 4);
    CHECK_INT(found.keys[2].row, 2);
    CHECK_INT(found.keys[3].row, 3);
    nx_json_keys_clear(&found);
}

/* ---- Failing allocations ---- */

static bool
read_everything(void *context)
{
    json_reading r = reading_of(keys);
    const nx_csv_source source = {.memory = (const uint8_t *)text,
                                  .size = sizeof text - 1};
    nx_json_keys found = {0};
    const nx_json_options all = {.row_limit = UINT64_MAX};
    nx_status first = nx_json_first_keys(&found, &source, 1000, &all, NULL);
    nx_json_keys_clear(&found);
    r.options.block_bytes = 16;
    r.options.threads = *(unsigned *)context;
    r.options.nested_text = true;
    read_source(&r, &source);
    CHECK(r.status == NX_OK || r.status == NX_ERR_MEMORY);
    CHECK(r.status == NX_OK || r.table.columns == NULL);
    const bool done = r.status == NX_OK && first == NX_OK;
    end_reading(&r);
    return done;
}

static void
test_failing_allocations_leave_nothing(void)
{
    for (int round = 0; round < 5; round++) {
        unsigned threads = round == 0 ? 1 : 2;
        CHECK(read_everything(&threads)); /* makes the threads of the pool */
        nx_test_alloc_failures(read_everything, &threads, 500);
    }
}

/* An error needs no memory to be told, but what is known about it does. */
static bool
read_broken(void *context)
{
    json_reading r = reading_of(key_a);
    const nx_csv_source source = {.memory = (const uint8_t *)"{\"a\":1}\n{\"a\":x}\n",
                                  .size = 16};
    (void)context;
    read_source(&r, &source);
    CHECK(r.status == NX_ERR_SYNTAX || r.status == NX_ERR_MEMORY);
    const bool done =
        r.status == NX_ERR_SYNTAX && r.error.line == 1 && r.error.byte == 13;
    end_reading(&r);
    return done;
}

static void
test_failing_allocations_beside_an_error(void)
{
    nx_test_alloc_failures(read_broken, NULL, 100);
}

const nx_test nx_suite_json_read[] = {
    NX_TEST(test_every_way_reads_the_same),
    NX_TEST(test_sources_without_records),
    NX_TEST(test_rows_are_limited),
    NX_TEST(test_columns_are_chosen),
    NX_TEST(test_status_is_that_of_the_error),
    NX_TEST(test_tables_of_nearly_nothing_are_refused),
    NX_TEST(test_a_few_rows_of_many_columns),
    NX_TEST(test_first_keys),
    NX_TEST(test_failing_allocations_leave_nothing),
    NX_TEST(test_failing_allocations_beside_an_error),
    {0},
};
