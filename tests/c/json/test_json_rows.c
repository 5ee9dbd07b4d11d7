#include "harness.h"

#include "base/alloc.h"
#include "json/json_brackets.h"
#include "json/json_rows.h"
#include "json_made.h"

static const nx_json_policy strict = {NX_JSON_NAN_NULL, NX_JSON_BIG_NUMBER};

/* The text of some rows. */
static size_t
text_of(const nx_json_section *section, size_t first, size_t end, char *text)
{
    nx_error error = {0};
    nx_json_writer writer = {
        .out = {NULL, NULL, true}, .policy = &strict, .error = &error};
    uint8_t *at = nx_json_room(&writer, NULL, 1);
    at = nx_json_put_section(&writer, section, first, end, at);
    CHECK(at != NULL);
    const size_t n = at == NULL ? 0 : (size_t)(at - writer.out.begin);
    memcpy(text, writer.out.begin, n);
    text[n] = 0;
    nx_free(writer.out.begin);
    return n;
}

/* The whole, and the same in two parts and three, whatever the cuts. */
static void
check(const nx_json_section *section, const char *expected)
{
    char text[4096];
    text_of(section, 0, section->rows, text);
    CHECK_STR(text, expected);
    for (size_t a = 1; a < section->rows; a++) {
        for (size_t b = a; b < section->rows; b++) {
            size_t n = text_of(section, 0, a, text);
            if (b > a) {
                n += text_of(section, a, b, text + n);
            }
            text_of(section, b, section->rows, text + n);
            CHECK_STR(text, expected);
        }
    }
}

static void
test_brackets(void)
{
    const size_t dims[] = {2, 1, 3};
    const nx_json_brackets brackets = {3, dims, ','};
    const char *const expected[] = {"[[[", ",", ",", "]],[[", ",", ",", "]]]"};
    for (size_t i = 0; i <= 6; i++) {
        uint8_t text[NX_JSON_BRACKETS_ROOM + 1];
        *nx_json_put_brackets(&brackets, i, 6, text) = 0;
        CHECK_STR((const char *)text, expected[i]);
    }
    const nx_json_brackets none = {0, NULL, '\n'};
    uint8_t text[NX_JSON_BRACKETS_ROOM + 1];
    *nx_json_put_brackets(&none, 0, 2, text) = 0;
    CHECK_STR((const char *)text, "");
    *nx_json_put_brackets(&none, 1, 2, text) = 0;
    CHECK_STR((const char *)text, "\n");
    *nx_json_put_brackets(&none, 2, 2, text) = 0;
    CHECK_STR((const char *)text, "");
}

static void
test_arrays(void)
{
    const uint8_t values[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const nx_json_column column = column_of(NX_JSON_UINT8, values, 1);
    const size_t dims[] = {2, 3, 2};
    nx_json_section section = {
        .rows = 12,
        .ndim = 3,
        .dims = dims,
        .between = ',',
        .columns = &column,
        .column_count = 1,
    };
    check(&section, "[[[0,1],[2,3],[4,5]],[[6,7],[8,9],[10,11]]]");
    const size_t one[] = {12};
    section.ndim = 1;
    section.dims = one;
    check(&section, "[0,1,2,3,4,5,6,7,8,9,10,11]");
    section.ndim = 0;
    section.between = '\n';
    check(&section, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
    section.rows = 1;
    check(&section, "0");
}

static void
test_records(void)
{
    const uint8_t ids[4] = {1, 2, 3, 4};
    const double values[4] = {0.5, -1, 2, 1e300};
    const uint8_t key[4 + NX_JSON_PADDING] = "{\"a\":";
    const uint8_t longer[64 + NX_JSON_PADDING] =
        ",\"a name of more than thirty-two bytes\":";
    nx_json_column columns[2] = {column_of(NX_JSON_UINT8, ids, 1),
                                 column_of(NX_JSON_FLOAT64, values, 8)};
    const size_t dims[] = {2, 2};
    columns[0].before = key;
    columns[0].before_length = 5;
    columns[1].before = longer;
    columns[1].before_length = strlen((const char *)longer);
    nx_json_section section = {
        .rows = 4,
        .ndim = 2,
        .dims = dims,
        .between = ',',
        .columns = columns,
        .column_count = 2,
        .row_end = {(const uint8_t *)"}", 1},
    };
#define NAME "\"a name of more than thirty-two bytes\":"
    check(&section, "[[{\"a\":1," NAME "0.5},{\"a\":2," NAME
                    "-1.0}],"
                    "[{\"a\":3," NAME "2.0},{\"a\":4," NAME "1e+300}]]");
}

static void
test_places_of_faults(void)
{
    const double values[6] = {0, 0, 0, 0, 0, -1.0 / 0.0};
    const nx_json_policy raise = {NX_JSON_NAN_RAISE, NX_JSON_BIG_NUMBER};
    const size_t rows[] = {2}, inner[] = {2};
    nx_json_column columns[2] = {column_of(NX_JSON_FLOAT64, values, 8),
                                 column_of(NX_JSON_FLOAT64, values + 2, 8)};
    columns[1].step = 16;
    columns[1].ndim = 1;
    columns[1].dims = inner;
    columns[1].count = 2;
    const nx_json_section section = {
        .rows = 2,
        .ndim = 1,
        .dims = rows,
        .between = ',',
        .columns = columns,
        .column_count = 2,
    };
    nx_error error = {0};
    nx_json_writer writer = {
        .out = {NULL, NULL, true}, .policy = &raise, .error = &error};
    uint8_t *const at = nx_json_room(&writer, NULL, 1);
    CHECK(nx_json_put_section(&writer, &section, 0, 2, at) == NULL);
    CHECK_INT(error.code, NX_JSON_CODE_NAN);
    CHECK_INT(error.record, 1);
    CHECK_INT(error.column, 1);
    CHECK_INT(error.byte, 1);
    nx_free(writer.out.begin);
}

const nx_test nx_suite_json_rows[] = {
    NX_TEST(test_brackets),
    NX_TEST(test_arrays),
    NX_TEST(test_records),
    NX_TEST(test_places_of_faults),
    {0},
};
