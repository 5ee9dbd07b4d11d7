#include "gather_testing.h"

#include <math.h>

#include "base/alloc.h"

static void
test_a_single_chunk_is_shared(void)
{
    const size_t before = nx_alloc_live_blocks();
    static const int32_t data[6] = {1, 2, 3, 4, 5, 6};
    const void *buffers[2] = {NULL, data};
    struct ArrowArray chunk = fake_array(5, 0, 1, buffers, 2);
    nx_column column;
    arrays_released = 0;
    CHECK_INT(gather_chunks("i", NULL, &chunk, 1, 2, &column, NULL), NX_OK);
    CHECK_INT(arrays_released, 1); /* the batch alone */
    CHECK(nx_buffer_data(column.values) == data + 3);
    CHECK_INT(nx_buffer_size(column.values), 12);
    CHECK_INT(column.length, 3);
    CHECK(column.mask == NULL);
    nx_column_clear(&column);
    CHECK_INT(arrays_released, 2);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_chunks_are_joined_and_nulls_replaced(void)
{
    const size_t before = nx_alloc_live_blocks();
    static const double first[3] = {1, 2, 3}, second[4] = {4, 5, 6, 7};
    static const uint8_t bits[1] = {0x0B}; /* row 2 of the second is null */
    const void *one[2] = {NULL, first}, *two[2] = {bits, second};
    struct ArrowArray chunks[2] = {fake_array(3, 0, 0, one, 2),
                                   fake_array(4, -1, 0, two, 2)};
    nx_column column;
    arrays_released = 0;
    CHECK_INT(gather_chunks("g", NULL, chunks, 2, 1, &column, NULL), NX_OK);
    CHECK_INT(arrays_released, 4);
    const double *values = nx_buffer_data(column.values);
    const uint8_t *mask = nx_buffer_data(column.mask);
    CHECK_INT(column.length, 5);
    CHECK_INT(column.missing, 1);
    CHECK(values[0] == 2 && values[1] == 3 && values[2] == 5 && values[4] == 7);
    CHECK(isnan(values[3]) && mask[3] == 1 && mask[2] == 0);
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_missing_values_of_every_width(void)
{
    static const struct {
        const char *format;
        size_t width;
        uint64_t bits;
    } cases[] = {
        {"c", 1, 0},
        {"S", 2, 0},
        {"e", 2, 0x7E00},
        {"f", 4, 0x7FC00000},
        {"i", 4, 0},
        {"L", 8, 0},
        {"tsn:", 8, UINT64_C(1) << 63},
        {"tDs", 8, UINT64_C(1) << 63},
    };
    static const uint8_t bits[1] = {0x01};
    uint64_t data[2];
    memset(data, 0x55, sizeof data);
    const void *buffers[2] = {bits, data};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ArrowArray chunk = fake_array(2, 1, 0, buffers, 2);
        nx_column column;
        uint64_t found[2] = {0};
        CHECK_INT(gather_chunks(cases[i].format, NULL, &chunk, 1, 0, &column, NULL),
                  NX_OK);
        const uint8_t *values = nx_buffer_data(column.values);
        memcpy(&found[0], values, cases[i].width);
        memcpy(&found[1], values + cases[i].width, cases[i].width);
        CHECK(memcmp(&found[0], data, cases[i].width) == 0);
        CHECK(found[1] == cases[i].bits);
        nx_column_clear(&column);
    }
}

static void
test_bitmaps_without_nulls_make_no_mask(void)
{
    static const int64_t data[2] = {1, 2};
    static const uint8_t bits[1] = {0xFF};
    const void *buffers[2] = {bits, data};
    struct ArrowArray chunk = fake_array(2, -1, 0, buffers, 2);
    nx_column column;
    CHECK_INT(gather_chunks("l", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    CHECK(column.mask == NULL && column.missing == 0);
    CHECK(nx_buffer_data(column.values) == data);
    nx_column_clear(&column);
}

static void
test_bools_from_any_bit(void)
{
    static const uint8_t data[2] = {0xB4, 0x02};
    const void *buffers[2] = {NULL, data};
    struct ArrowArray chunk = fake_array(8, 0, 2, buffers, 2);
    nx_column column;
    CHECK_INT(gather_chunks("b", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    static const uint8_t wanted[8] = {1, 0, 1, 1, 0, 1, 0, 1};
    CHECK(memcmp(nx_buffer_data(column.values), wanted, 8) == 0);
    nx_column_clear(&column);
}

static void
test_dates(void)
{
    static const int32_t days[3] = {-1, 0, INT32_MAX};
    static const int64_t ms[3] = {-86400000, 0, 172800000};
    const void *buffers[2] = {NULL, days};
    struct ArrowArray chunk = fake_array(3, 0, 0, buffers, 2);
    nx_column column;
    CHECK_INT(gather_chunks("tdD", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    const int64_t *values = nx_buffer_data(column.values);
    CHECK(values[0] == -1 && values[1] == 0 && values[2] == INT32_MAX);
    nx_column_clear(&column);

    buffers[1] = ms;
    chunk = fake_array(3, 0, 0, buffers, 2);
    CHECK_INT(gather_chunks("tdm", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    values = nx_buffer_data(column.values);
    CHECK(values[0] == -1 && values[1] == 0 && values[2] == 2);
    nx_column_clear(&column);
}

static void
test_a_date64_that_is_no_day(void)
{
    static const int64_t ms[2] = {0, 86400001};
    static const uint8_t bits[1] = {0x01};
    const void *buffers[2] = {NULL, ms};
    struct ArrowArray chunk = fake_array(2, 0, 0, buffers, 2);
    nx_column column;
    nx_error error;
    CHECK_INT(gather_chunks("tdm", NULL, &chunk, 1, 0, &column, &error), NX_ERR_FORMAT);
    CHECK(strstr(error.msg, "row 1 of Arrow type date64") != NULL);
    nx_column_clear(&column);
    buffers[0] = bits; /* under a null anything may stand */
    chunk = fake_array(2, 1, 0, buffers, 2);
    CHECK_INT(gather_chunks("tdm", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    CHECK(((int64_t *)nx_buffer_data(column.values))[1] == INT64_MIN);
    nx_column_clear(&column);
}

static void
test_a_column_of_nulls(void)
{
    struct ArrowArray chunk = fake_array(3, 3, 0, NULL, 0);
    nx_column column;
    CHECK_INT(gather_chunks("n", NULL, &chunk, 1, 1, &column, NULL), NX_OK);
    CHECK_INT(column.length, 2);
    CHECK_INT(column.missing, 2);
    CHECK(isnan(((double *)nx_buffer_data(column.values))[1]));
    nx_column_clear(&column);
}

static void
test_values_off_their_alignment_are_copied(void)
{
    static const int64_t data[4];
    const void *buffers[2] = {NULL, (const char *)data + 1};
    struct ArrowArray chunk = fake_array(2, 0, 0, buffers, 2);
    nx_column column;
    CHECK_INT(gather_chunks("l", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    CHECK((uintptr_t)nx_buffer_data(column.values) % 8 == 0);
    nx_column_clear(&column);
}

static void
test_no_chunks_and_no_rows(void)
{
    nx_column column;
    CHECK_INT(gather_chunks("l", NULL, NULL, 0, 0, &column, NULL), NX_OK);
    CHECK(column.values != NULL);
    nx_column_clear(&column);
    const void *buffers[2] = {NULL, NULL};
    struct ArrowArray chunk = fake_array(0, 0, 0, buffers, 2);
    CHECK_INT(gather_chunks("g", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    CHECK(column.values != NULL);
    nx_column_clear(&column);
}

static bool
gather_once(void *context)
{
    static const int64_t data[2] = {1, 2};
    static const uint8_t bits[1] = {0x02};
    const void *shared[2] = {NULL, data}, *nulls[2] = {bits, data};
    struct ArrowArray chunks[2] = {fake_array(2, 0, 0, shared, 2),
                                   fake_array(2, 1, 0, nulls, 2)};
    const size_t count = *(const size_t *)context;
    nx_column column;
    nx_error error;
    arrays_released = 0;
    const nx_status status =
        gather_chunks("l", NULL, chunks, count, 0, &column, &error);
    nx_column_clear(&column);
    CHECK_INT(arrays_released, 2 * (int)count);
    return status == NX_OK;
}

static void
test_failed_allocations_leave_nothing(void)
{
    for (size_t count = 1; count <= 2; count++) {
        nx_test_alloc_failures(gather_once, &count, 20);
    }
}

const nx_test nx_suite_arrow_gather[] = {
    NX_TEST(test_a_single_chunk_is_shared),
    NX_TEST(test_chunks_are_joined_and_nulls_replaced),
    NX_TEST(test_missing_values_of_every_width),
    NX_TEST(test_bitmaps_without_nulls_make_no_mask),
    NX_TEST(test_bools_from_any_bit),
    NX_TEST(test_dates),
    NX_TEST(test_a_date64_that_is_no_day),
    NX_TEST(test_a_column_of_nulls),
    NX_TEST(test_values_off_their_alignment_are_copied),
    NX_TEST(test_no_chunks_and_no_rows),
    NX_TEST(test_failed_allocations_leave_nothing),
    {0},
};
