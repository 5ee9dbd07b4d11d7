#include "harness.h"

#include "column/column_check.h"

static const char LONG_TEXT[] = "twenty-five bytes of text";

enum {
    LONG = sizeof LONG_TEXT - 1,
    SHORT = 5
};

/* Two good views: row 0 holds a long text, row 1 a short one. */
static nx_column
make_column(void)
{
    nx_column column = {.type = NX_TYPE_STRING, .length = 2};
    column.values = nx_buffer_new(2, sizeof(nx_string_view));
    nx_string_view *views = nx_buffer_data(column.values);
    CHECK(nx_view_store(&column.slabs, &views[0], (const uint8_t *)LONG_TEXT, LONG));
    CHECK(nx_view_store(&column.slabs, &views[1], (const uint8_t *)"short", SHORT));
    return column;
}

/* What is said about the column; "" if it is fine. */
static void
check_says(const nx_column *column, nx_status wanted, uint64_t row, const char *words)
{
    nx_error error = {0};
    CHECK_INT(nx_strings_check(column, &error), wanted);
    CHECK(strstr(error.msg, words) != NULL);
    if (wanted != NX_OK) {
        CHECK_INT(error.record, row);
        CHECK_INT(nx_strings_check(column, NULL), wanted);
    }
}

static void
test_views_of_our_own_are_fine(void)
{
    nx_column column = make_column();
    check_says(&column, NX_OK, 0, "");
    column.length = 0;
    check_says(&column, NX_OK, 0, "");
    nx_column_clear(&column);
}

static void
test_bad_references_are_told(void)
{
    static const struct {
        int32_t length, slab, offset;
        const char *words;
    } cases[] = {
        {-1, 0, 0, "negative"},
        {INT32_MIN, 0, 0, "negative"},
        {LONG, 1, 0, "not there"},
        {LONG, -1, 0, "not there"},
        {LONG, 0, -1, "ends behind"},
        {LONG, 0, INT32_MAX, "ends behind"},
        {INT32_MAX, 0, 0, "ends behind"},
        {LONG, 0, (64 << 10) - LONG + 1, "ends behind"},
        {LONG, 0, 1, "begins in another way"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_column column = make_column();
        nx_string_view *view = nx_buffer_data(column.values);
        view->length = cases[i].length;
        view->u.ref.slab = cases[i].slab;
        view->u.ref.offset = cases[i].offset;
        check_says(&column, NX_ERR_VALUE, 0, cases[i].words);
        nx_column_clear(&column);
    }
}

static void
test_slab_that_was_never_made(void)
{
    nx_column column = make_column();
    nx_buffer *slab = column.slabs.buffers[0];
    column.slabs.buffers[0] = NULL;
    check_says(&column, NX_ERR_VALUE, 0, "not there");
    column.slabs.buffers[0] = slab;
    nx_column_clear(&column);
}

static void
test_bytes_behind_a_short_text(void)
{
    for (size_t at = SHORT; at < NX_VIEW_INLINE; at++) {
        nx_column column = make_column();
        nx_string_view *views = nx_buffer_data(column.values);
        views[1].u.text[at] = 1;
        check_says(&column, NX_ERR_VALUE, 1, "bytes behind its text");
        nx_column_clear(&column);
    }
}

static void
test_text_that_is_not_utf8(void)
{
    nx_column column = make_column();
    nx_string_view *views = nx_buffer_data(column.values);
    views[1].u.text[SHORT - 1] = 0xC3; /* cut in the middle */
    check_says(&column, NX_ERR_ENCODING, 1, "row 1: it is not UTF-8");
    ((uint8_t *)nx_buffer_data(column.slabs.buffers[0]))[LONG - 1] = 0xFF;
    check_says(&column, NX_ERR_ENCODING, 0, "row 0: it is not UTF-8");
    nx_column_clear(&column);
}

const nx_test nx_suite_column_check[] = {
    NX_TEST(test_views_of_our_own_are_fine), NX_TEST(test_bad_references_are_told),
    NX_TEST(test_slab_that_was_never_made),  NX_TEST(test_bytes_behind_a_short_text),
    NX_TEST(test_text_that_is_not_utf8),     {0},
};
