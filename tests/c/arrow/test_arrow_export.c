#include "harness.h"

#include <math.h>

#include "arrow/arrow_export.h"
#include "base/alloc.h"
#include "column/column_string.h"

enum {
    ROWS = 21
};

static nx_arrow_column
make_column(const char *type, size_t rows)
{
    nx_arrow_column column = {.field = {"x", nx_arrow_type_of_name(type), false},
                              .length = rows};
    column.values = nx_buffer_new_zeroed(rows, column.field.type->width);
    return column;
}

static void
drop_column(nx_arrow_column *column)
{
    nx_buffer_release(column->values);
    nx_buffer_release(column->mask);
}

/* The only child of a batch of one column. */
static const struct ArrowArray *
export_one(struct ArrowArray *batch, const nx_arrow_column *column)
{
    nx_error error;
    const nx_status status =
        nx_arrow_array_export(batch, column, 1, column->length, &error);
    if (status != NX_OK) {
        nx_test_fail(__FILE__, __LINE__, "%s", error.msg);
        return NULL;
    }
    CHECK_INT(batch->length, column->length);
    CHECK_INT(batch->n_buffers, 1);
    CHECK(batch->buffers[0] == NULL);
    return batch->children[0];
}

static bool
bit(const void *bits, size_t i)
{
    return ((const uint8_t *)bits)[i / 8] >> i % 8 & 1;
}

static void
test_values_are_shared(void)
{
    static const char *const types[] = {"int8",          "uint16", "float16",
                                        "float32",       "int64",  "datetime64[ns]",
                                        "timedelta64[s]"};
    const size_t before = nx_alloc_live_blocks();
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        nx_arrow_column column = make_column(types[i], ROWS);
        const void *values = nx_buffer_data(column.values);
        struct ArrowArray batch;
        const struct ArrowArray *array = export_one(&batch, &column);
        CHECK_INT(array->n_buffers, 2);
        CHECK(array->buffers[0] == NULL && array->buffers[1] == values);
        CHECK_INT(array->null_count, 0);
        drop_column(&column);
        batch.release(&batch);
    }
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_masks_become_bitmaps(void)
{
    nx_arrow_column column = make_column("float64", ROWS);
    double *values = nx_buffer_data(column.values);
    values[3] = (double)NAN;
    column.mask = nx_buffer_new_zeroed(ROWS, 1);
    uint8_t *mask = nx_buffer_data(column.mask);
    mask[0] = mask[8] = mask[20] = 1;
    struct ArrowArray batch;
    const struct ArrowArray *array = export_one(&batch, &column);
    CHECK_INT(array->null_count, 3);
    for (size_t i = 0; i < ROWS; i++) {
        CHECK_INT(bit(array->buffers[0], i), !mask[i]); /* a NaN is a value */
    }
    batch.release(&batch);
    memset(mask, 0, ROWS);
    array = export_one(&batch, &column);
    CHECK(array->null_count == 0 && array->buffers[0] == NULL);
    batch.release(&batch);
    drop_column(&column);
}

static void
test_nat_is_null_with_and_without_mask(void)
{
    nx_arrow_column column = make_column("datetime64[us]", ROWS);
    int64_t *values = nx_buffer_data(column.values);
    values[5] = values[9] = INT64_MIN;
    struct ArrowArray batch;
    const struct ArrowArray *array = export_one(&batch, &column);
    CHECK_INT(array->null_count, 2);
    CHECK(!bit(array->buffers[0], 5) && !bit(array->buffers[0], 9));
    CHECK(bit(array->buffers[0], 4) && array->buffers[1] == values);
    batch.release(&batch);
    column.mask = nx_buffer_new_zeroed(ROWS, 1);
    ((uint8_t *)nx_buffer_data(column.mask))[5] = 1;
    ((uint8_t *)nx_buffer_data(column.mask))[6] = 1;
    array = export_one(&batch, &column);
    CHECK_INT(array->null_count, 3);
    CHECK(!bit(array->buffers[0], 6));
    batch.release(&batch);
    drop_column(&column);
}

static void
test_bools_become_bits(void)
{
    nx_arrow_column column = make_column("bool", ROWS);
    uint8_t *values = nx_buffer_data(column.values);
    for (size_t i = 0; i < ROWS; i += 3) {
        values[i] = 1;
    }
    struct ArrowArray batch;
    const struct ArrowArray *array = export_one(&batch, &column);
    for (size_t i = 0; i < ROWS; i++) {
        CHECK_INT(bit(array->buffers[1], i), values[i]);
    }
    batch.release(&batch);
    drop_column(&column);
}

