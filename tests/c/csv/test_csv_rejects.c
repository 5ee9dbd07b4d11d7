#include "csv/csv_testing.h"

#include "base/alloc.h"
#include "csv/csv_read.h"
#include "csv/csv_rejects.h"

/* ---- One list ---- */

static nx_csv_flaw
flaw_at(uint32_t row, uint32_t begin, uint32_t end)
{
    return (nx_csv_flaw){.row = row,
                         .begin = begin,
                         .end = end,
                         .byte = begin,
                         .field = NX_CSV_NO_FIELD,
                         .code = 301,
                         .status = NX_ERR_RAGGED,
                         .limit = 2,
                         .size = row};
}

/* Adds the flaws of `count` rows of four bytes each, from `first_row` on. */
static nx_status
add_rows(nx_csv_rejects *rejects, const uint8_t *text, uint64_t first_row,
         uint32_t count)
{
    const nx_csv_chunk chunk = {.offset = 4 * first_row, .first_row = first_row};
    nx_csv_dirt dirt = {.collects = true};
    bool added = true;
    nx_csv_dirt_begin(&dirt, count);
    for (uint32_t row = count; row-- > 0 && added;) {
        const nx_csv_flaw flaw = flaw_at(row, 4 * row, 4 * row + 3);
        added = nx_csv_dirt_add(&dirt, &flaw);
    }
    const nx_status status =
        added ? nx_csv_rejects_add(rejects, &dirt, &chunk, text + 4 * first_row, &comma,
                                   NULL)
              : NX_ERR_MEMORY;
    nx_csv_dirt_clear(&dirt);
    return status;
}

static int64_t
integer_of(const nx_buffer *values, size_t row)
{
    return ((const int64_t *)nx_buffer_data(values))[row];
}

static void
check_string(const nx_column *column, size_t row, const char *text)
{
    const nx_string_view *view =
        (const nx_string_view *)nx_buffer_data(column->values) + row;
    const size_t n = strlen(text);
    CHECK_INT(view->length, n);
    CHECK(view->length == (int32_t)n &&
          memcmp(nx_view_text(view, column->slabs.buffers), text, n) == 0);
}

/* Chunks come in any order; the list is that of the source, or its beginning. */
static void
check_order(size_t most, size_t wanted)
{
    uint8_t text[401];
    for (size_t i = 0; i < 400; i += 4) {
        snprintf((char *)text + i, 5, "%03zu\n", i / 4);
    }
    const nx_csv_source source = {.memory = text, .size = 400};
    nx_csv_rejects rejects = {.most = most};
    nx_csv_reject_table table = {0};
    nx_csv_rejects_init(&rejects);
    CHECK_INT(add_rows(&rejects, text, 50, 20), NX_OK);
    CHECK_INT(add_rows(&rejects, text, 0, 3), NX_OK);
    CHECK_INT(add_rows(&rejects, text, 90, 10), NX_OK);
    CHECK_INT(add_rows(&rejects, text, 20, 4), NX_OK);
    CHECK_INT(nx_csv_rejects_finish(&rejects, &source, &table, NULL, NULL), NX_OK);
    CHECK_INT(table.length, wanted);
    for (size_t i = 0; i < table.length; i++) {
        const size_t row = i < 3 ? i : i < 7 ? i + 17 : i < 27 ? i + 43 : i + 63;
        char shown_text[8];
        snprintf(shown_text, sizeof shown_text, "%03zu", row);
        CHECK_INT(integer_of(table.record, i), row + 1);
        CHECK_INT(integer_of(table.line, i), row + 1);
        CHECK_INT(integer_of(table.byte, i), 4 * row);
        CHECK_INT(integer_of(table.field, i), -1);
        CHECK_INT(integer_of(table.code, i), 301);
        check_string(&table.text, i, shown_text);
    }
    check_string(&table.message, 1, "expected 2 fields, found 1");
    nx_csv_reject_table_clear(&table);
    nx_csv_rejects_clear(&rejects);
}

static void
test_rejects_come_in_the_order_of_the_source(void)
{
    check_order(SIZE_MAX, 37);
    check_order(37, 37);
    check_order(25, 25);
    check_order(5, 5);
    check_order(2, 2);
}

