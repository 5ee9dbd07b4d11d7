#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "column/column_fixed.h"

/* A column of strings of up to `longest` letters, some of them of several bytes;
 * lengths in code points are kept in `lengths`. Letter i of row r is letter(r, i). */
static uint32_t
letter(size_t row, size_t i, bool ascii)
{
    static const uint32_t wide[] = {0xE9, 0x4E2D, 0x1F600, 0x7FF, 0xFFFD};
    const size_t mixed = row * 31 + i * 7;
    return !ascii && mixed % 5 == 0 ? wide[mixed / 5 % 5] : 'a' + (uint32_t)mixed % 26;
}

static size_t
put_utf8(uint8_t *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (uint8_t)code;
        return 1;
    }
    const size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6) {
        to[i] = (uint8_t)(0x80 | (code & 0x3F));
    }
    to[0] = (uint8_t)(0xF00 >> n | code);
    return n;
}

static size_t
row_length(size_t row, size_t longest)
{
    return row * 7919 % (longest + 1);
}

static nx_column
make_column(size_t rows, size_t longest, bool ascii)
{
    nx_column column = {.type = NX_TYPE_STRING, .length = rows};
    uint8_t *const text = malloc(4 * longest + 1);
    column.values = nx_buffer_new(rows * sizeof(nx_string_view), 1);
    nx_string_view *views = nx_buffer_data(column.values);
    for (size_t row = 0; row < rows; row++) {
        size_t n = 0;
        for (size_t i = 0; i < row_length(row, longest); i++) {
            n += put_utf8(text + n, letter(row, i, ascii));
        }
        CHECK(nx_view_store(&column.slabs, &views[row], text, n));
    }
    free(text);
    return column;
}

static void
check_rows(const nx_column *column, size_t longest, bool ascii, size_t width,
           unsigned threads)
{
    const size_t rows = column->length;
    uint32_t *const ucs4 = calloc(rows * width + 1, 4);
    uint8_t *const bytes = calloc(rows * width * 4 + 1, 1);
    CHECK_INT(nx_fixed_fill(column, NX_FIXED_UCS4, width, ucs4, threads, NULL), NX_OK);
    CHECK_INT(nx_fixed_fill(column, NX_FIXED_BYTES, 4 * width, bytes, threads, NULL),
              NX_OK);
    for (size_t row = 0; row < rows; row++) {
        const size_t length = row_length(row, longest);
        size_t n = 0;
        for (size_t i = 0; i < width; i++) {
            const uint32_t expected = i < length ? letter(row, i, ascii) : 0;
            uint8_t text[4];
            const size_t size = put_utf8(text, expected);
            CHECK_INT(ucs4[row * width + i], expected);
            CHECK(memcmp(bytes + row * width * 4 + n, text, size) == 0);
            n += size;
        }
        for (; n < width * 4; n++) {
            CHECK_INT(bytes[row * width * 4 + n], 0);
        }
    }
    CHECK_INT(ucs4[rows * width], 0);
    CHECK_INT(bytes[rows * width * 4], 0);
    free(ucs4);
    free(bytes);
}

static void
test_every_length_and_width(void)
{
    for (size_t longest = 0; longest <= 40; longest++) {
        for (int ascii = 0; ascii <= 1; ascii++) {
            nx_column column = make_column(97, longest, ascii);
            size_t points = 0, bytes = 0;
            CHECK_INT(nx_fixed_longest(&column, NX_FIXED_UCS4, 1, &points, NULL),
                      NX_OK);
            CHECK_INT(nx_fixed_longest(&column, NX_FIXED_BYTES, 1, &bytes, NULL),
                      NX_OK);
            CHECK_INT(points, longest);
            CHECK(ascii ? bytes == longest : bytes >= longest);
            for (size_t more = 0; more < 3; more++) {
                check_rows(&column, longest, ascii, longest + more * 5, 1);
            }
            nx_column_clear(&column);
        }
    }
}