static void
test_dates_become_int32_if_they_fit(void)
{
    nx_arrow_column column = make_column("datetime64[D]", ROWS);
    int64_t *values = nx_buffer_data(column.values);
    values[0] = -1;
    values[1] = INT32_MAX;
    values[2] = INT32_MIN;
    values[3] = INT64_MIN;
    struct ArrowArray batch;
    const struct ArrowArray *array = export_one(&batch, &column);
    const int32_t *dates = array->buffers[1];
    CHECK(dates[0] == -1 && dates[1] == INT32_MAX && dates[2] == INT32_MIN);
    CHECK_INT(array->null_count, 1);
    batch.release(&batch);

    nx_error error;
    values[7] = (int64_t)INT32_MAX + 1;
    CHECK_INT(nx_arrow_array_export(&batch, &column, 1, ROWS, &error), NX_ERR_FORMAT);
    CHECK(strstr(error.msg, "column 'x': the date in row 7") != NULL);
    column.mask = nx_buffer_new_zeroed(ROWS, 1); /* whatever stands under a mask */
    ((uint8_t *)nx_buffer_data(column.mask))[7] = 1;
    array = export_one(&batch, &column);
    CHECK_INT(array->null_count, 2);
    batch.release(&batch);
    drop_column(&column);
}

static void
test_coarse_times_become_seconds_if_they_fit(void)
{
    nx_arrow_column column = make_column("datetime64[h]", ROWS);
    int64_t *values = nx_buffer_data(column.values);
    values[0] = -2;
    values[1] = INT64_MIN;
    values[2] = INT64_MAX / 3600;
    struct ArrowArray batch;
    const struct ArrowArray *array = export_one(&batch, &column);
    const int64_t *seconds = array->buffers[1];
    CHECK(seconds[0] == -7200 && seconds[2] == INT64_MAX / 3600 * 3600);
    CHECK_INT(array->null_count, 1);
    batch.release(&batch);
    nx_error error;
    values[4] = INT64_MAX / 3600 + 1;
    CHECK_INT(nx_arrow_array_export(&batch, &column, 1, ROWS, &error), NX_ERR_FORMAT);
    CHECK(strstr(error.msg, "row 4") != NULL);
    drop_column(&column);
}

/* ---- Strings ---- */

static const char *const texts[] = {
    "", "short", "exactly12byt", "thirteen byte", "a rather long text", ""};

enum {
    TEXTS = sizeof texts / sizeof texts[0]
};

static nx_arrow_column
make_strings(nx_slabs *slabs)
{
    nx_arrow_column column = make_column("string", TEXTS);
    nx_string_view *views = nx_buffer_data(column.values);
    for (size_t i = 0; i < TEXTS; i++) {
        CHECK(nx_view_store(slabs, &views[i], (const uint8_t *)texts[i],
                            strlen(texts[i])));
    }
    column.slabs = slabs->buffers;
    column.slab_count = slabs->count;
    return column;
}

