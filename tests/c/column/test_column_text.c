#include "harness.h"

#include "base/alloc.h"
#include "column/column_text.h"
#include "number/format_float.h"
#include "number/parse_datetime.h"

enum {
    ROWS = 1000
};

/* Room of the size that the header asks for and no more. */
static uint8_t *
text_room(size_t n)
{
    return nx_alloc(n * NX_TEXT_LONGEST + NX_TEXT_SPARE, 1);
}

static void
check_one(nx_type type, const void *value, const char *expected)
{
    uint8_t *const text = text_room(1);
    uint32_t end = 77;
    nx_text_of_values(type, value, NULL, 1, text, &end);
    if (end != strlen(expected) || memcmp(text, expected, end) != 0) {
        nx_test_fail(__FILE__, __LINE__, "\"%.*s\" is not \"%s\"", (int)end, text,
                     expected);
    }
    nx_free(text);
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
    uint8_t *const text = text_room(0);
    nx_text_of_values(NX_TYPE_INT64, NULL, NULL, 0, text, NULL);
    nx_free(text);
}

/* Every third row is missing if there is a mask. */
static void
test_texts_follow_each_other(void)
{
    double values[ROWS];
    uint8_t missing[ROWS], *const text = text_room(ROWS);
    uint32_t ends[ROWS];
    for (size_t row = 0; row < ROWS; row++) {
        values[row] = row % 2 == 0 ? (double)row : (double)row / 7;
        missing[row] = row % 3 == 0;
    }
    for (int masked = 0; masked <= 1; masked++) {
        size_t at = 0;
        nx_text_of_values(NX_TYPE_FLOAT64, values, masked ? missing : NULL, ROWS, text,
                          ends);
        for (size_t row = 0; row < ROWS; row++) {
            uint8_t expected[NX_FLOAT_TEXT_ROOM];
            const size_t n =
                masked && missing[row] ? 0 : nx_format_double(values[row], expected);
            CHECK_INT(ends[row], at + n);
            CHECK(memcmp(text + at, expected, n) == 0);
            at += n;
        }
    }
    nx_free(text);
}

static void
test_the_longest_texts_fit(void)
{
    int64_t values[ROWS];
    uint8_t *const text = text_room(ROWS);
    uint32_t ends[ROWS];
    for (size_t row = 0; row < ROWS; row++) {
        values[row] = INT64_MIN + 1;
    }
    nx_text_of_values(NX_TYPE_DATETIME_MS, values, NULL, ROWS, text, ends);
    CHECK_INT(ends[ROWS - 1], ROWS * NX_TEXT_LONGEST);
    CHECK(memcmp(text + (ROWS - 1) * NX_TEXT_LONGEST, "-292275055-05-16T16:47:04.193",
                 NX_TEXT_LONGEST) == 0);
    nx_free(text);
}

const nx_test nx_suite_column_text[] = {
    NX_TEST(test_every_type),
    NX_TEST(test_no_rows),
    NX_TEST(test_texts_follow_each_other),
    NX_TEST(test_the_longest_texts_fit),
    {0},
};
