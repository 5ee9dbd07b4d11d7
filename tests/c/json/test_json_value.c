#include "harness.h"

#include <math.h>

#include "base/alloc.h"
#include "json/json_value.h"
#include "json_made.h"

static const nx_json_scale no_scale = {.is_used = false};
static const nx_json_policy strict = {NX_JSON_NAN_NULL, NX_JSON_BIG_NUMBER};

/* The text of n rows, from a buffer that begins with no room at all. */
static void
check_with(const nx_json_policy *policy, const nx_json_column *column, size_t n,
           const char *expected)
{
    nx_error error = {0};
    nx_json_writer writer = {
        .out = {NULL, NULL, true}, .policy = policy, .error = &error};
    uint8_t *at = nx_json_room(&writer, NULL, 0);
    at = nx_json_put_rows(&writer, column, &no_scale, 0, n, ',', at);
    CHECK(at != NULL);
    if (at != NULL) {
        *at = 0;
        CHECK_STR((const char *)writer.out.begin, expected);
    }
    /* One by one it is the same. */
    char joined[4096] = "";
    for (size_t row = 0; row < n && at != NULL; row++) {
        at = nx_json_room(&writer, writer.out.begin, NX_JSON_VALUE_ROOM);
        at = nx_json_put_record(&writer, column, 1, &no_scale, row, at);
        at = nx_json_room(&writer, at, 1);
        *at = 0;
        strcat(joined, row == 0 ? "" : ",");
        strcat(joined, (const char *)writer.out.begin);
    }
    CHECK_STR(joined, expected);
    nx_free(writer.out.begin);
}

static void
check(const nx_json_column *column, size_t n, const char *expected)
{
    check_with(&strict, column, n, expected);
}

static void
test_integers_of_every_width(void)
{
#define CHECK_KIND(kind, type, low, high, expected)                          \
    do {                                                                     \
        const type values[] = {0, low, high};                                \
        const nx_json_column column = column_of(kind, values, sizeof(type)); \
        check(&column, 3, expected);                                         \
    } while (0)
    CHECK_KIND(NX_JSON_INT8, int8_t, INT8_MIN, INT8_MAX, "0,-128,127");
    CHECK_KIND(NX_JSON_INT16, int16_t, INT16_MIN, INT16_MAX, "0,-32768,32767");
    CHECK_KIND(NX_JSON_INT32, int32_t, INT32_MIN, INT32_MAX,
               "0,-2147483648,2147483647");
    CHECK_KIND(NX_JSON_INT64, int64_t, INT64_MIN, INT64_MAX,
               "0,-9223372036854775808,9223372036854775807");
    CHECK_KIND(NX_JSON_UINT8, uint8_t, 1, UINT8_MAX, "0,1,255");
    CHECK_KIND(NX_JSON_UINT16, uint16_t, 1, UINT16_MAX, "0,1,65535");
    CHECK_KIND(NX_JSON_UINT32, uint32_t, 1, UINT32_MAX, "0,1,4294967295");
    CHECK_KIND(NX_JSON_UINT64, uint64_t, 1, UINT64_MAX, "0,1,18446744073709551615");
    CHECK_KIND(NX_JSON_COUNT, int64_t, INT64_MIN, -5, "0,null,-5");
}

