#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "column/column_select.h"

enum {
    ROWS = 300,
    LONGEST = 5000
};

/* The text of a row: empty, short, just a view, or long. */
static size_t
make_text(uint8_t *text, size_t row)
{
    static const size_t lengths[] = {0, 1, 4, 12, 13, 40, LONGEST};
    const size_t n = lengths[row % 7];
    for (size_t i = 0; i < n; i++) {
        text[i] = (uint8_t)('a' + (row / 7 + i) % 26);
    }
    return n;
}

/* Rows first .. first + rows - 1 of the texts; false when no memory was left. */
static bool
make_column(nx_column *column, size_t first, size_t rows)
{
    uint8_t text[LONGEST];
    *column = (nx_column){.type = NX_TYPE_STRING, .length = rows};
    column->values = nx_buffer_new(rows, sizeof(nx_string_view));
    bool made = column->values != NULL;
    for (size_t row = 0; row < rows && made; row++) {
        nx_string_view *views = nx_buffer_data(column->values);
        const size_t n = make_text(text, first + row);
        made = nx_view_store(&column->slabs, &views[row], text, n);
    }
    if (!made) {
        nx_column_clear(column);
    }
    return made;
}

static bool
holds(const nx_column *column, size_t row, size_t number)
{
    uint8_t text[LONGEST];
    const nx_string_view *view = (nx_string_view *)nx_buffer_data(column->values) + row;
    const size_t n = make_text(text, number);
    return view->length == (int32_t)n &&
           memcmp(nx_view_text(view, column->slabs.buffers), text, n) == 0;
}

