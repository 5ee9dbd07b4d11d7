#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "csv/csv_block.h"
#include "csv/csv_general.h"

enum {
    LONGEST = 300
};

/* Indexes and splits a whole text. */
static nx_status
load(nx_csv_block *block, const uint8_t *text, size_t n, const nx_csv_shape *shape,
     nx_csv_chunk *chunk)
{
    static nx_csv_source source; /* which the block refers to */
    nx_error error;
    source = (nx_csv_source){.memory = text, .writable = true, .size = n};
    *chunk = (nx_csv_chunk){0};
    block->end = 0; /* the text before this one is not this one */
    const nx_status status =
        nx_csv_block_index(block, &source, n, shape, chunk, &error);
    return status == NX_OK ? nx_csv_block_split(block, shape, chunk, &error) : status;
}

/* What a text has to become: fields of good rows up to the first broken record. */
typedef struct expected_block {
    slow_field rows[LONGEST + 2]; /* the fields of all good rows, one after another */
    size_t row_count;
    size_t all_rows; /* broken ones and all that follow included */
    nx_status bad;
    int bad_code;
    size_t bad_byte;
} expected_block;

/* The first quote or text out of place. */
static void
expect_misplaced(expected_block *e, const slow_text *slow)
{
    const bool stray = slow->stray_quote < slow->bad_text;
    e->bad = NX_ERR_DIALECT;
    e->bad_code = stray ? 203 : 201;
    e->bad_byte = stray ? slow->stray_quote : slow->bad_text;
}

/* Walks the slow parser's records; `slow` has parsed the text with its last LF. */
static void
expect_block(expected_block *e, const slow_text *slow, size_t n,
             const nx_csv_shape *shape)
{
    const size_t columns = shape->columns;
    *e = (expected_block){.bad = NX_OK};
    for (size_t i = 0; i < slow->field_count;) {
        const size_t first = i;
        while (!slow->fields[i++].last) {
        }
        const slow_field *field = &slow->fields[first];
        if (shape->skip_blank && i - first == 1 && field->start == field->end) {
            continue;
        }
        e->all_rows++;
        const size_t stop = slow->fields[i - 1].stop;
        if (e->bad == NX_OK && (slow->bad_text < stop || slow->stray_quote < stop)) {
            expect_misplaced(e, slow);
        }
        else if (e->bad == NX_OK && i - first != columns) {
            e->bad = NX_ERR_RAGGED;
            e->bad_code = 301;
            e->bad_byte = field->start;
        }
        else if (e->bad == NX_OK) {
            memcpy(&e->rows[columns * e->row_count++], field, columns * sizeof *field);
        }
    }
    if (slow->consumed < n) { /* a quote is open */
        e->all_rows++;
        if (e->bad == NX_OK &&
            (slow->bad_text != SIZE_MAX || slow->stray_quote != SIZE_MAX)) {
            expect_misplaced(e, slow);
        }
        else if (e->bad == NX_OK) {
            e->bad = NX_ERR_DIALECT;
            e->bad_code = 202;
            e->bad_byte = slow->open_quote;
        }
    }
}

static void
check_runs(const nx_csv_block *block, const expected_block *e,
           const nx_csv_shape *shape)
{
    size_t rows = 0;
    for (size_t r = 0; r < block->run_count; r++) {
        const nx_csv_run *run = &block->runs[r];
        CHECK_INT(run->first_row, rows);
        CHECK_INT(run->stride, shape->columns);
        CHECK(run->rows > 0 && rows + run->rows <= e->row_count);
        for (size_t row = 0; row < run->rows && nx_test_failures() == 0;
             row++, rows++) {
            for (size_t i = 0; i < shape->columns; i++) {
                const nx_csv_field field = nx_csv_field_at(run, row, i);
                const slow_field *slow = &e->rows[rows * shape->columns + i];
                CHECK_INT(field.start - block->text, slow->start);
                CHECK_INT(field.end - block->text, slow->end);
            }
        }
    }
    CHECK_INT(rows, e->row_count);
    CHECK_INT(block->good_rows, rows);
}

