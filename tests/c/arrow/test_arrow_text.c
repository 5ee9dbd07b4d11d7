#include "gather_testing.h"

#include "arrow/arrow_text.h"
#include "base/alloc.h"

static void
check_row(const nx_column *column, size_t row, const char *text)
{
    const nx_string_view *view = (nx_string_view *)nx_buffer_data(column->values) + row;
    const size_t n = strlen(text);
    CHECK_INT(view->length, n);
    if (view->length == (int32_t)n) {
        const uint8_t *found = nx_view_text(view, column->slabs.buffers);
        CHECK(memcmp(found, text, n) == 0);
        CHECK(n <= NX_VIEW_INLINE || memcmp(view->u.ref.prefix, text, 4) == 0);
    }
    for (size_t i = n; i < NX_VIEW_INLINE; i++) {
        CHECK_INT(view->u.text[i], 0);
    }
}

static void
check_broken(const char *format, const char *index, struct ArrowArray chunk,
             const char *message)
{
    nx_column column;
    nx_error error = {0};
    arrays_released = 0;
    CHECK_INT(gather_chunks(format, index, &chunk, 1, 0, &column, &error),
              NX_ERR_FORMAT);
    if (strstr(error.msg, message) == NULL) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" lacks \"%s\"", error.msg, message);
    }
    nx_column_clear(&column);
    CHECK_INT(arrays_released, 2);
}

/* ---- Text and offsets ---- */

static const char all[] = "shortthis is a long textand another long text";

static void
test_text_of_both_widths(void)
{
    static const int32_t offsets[5] = {0, 5, 24, 24, 45};
    static const int64_t large[5] = {0, 5, 24, 24, 45};
    static const uint8_t bits[1] = {0x0D}; /* row 1 is null */
    for (int wide = 0; wide <= 1; wide++) {
        const void *buffers[3] = {NULL, wide ? (const void *)large : offsets, all};
        const void *nulls[3] = {bits, buffers[1], all};
        struct ArrowArray chunks[2] = {fake_array(3, 0, 1, buffers, 3),
                                       fake_array(4, -1, 0, nulls, 3)};
        nx_column column;
        arrays_released = 0;
        CHECK_INT(gather_chunks(wide ? "U" : "u", NULL, chunks, 2, 0, &column, NULL),
                  NX_OK);
        CHECK_INT(arrays_released, 2); /* the batches: both chunks are shared */
        check_row(&column, 0, "this is a long text");
        check_row(&column, 1, "");
        check_row(&column, 2, "and another long text");
        check_row(&column, 3, "short");
        check_row(&column, 4, ""); /* null */
        check_row(&column, 6, "and another long text");
        CHECK_INT(column.missing, 1);
        CHECK_INT(column.type, NX_TYPE_STRING);
        CHECK((const char *)nx_buffer_data(column.slabs.buffers[0]) == all + 5);
        nx_column_clear(&column);
        CHECK_INT(arrays_released, 4);
    }
}

