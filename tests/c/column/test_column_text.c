#include "harness.h"

#include "base/alloc.h"
#include "column/column_text.h"
#include "number/format_float.h"

enum {
    ROWS = 100000 /* several pieces */
};

static void
check_row(const nx_column *text, size_t row, const char *expected, size_t n)
{
    const nx_string_view *view = (nx_string_view *)nx_buffer_data(text->values) + row;
    if (view->length != (int32_t)n ||
        memcmp(nx_view_text(view, text->slabs.buffers), expected, n) != 0) {
        nx_test_fail(__FILE__, __LINE__, "row %zu is not \"%.*s\"", row, (int)n,
                     expected);
    }
}

static void
check_one(nx_type type, const void *value, const char *expected)
{
    nx_column text;
    CHECK_INT(nx_text_of_values(type, value, NULL, 1, 1, NULL, &text, NULL), NX_OK);
    check_row(&text, 0, expected, strlen(expected));
    nx_column_clear(&text);
}

static void
test_every_type(void)
{
    const uint8_t yes = 1, no = 0, byte = 200;
    const int8_t i8 = INT8_MIN;
    const int16_t i16 = INT16_MIN;
    const int32_t i32 = INT32_MIN;
    const int64_t i64 = INT64_MIN, nat = NX_NAT, one = 1;
    const uint16_t u16 = UINT16_MAX, half = 0x3C00;
    const uint32_t u32 = UINT32_MAX;
    const uint64_t u64 = UINT64_MAX;
    const float f32 = 0.1f;
    const double f64 = 0.1;
    check_one(NX_TYPE_BOOL, &yes, "True");
    check_one(NX_TYPE_BOOL, &no, "False");
    check_one(NX_TYPE_INT8, &i8, "-128");
    check_one(NX_TYPE_INT16, &i16, "-32768");
    check_one(NX_TYPE_INT32, &i32, "-2147483648");
    check_one(NX_TYPE_INT64, &i64, "-9223372036854775808");
    check_one(NX_TYPE_UINT8, &byte, "200");
    check_one(NX_TYPE_UINT16, &u16, "65535");
    check_one(NX_TYPE_UINT32, &u32, "4294967295");
    check_one(NX_TYPE_UINT64, &u64, "18446744073709551615");
    check_one(NX_TYPE_FLOAT16, &half, "1.0");
    check_one(NX_TYPE_FLOAT32, &f32, "0.1");
    check_one(NX_TYPE_FLOAT64, &f64, "0.1");
    check_one(NX_TYPE_DATETIME_D, &one, "1970-01-02");
    check_one(NX_TYPE_DATETIME_H, &one, "1970-01-01T01");
    check_one(NX_TYPE_DATETIME_M, &one, "1970-01-01T00:01");
    check_one(NX_TYPE_DATETIME_S, &one, "1970-01-01T00:00:01");
    check_one(NX_TYPE_DATETIME_MS, &one, "1970-01-01T00:00:00.001");
    check_one(NX_TYPE_DATETIME_US, &one, "1970-01-01T00:00:00.000001");
    check_one(NX_TYPE_DATETIME_NS, &one, "1970-01-01T00:00:00.000000001");
    check_one(NX_TYPE_DATETIME_NS, &nat, "NaT");
}

static void
test_no_rows(void)
{
    nx_column text;
    CHECK_INT(nx_text_of_values(NX_TYPE_INT64, NULL, NULL, 0, 2, NULL, &text, NULL),
              NX_OK);
    CHECK_INT(text.length, 0);
    nx_column_clear(&text);
}

/* Short texts and long ones side by side; every third row is missing if there is a
 * mask. */
static void
test_pieces_threads_and_missing_rows(void)
{
    double *const values = nx_alloc(ROWS, sizeof *values);
    uint8_t *const missing = nx_alloc(ROWS, 1);
    for (size_t row = 0; row < ROWS; row++) {
        values[row] = row % 2 == 0 ? (double)row : (double)row / 7;
        missing[row] = row % 3 == 0;
    }
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        for (int masked = 0; masked <= 1; masked++) {
            nx_column text;
            CHECK_INT(
                nx_text_of_values(NX_TYPE_FLOAT64, values, masked ? missing : NULL,
                                  ROWS, threads, NULL, &text, NULL),
                NX_OK);
            CHECK(text.mask == NULL && text.length == ROWS);
            for (size_t row = 0; row < ROWS; row++) {
                uint8_t expected[NX_FLOAT_TEXT_ROOM];
                const size_t n = nx_format_double(values[row], expected);
                check_row(&text, row, (char *)expected, masked && missing[row] ? 0 : n);
            }
            nx_column_clear(&text);
        }
    }
    nx_free(missing);
    nx_free(values);
}

static void
test_the_longest_text_of_every_row_fits(void)
{
    int64_t *const values = nx_alloc(ROWS, sizeof *values);
    for (size_t row = 0; row < ROWS; row++) {
        values[row] = INT64_MIN + (int64_t)(row % 2);
    }
    nx_column text;
    CHECK_INT(
        nx_text_of_values(NX_TYPE_INT64, values, NULL, ROWS, 1, NULL, &text, NULL),
        NX_OK);
    check_row(&text, ROWS - 1, "-9223372036854775807", 20);
    nx_column_clear(&text);
    CHECK_INT(nx_text_of_values(NX_TYPE_DATETIME_MS, values, NULL, ROWS, 1, NULL, &text,
                                NULL),
              NX_OK);
    check_row(&text, ROWS - 2, "NaT", 3);
    check_row(&text, ROWS - 1, "-292275055-05-16T16:47:04.193", 29);
    nx_column_clear(&text);
    nx_free(values);
}

static void
test_a_call_can_be_cancelled(void)
{
    int64_t *const values = nx_alloc_zeroed(ROWS, sizeof *values);
    const size_t before = nx_alloc_live_blocks();
    nx_cancel cancel;
    nx_column text;
    nx_error error;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    CHECK_INT(
        nx_text_of_values(NX_TYPE_INT64, values, NULL, ROWS, 1, &wait, &text, &error),
        NX_ERR_CANCELLED);
    CHECK_INT(nx_alloc_live_blocks(), before);
    nx_free(values);
}

static bool
format_some(void *context)
{
    const int64_t *values = context;
    nx_column text;
    nx_error error;
    const nx_status status =
        nx_text_of_values(NX_TYPE_INT64, values, NULL, ROWS, 1, NULL, &text, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    if (status == NX_OK) {
        nx_column_clear(&text);
    }
    return status == NX_OK;
}

static void
test_memory_that_runs_out(void)
{
    int64_t *const values = nx_alloc_zeroed(ROWS, sizeof *values);
    nx_test_alloc_failures(format_some, values, 100);
    nx_free(values);
}

const nx_test nx_suite_column_text[] = {
    NX_TEST(test_every_type),
    NX_TEST(test_no_rows),
    NX_TEST(test_pieces_threads_and_missing_rows),
    NX_TEST(test_the_longest_text_of_every_row_fits),
    NX_TEST(test_a_call_can_be_cancelled),
    NX_TEST(test_memory_that_runs_out),
    {0},
};