static void
test_runs_of_random_texts(void)
{
    static const char *const alphabets[] = {",\na", ",,\n\nab", "\",\n\ra",
                                            "\"a\"\",\n", ",\r\na\xC3"};
    uint64_t random = 13;
    const nx_csv_scanner *scanners[MOST_SCANNERS];
    const int count = all_scanners(scanners);
    nx_csv_block block = {0};
    static expected_block e;
    for (int round = 0; round < 20000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST + 2] = {0};
        slow_field fields[LONGEST + 2];
        const nx_csv_dialect dialect = quoted_dialect((size_t)round / 5);
        const nx_csv_shape shape = {.dialect = &dialect,
                                    .scanner = scanners[round % count],
                                    .columns = 1 + pick(&random, 3),
                                    .skip_blank = pick(&random, 2) == 0};
        /* Short texts and repeated ones are regular now and then. */
        size_t n = pick(&random, pick(&random, 3) > 0 ? 12 : 90);
        random_text(&random, alphabets[round % 5], text, n);
        for (size_t copies = pick(&random, 4); copies > 0 && n < 100; copies--) {
            memcpy(text + n, text, n);
            n *= 2;
        }
        const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
        text[n] = added ? '\n' : '\0';
        slow_text slow = {
            .text = text, .n = n + added, .dialect = &dialect, .fields = fields};
        slow_parse(&slow);
        expect_block(&e, &slow, n, &shape);
        nx_csv_chunk chunk;
        CHECK_INT(load(&block, text, n, &shape, &chunk), NX_OK);
        CHECK_INT(chunk.rows, e.all_rows);
        CHECK_INT(chunk.bytes, n);
        check_runs(&block, &e, &shape);
        CHECK_INT(block.bad_status, e.bad);
        if (e.bad != NX_OK) {
            CHECK_INT(block.bad_row, e.row_count);
            CHECK_INT(block.bad.code, e.bad_code);
            CHECK_INT(block.bad.byte, e.bad_byte);
        }
        if (nx_test_failures() > 0) {
            printf("      %zu columns: %s\n", shape.columns, shown(text, n));
        }
    }
    nx_csv_block_clear(&block);
}

/* Three ragged records that have as many fields as three good ones. */
static void
test_ragged_records_that_add_up(void)
{
    static const char text[] = "1,2\n3\n4,5,6\n";
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 2};
    nx_csv_block block = {0};
    nx_csv_chunk chunk;
    CHECK_INT(load(&block, (const uint8_t *)text, 12, &shape, &chunk), NX_OK);
    CHECK_INT(block.bad_status, NX_ERR_RAGGED);
    CHECK_INT(block.bad_row, 1);
    CHECK_STR(block.bad.msg, "expected 2 fields, found 1");
    nx_csv_block_clear(&block);
}

/* A text of which lines are left out between records, in one, and behind one that ends
 * in a comment. */
static void
test_records_that_lines_are_left_out_of(void)
{
    static const struct {
        const char *text;
        uint64_t cut; /* where a piece begins */
        nx_status bad;
        size_t bad_row, byte, good_rows;
        bool comments;
    } cases[] = {
        {"1,2\n3,4\n5,6\n", 4, NX_OK, 0, 0, 3, false},
        {"1,2\n3,\"4\n5\"\n6,7\n", 9, NX_ERR_DIALECT, 1, 4, 1, false},
        {"1,2\n3,\"4\n5\"6\n6,7\n", 9, NX_ERR_DIALECT, 1, 4, 1, false},
        {"1,2\n\n3,\"4\n5\",8\n6,7\n", 10, NX_ERR_DIALECT, 1, 5, 1, false},
        {"1\n3,\"4\n5\"\n6,7\n", 7, NX_ERR_RAGGED, 0, 0, 0, false},
        {"1,2\n3,\"4\n5\n6,7\n", 9, NX_ERR_DIALECT, 1, 6, 1, false},
        {"1,2 # a\n3,4\n", 8, NX_OK, 0, 0, 2, true},
        {"1,2\n# a\n3,4\n", 8, NX_OK, 0, 0, 2, true},
        {"1,2\n# a\n3,\"4\n\"#\n", 13, NX_ERR_DIALECT, 1, 8, 1, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_csv_dialect dialect = comma;
        dialect.comment = (nx_csv_token){(const uint8_t *)"#", cases[i].comments};
        const nx_csv_shape shape = {.dialect = &dialect,
                                    .scanner = &nx_csv_scanner_portable,
                                    .columns = 2,
                                    .skip_blank = true};
        /* The same text, with a line between its pieces. */
        char all[80];
        const size_t n = strlen(cases[i].text);
        snprintf(all, sizeof all, "%.*sout\n%s", (int)cases[i].cut, cases[i].text,
                 cases[i].text + cases[i].cut);
        const nx_csv_piece pieces[] = {
            {0, 0}, {cases[i].cut, cases[i].cut + 4}, {n, n + 4}};
        const nx_csv_source source = {.memory = (const uint8_t *)all,
                                      .size = n,
                                      .pieces = pieces,
                                      .piece_count = 2};
        nx_csv_block block = {0};
        nx_csv_chunk chunk = {0};
        nx_error error;
        CHECK_INT(nx_csv_block_index(&block, &source, n, &shape, &chunk, &error),
                  NX_OK);
        CHECK_INT(nx_csv_block_split(&block, &shape, &chunk, &error), NX_OK);
        CHECK_INT(block.bad_status, cases[i].bad);
        CHECK_INT(block.good_rows, cases[i].good_rows);
        if (cases[i].bad != NX_OK) {
            CHECK_INT(block.bad_row, cases[i].bad_row);
            CHECK_INT(block.bad.byte, cases[i].byte);
            CHECK_INT(block.bad.code, cases[i].bad == NX_ERR_RAGGED ? 301
                                      : i == 5                      ? 202
                                                                    : 121);
        }
        nx_csv_block_clear(&block);
    }
}

static void
test_text_that_is_not_utf8_is_noticed(void)
{
    static const struct {
        const char *text;
        bool check;
    } cases[] = {
        {"a\n", false}, {"\xC3\xA9\n", false}, {"\xC3\n", true}, {"a\n\xFF", true}};
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 1};
    nx_csv_block block = {0};
    for (size_t i = 0; i < 4; i++) {
        const size_t n = strlen(cases[i].text);
        nx_csv_chunk chunk;
        CHECK_INT(load(&block, (const uint8_t *)cases[i].text, n, &shape, &chunk),
                  NX_OK);
        CHECK_INT(block.check_utf8, cases[i].check);
    }
    nx_csv_block_clear(&block);
}

