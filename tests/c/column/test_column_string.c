#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "column/column_string.h"

static void
make_text(uint8_t *text, size_t n, size_t number)
{
    for (size_t i = 0; i < n; i++) {
        text[i] = (uint8_t)(number * 31 + i * 7 + (i >> 8));
    }
}

static bool
holds(const nx_string_view *view, const nx_slabs *slabs, const uint8_t *text, size_t n)
{
    return view->length == (int32_t)n &&
           memcmp(nx_view_text(view, slabs->buffers), text, n) == 0;
}

/* Arrow: 16 bytes; short texts inline and zero-padded, long ones by prefix, slab
 * and offset. */
static void
test_layout_of_a_view(void)
{
    nx_slabs slabs = {0};
    CHECK_INT(sizeof(nx_string_view), 16);
    for (size_t n = 0; n < 40; n++) {
        uint8_t text[40];
        nx_string_view view;
        uint8_t zeros[NX_VIEW_INLINE] = {0};
        make_text(text, n, n);
        memset(&view, 0xEE, sizeof view);
        CHECK(nx_view_store(&slabs, &view, text, n));
        CHECK(holds(&view, &slabs, text, n));
        const uint8_t *bytes = (const uint8_t *)&view;
        if (n <= NX_VIEW_INLINE) {
            CHECK_INT(slabs.count, 0);
            CHECK(memcmp(bytes + 4, text, n) == 0);
            CHECK(memcmp(bytes + 4 + n, zeros, NX_VIEW_INLINE - n) == 0);
        }
        else {
            CHECK(memcmp(bytes + 4, text, 4) == 0);
            CHECK_INT(view.u.ref.slab, slabs.count - 1);
        }
    }
    nx_slabs_clear(&slabs);
}

enum {
    STRINGS = 2000,
    LONGEST = 20000
};

/* A column of a few texts takes little memory, one of many takes few slabs. */
static void
test_slabs_begin_small_and_grow(void)
{
    static const size_t sizes[] = {256,      1 << 10, 4 << 10, 16 << 10,
                                   64 << 10, 1 << 17, 1 << 18};
    nx_slabs slabs = {0};
    int32_t slab, offset;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        CHECK(nx_slabs_reserve(&slabs, sizes[i], &slab, &offset) != NULL);
        CHECK(slab == (int32_t)i && offset == 0);
        CHECK_INT(nx_buffer_size(slabs.buffers[i]), sizes[i]);
    }
    for (size_t made = slabs.made; made < 20; made++) {
        CHECK(nx_slabs_reserve(&slabs, 16 << 20, &slab, &offset) != NULL);
        CHECK_INT(nx_buffer_size(slabs.buffers[made]), 16 << 20);
    }
    nx_slabs_clear(&slabs);
}