/* S: widths below four times the longest, where a text may end with its row. */
static void
test_bytes_of_just_the_width(void)
{
    for (size_t longest = 0; longest <= 30; longest++) {
        nx_column column = make_column(61, longest, true);
        uint8_t *const rows = calloc(61 * longest + 1, 1);
        CHECK_INT(nx_fixed_fill(&column, NX_FIXED_BYTES, longest, rows, 1, NULL),
                  NX_OK);
        for (size_t row = 0; row < 61; row++) {
            for (size_t i = 0; i < longest; i++) {
                const uint32_t expected =
                    i < row_length(row, longest) ? letter(row, i, true) : 0;
                CHECK_INT(rows[row * longest + i], expected);
            }
        }
        free(rows);
        nx_column_clear(&column);
    }
}

static void
test_threads_share_long_columns(void)
{
    enum {
        ROWS = 100001
    };
    nx_column column = make_column(ROWS, 15, false);
    size_t longest = 0;
    for (unsigned threads = 1; threads <= 4; threads++) {
        CHECK_INT(nx_fixed_longest(&column, NX_FIXED_UCS4, threads, &longest, NULL),
                  NX_OK);
        CHECK_INT(longest, 15);
    }
    check_rows(&column, 15, false, 15, 4);
    nx_column_clear(&column);
}

static void
test_a_string_that_does_not_fit_is_told(void)
{
    static const nx_fixed_kind kinds[] = {NX_FIXED_BYTES, NX_FIXED_UCS4};
    for (size_t longest = 1; longest <= 30; longest++) {
        nx_column column = make_column(50, longest, true);
        for (int k = 0; k < 2; k++) {
            nx_error error;
            uint8_t *const rows = calloc(50 * longest, 4);
            CHECK_INT(nx_fixed_fill(&column, kinds[k], longest - 1, rows, 1, &error),
                      NX_ERR_INTERNAL);
            CHECK(strstr(error.msg, "longer than") != NULL);
            free(rows);
        }
        nx_column_clear(&column);
    }
}

static void
test_a_column_without_rows(void)
{
    nx_column column = make_column(0, 5, true);
    size_t longest = 7;
    CHECK_INT(nx_fixed_longest(&column, NX_FIXED_BYTES, 2, &longest, NULL), NX_OK);
    CHECK_INT(longest, 0);
    CHECK_INT(nx_fixed_fill(&column, NX_FIXED_BYTES, 1, NULL, 2, NULL), NX_OK);
    nx_column_clear(&column);
}

static void
test_first_string_that_ends_in_nul(void)
{
    static const struct {
        const char *text;
        size_t size;
    } strings[] = {{"", 0},    {"a", 1},
                   {"\0a", 2}, {"a long one, no NUL", 18},
                   {"a\0", 2}, {"a long one\0 with one\0", 22},
                   {"\0", 1}};
    enum {
        COUNT = sizeof strings / sizeof strings[0]
    };
    for (size_t first = 0; first <= COUNT; first++) {
        nx_column column = {.type = NX_TYPE_STRING, .length = COUNT - first};
        column.values = nx_buffer_new(COUNT * sizeof(nx_string_view), 1);
        nx_string_view *views = nx_buffer_data(column.values);
        for (size_t i = first; i < COUNT; i++) {
            CHECK(nx_view_store(&column.slabs, &views[i - first],
                                (const uint8_t *)strings[i].text, strings[i].size));
        }
        const size_t wanted = first < 4 ? 4 - first : 0;
        CHECK_INT(nx_fixed_first_nul(&column), wanted);
        nx_column_clear(&column);
    }
}

const nx_test nx_suite_column_fixed[] = {
    NX_TEST(test_every_length_and_width),
    NX_TEST(test_bytes_of_just_the_width),
    NX_TEST(test_threads_share_long_columns),
    NX_TEST(test_a_string_that_does_not_fit_is_told),
    NX_TEST(test_a_column_without_rows),
    NX_TEST(test_first_string_that_ends_in_nul),
    {0},
};
