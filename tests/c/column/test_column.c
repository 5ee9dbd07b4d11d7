#include "harness.h"

#include "base/alloc.h"
#include "column/column.h"

static void
test_clear_releases_everything(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_column column = {.type = NX_TYPE_STRING, .length = 3};
    nx_string_view view;
    column.values = nx_buffer_new_zeroed(3, sizeof view);
    column.mask = nx_buffer_new_zeroed(3, 1);
    CHECK(nx_view_store(&column.slabs, &view, (const uint8_t *)"more than a view", 16));
    CHECK(nx_alloc_live_blocks() > before);
    nx_column_clear(&column);
    CHECK_INT(nx_alloc_live_blocks(), before);
    CHECK(column.values == NULL && column.mask == NULL && column.slabs.count == 0);
    nx_column_clear(&column);
}

/* A buffer that an array still holds outlives its column. */
static void
test_shared_buffers_stay(void)
{
    nx_column column = {.type = NX_TYPE_INT64, .length = 1};
    column.values = nx_buffer_new_zeroed(1, 8);
    nx_buffer *kept = nx_buffer_retain(column.values);
    nx_column_clear(&column);
    CHECK_INT(*(int64_t *)nx_buffer_data(kept), 0);
    nx_buffer_release(kept);
}

const nx_test nx_suite_column[] = {
    NX_TEST(test_clear_releases_everything),
    NX_TEST(test_shared_buffers_stay),
    {0},
};
