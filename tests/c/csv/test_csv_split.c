#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "csv/csv_split.h"

enum {
    LONGEST = 300
};

static nx_status
load(nx_csv_block *block, const uint8_t *text, size_t n, const nx_csv_shape *shape,
     nx_csv_chunk *chunk)
{
    static nx_csv_source source; /* which the block refers to */
    nx_error error;
    source = (nx_csv_source){.memory = text, .writable = true, .size = n};
    *chunk = (nx_csv_chunk){0};
    block->end = 0;
    nx_status status = nx_csv_block_index(block, &source, n, shape, chunk, &error);
    if (status == NX_OK && block->dirt != NULL) {
        nx_csv_dirt_begin(block->dirt, chunk->rows);
    }
    return status == NX_OK ? nx_csv_block_split(block, shape, chunk, &error) : status;
}

/* The code of what is wrong with one record, from the slow parser: text[start..stop)
 * with `count` fields, looked at by itself. */
static int
slow_code(const uint8_t *text, size_t start, size_t stop, size_t count, bool open,
          const nx_csv_shape *shape)
{
    uint8_t alone[LONGEST + 3] = {0};
    slow_field fields[LONGEST + 3];
    memcpy(alone, text + start, stop - start);
    alone[stop - start] = '\n';
    slow_text slow = {.text = alone,
                      .n = stop - start + !open,
                      .dialect = shape->dialect,
                      .fields = fields};
    slow_parse(&slow);
    if (slow.bad_text != SIZE_MAX || slow.stray_quote != SIZE_MAX) {
        return slow.bad_text < slow.stray_quote ? 201 : 203;
    }
    if (open) {
        return 202;
    }
    if (count == shape->columns ||
        (count < shape->columns ? shape->pad : shape->truncate)) {
        return 0;
    }
    return 301;
}

/* Where a row is: NULL if in no run. */
static const nx_csv_run *
run_of(const nx_csv_block *block, size_t row)
{
    for (size_t i = 0; i < block->run_count; i++) {
        const nx_csv_run *run = &block->runs[i];
        if (row >= run->first_row && row - run->first_row < run->rows) {
            return run;
        }
    }
    return NULL;
}

static void
check_row(nx_csv_block *block, size_t row, const slow_field *fields, size_t count,
          const nx_csv_shape *shape)
{
    const nx_csv_run *run = run_of(block, row);
    CHECK(run != NULL);
    for (size_t i = 0; run != NULL && i < shape->columns; i++) {
        size_t column;
        const nx_csv_run made = nx_csv_split_run(block, run, i, &column);
        const nx_csv_field field = nx_csv_field_at(&made, row - run->first_row, column);
        const slow_field *last = &fields[count - 1];
        const size_t start = i < count ? fields[i].start : last->end;
        CHECK_INT(field.start - block->text, start);
        CHECK_INT(field.end - block->text, i < count ? fields[i].end : last->end);
    }
    uint32_t begin = 0, end = 0;
    if (run != NULL) {
        nx_csv_split_extent(block, run, row - run->first_row, &begin, &end);
        CHECK_INT(begin, fields[0].start);
        CHECK_INT(end, fields[count - 1].end);
    }
}

static void
check_flaw(const nx_csv_block *block, size_t row, int code, size_t start, size_t stop)
{
    const nx_csv_dirt *dirt = block->dirt;
    CHECK(run_of(block, row) == NULL);
    if (!nx_csv_dirt_has(dirt, row)) {
        nx_test_fail(__FILE__, __LINE__, "row %zu is not left out", row);
        return;
    }
    const nx_csv_flaw *flaw = &dirt->flaws[dirt->of_row[row] - 1];
    CHECK_INT(flaw->code, code);
    CHECK_INT(flaw->begin, start);
    CHECK_INT(flaw->end, stop);
}

static void
check_text(nx_csv_block *block, uint8_t *text, size_t n, const nx_csv_shape *shape)
{
    slow_field fields[LONGEST + 3];
    const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
    text[n] = added ? '\n' : '\0';
    slow_text slow = {
        .text = text, .n = n + added, .dialect = shape->dialect, .fields = fields};
    slow_parse(&slow);
    nx_csv_chunk chunk;
    CHECK_INT(load(block, text, n, shape, &chunk), NX_OK);
    CHECK_INT(block->bad_status, NX_OK);
    size_t row = 0, good = 0;
    for (size_t i = 0; i < slow.field_count && nx_test_failures() == 0;) {
        const size_t first = i;
        while (!fields[i++].last) {
        }
        const size_t start = fields[first].start, stop = fields[i - 1].end;
        if (shape->skip_blank && i - first == 1 && start == stop) {
            continue;
        }
        const int code = slow_code(text, start, stop, i - first, false, shape);
        if (code == 0) {
            check_row(block, row, &fields[first], i - first, shape);
        }
        else {
            check_flaw(block, row, code, start, stop);
        }
        good += code == 0;
        row++;
    }
    if (slow.consumed < n) {
        check_flaw(block, row, slow_code(text, slow.consumed, n, 0, true, shape),
                   slow.consumed, n);
        row++;
    }
    CHECK_INT(chunk.rows, row);
    CHECK_INT(block->good_rows, good);
    CHECK_INT(block->dirt->count, row - good);
}

