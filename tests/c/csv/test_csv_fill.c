#include "csv/csv_testing.h"

#include <math.h>

#include "base/alloc.h"
#include "csv/csv_fill.h"

enum {
    MOST_CHUNKS = 8
};

/* A fill over a text with one record (and its line end) to a chunk. */
typedef struct filling {
    nx_csv_source source;
    nx_csv_shape shape;
    nx_csv_map map;
    nx_csv_target targets[2];
    nx_csv_written written[2 * MOST_CHUNKS];
    nx_csv_fill fill;
    nx_error error;
} filling;

static nx_status
begin(filling *f, const char *text, size_t columns)
{
    *f = (filling){
        .source = {.memory = (const uint8_t *)text, .size = strlen(text)},
        .shape = {.dialect = &comma,
                  .scanner = &nx_csv_scanner_portable,
                  .columns = columns,
                  .skip_blank = true},
    };
    const nx_csv_map_options options = {
        .dialect = &comma,
        .scanner = &nx_csv_scanner_portable,
        .chunk_bytes = 1,
        .skip_blank = true,
    };
    const nx_status status =
        nx_csv_map_build(&f->map, &f->source, 0, &options, NULL, &f->error);
    CHECK(f->map.count <= MOST_CHUNKS);
    for (size_t i = 0; i < columns; i++) {
        f->targets[i] = (nx_csv_target){.field = i, .rows = f->map.rows};
    }
    f->fill = (nx_csv_fill){.source = &f->source,
                            .map = &f->map,
                            .shape = &f->shape,
                            .targets = f->targets,
                            .target_count = columns,
                            .written = f->written};
    return status;
}

static void
end(filling *f)
{
    nx_csv_target_clear(&f->targets[0]);
    nx_csv_target_clear(&f->targets[1]);
    nx_csv_map_clear(&f->map);
}

static void
check_written(const filling *f, const nx_type *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CHECK_INT(f->written[i].type, types[i]);
    }
}

/* Every chunk ends in the final type, whatever it was written in first. */
static void
test_earlier_chunks_are_written_again(void)
{
    filling f;
    CHECK_INT(begin(&f, "1\nNA\n-2\n0.5\n", 1), NX_OK);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    const nx_type types[] = {NX_TYPE_FLOAT64, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64,
                             NX_TYPE_FLOAT64};
    check_written(&f, types, 4);
    const double *values = nx_csv_target_values(&f.targets[0], NX_TYPE_FLOAT64);
    CHECK(values[0] == 1 && isnan(values[1]) && values[2] == -2 && values[3] == 0.5);
    CHECK_INT(f.written[1].missing, 1);
    CHECK(memcmp(nx_csv_target_mask(&f.targets[0]), "\0\1\0\0", 4) == 0);
    end(&f);
}

/* A missing word is text in a string column: its mask has to go. */
static void
test_masks_are_cleared_by_the_fix_up(void)
{
    filling f;
    CHECK_INT(begin(&f, "NA\n7\n\"\"\nx\n", 1), NX_OK);
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_OK);
    const nx_string_view *views = nx_csv_target_values(&f.targets[0], NX_TYPE_STRING);
    CHECK(views[0].length == 2 && memcmp(views[0].u.text, "NA", 2) == 0);
    CHECK(views[1].length == 1 && views[2].length == 0 && views[3].length == 1);
    CHECK(memcmp(nx_csv_target_mask(&f.targets[0]), "\0\0\0\0", 4) == 0);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(f.written[i].missing, 0);
    }
    end(&f);
}

/* What was kept as digits is a string like any other. */
static void
test_digits_stay_where_they_are(void)
{
    filling f;
    CHECK_INT(begin(&f, "1\n007\nx\n", 1), NX_OK);
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
    CHECK_INT(begin(&f, "a,\nb,-1\nc,0.25\nd,5\ne,1e9\n", 2), NX_OK);
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
        CHECK_INT(begin(&f, ",1\nNA,2\n5,NA\n7,2.5\n1.5,007\n0,1e5\nx,3\n,y\n", 2),
                  NX_OK);
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
    CHECK_INT(begin(&f, "1\nNA\n-2\n0.5\n", 1), NX_OK);
    CHECK_INT(nx_csv_fill_run(&f.fill, &wait, &f.error), NX_OK);
    CHECK_INT(atomic_load(&progress.done), 12);
    end(&f);
}

static void
test_filling_can_be_cancelled(void)
{
    nx_cancel cancel;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    filling f;
    CHECK_INT(begin(&f, "1\n2\n", 1), NX_OK);
    CHECK_INT(nx_csv_fill_run(&f.fill, &wait, &f.error), NX_ERR_CANCELLED);
    end(&f);
}

/* Of a record that is ragged and one before it that is not UTF-8, the first. */
static void
test_errors_compete_by_record(void)
{
    filling f;
    CHECK_INT(begin(&f, "x,\xFF\n1\n", 2), NX_OK);
    f.map.chunks[0].bytes = 6; /* both records in one chunk */
    f.map.chunks[0].rows = 2;
    f.map.count = 1;
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_ERR_ENCODING);
    CHECK_INT(f.error.record, 0);
    CHECK_INT(f.error.column, 1);
    CHECK_INT(f.error.byte, 2);
    end(&f);
}

/* The map is older than the text. */
static void
test_a_text_with_other_records_is_noticed(void)
{
    filling f;
    CHECK_INT(begin(&f, "1\n2\n", 1), NX_OK);
    f.source.memory = (const uint8_t *)"1\n\n\n";
    CHECK_INT(nx_csv_fill_run(&f.fill, NULL, &f.error), NX_ERR_CHANGED);
    CHECK_INT(f.error.code, 113);
    end(&f);
}

static bool
fill_once(void *context)
{
    filling f;
    (void)context;
    nx_status status = begin(&f, "NA,1\ntrue,2\na long string to widen,0.5\n", 2);
    if (status == NX_OK) {
        status = nx_csv_fill_run(&f.fill, NULL, &f.error);
    }
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
    NX_TEST(test_filling_can_be_cancelled),
    NX_TEST(test_errors_compete_by_record),
    NX_TEST(test_a_text_with_other_records_is_noticed),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