/* Texts of all sizes over many slabs; every view is read when all are written. */
static void
test_views_stay_valid_while_slabs_grow(void)
{
    const size_t before = nx_alloc_live_blocks();
    static nx_string_view views[STRINGS];
    static size_t sizes[STRINGS];
    static uint8_t text[LONGEST];
    nx_slabs slabs = {0};
    uint64_t random = 6;
    for (size_t i = 0; i < STRINGS; i++) {
        sizes[i] = nx_test_random(&random) % LONGEST;
        make_text(text, sizes[i], i);
        CHECK(nx_view_store(&slabs, &views[i], text, sizes[i]));
    }
    CHECK(slabs.count > 3);
    for (size_t i = 0; i < STRINGS; i++) {
        make_text(text, sizes[i], i);
        CHECK(holds(&views[i], &slabs, text, sizes[i]));
    }
    nx_slabs_clear(&slabs);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_text_larger_than_any_slab(void)
{
    const size_t n = (size_t)20 << 20;
    uint8_t *text = malloc(n);
    nx_slabs slabs = {0};
    nx_string_view large, small;
    CHECK(text != NULL);
    make_text(text, n, 1);
    CHECK(nx_view_store(&slabs, &large, text, n));
    CHECK(nx_view_store(&slabs, &small, text, 13));
    CHECK(holds(&large, &slabs, text, n));
    CHECK(holds(&small, &slabs, text, 13));
    nx_slabs_clear(&slabs);
    free(text);
}

static void
test_room_given_back_is_used_again(void)
{
    nx_slabs slabs = {0};
    int32_t slab, first, second;
    uint8_t *room = nx_slabs_reserve(&slabs, 1000, &slab, &first);
    CHECK(room != NULL);
    nx_slabs_give_back(&slabs, 990);
    uint8_t *next = nx_slabs_reserve(&slabs, 5, &slab, &second);
    CHECK(next == room + 10);
    CHECK_INT(second, first + 10);
    nx_slabs_clear(&slabs);
}

/* Two workers fill one column in turn; the views of both hold in the whole. */
static void
test_slabs_of_two_workers_are_merged(void)
{
    const size_t before = nx_alloc_live_blocks();
    static nx_string_view views[STRINGS];
    static uint8_t text[LONGEST];
    atomic_uint_fast32_t counter;
    atomic_init(&counter, 0);
    nx_slabs workers[2] = {{.counter = &counter}, {.counter = &counter}};
    nx_slabs all = {0};
    for (size_t i = 0; i < STRINGS; i++) {
        make_text(text, 3000, i);
        CHECK(nx_view_store(&workers[i / 7 % 2], &views[i], text, 3000));
    }
    CHECK(workers[0].made > 1 && workers[1].made > 1);
    const size_t made = workers[0].made + workers[1].made;
    CHECK(nx_slabs_merge(&all, &workers[0]) && nx_slabs_merge(&all, &workers[1]));
    nx_slabs_clear(&workers[0]);
    nx_slabs_clear(&workers[1]);
    CHECK_INT(all.count, made);
    CHECK_INT(all.made, made);
    for (size_t i = 0; i < STRINGS; i++) {
        make_text(text, 3000, i);
        CHECK(holds(&views[i], &all, text, 3000));
    }
    nx_slabs_clear(&all);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static bool
store_many(void *context)
{
    uint8_t text[30000];
    nx_slabs slabs = {0};
    nx_string_view view;
    bool stored = true;
    (void)context;
    make_text(text, sizeof text, 2);
    for (int i = 0; i < 40 && stored; i++) {
        stored = nx_view_store(&slabs, &view, text, sizeof text);
    }
    nx_slabs_clear(&slabs);
    return stored;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(store_many, NULL, 100);
}

/* What is stored in open room stays where it is, beside strings reserved one by one. */
static void
test_open_room_is_kept_as_far_as_used(void)
{
    nx_slabs slabs = {0};
    nx_slab_room room = {0};
    int32_t slab, offset;
    nx_slabs_close(&slabs, &room); /* none is open */
    CHECK_INT(slabs.count, 0);
    CHECK(nx_slabs_open(&slabs, 10, &room));
    CHECK((size_t)(room.end - room.at) >= 10);
    memcpy(room.at, "abc", 3);
    const uint8_t *first = room.at;
    room.at += 3;
    room.place += UINT64_C(3) << 32;
    nx_slabs_close(&slabs, &room);
    CHECK(room.at == NULL);
    CHECK(nx_slabs_reserve(&slabs, 4, &slab, &offset) == first + 3);
    CHECK_INT(offset, 3);
    CHECK(nx_slabs_open(&slabs, (size_t)1 << 20, &room)); /* too much for the first */
    CHECK_INT(room.place, 1);                             /* slab 1 from its start on */
    CHECK(memcmp(first, "abc", 3) == 0);
    nx_slabs_close(&slabs, &room);
    nx_slabs_clear(&slabs);
}

/* A slab of somebody else: its views hold, and what is stored later goes elsewhere. */
static void
test_adopted_slabs_are_not_written_to(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_slabs slabs = {0};
    nx_string_view view;
    int32_t slab = -1;
    nx_buffer *buffer = nx_buffer_new_zeroed(100, 1);
    CHECK(nx_slabs_adopt(&slabs, buffer, &slab));
    CHECK_INT(slab, 0);
    CHECK(nx_view_store(&slabs, &view, (const uint8_t *)"thirteen bytes", 14));
    CHECK_INT(view.u.ref.slab, 1);
    CHECK_INT(((char *)nx_buffer_data(buffer))[0], 0);
    CHECK(nx_slabs_adopt(&slabs, buffer, &slab));
    CHECK_INT(slab, 2);
    nx_buffer_release(buffer);
    CHECK(slabs.buffers[0] == slabs.buffers[2]);
    nx_slabs_clear(&slabs);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* Numbers without a slab may come last, too. */
static void
test_shared_slabs_may_end_with_a_gap(void)
{
    nx_buffer *buffer = nx_buffer_new_zeroed(100, 1);
    nx_buffer *buffers[2] = {buffer, NULL};
    const nx_slabs given = {.buffers = buffers, .count = 2, .made = 1};
    nx_slabs slabs = {0};
    nx_string_view view;
    CHECK(nx_slabs_share(&slabs, &given));
    CHECK(nx_view_store(&slabs, &view, (const uint8_t *)"thirteen bytes", 14));
    CHECK_INT(view.u.ref.slab, 2);
    nx_slabs_clear(&slabs);
    nx_buffer_release(buffer);
}

const nx_test nx_suite_column_string[] = {
    NX_TEST(test_layout_of_a_view),
    NX_TEST(test_slabs_begin_small_and_grow),
    NX_TEST(test_views_stay_valid_while_slabs_grow),
    NX_TEST(test_text_larger_than_any_slab),
    NX_TEST(test_room_given_back_is_used_again),
    NX_TEST(test_slabs_of_two_workers_are_merged),
    NX_TEST(test_failing_allocations_leave_nothing),
    NX_TEST(test_open_room_is_kept_as_far_as_used),
    NX_TEST(test_adopted_slabs_are_not_written_to),
    NX_TEST(test_shared_slabs_may_end_with_a_gap),
    {0},
};
