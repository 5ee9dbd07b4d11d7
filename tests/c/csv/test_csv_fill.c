#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include <math.h>

#include "base/alloc.h"
#include "csv/csv_fill.h"

enum {
    MOST_CELLS = 64
};

/* A fill over a text in cells of one byte, so that each record is a chunk. */
typedef struct filling {
    nx_csv_source source;
    nx_csv_shape shape;
    nx_csv_target targets[2];
    nx_csv_chunk chunks[MOST_CELLS];
    nx_csv_written written[2 * MOST_CELLS];
    nx_csv_fill fill;
    nx_error error;
} filling;

static void
begin(filling *f, const char *text, size_t columns)
{
    const size_t n = strlen(text);
    *f = (filling){
        .source = {.memory = (const uint8_t *)text, .size = n},
        .shape = {.dialect = &comma,
                  .scanner = &nx_csv_scanner_portable,
                  .columns = columns,
                  .skip_blank = true},
    };
    CHECK(n <= MOST_CELLS);
    for (size_t i = 0; i < columns; i++) {
        f->targets[i] = (nx_csv_target){.field = i, .rows = n, .reserve = i == 0};
    }
    f->fill = (nx_csv_fill){.source = &f->source,
                            .shape = &f->shape,
                            .grid = {.end = n, .cell_bytes = 1},
                            .row_limit = UINT64_MAX,
                            .chunks = f->chunks,
                            .targets = f->targets,
                            .target_count = columns,
                            .written = f->written};
}

static void
end(filling *f)
{
    nx_csv_target_clear(&f->targets[0]);
    nx_csv_target_clear(&f->targets[1]);
}

/* What is said of the chunk with the only record number `row`. */
static const nx_csv_written *
written_of(const filling *f, size_t row)
{
    for (size_t cell = 0; cell < MOST_CELLS; cell++) {
        if (f->chunks[cell].rows > 0 && f->chunks[cell].first_row == row) {
            return &f->written[cell * f->fill.target_count];
        }
    }
    nx_test_fail(__FILE__, __LINE__, "no chunk has row %zu", row);
    return f->written;
}

static void
check_written(const filling *f, const nx_type *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CHECK_INT(written_of(f, i)->type, types[i]);
    }
}

/* Every chunk ends in the final type, whatever it was written in first. */
static void
test_earlier_chunks_are_written_again(void)
{
    filling f;
    begin(&f, "1\nNA\n-2\n0.5\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    const nx_type types[] = {NX_TYPE_FLOAT64, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64,
                             NX_TYPE_FLOAT64};
    check_written(&f, types, 4);
    const double *values = nx_csv_target_values(&f.targets[0], NX_TYPE_FLOAT64);
    CHECK(values[0] == 1 && isnan(values[1]) && values[2] == -2 && values[3] == 0.5);
    CHECK_INT(written_of(&f, 1)->missing, 1);
    CHECK(memcmp(nx_csv_target_mask(&f.targets[0]), "\0\1\0\0", 4) == 0);
    end(&f);
}

/* A missing word is text in a string column: its mask has to go. */
static void
test_masks_are_cleared_by_the_fix_up(void)
{
    filling f;
    begin(&f, "NA\n7\n\"\"\nx\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    const nx_string_view *views = nx_csv_target_values(&f.targets[0], NX_TYPE_STRING);
    CHECK(views[0].length == 2 && memcmp(views[0].u.text, "NA", 2) == 0);
    CHECK(views[1].length == 1 && views[2].length == 0 && views[3].length == 1);
    CHECK(memcmp(nx_csv_target_mask(&f.targets[0]), "\0\0\0\0", 4) == 0);
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(written_of(&f, i)->missing, 0);
    }
    end(&f);
}