static void
test_bytes_that_are_no_utf8_are_shown(void)
{
    static const uint8_t text[] =
        "\xFF"
        "a\xC3\xA9\xE9";
    const nx_csv_source source = {.memory = text, .size = 5};
    const nx_csv_chunk chunk = {0};
    nx_csv_rejects rejects = {.most = SIZE_MAX};
    nx_csv_reject_table table = {0};
    nx_csv_dirt dirt = {.collects = true};
    const nx_csv_flaw flaw = flaw_at(0, 0, 5);
    nx_csv_rejects_init(&rejects);
    nx_csv_dirt_begin(&dirt, 1);
    CHECK(nx_csv_dirt_add(&dirt, &flaw));
    CHECK_INT(nx_csv_rejects_add(&rejects, &dirt, &chunk, text, &comma, NULL), NX_OK);
    CHECK_INT(nx_csv_rejects_finish(&rejects, &source, &table, NULL, NULL), NX_OK);
    check_string(&table.text, 0,
                 "\\xff"
                 "a\xC3\xA9\\xe9");
    nx_csv_reject_table_clear(&table);
    nx_csv_rejects_clear(&rejects);
    nx_csv_dirt_clear(&dirt);
}

/* ---- Whole reads ---- */

enum {
    FIELDS = 2
};

static const size_t both[FIELDS] = {0, 1};
static const nx_csv_request int_first[FIELDS] = {{.type = NX_TYPE_INT64}, {0}};

static const char dirty[] =
    "1,a\n"
    "x,b\n"
    "2\n"
    "\n"
    "3,\"c\"d\n"
    "4,\xFF\n"
    "5,a text of more than twelve bytes\n"
    "6,7,8\n"
    "7,\"two\nlines\"\n"
    "8,\"open\n9,z\n";

static nx_csv_options
collecting(void)
{
    return (nx_csv_options){.dialect = comma,
                            .fields = FIELDS,
                            .columns = both,
                            .column_count = FIELDS,
                            .requests = int_first,
                            .skip_blank = true,
                            .row_limit = UINT64_MAX,
                            .collect = true,
                            .most_rejects = SIZE_MAX,
                            .max_rejects = UINT64_MAX,
                            .tell_out = true};
}

static void
check_dirty_table(const nx_csv_table *table)
{
    static const int64_t codes[] = {601, 301, 201, 401, 301, 202};
    static const int64_t lines[] = {2, 3, 5, 6, 8, 11};
    static const int64_t records[] = {2, 3, 4, 5, 7, 9};
    static const int64_t kept[] = {1, 5, 7};
    CHECK_INT(table->rows, 3);
    CHECK_INT(table->rejected, 6);
    CHECK_INT(table->blanks, 1);
    CHECK_INT(table->rejects.length, 6);
    for (size_t i = 0; i < table->rejects.length && i < 6; i++) {
        CHECK_INT(integer_of(table->rejects.code, i), codes[i]);
        CHECK_INT(integer_of(table->rejects.line, i), lines[i]);
        CHECK_INT(integer_of(table->rejects.record, i), records[i]);
        CHECK_INT(integer_of(table->out, i), records[i] - 1);
    }
    check_string(&table->rejects.text, 5, "8,\"open\n9,z\n");
    check_string(&table->rejects.text, 2, "3,\"c\"d");
    const int64_t *values = nx_buffer_data(table->columns[0].column.values);
    CHECK(memcmp(values, kept, sizeof kept) == 0);
    check_string(&table->columns[1].column, 1, "a text of more than twelve bytes");
    check_string(&table->columns[1].column, 2, "two\nlines");
}

static void
test_bad_records_of_a_source_however_it_is_cut(void)
{
    static const unsigned threads[] = {1, 2, 8};
    const nx_csv_source source = {.memory = (const uint8_t *)dirty,
                                  .size = sizeof dirty - 1};
    for (size_t block = 1; block < sizeof dirty + 2; block++) {
        nx_csv_options options = collecting();
        nx_csv_table table = {0};
        nx_error error;
        options.block_bytes = block;
        options.threads = threads[block % 3];
        CHECK_INT(nx_csv_read(&table, &source, &options, NULL, &error), NX_OK);
        check_dirty_table(&table);
        nx_csv_table_clear(&table);
    }
}