/* Whatever was guessed, a chunk is what it is when its place is known. */
static void
test_guesses_do_not_matter(void)
{
    static const char *const alphabets[] = {"\",\n\rab", "\"\n,,ab", ",\nab", "\r,a"};
    uint64_t random = 17;
    nx_csv_block plain = {0}, guessed = {0};
    for (int round = 0; round < 5000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST];
        const nx_csv_dialect dialect = quoted_dialect((size_t)round / 4);
        const nx_csv_shape shape = {
            .dialect = &dialect, .scanner = &nx_csv_scanner_portable, .columns = 2};
        const size_t n = 2 + pick(&random, 90), to = 1 + pick(&random, n - 1);
        const size_t from = pick(&random, to), start = pick(&random, from + 1);
        random_text(&random, alphabets[round % 4], text, n);
        const nx_csv_source source = {.memory = text, .writable = true, .size = n};
        nx_csv_chunk a = {.offset = start}, b = a;
        nx_error error;
        plain.end = 0;
        CHECK_INT(nx_csv_block_index(&plain, &source, to, &shape, &a, &error), NX_OK);
        CHECK_INT(nx_csv_block_guess(&guessed, &source, from, to, pick(&random, 40),
                                     &shape, &error),
                  NX_OK);
        CHECK_INT(nx_csv_block_index(&guessed, &source, to, &shape, &b, &error), NX_OK);
        CHECK(a.rows == b.rows && a.bytes == b.bytes);
        CHECK_INT(plain.scan.fields, guessed.scan.fields);
        CHECK(memcmp(plain.ends + 1, guessed.ends + 1,
                     plain.scan.fields * sizeof plain.ends[0]) == 0);
        CHECK(memcmp(plain.text, guessed.text, a.bytes) == 0);
        const size_t misplaced = nx_csv_misplaced(&plain.scan);
        CHECK_INT(nx_csv_misplaced(&guessed.scan) < a.bytes, misplaced < a.bytes);
        if (nx_test_failures() > 0) {
            printf("      %zu %zu %zu: %s\n", start, from, to, shown(text, n));
        }
    }
    nx_csv_block_clear(&plain);
    nx_csv_block_clear(&guessed);
}

/* Quotes tell where a record begins, be the text before it quoted or not. */
static void
test_good_guesses_are_kept(void)
{
    static const struct {
        const char *text;
        uint64_t from, start;
    } cases[] = {
        {"a,b\nc,d\ne,f\ng,h\n", 10, 8},
        {"\"a\nb\",1\n\"c\nd\",2\n\"e\nf\",3\n", 11, 8},
        {"a\nb\",1\n\"c\nd\",2\n\"e\nf\",3\n", 10, 7}, /* begins inside quotes */
    };
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 2};
    nx_csv_block block = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_csv_source source = {.memory = (const uint8_t *)cases[i].text,
                                      .writable = true,
                                      .size = strlen(cases[i].text)};
        nx_error error;
        CHECK_INT(nx_csv_block_guess(&block, &source, cases[i].from, source.size, 100,
                                     &shape, &error),
                  NX_OK);
        CHECK_INT(block.indexed, cases[i].start);
    }
    nx_csv_block_clear(&block);
}