static void
test_random_texts_with_all_their_flaws(void)
{
    static const char *const alphabets[] = {",\na", ",,\n\nab", "\",\n\ra",
                                            "\"a\"\",\n", ",\r\na\""};
    uint64_t random = 17;
    nx_csv_dirt dirt = {.collects = true};
    nx_csv_block block = {.dirt = &dirt};
    const nx_csv_scanner *scanners[MOST_SCANNERS];
    const int count = all_scanners(scanners);
    for (int round = 0; round < 20000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST + 2] = {0};
        const nx_csv_dialect dialect = quoted_dialect((size_t)round / 5);
        const nx_csv_shape shape = {.dialect = &dialect,
                                    .scanner = scanners[round % count],
                                    .columns = 1 + pick(&random, 4),
                                    .skip_blank = pick(&random, 2) == 0,
                                    .pad = pick(&random, 2) == 0,
                                    .truncate = pick(&random, 2) == 0};
        const size_t n = pick(&random, pick(&random, 3) > 0 ? 12 : LONGEST);
        random_text(&random, alphabets[round % 5], text, n);
        check_text(&block, text, n, &shape);
        if (nx_test_failures() > 0) {
            fprintf(stderr, "    in \"%s\"\n", shown(text, n));
        }
    }
    nx_csv_block_clear(&block);
    nx_csv_dirt_clear(&dirt);
}

static void
test_rows_that_are_left_out_are_not_looked_at(void)
{
    static const uint8_t text[] = "1,2\n3\n\"4\"x,5\n6,7\n";
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 2};
    nx_csv_dirt dirt = {0};
    nx_csv_block block = {.dirt = &dirt};
    nx_csv_chunk chunk;
    CHECK_INT(load(&block, text, sizeof text - 1, &shape, &chunk), NX_OK);
    CHECK_INT(block.bad_status, NX_ERR_RAGGED);
    static const uint64_t out[] = {1, 2};
    CHECK(nx_csv_dirt_add_records(&dirt, 0, out, 2));
    CHECK_INT(nx_csv_block_split(&block, &shape, &chunk, NULL), NX_OK);
    CHECK_INT(block.bad_status, NX_OK);
    CHECK_INT(block.good_rows, 2);
    CHECK(run_of(&block, 0) != NULL && run_of(&block, 3) != NULL);
    CHECK(run_of(&block, 1) == NULL && run_of(&block, 2) == NULL);
    nx_csv_block_clear(&block);
    nx_csv_dirt_clear(&dirt);
}

static bool
split_odd(void *context)
{
    static const uint8_t text[] = "1,2\n3\n\"4\"x,5\n\"6\"y\n7,8,9\n10,11\n\n\"12\n";
    const nx_csv_shape shape = {.dialect = context,
                                .scanner = &nx_csv_scanner_portable,
                                .columns = 2,
                                .skip_blank = true,
                                .pad = true,
                                .truncate = true};
    nx_csv_dirt dirt = {.collects = true};
    nx_csv_block block = {.dirt = &dirt};
    nx_csv_chunk chunk;
    const nx_status status = load(&block, text, sizeof text - 1, &shape, &chunk);
    CHECK(status != NX_OK || (block.good_rows == 4 && dirt.count == 3));
    nx_csv_block_clear(&block);
    nx_csv_dirt_clear(&dirt);
    return status == NX_OK;
}

static void
test_failing_allocations(void)
{
    nx_csv_dialect plain = comma, commented = comma;
    commented.comment = (nx_csv_token){(const uint8_t *)"#", 1};
    nx_test_alloc_failures(split_odd, &plain, 50);
    nx_test_alloc_failures(split_odd, &commented, 50);
}

const nx_test nx_suite_csv_split[] = {
    NX_TEST(test_random_texts_with_all_their_flaws),
    NX_TEST(test_rows_that_are_left_out_are_not_looked_at),
    NX_TEST(test_failing_allocations),
    {0},
};