static bool
read_dirty(void *context)
{
    const nx_csv_options *options = context;
    const nx_csv_source source = {.memory = (const uint8_t *)dirty,
                                  .size = sizeof dirty - 1};
    nx_csv_table table = {0};
    const nx_status status = nx_csv_read(&table, &source, options, NULL, NULL);
    if (status == NX_OK) {
        check_dirty_table(&table);
    }
    nx_csv_table_clear(&table);
    return status == NX_OK;
}

static void
test_failing_allocations_of_a_whole_read(void)
{
    for (size_t block = 8; block <= 64; block *= 2) {
        for (unsigned threads = 1; threads <= 2; threads++) {
            nx_csv_options options = collecting();
            options.block_bytes = block;
            options.threads = threads;
            CHECK(read_dirty(&options)); /* makes the threads of the pool */
            nx_test_alloc_failures(read_dirty, &options, 1000);
        }
    }
}

static void
test_more_rejects_than_may_be(void)
{
    const nx_csv_source source = {.memory = (const uint8_t *)dirty,
                                  .size = sizeof dirty - 1};
    for (uint64_t limit = 0; limit < 8; limit++) {
        for (size_t block = 1; block < 40; block += 3) {
            nx_csv_options options = collecting();
            nx_csv_table table = {0};
            options.max_rejects = limit;
            options.most_rejects = 2;
            options.threads = 2;
            options.block_bytes = block;
            CHECK_INT(nx_csv_read(&table, &source, &options, NULL, NULL), NX_OK);
            CHECK_INT(table.exceeded, limit < 6);
            CHECK(table.rejects.length >= (limit > 0 ? 2 : 1));
            CHECK_INT(integer_of(table.rejects.code, 0), 601);
            CHECK_INT(table.columns != NULL, limit >= 6);
            nx_csv_table_clear(&table);
        }
    }
}

/* Rows count only if they stay; records that were found bad before may be named. */
static void
test_row_limits_and_records_to_leave_out(void)
{
    const nx_csv_source source = {.memory = (const uint8_t *)dirty,
                                  .size = sizeof dirty - 1};
    static const uint64_t out[] = {1, 2, 3, 4, 6, 8};
    for (uint64_t limit = 0; limit < 5; limit++) {
        for (size_t block = 1; block < 60; block += 2) {
            nx_csv_options options = collecting();
            nx_csv_table table = {0}, again = {0};
            nx_error error;
            options.row_limit = limit;
            options.block_bytes = block;
            options.threads = 2;
            CHECK_INT(nx_csv_read(&table, &source, &options, NULL, NULL), NX_OK);
            const uint64_t rows = limit < 3 ? limit : 3;
            CHECK_INT(table.rows, rows);
            CHECK_INT(table.rejected, limit > 3    ? 6
                                      : limit == 3 ? 5
                                      : limit == 2 ? 4
                                                   : 0);
            options.collect = false;
            options.left_out = out;
            options.left_out_count = 6;
            CHECK_INT(nx_csv_read(&again, &source, &options, NULL, &error), NX_OK);
            CHECK_INT(again.rows, rows);
            CHECK_INT(again.rejected, 0);
            CHECK(memcmp(nx_buffer_data(again.columns[0].column.values),
                         nx_buffer_data(table.columns[0].column.values),
                         rows * sizeof(int64_t)) == 0);
            nx_csv_table_clear(&table);
            nx_csv_table_clear(&again);
        }
    }
}

const nx_test nx_suite_csv_rejects[] = {
    NX_TEST(test_rejects_come_in_the_order_of_the_source),
    NX_TEST(test_bytes_that_are_no_utf8_are_shown),
    NX_TEST(test_bad_records_of_a_source_however_it_is_cut),
    NX_TEST(test_failing_allocations_of_a_whole_read),
    NX_TEST(test_more_rejects_than_may_be),
    NX_TEST(test_row_limits_and_records_to_leave_out),
    {0},
};