static void
test_other_numbers(void)
{
    const double doubles[] = {0.1, -0.0, NAN, INFINITY, -INFINITY, 1e22};
    nx_json_column column = column_of(NX_JSON_FLOAT64, doubles, 8);
    check(&column, 6, "0.1,-0.0,null,null,null,1e+22");
    const nx_json_policy literal = {NX_JSON_NAN_LITERAL, NX_JSON_BIG_NUMBER};
    check_with(&literal, &column, 6, "0.1,-0.0,NaN,Infinity,-Infinity,1e+22");
    const float singles[] = {0.1f, -INFINITY};
    column = column_of(NX_JSON_FLOAT32, singles, 4);
    check_with(&literal, &column, 2, "0.1,-Infinity");
    const uint16_t halves[] = {0x2E66, 0xFC00, 0x7E00}; /* 0.1, -inf, NaN */
    column = column_of(NX_JSON_FLOAT16, halves, 2);
    check(&column, 3, "0.1,null,null");
    const uint8_t bools[] = {0, 1, 7};
    column = column_of(NX_JSON_BOOL, bools, 1);
    check(&column, 3, "false,true,true");
    const int64_t days[] = {0, -1, INT64_MIN};
    column = column_of(NX_JSON_TIME, days, 8);
    column.unit = NX_UNIT_D;
    check(&column, 3, "\"1970-01-01\",\"1969-12-31\",null");
}

static void
test_steps_and_masks(void)
{
    const uint8_t bytes[] = {9, 1, 0, 0, 0, 9, 2, 0, 0, 0, 9, 3, 0, 0, 0};
    const uint8_t mask[] = {0, 1, 0, 0, 1, 1};
    nx_json_column column = column_of(NX_JSON_INT32, bytes + 1, 4);
    column.step = 5; /* unaligned */
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    check(&column, 3, "1,2,3");
    column.mask = mask;
    column.mask_step = 2;
    check(&column, 3, "1,2,null");
    column.data += 10;
    column.step = -5;
    check(&column, 3, "3,2,null");
#endif
    column.step = 0;
    column.mask_step = 1;
    column.mask = mask + 4;
    check(&column, 2, "null,null");
}

