#include "harness.h"

#include "column/view_fast.h"

enum {
    LONGEST = 100
};

/* Fills what stands around and in the text with bytes that are not zero. */
static void
fill(uint8_t *text, size_t n)
{
    for (size_t i = 0; i < n + 32; i++) {
        text[i] = (uint8_t)(i * 7 + n + 1) | 1;
    }
}

static void
test_short_views_equal_stored_ones(void)
{
    uint8_t text[LONGEST + 32];
    nx_slabs slabs = {0};
    for (size_t n = 0; n <= NX_VIEW_INLINE; n++) {
        nx_string_view fast, slow;
        fill(text, n);
        memset(&fast, 0xEE, sizeof fast);
        nx_view_put_short(&fast, text, n);
        CHECK(nx_view_store(&slabs, &slow, text, n));
        CHECK(memcmp(&fast, &slow, sizeof fast) == 0);
    }
    CHECK_INT(slabs.count, 0);
}

/* Every length after every other one, in one slab. */
static void
test_views_of_all_lengths_in_a_row(void)
{
    static nx_string_view views[LONGEST * LONGEST];
    uint8_t text[LONGEST + 32];
    nx_slabs slabs = {0};
    nx_slab_room room = {0};
    CHECK(nx_slabs_open(&slabs, (size_t)LONGEST * LONGEST * LONGEST, &room));
    size_t count = 0, bytes = 0;
    for (size_t a = 0; a < LONGEST; a += 3) {
        for (size_t b = 0; b < LONGEST; b++) {
            const size_t n = count % 2 == 0 ? a : b;
            fill(text, n);
            nx_view_put(&views[count++], text, n, &room);
            bytes += n > NX_VIEW_INLINE ? n : 0;
        }
    }
    nx_slabs_close(&slabs, &room);
    CHECK_INT(slabs.used, bytes);
    count = 0;
    for (size_t a = 0; a < LONGEST; a += 3) {
        for (size_t b = 0; b < LONGEST; b++) {
            const nx_string_view *view = &views[count];
            const size_t n = count++ % 2 == 0 ? a : b;
            fill(text, n);
            CHECK_INT(view->length, n);
            CHECK(memcmp(nx_view_text(view, slabs.buffers), text, n) == 0);
            CHECK(n <= NX_VIEW_INLINE || memcmp(view->u.ref.prefix, text, 4) == 0);
        }
    }
    nx_slabs_clear(&slabs);
}

const nx_test nx_suite_view_fast[] = {
    NX_TEST(test_short_views_equal_stored_ones),
    NX_TEST(test_views_of_all_lengths_in_a_row),
    {0},
};
