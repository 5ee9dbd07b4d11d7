#include "csv/csv_testing.h"

#include <math.h>

#include "base/alloc.h"
#include "csv/csv_target.h"

static void
test_one_array_for_each_width(void)
{
    nx_csv_target target = {.rows = 5};
    CHECK(nx_csv_target_values(&target, NX_TYPE_NONE) == NULL);
    int64_t *integers = nx_csv_target_values(&target, NX_TYPE_INT64);
    uint8_t *truths = nx_csv_target_values(&target, NX_TYPE_BOOL);
    nx_string_view *views = nx_csv_target_values(&target, NX_TYPE_DIGITS);
    CHECK((void *)integers != (void *)truths && (void *)views != (void *)truths);
    CHECK(nx_csv_target_values(&target, NX_TYPE_DATETIME_NS) == integers);
    CHECK(nx_csv_target_values(&target, NX_TYPE_FLOAT64) == integers);
    CHECK(nx_csv_target_values(&target, NX_TYPE_STRING) == views);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(nx_csv_target_mask(&target)[i], 0);
    }
    nx_csv_target_clear(&target);
}

static void
test_finish_keeps_only_the_final_array(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_csv_target target = {.rows = 2, .classes = NX_CLASS_INTEGER};
    nx_column column = {0};
    nx_csv_target_values(&target, NX_TYPE_STRING);
    nx_csv_target_values(&target, NX_TYPE_BOOL);
    int64_t *values = nx_csv_target_values(&target, NX_TYPE_INT64);
    values[1] = 7;
    nx_csv_target_mask(&target);
    CHECK(nx_csv_target_finish(&target, 2, 0, &column));
    CHECK_INT(column.type, NX_TYPE_INT64);
    CHECK_INT(column.length, 2);
    CHECK(nx_buffer_data(column.values) == (void *)values);
    CHECK(column.mask == NULL && column.missing == 0);
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_finish_takes_mask_and_slabs_along(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_csv_target target = {.rows = 2, .classes = NX_CLASS_OTHER};
    nx_column column = {0};
    nx_string_view *views = nx_csv_target_values(&target, NX_TYPE_STRING);
    CHECK(nx_view_store(&target.slabs, views, (const uint8_t *)"thirteen bytes", 14));
    nx_csv_target_mask(&target)[1] = 1;
    CHECK(nx_csv_target_finish(&target, 2, 1, &column));
    CHECK_INT(column.missing, 1);
    CHECK_INT(((uint8_t *)nx_buffer_data(column.mask))[1], 1);
    CHECK(memcmp(nx_view_text(views, column.slabs.buffers), "thirteen", 8) == 0);
    CHECK(target.slabs.count == 0 && target.mask == NULL);
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* A column that showed no value at all is float64 of NaN. */
static void
test_no_values_are_not_a_number(void)
{
    nx_csv_target target = {.rows = 3};
    nx_column column = {0};
    memset(nx_csv_target_mask(&target), 1, 3);
    CHECK(nx_csv_target_finish(&target, 3, 3, &column));
    CHECK_INT(column.type, NX_TYPE_FLOAT64);
    CHECK_INT(column.missing, 3);
    for (int i = 0; i < 3; i++) {
        CHECK(isnan(((double *)nx_buffer_data(column.values))[i]));
    }
    nx_column_clear(&column);
}

/* Room for many rows, few of which there are. */
static void
test_reserved_room_is_given_back(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_csv_target target = {.rows = (uint64_t)1 << 30,
                            .reserve = true,
                            .expected = 1000,
                            .classes = NX_CLASS_INTEGER};
    nx_column column = {0};
    int64_t *values = nx_csv_target_values(&target, NX_TYPE_INT64);
    CHECK(values != NULL || sizeof(void *) < 8);
    if (values != NULL) {
        values[0] = 1;
        values[999] = 2;
        CHECK(nx_csv_target_mask(&target) != NULL);
        CHECK_INT(nx_csv_target_mask(&target)[999], 0);
        CHECK(nx_csv_target_finish(&target, 1000, 1, &column));
        CHECK_INT(nx_buffer_size(column.values), 8000);
        CHECK_INT(nx_buffer_size(column.mask), 1000);
        CHECK_INT(((int64_t *)nx_buffer_data(column.values))[999], 2);
    }
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* Small arrays stand side by side and live on without the arena. */
static void
test_small_arrays_share_a_block(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_csv_arena arena = {0};
    nx_mutex_init(&arena.lock);
    nx_csv_target a = {.rows = 9, .arena = &arena, .classes = NX_CLASS_INTEGER};
    nx_csv_target b = {.rows = 100000, .arena = &arena};
    int64_t *values = nx_csv_target_values(&a, NX_TYPE_INT64);
    uint8_t *mask = nx_csv_target_mask(&a);
    CHECK((char *)mask == (char *)values + 128); /* 72 bytes, rounded up to lines */
    CHECK(mask[8] == 0 && nx_csv_target_values(&b, NX_TYPE_STRING) != NULL);
    nx_csv_target_clear(&b);
    values[8] = 5;
    nx_column column = {0};
    CHECK(nx_csv_target_finish(&a, 9, 1, &column));
    nx_csv_arena_clear(&arena);
    nx_mutex_destroy(&arena.lock);
    CHECK_INT(((int64_t *)nx_buffer_data(column.values))[8], 5);
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_what_the_first_rows_promise(void)
{
    nx_csv_target targets[2] = {{.rows = 1000000, .reserve = true},
                                {.rows = 1000000, .reserve = true}};
    nx_csv_targets_expect(targets, 2, 800, false);
    CHECK(targets[1].rows == 800 + 100 + 64 && targets[1].estimated);
    CHECK(!targets[1].reserve);
    targets[0] = (nx_csv_target){.rows = 70, .reserve = true};
    nx_csv_targets_expect(targets, 1, 69, false);
    CHECK(targets[0].rows == 70 && !targets[0].estimated); /* cannot be more */
    targets[0] = (nx_csv_target){.rows = 1000000, .reserve = true};
    nx_csv_targets_expect(targets, 1, 5, true);
    CHECK(targets[0].rows == 5 && !targets[0].estimated && !targets[0].reserve);
    targets[0] = (nx_csv_target){.rows = 1000000, .reserve = true};
    nx_csv_targets_expect(targets, 1, 900000, false);
    CHECK(targets[0].rows == 1000000 && targets[0].reserve);
    CHECK_INT(targets[0].expected, 900000);
}

/* A million columns of a few rows get room for a few rows. */
static void
test_many_columns_have_few_rows_to_spare(void)
{
    static const struct {
        size_t columns, spare;
    } cases[] = {{131072, 64}, {262144, 32}, {1000000, 8}, {1100000, 8}};
    nx_csv_target *targets = nx_alloc_zeroed(1100000, sizeof targets[0]);
    CHECK(targets != NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t last = cases[i].columns - 1;
        targets[last].rows = 1000000;
        targets[last].reserve = true;
        nx_csv_targets_expect(targets, cases[i].columns, 16, false);
        CHECK_INT(targets[last].rows, 16 + 2 + cases[i].spare);
    }
    nx_free(targets);
}

static void
test_no_rows(void)
{
    nx_csv_target target = {0};
    nx_column column = {0};
    CHECK(nx_csv_target_finish(&target, 0, 0, &column));
    CHECK_INT(column.length, 0);
    CHECK(column.values != NULL);
    nx_column_clear(&column);
}

const nx_test nx_suite_csv_target[] = {
    NX_TEST(test_one_array_for_each_width),
    NX_TEST(test_finish_keeps_only_the_final_array),
    NX_TEST(test_finish_takes_mask_and_slabs_along),
    NX_TEST(test_no_values_are_not_a_number),
    NX_TEST(test_reserved_room_is_given_back),
    NX_TEST(test_small_arrays_share_a_block),
    NX_TEST(test_what_the_first_rows_promise),
    NX_TEST(test_many_columns_have_few_rows_to_spare),
    NX_TEST(test_no_rows),
    {0},
};