static void
test_lists(void)
{
    const uint8_t values[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const uint8_t mask[12] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    const size_t dims[] = {3, 2};
    nx_json_column column = column_of(NX_JSON_UINT8, values, 1);
    column.step = 6;
    column.ndim = 2;
    column.dims = dims;
    column.count = 6;
    column.mask = mask;
    column.mask_step = 6;
    nx_error error = {0};
    nx_json_writer writer = {
        .out = {NULL, NULL, true}, .policy = &strict, .error = &error};
    uint8_t *at = nx_json_room(&writer, NULL, NX_JSON_VALUE_ROOM);
    at = nx_json_put_record(&writer, &column, 1, &no_scale, 0, at);
    at = nx_json_room(&writer, at, NX_JSON_VALUE_ROOM);
    at = nx_json_put_record(&writer, &column, 1, &no_scale, 1, at);
    at = nx_json_room(&writer, at, 1);
    *at = 0;
    CHECK_STR((const char *)writer.out.begin,
              "[[0,1],[2,3],[4,null]][[6,7],[8,9],[10,11]]");
    nx_free(writer.out.begin);
}

static void
test_strings(void)
{
    const char *const strings[] = {"a\"b", NULL, "", "\xC3\xA9\n"};
    nx_json_form form = NX_JSON_UTF8;
    nx_json_column column = column_of(NX_JSON_TEXT, strings, sizeof strings[0]);
    column.load = load_c_string;
    column.context = &form;
    check(&column, 4, "\"a\\\"b\",null,\"\",\"\xC3\xA9\\n\"");
    form = NX_JSON_BYTES;
    check(&column, 4, "\"a\\\"b\",null,\"\",\"\xC3\xA9\\n\"");
    column.kind = NX_JSON_RAW;
    check(&column, 4, "a\"b,null,,\xC3\xA9\n");
    const nx_string_view views[] = {{.length = 2, .u = {.text = "\"x"}}, {.length = 0}};
    column = column_of(NX_JSON_VIEW, views, sizeof views[0]);
    check(&column, 2, "\"\\\"x\",\"\"");
}

static nx_json_form
load_points(const void *context, const char *item, nx_span *text)
{
    *text = (nx_span){(const uint8_t *)item, *(const size_t *)context};
    return NX_JSON_POINTS;
}

static void
test_code_points(void)
{
    const uint32_t points[] = {'a', '"', 0xE9, 0x20AC, 0x1F600, 0};
    size_t n = 6;
    nx_json_column column = column_of(NX_JSON_TEXT, points, sizeof points);
    column.load = load_points;
    column.context = &n;
    check(&column, 1, "\"a\\\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\\u0000\"");
    n = 0;
    check(&column, 1, "\"\"");
}

static void
test_many_nulls_between_strings(void)
{
    const char *strings[300];
    char expected[2048] = "";
    for (int i = 0; i < 300; i++) {
        strings[i] = i % 100 == 99 ? "x" : NULL;
        strcat(expected, i == 0 ? "" : ",");
        strcat(expected, i % 100 == 99 ? "\"x\"" : "null");
    }
    const nx_json_form form = NX_JSON_UTF8;
    nx_json_column column = column_of(NX_JSON_TEXT, strings, sizeof strings[0]);
    column.load = load_c_string;
    column.context = &form;
    check(&column, 300, expected);
}

static void
check_fault(const nx_json_policy *policy, const nx_json_column *column, size_t n,
            nx_status status, int code, uint64_t row)
{
    nx_error error = {0};
    nx_json_writer writer = {
        .out = {NULL, NULL, true}, .policy = policy, .error = &error};
    uint8_t *const at = nx_json_room(&writer, NULL, 1);
    CHECK(nx_json_put_rows(&writer, column, &no_scale, 0, n, ',', at) == NULL);
    CHECK_INT(error.status, status);
    CHECK_INT(error.code, code);
    CHECK_INT(error.record, row);
    CHECK_INT(error.byte, 0);
    nx_free(writer.out.begin);
}

static void
test_faults(void)
{
    const nx_json_policy raise = {NX_JSON_NAN_RAISE, NX_JSON_BIG_RAISE};
    double doubles[200] = {0};
    doubles[150] = NAN;
    nx_json_column column = column_of(NX_JSON_FLOAT64, doubles, 8);
    check_fault(&raise, &column, 200, NX_ERR_VALUE, NX_JSON_CODE_NAN, 150);
    const int64_t integers[] = {INT64_C(1) << 53, -(INT64_C(1) << 53),
                                -(INT64_C(1) << 53) - 1};
    column = column_of(NX_JSON_INT64, integers, 8);
    check_fault(&raise, &column, 3, NX_ERR_VALUE, NX_JSON_CODE_BIG, 2);
    const uint64_t large[] = {UINT64_C(1) << 53, (UINT64_C(1) << 53) + 1};
    column = column_of(NX_JSON_UINT64, large, 8);
    check_fault(&raise, &column, 2, NX_ERR_VALUE, NX_JSON_CODE_BIG, 1);
    const nx_json_policy strings = {NX_JSON_NAN_NULL, NX_JSON_BIG_STRING};
    check_with(&strings, &column, 2, "9007199254740992,\"9007199254740993\"");
    const char *const bytes[] = {"good", "\xC3\xA9 \xFF"};
    const nx_json_form form = NX_JSON_BYTES;
    column = column_of(NX_JSON_TEXT, bytes, sizeof bytes[0]);
    column.load = load_c_string;
    column.context = &form;
    check_fault(&strict, &column, 2, NX_ERR_ENCODING, NX_JSON_CODE_TEXT, 1);
    const uint32_t points[] = {0xD800};
    const size_t one = 1;
    column = column_of(NX_JSON_TEXT, points, sizeof points);
    column.load = load_points;
    column.context = &one;
    check_fault(&strict, &column, 1, NX_ERR_ENCODING, NX_JSON_CODE_TEXT, 0);
}

const nx_test nx_suite_json_value[] = {
    NX_TEST(test_integers_of_every_width),
    NX_TEST(test_other_numbers),
    NX_TEST(test_steps_and_masks),
    NX_TEST(test_lists),
    NX_TEST(test_strings),
    NX_TEST(test_code_points),
    NX_TEST(test_many_nulls_between_strings),
    NX_TEST(test_faults),
    {0},
};