static void
test_string_views_and_slabs_are_shared(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_slabs slabs = {0};
    nx_arrow_column column = make_strings(&slabs);
    const void *views = nx_buffer_data(column.values);
    nx_buffer *with_hole[2] = {NULL, slabs.buffers[0]};
    struct ArrowArray batch;
    const struct ArrowArray *array = export_one(&batch, &column);
    CHECK_INT(array->n_buffers, 4);
    CHECK(array->buffers[1] == views);
    CHECK(array->buffers[2] == nx_buffer_data(slabs.buffers[0]));
    const int64_t *sizes = array->buffers[3];
    CHECK_INT(sizes[0], nx_buffer_size(slabs.buffers[0]));
    batch.release(&batch);

    column.slabs = with_hole;
    column.slab_count = 2;
    array = export_one(&batch, &column);
    CHECK_INT(array->n_buffers, 5);
    CHECK(array->buffers[2] != NULL);
    CHECK_INT(((const int64_t *)array->buffers[4])[0], 0);
    drop_column(&column);
    nx_slabs_clear(&slabs);
    CHECK(((const int64_t *)array->buffers[4])[1] > 0);
    batch.release(&batch);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_strings_as_text_and_offsets(void)
{
    nx_slabs slabs = {0};
    nx_arrow_column column = make_strings(&slabs);
    for (int large = 0; large <= 1; large++) {
        bool zoned;
        struct ArrowArray batch;
        column.field.type = nx_arrow_type_of_format(large ? "U" : "u", &zoned);
        const struct ArrowArray *array = export_one(&batch, &column);
        CHECK_INT(array->n_buffers, 3);
        const char *text = array->buffers[2];
        size_t at = 0;
        for (size_t i = 0; i < TEXTS; i++) {
            const int64_t offset = large ? ((const int64_t *)array->buffers[1])[i]
                                         : ((const int32_t *)array->buffers[1])[i];
            CHECK_INT(offset, at);
            CHECK(memcmp(text + at, texts[i], strlen(texts[i])) == 0);
            at += strlen(texts[i]);
        }
        CHECK_INT(at, nx_arrow_text_bytes(&column));
        batch.release(&batch);
    }
    drop_column(&column);
    nx_slabs_clear(&slabs);
}

/* ---- Batches ---- */

static void
test_children_may_be_moved_away(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_arrow_column columns[2] = {make_column("int64", ROWS),
                                  make_column("bool", ROWS)};
    ((int64_t *)nx_buffer_data(columns[0].values))[20] = 77;
    struct ArrowArray batch;
    CHECK_INT(nx_arrow_array_export(&batch, columns, 2, ROWS, NULL), NX_OK);
    drop_column(&columns[0]);
    drop_column(&columns[1]);
    struct ArrowArray moved = batch, child = *batch.children[0];
    memset(&batch, 0xEE, sizeof batch);
    moved.children[0]->release = NULL;
    moved.release(&moved);
    CHECK(moved.release == NULL);
    CHECK_INT(((const int64_t *)child.buffers[1])[20], 77);
    child.release(&child);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_no_rows_and_no_columns(void)
{
    struct ArrowArray batch;
    CHECK_INT(nx_arrow_array_export(&batch, NULL, 0, 5, NULL), NX_OK);
    CHECK_INT(batch.length, 5);
    batch.release(&batch);
    static const char *const types[] = {"bool", "int64", "datetime64[D]", "string"};
    for (size_t i = 0; i < 4; i++) {
        nx_arrow_column column = make_column(types[i], 0);
        const struct ArrowArray *array = export_one(&batch, &column);
        CHECK_INT(array->length, 0);
        CHECK(array->buffers[1] != NULL);
        batch.release(&batch);
        drop_column(&column);
    }
}

static bool
export_all(void *context)
{
    nx_arrow_column *columns = context;
    struct ArrowArray batch;
    nx_error error;
    const nx_status status = nx_arrow_array_export(&batch, columns, 4, TEXTS, &error);
    if (status == NX_OK) {
        batch.release(&batch);
    }
    return status == NX_OK;
}

static void
test_failed_allocations_leave_nothing(void)
{
    nx_slabs slabs = {0};
    bool zoned;
    nx_arrow_column columns[4] = {make_column("bool", TEXTS), make_strings(&slabs),
                                  make_column("datetime64[D]", TEXTS)};
    columns[3] = columns[1];
    columns[3].field.type = nx_arrow_type_of_format("u", &zoned);
    columns[0].mask = nx_buffer_new_zeroed(TEXTS, 1);
    ((uint8_t *)nx_buffer_data(columns[0].mask))[1] = 1;
    nx_test_alloc_failures(export_all, columns, 60);
    for (size_t i = 0; i < 3; i++) {
        drop_column(&columns[i]);
    }
    nx_slabs_clear(&slabs);
}

const nx_test nx_suite_arrow_export[] = {
    NX_TEST(test_values_are_shared),
    NX_TEST(test_masks_become_bitmaps),
    NX_TEST(test_nat_is_null_with_and_without_mask),
    NX_TEST(test_bools_become_bits),
    NX_TEST(test_dates_become_int32_if_they_fit),
    NX_TEST(test_coarse_times_become_seconds_if_they_fit),
    NX_TEST(test_string_views_and_slabs_are_shared),
    NX_TEST(test_strings_as_text_and_offsets),
    NX_TEST(test_children_may_be_moved_away),
    NX_TEST(test_no_rows_and_no_columns),
    NX_TEST(test_failed_allocations_leave_nothing),
    {0},
};