/* Records longer than their cell, up to one that covers all that follow. */
static void
test_a_record_longer_than_its_cell(void)
{
    static const char text[] = "1\n\"a long\nfield\nof many lines\"\n2\n";
    const nx_csv_source source = {
        .memory = (const uint8_t *)text, .writable = true, .size = sizeof text - 1};
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 1};
    nx_csv_block block = {0};
    nx_csv_chunk chunk = {.offset = 2};
    nx_error error;
    CHECK_INT(nx_csv_block_index(&block, &source, 4, &shape, &chunk, &error), NX_OK);
    CHECK_INT(chunk.rows, 2); /* the window grew until there was one */
    CHECK_INT(chunk.bytes, source.size - 2);
    chunk = (nx_csv_chunk){.offset = 33};
    CHECK_INT(nx_csv_block_index(&block, &source, 8, &shape, &chunk, &error), NX_OK);
    CHECK(chunk.rows == 0 && chunk.bytes == 0);
    CHECK_INT(nx_csv_block_split(&block, &shape, &chunk, &error), NX_OK);
    CHECK_INT(block.run_count, 0);
    nx_csv_block_clear(&block);
}

/* Nothing behind the last row that is wanted has a say. */
static void
test_rows_behind_the_last_one_wanted(void)
{
    static const char text[] = "1,2\n\n3,4\n5\n\"x\"y,\xFF\n";
    const nx_csv_shape shape = {.dialect = &comma,
                                .scanner = &nx_csv_scanner_portable,
                                .columns = 2,
                                .skip_blank = true};
    nx_csv_block block = {0};
    nx_csv_chunk chunk;
    nx_error error;
    CHECK_INT(load(&block, (const uint8_t *)text, sizeof text - 1, &shape, &chunk),
              NX_OK);
    CHECK_INT(block.bad_status, NX_ERR_RAGGED);
    for (uint32_t rows = 0; rows <= 2; rows++) {
        chunk.rows = rows;
        CHECK_INT(nx_csv_block_split(&block, &shape, &chunk, &error), NX_OK);
        CHECK_INT(block.bad_status, NX_OK);
        CHECK_INT(block.good_rows, rows);
    }
    nx_csv_block_clear(&block);
}

static void
test_a_text_with_other_records_is_noticed(void)
{
    static const char *const others[] = {"1\n\n\n\n", "1234", "1\n\"\n", "1,2\n"};
    const nx_csv_shape shape = {.dialect = &comma,
                                .scanner = &nx_csv_scanner_portable,
                                .columns = 1,
                                .skip_blank = true};
    const nx_csv_chunk chunk = {.rows = 2, .bytes = 4};
    nx_csv_block block = {0};
    nx_csv_source source = {
        .memory = (const uint8_t *)"1\n2\n", .writable = true, .size = 4};
    nx_error error;
    CHECK_INT(nx_csv_block_reload(&block, &source, &chunk, &shape, &error), NX_OK);
    for (size_t i = 0; i < 4; i++) {
        source.memory = (const uint8_t *)others[i];
        CHECK_INT(nx_csv_block_reload(&block, &source, &chunk, &shape, &error),
                  NX_ERR_CHANGED);
        CHECK_INT(error.code, 113);
    }
    nx_csv_block_clear(&block);
}

static bool
load_many_runs(void *context)
{
    static const char text[] = "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n10\n";
    const nx_csv_shape shape = {.dialect = &comma,
                                .scanner = &nx_csv_scanner_portable,
                                .columns = 1,
                                .skip_blank = true};
    nx_csv_block block = {0};
    nx_csv_chunk chunk;
    (void)context;
    const nx_status status =
        load(&block, (const uint8_t *)text, sizeof text - 1, &shape, &chunk);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    CHECK(status != NX_OK || block.run_count == 10);
    nx_csv_block_clear(&block);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(load_many_runs, NULL, 20);
}

const nx_test nx_suite_csv_block[] = {
    NX_TEST(test_runs_of_random_texts),
    NX_TEST(test_ragged_records_that_add_up),
    NX_TEST(test_records_that_lines_are_left_out_of),
    NX_TEST(test_text_that_is_not_utf8_is_noticed),
    NX_TEST(test_guesses_do_not_matter),
    NX_TEST(test_good_guesses_are_kept),
    NX_TEST(test_a_record_longer_than_its_cell),
    NX_TEST(test_rows_behind_the_last_one_wanted),
    NX_TEST(test_a_text_with_other_records_is_noticed),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