/* What was kept as digits is a string like any other. */
static void
test_digits_stay_where_they_are(void)
{
    filling f;
    begin(&f, "1\n007\nx\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    const nx_type types[] = {NX_TYPE_STRING, NX_TYPE_DIGITS, NX_TYPE_STRING};
    check_written(&f, types, 3);
    const nx_string_view *views = nx_csv_target_values(&f.targets[0], NX_TYPE_STRING);
    CHECK(views[1].length == 3 && memcmp(views[1].u.text, "007", 3) == 0);
    end(&f);
}

static void
test_the_decider_is_the_last_that_changed_the_type(void)
{
    filling f;
    begin(&f, "a,\nb,-1\nc,0.25\nd,5\ne,1e9\n", 2);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    const nx_csv_decider *first = &f.targets[0].decider,
                         *second = &f.targets[1].decider;
    CHECK_INT(first->row, 0);
    CHECK_INT(first->before, NX_TYPE_NONE);
    CHECK_INT(second->row, 2);
    CHECK_INT(second->before, NX_TYPE_INT64);
    CHECK_INT(second->byte, 10);
    CHECK_INT(second->size, 4);
    CHECK(memcmp(second->text, "0.25", 4) == 0);
    CHECK_INT(second->classes, NX_CLASS_DECIMAL);
    end(&f);
}

/* However the chunks fall to the workers. */
static void
test_the_decider_does_not_depend_on_scheduling(void)
{
    for (int round = 0; round < 300 && nx_test_failures() == 0; round++) {
        filling f;
        begin(&f, ",1\nNA,2\n5,NA\n7,2.5\n1.5,007\n0,1e5\nx,3\n,y\n", 2);
        f.fill.threads = 1 + (unsigned)round % 4;
        CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
        CHECK_INT(f.targets[0].decider.row, 6);
        CHECK_INT(f.targets[0].decider.before, NX_TYPE_FLOAT64);
        CHECK_INT(f.targets[1].decider.row, 7);
        CHECK_INT(f.targets[1].decider.before, NX_TYPE_FLOAT64);
        const nx_string_view *views =
            nx_csv_target_values(&f.targets[0], NX_TYPE_STRING);
        CHECK(views[1].length == 2 && memcmp(views[1].u.text, "NA", 2) == 0);
        end(&f);
    }
}

static void
test_progress_counts_every_byte_once(void)
{
    nx_progress progress = {.total = 12};
    const nx_wait wait = {.progress = &progress};
    filling f;
    begin(&f, "1\nNA\n-2\n0.5\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, &wait, &f.error), NX_OK);
    CHECK_INT(atomic_load(&progress.done), 12);
    end(&f);
}

/* Every stage that was passed took its time; the fix-up is one of its own. */
static void
test_time_is_told_by_stages(void)
{
    filling f;
    begin(&f, "1\n2\n3\n4\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    CHECK(f.fill.spent[NX_CSV_STAGE_INDEX] > 0);
    CHECK(f.fill.spent[NX_CSV_STAGE_CONVERT] > 0);
    CHECK_INT(f.fill.spent[NX_CSV_STAGE_FIX_UP], 0);
    end(&f);
    begin(&f, "1\n2\n3\n4.5\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    CHECK(f.fill.spent[NX_CSV_STAGE_FIX_UP] > 0);
    end(&f);
}

static void
test_filling_can_be_cancelled(void)
{
    nx_cancel cancel;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    filling f;
    begin(&f, "1\n2\n", 1);
    CHECK_INT(nx_csv_fill_run(&f.fill, &wait, &f.error), NX_ERR_CANCELLED);
    end(&f);
}

/* Of a record that is ragged and one before it that is not UTF-8, the first. */
static void
test_errors_compete_by_record(void)
{
    filling f;
    begin(&f, "x,\xFF\n1\n", 2);
    f.fill.grid.cell_bytes = 10; /* both records in one chunk */
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_ERR_ENCODING);
    CHECK_INT(f.error.record, 0);
    CHECK_INT(f.error.column, 1);
    CHECK_INT(f.error.byte, 2);
    end(&f);
}

/* ---- Cutting into chunks ---- */

enum {
    LONGEST = 400
};

/* A text cut by the slow parser: where each record begins and, last, where the text
 * ends. An unclosed quote makes one more record. */
typedef struct cut_text {
    size_t starts[LONGEST + 2];
    bool blank[LONGEST + 2];
    size_t records;
} cut_text;

static void
cut_slowly(cut_text *cut, const uint8_t *text, size_t n)
{
    uint8_t padded[LONGEST + 2] = {0};
    slow_field fields[LONGEST + 2];
    memcpy(padded, text, n);
    const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
    padded[n] = added ? '\n' : '\0';
    slow_text slow = {
        .text = padded, .n = n + added, .dialect = &comma, .fields = fields};
    slow_parse(&slow);
    cut->records = 0;
    for (size_t i = 0; i < slow.field_count; i++) {
        if (fields[i].first) {
            cut->starts[cut->records] = fields[i].start;
            cut->blank[cut->records++] =
                fields[i].last && fields[i].start == fields[i].end;
        }
    }
    if (slow.consumed < n) {
        cut->starts[cut->records] = slow.consumed;
        cut->blank[cut->records++] = false;
    }
    cut->starts[cut->records] = n;
}

/* The chunks tile the text, each begins at a record and counts its rows. */
static void
check_chunks(const nx_csv_fill *fill, const cut_text *cut)
{
    size_t record = 0, rows = 0, at = 0;
    for (size_t i = 0; i < nx_csv_grid_count(&fill->grid); i++) {
        const nx_csv_chunk *chunk = &fill->chunks[i];
        CHECK_INT(chunk->offset, at);
        CHECK_INT(chunk->first_row, rows);
        const size_t end = (size_t)chunk->offset + chunk->bytes;
        size_t here = 0;
        for (; record < cut->records && cut->starts[record] < end; record++) {
            here += !(fill->shape->skip_blank && cut->blank[record]);
        }
        CHECK_INT(cut->starts[record], end);
        CHECK_INT(chunk->rows, here);
        rows += here;
        at = end;
    }
    CHECK_INT(record, cut->records);
    CHECK_INT(at, cut->starts[cut->records]);
    CHECK_INT(fill->rows, rows);
}

static void
test_chunks_of_random_texts(void)
{
    static const char *const alphabets[] = {"\",\n\rab", ",\nabcd", "\"\",\n\nabcde",
                                            "\r\n,ab"};
    static nx_csv_chunk chunks[LONGEST];
    static cut_text cut;
    uint64_t random = 10;
    const nx_csv_scanner *scanners[MOST_SCANNERS];
    const int count = all_scanners(scanners);
    for (int round = 0; round < 1500 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST];
        const size_t n = pick(&random, LONGEST);
        test_source s;
        random_text(&random, alphabets[round % 4], text, n);
        cut_slowly(&cut, text, n);
        if (open_source(&s, (source_kind)(round % 50 == 0 ? FROM_FILE : round % 2),
                        text, n)) {
            for (size_t bytes = 1; bytes < 500; bytes += 1 + bytes / 2) {
                const nx_csv_shape shape = {.dialect = &comma,
                                            .scanner = scanners[bytes % (size_t)count],
                                            .columns = 1,
                                            .skip_blank = round % 3 == 0};
                nx_csv_fill fill = {.source = &s.source,
                                    .shape = &shape,
                                    .grid = {.end = n, .cell_bytes = bytes},
                                    .row_limit = UINT64_MAX,
                                    .chunks = chunks,
                                    .threads = 1 + (unsigned)pick(&random, 4)};
                nx_error error;
                CHECK_INT(nx_csv_fill_count(&fill, NULL, &error), NX_OK);
                check_chunks(&fill, &cut);
            }
        }
        close_source(&s);
        if (nx_test_failures() > 0) {
            printf("      in %s\n", shown(text, n));
        }
    }
}

/* Of 1 .. 5, the first few; what follows would be an error. */
static void
test_no_more_rows_than_wanted(void)
{
    for (uint64_t limit = 0; limit <= 5; limit++) {
        for (size_t cell_bytes = 1; cell_bytes < 20; cell_bytes++) {
            filling f;
            begin(&f, "1\n2\n3\n4\n5\n6,7\nx\n\"", 1);
            f.fill.grid.cell_bytes = cell_bytes;
            f.fill.row_limit = limit;
            f.fill.threads = 1 + (unsigned)cell_bytes % 3;
            CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
            CHECK_INT(f.fill.rows, limit);
            const int64_t *values = nx_csv_target_values(&f.targets[0], NX_TYPE_INT64);
            for (uint64_t i = 0; i < limit; i++) {
                CHECK_INT(values[i], (int64_t)i + 1);
            }
            end(&f);
        }
    }
}

/* More records than fit, none of them good: the first is reported, and nothing is
 * written behind the arrays. */
static void
test_short_records_are_more_than_there_is_room_for(void)
{
    filling f;
    begin(&f, "1,2\n3,4\n5\n\n6\n7\n8\n9\n1,2\n3,4\n5,6\n7,8\n", 2);
    f.shape.skip_blank = false;
    f.targets[0].rows = f.targets[1].rows = 3;
    f.targets[0].reserve = false;
    f.fill.threads = 4;
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_ERR_RAGGED);
    CHECK_INT(f.error.record, 2);
    end(&f);
}

/* A broken record may come between taking a chunk and beginning it, and whoever had
 * taken one behind that waits for its place. */
static void
test_a_broken_record_leaves_nobody_waiting(void)
{
    for (int round = 0; round < 500; round++) {
        filling f;
        begin(&f, "1\n1,2\n3\n4\n5\n6\n7\n8\n9\n", 1);
        f.fill.threads = 4;
        CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_ERR_RAGGED);
        CHECK_INT(f.error.record, 1);
        end(&f);
    }
}

static bool
fill_once(void *context)
{
    filling f;
    (void)context;
    begin(&f, "NA,1\ntrue,2\na long string to widen,0.5\n", 2);
    const nx_status status = nx_csv_fill_run(&f.fill, NULL, &f.error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    end(&f);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(fill_once, NULL, 60);
}

const nx_test nx_suite_csv_fill[] = {
    NX_TEST(test_earlier_chunks_are_written_again),
    NX_TEST(test_masks_are_cleared_by_the_fix_up),
    NX_TEST(test_digits_stay_where_they_are),
    NX_TEST(test_the_decider_is_the_last_that_changed_the_type),
    NX_TEST(test_the_decider_does_not_depend_on_scheduling),
    NX_TEST(test_progress_counts_every_byte_once),
    NX_TEST(test_time_is_told_by_stages),
    NX_TEST(test_filling_can_be_cancelled),
    NX_TEST(test_errors_compete_by_record),
    NX_TEST(test_chunks_of_random_texts),
    NX_TEST(test_no_more_rows_than_wanted),
    NX_TEST(test_short_records_are_more_than_there_is_room_for),
    NX_TEST(test_a_broken_record_leaves_nobody_waiting),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