static void
test_slice_shares_and_outlives_its_source(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_column column, part, inner;
    CHECK(make_column(&column, 0, ROWS));
    CHECK_INT(nx_strings_slice(&column, 5, 200, &part, NULL), NX_OK);
    CHECK_INT(part.length, 195);
    CHECK(nx_buffer_data(part.values) ==
          (nx_string_view *)nx_buffer_data(column.values) + 5);
    CHECK(part.slabs.buffers[0] == column.slabs.buffers[0]);
    nx_column_clear(&column);
    CHECK_INT(nx_strings_slice(&part, 10, 190, &inner, NULL), NX_OK);
    nx_column_clear(&part);
    for (size_t row = 0; row < inner.length; row++) {
        CHECK(holds(&inner, row, row + 15));
    }
    nx_column_clear(&inner);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_slices_without_rows(void)
{
    nx_column column, part;
    CHECK(make_column(&column, 0, 9));
    for (size_t at = 0; at <= 9; at += 9) {
        CHECK_INT(nx_strings_slice(&column, at, at, &part, NULL), NX_OK);
        CHECK_INT(part.length, 0);
        nx_column_clear(&part);
    }
    nx_column_clear(&column);
}

static void
test_take_in_any_order_and_more_than_once(void)
{
    static const int64_t rows[] = {299, 0, 4, 4, 6, 5, 0, 298};
    nx_column column, taken;
    CHECK(make_column(&column, 0, ROWS));
    CHECK_INT(nx_strings_take(&column, rows, 8, &taken, NULL), NX_OK);
    nx_column_clear(&column);
    CHECK_INT(taken.length, 8);
    for (size_t i = 0; i < 8; i++) {
        CHECK(holds(&taken, i, (size_t)rows[i]));
    }
    nx_column_clear(&taken);
}

static void
test_rows_that_are_not_there_are_told(void)
{
    static const int64_t wrong[] = {ROWS, -1, INT64_MIN, INT64_MAX};
    const size_t before = nx_alloc_live_blocks();
    nx_column column, taken;
    CHECK(make_column(&column, 0, ROWS));
    for (size_t i = 0; i < 4; i++) {
        const int64_t rows[] = {0, wrong[i]};
        nx_error error = {0};
        CHECK_INT(nx_strings_take(&column, rows, 2, &taken, &error), NX_ERR_VALUE);
        CHECK(strstr(error.msg, "is not one of 300 rows") != NULL);
    }
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_concat_keeps_the_order(void)
{
    nx_column parts[4], whole, none;
    const nx_column *pointers[5];
    CHECK(make_column(&parts[0], 0, 100));
    CHECK(make_column(&parts[1], 100, 0));
    CHECK(make_column(&parts[2], 100, 150));
    CHECK(make_column(&parts[3], 250, 50));
    for (size_t i = 0; i < 4; i++) {
        pointers[i] = &parts[i];
    }
    pointers[4] = &parts[0]; /* one may come twice */
    CHECK_INT(nx_strings_concat(pointers, 5, &whole, NULL), NX_OK);
    CHECK_INT(nx_strings_concat(pointers, 0, &none, NULL), NX_OK);
    CHECK_INT(none.length, 0);
    nx_column_clear(&none);
    for (size_t i = 0; i < 4; i++) {
        nx_column_clear(&parts[i]);
    }
    CHECK_INT(whole.length, ROWS + 100);
    for (size_t row = 0; row < whole.length; row++) {
        CHECK(holds(&whole, row, row % ROWS));
    }
    nx_column_clear(&whole);
}

static void
test_more_slabs_than_a_view_can_number(void)
{
    nx_column huge = {.slabs = {.count = INT32_MAX}}, one = {.slabs = {.count = 1}};
    const nx_column *columns[] = {&huge, &one};
    nx_column whole;
    nx_error error = {0};
    CHECK_INT(nx_strings_concat(columns, 2, &whole, &error), NX_ERR_OVERFLOW);
    CHECK(strstr(error.msg, "2147483648 blocks of memory") != NULL);
    nx_slabs slabs = {.count = 1};
    CHECK(!nx_slabs_share(&slabs, &huge.slabs));
    CHECK_INT(slabs.count, 1);
}

/* What shares slabs stores its own strings elsewhere. */
static void
test_shared_slabs_are_not_written_to(void)
{
    nx_column column;
    nx_slabs shared = {0};
    nx_string_view view;
    uint8_t text[20] = {0};
    CHECK(make_column(&column, 0, ROWS));
    CHECK(nx_slabs_share(&shared, &column.slabs));
    CHECK(nx_view_store(&shared, &view, text, sizeof text));
    CHECK_INT(view.u.ref.slab, column.slabs.count);
    for (size_t row = 0; row < ROWS; row++) {
        CHECK(holds(&column, row, row));
    }
    nx_slabs_clear(&shared);
    nx_column_clear(&column);
}

static void
test_equal_row_by_row(void)
{
    nx_column a, b;
    uint8_t equal[ROWS];
    CHECK(make_column(&a, 0, ROWS) && make_column(&b, 0, ROWS));
    nx_strings_equal(&a, &b, equal);
    for (size_t row = 0; row < ROWS; row++) {
        CHECK_INT(equal[row], 1);
    }
    nx_column_clear(&b);
    /* One row on: the lengths differ, but of those seven rows apart only the text. */
    for (size_t shift = 1; shift <= 7; shift += 6) {
        CHECK(make_column(&b, shift, ROWS));
        nx_strings_equal(&a, &b, equal);
        for (size_t row = 0; row < ROWS; row++) {
            CHECK_INT(equal[row], shift == 7 && row % 7 == 0);
        }
        nx_column_clear(&b);
    }
    nx_column_clear(&a);
}

static void
test_one_byte_makes_strings_unequal(void)
{
    for (size_t n = 1; n < 40; n++) {
        for (size_t at = 0; at < n; at++) {
            nx_column columns[2];
            uint8_t text[40] = {0}, equal = 7;
            for (size_t i = 0; i < 2; i++) {
                columns[i] = (nx_column){.type = NX_TYPE_STRING, .length = 1};
                columns[i].values = nx_buffer_new(1, sizeof(nx_string_view));
                text[at] = (uint8_t)i;
                CHECK(nx_view_store(&columns[i].slabs,
                                    nx_buffer_data(columns[i].values), text, n));
            }
            nx_strings_equal(&columns[0], &columns[1], &equal);
            CHECK_INT(equal, 0);
            nx_column_clear(&columns[0]);
            nx_column_clear(&columns[1]);
        }
    }
}

/* Bytes of the slabs up to their last string. */
static size_t
slab_bytes(const nx_column *column)
{
    size_t *ends = calloc(column->slabs.count, sizeof *ends);
    size_t bytes = 0;
    CHECK(ends != NULL);
    CHECK_INT(nx_strings_measure(column, ends), 2 * LONGEST + 40);
    for (size_t i = 0; i < column->slabs.count; i++) {
        bytes += ends[i];
    }
    free(ends);
    return bytes;
}

static void
test_compact_leaves_out_what_nobody_uses(void)
{
    static const int64_t rows[] = {6, 13, 0, 5};
    nx_column column, taken, compact;
    CHECK(make_column(&column, 0, ROWS));
    CHECK_INT(nx_strings_take(&column, rows, 4, &taken, NULL), NX_OK);
    nx_column_clear(&column);
    CHECK(slab_bytes(&taken) > 2 * LONGEST + 40);
    CHECK_INT(nx_strings_compact(&taken, &compact, NULL), NX_OK);
    nx_column_clear(&taken);
    CHECK_INT(slab_bytes(&compact), 2 * LONGEST + 40);
    for (size_t i = 0; i < 4; i++) {
        CHECK(holds(&compact, i, (size_t)rows[i]));
    }
    nx_column_clear(&compact);
}

static bool
all_of_them(void *context)
{
    static const int64_t rows[] = {9, 6, 13, 0};
    nx_column column, other;
    (void)context;
    if (!make_column(&column, 0, 60)) {
        return false;
    }
    const nx_column *twice[] = {&column, &column};
    bool done = nx_strings_slice(&column, 3, 20, &other, NULL) == NX_OK;
    for (int step = 0; step < 3 && done; step++) {
        nx_column_clear(&other);
        done = (step == 0   ? nx_strings_take(&column, rows, 4, &other, NULL)
                : step == 1 ? nx_strings_concat(twice, 2, &other, NULL)
                            : nx_strings_compact(&column, &other, NULL)) == NX_OK;
    }
    nx_column_clear(&other);
    nx_column_clear(&column);
    return done;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(all_of_them, NULL, 200);
}

const nx_test nx_suite_column_select[] = {
    NX_TEST(test_slice_shares_and_outlives_its_source),
    NX_TEST(test_slices_without_rows),
    NX_TEST(test_take_in_any_order_and_more_than_once),
    NX_TEST(test_rows_that_are_not_there_are_told),
    NX_TEST(test_concat_keeps_the_order),
    NX_TEST(test_more_slabs_than_a_view_can_number),
    NX_TEST(test_shared_slabs_are_not_written_to),
    NX_TEST(test_equal_row_by_row),
    NX_TEST(test_one_byte_makes_strings_unequal),
    NX_TEST(test_compact_leaves_out_what_nobody_uses),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