static void
test_short_text_does_not_keep_the_producer(void)
{
    static const int32_t offsets[3] = {0, 5, 12};
    const void *buffers[3] = {NULL, offsets, all};
    struct ArrowArray chunk = fake_array(2, 0, 0, buffers, 3);
    nx_column column;
    arrays_released = 0;
    CHECK_INT(gather_chunks("u", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    CHECK_INT(arrays_released, 2);
    CHECK_INT(column.slabs.count, 0);
    check_row(&column, 1, "this is");
    nx_column_clear(&column);
}

static void
test_empty_text_may_be_nowhere(void)
{
    static const int32_t offsets[3];
    const void *buffers[3] = {NULL, offsets, NULL};
    struct ArrowArray chunk = fake_array(2, 0, 0, buffers, 3);
    nx_column column;
    CHECK_INT(gather_chunks("u", NULL, &chunk, 1, 0, &column, NULL), NX_OK);
    check_row(&column, 1, "");
    nx_column_clear(&column);
}

static void
test_broken_text(void)
{
    static const int32_t back[3] = {5, 3, 9}, negative[3] = {-1, 3, 9},
                         beyond[3] = {0, 9, 3}, fine[3] = {0, 1, 3},
                         below[4] = {20, 40, 0, 45};
    static const uint8_t bits[1] = {0x05};
    static const int64_t huge[3] = {0, INT64_C(1) << 31, INT64_C(1) << 31};
    const void *buffers[3] = {NULL, back, all};
    check_broken("u", NULL, fake_array(2, 0, 0, buffers, 3), "row 0: offsets run back");
    buffers[1] = negative;
    check_broken("u", NULL, fake_array(2, 0, 0, buffers, 3), "row 0: offsets run back");
    buffers[1] = beyond;
    check_broken("u", NULL, fake_array(2, 0, 0, buffers, 3), "row 0: offsets run back");
    buffers[1] = below; /* of a null offsets are not looked at */
    buffers[0] = bits;
    check_broken("u", NULL, fake_array(3, 1, 0, buffers, 3), "row 2: offsets run back");
    buffers[0] = NULL;
    buffers[1] = huge;
    check_broken("U", NULL, fake_array(2, 0, 0, buffers, 3), "longer than 2 GiB");
    buffers[1] = fine;
    buffers[2] = "a\xC3(";
    check_broken("u", NULL, fake_array(2, 0, 0, buffers, 3),
                 "row 1: the string is not");
    buffers[2] = NULL;
    check_broken("u", NULL, fake_array(2, 0, 0, buffers, 3), "text is missing");
}

/* ---- Views ---- */

static nx_string_view
view_of(const char *text, int32_t slab, int32_t offset)
{
    nx_string_view view;
    memset(&view, 0xEE, sizeof view); /* padding and prefix are made anew */
    view.length = (int32_t)strlen(text);
    if (view.length <= NX_VIEW_INLINE) {
        memcpy(view.u.text, text, strlen(text));
    }
    else {
        view.u.ref.slab = slab;
        view.u.ref.offset = offset;
    }
    return view;
}

static void
test_views(void)
{
    static const uint8_t bits[1] = {0x17}; /* row 3 is null, and garbage */
    const int64_t sizes[2] = {7, sizeof all - 1};
    nx_string_view views[5] = {view_of("", 0, 0), view_of("exactly12byt", 0, 0),
                               view_of("this is a long text", 1, 5),
                               view_of("this is nothing at all", 9, -4),
                               view_of("and another long text", 1, 24)};
    const void *buffers[5] = {bits, views, "unused", all, sizes};
    struct ArrowArray chunk = fake_array(5, 1, 0, buffers, 5);
    nx_column column;
    arrays_released = 0;
    CHECK_INT(gather_chunks("vu", NULL, &chunk, 1, 1, &column, NULL), NX_OK);
    CHECK_INT(arrays_released, 1);
    check_row(&column, 0, "exactly12byt");
    check_row(&column, 1, "this is a long text");
    check_row(&column, 2, "");
    check_row(&column, 3, "and another long text");
    CHECK_INT(column.slabs.count, 1); /* what no view points at is left out */
    CHECK(nx_buffer_data(column.slabs.buffers[0]) == all);
    nx_column_clear(&column);
    CHECK_INT(arrays_released, 2);
}

static void
test_broken_views(void)
{
    int64_t sizes[1] = {30};
    nx_string_view view = view_of("this is a long text", 0, 12);
    const void *buffers[4] = {NULL, &view, all, sizes};
    const struct ArrowArray chunk = fake_array(1, 0, 0, buffers, 4);
    check_broken("vu", NULL, chunk, "row 0: the string is outside");
    view.u.ref.offset = -1;
    check_broken("vu", NULL, chunk, "outside");
    view.u.ref.offset = 0;
    view.u.ref.slab = 1;
    check_broken("vu", NULL, chunk, "outside");
    view.u.ref.slab = -1;
    check_broken("vu", NULL, chunk, "outside");
    view.u.ref.slab = 0;
    buffers[2] = NULL;
    check_broken("vu", NULL, chunk, "outside");
    buffers[2] = all;
    view.u.ref.offset = 1;
    sizes[0] = INT64_MIN;
    check_broken("vu", NULL, chunk, "outside");
    sizes[0] = 30;
    view.u.ref.offset = 0;
    buffers[2] = "this is a l\xFFng text";
    check_broken("vu", NULL, chunk, "not UTF-8");
    view.length = -5;
    check_broken("vu", NULL, chunk, "negative");
    view = view_of("\xFF", 0, 0);
    check_broken("vu", NULL, chunk, "not UTF-8");
}

/* ---- Dictionaries ---- */

static void
test_dictionaries_are_decoded(void)
{
    static const int32_t offsets[4] = {0, 5, 24, 45};
    static const uint8_t entry_bits[1] = {0x0D}; /* entry 1 of all four is null */
    static const char *const formats[] = {"c", "C", "s", "S", "i", "I", "l", "L"};
    static const uint8_t bits[1] = {0x1D}; /* row 1 is null */
    const int64_t entries[5] = {2, 99, 0, 1, 2};
    for (size_t k = 0; k < 8; k++) {
        const size_t width = (size_t)1 << k / 2;
        uint8_t indices[40];
        for (size_t i = 0; i < 5; i++) {
            memcpy(indices + i * width, &entries[i], width);
        }
        const void *text[3] = {entry_bits, offsets, all}, *rows[2] = {bits, indices};
        struct ArrowArray dictionary = fake_array(3, -1, 0, text, 3);
        struct ArrowArray chunk = fake_array(5, -1, 0, rows, 2);
        nx_column column;
        chunk.dictionary = &dictionary;
        CHECK_INT(gather_chunks("u", formats[k], &chunk, 1, 0, &column, NULL), NX_OK);
        check_row(&column, 0, "and another long text");
        check_row(&column, 1, "");
        check_row(&column, 2, "short");
        check_row(&column, 3, "");
        check_row(&column, 4, "and another long text");
        CHECK_INT(column.missing, 2);
        nx_column_clear(&column);
    }
}

static void
test_broken_dictionaries(void)
{
    static const int32_t offsets[3] = {0, 5, 24};
    static const uint64_t beyond[1] = {UINT64_MAX};
    int8_t indices[2] = {0, 2};
    const void *text[3] = {NULL, offsets, all}, *rows[2] = {NULL, indices};
    struct ArrowArray dictionary = fake_array(2, 0, 0, text, 3);
    struct ArrowArray chunk = fake_array(2, 0, 0, rows, 2);
    chunk.dictionary = &dictionary;
    check_broken("u", "c", chunk, "row 1: the index is outside");
    indices[1] = -1;
    check_broken("u", "c", chunk, "row 1: the index is outside");
    rows[1] = beyond;
    chunk.length = 1;
    check_broken("u", "L", chunk, "row 0: the index is outside");
    text[2] = "\xFF\xFF\xFF\xFF\xFF\xFF";
    check_broken("u", "L", chunk, "dictionary entry 0: the string is not");
    chunk.dictionary = NULL;
    check_broken("u", "c", chunk, "released");
}

static bool
gather_once(void *context)
{
    static const int32_t offsets[4] = {0, 5, 24, 45};
    static const uint8_t entry_bits[1] = {0x05};
    const int64_t sizes[1] = {sizeof all - 1};
    const int8_t indices[3] = {2, 1, 0};
    nx_string_view view = view_of("this is a long text", 0, 5);
    const void *text[3] = {entry_bits, offsets, all}, *rows[2] = {NULL, indices};
    const void *views[4] = {NULL, &view, all, sizes};
    struct ArrowArray dictionary = fake_array(3, -1, 0, text, 3);
    struct ArrowArray chunk = fake_array(3, 0, 0, rows, 2);
    nx_column column;
    nx_error error;
    nx_status status;
    arrays_released = 0;
    if (*(const bool *)context) {
        chunk.dictionary = &dictionary;
        status = gather_chunks("u", "c", &chunk, 1, 0, &column, &error);
    }
    else {
        chunk = fake_array(1, 0, 0, views, 4);
        status = gather_chunks("vu", NULL, &chunk, 1, 0, &column, &error);
    }
    nx_column_clear(&column);
    CHECK_INT(arrays_released, 2);
    return status == NX_OK;
}

static void
test_failed_allocations_leave_nothing(void)
{
    for (int encoded = 0; encoded <= 1; encoded++) {
        bool dictionary = encoded;
        nx_test_alloc_failures(gather_once, &dictionary, 30);
    }
}

const nx_test nx_suite_arrow_text[] = {
    NX_TEST(test_text_of_both_widths),
    NX_TEST(test_short_text_does_not_keep_the_producer),
    NX_TEST(test_empty_text_may_be_nowhere),
    NX_TEST(test_broken_text),
    NX_TEST(test_views),
    NX_TEST(test_broken_views),
    NX_TEST(test_dictionaries_are_decoded),
    NX_TEST(test_broken_dictionaries),
    NX_TEST(test_failed_allocations_leave_nothing),
    {0},
};
