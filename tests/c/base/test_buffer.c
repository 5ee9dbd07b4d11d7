#include "harness.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "thread/parallel.h"

static void
test_last_release_frees(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_buffer *buffer = nx_buffer_new(1000, 8);
    CHECK(buffer != NULL);
    CHECK_INT(nx_buffer_size(buffer), 8000);
    CHECK((uintptr_t)nx_buffer_data(buffer) % NX_ALIGNMENT == 0);
    memset(nx_buffer_data(buffer), 1, nx_buffer_size(buffer));
    CHECK(nx_buffer_retain(buffer) == buffer);
    nx_buffer_release(buffer);
    CHECK(nx_alloc_live_blocks() > before);
    nx_buffer_release(buffer);
    CHECK_INT(nx_alloc_live_blocks(), before);
    nx_buffer_release(NULL);
}

static void
test_zeroed_buffers_are_zero(void)
{
    const size_t sizes[] = {1, 5000, NX_HUGE_PAGE_FROM};
    for (size_t i = 0; i < 3; i++) {
        nx_buffer *buffer = nx_buffer_new_zeroed(sizes[i], 1);
        const unsigned char *bytes = nx_buffer_data(buffer);
        size_t sum = 0;
        for (size_t k = 0; k < sizes[i]; k++) {
            sum += bytes[k];
        }
        CHECK_INT(sum, 0);
        nx_buffer_release(buffer);
    }
}

static void
test_empty_buffer_has_an_address(void)
{
    nx_buffer *buffer = nx_buffer_new(0, 8);
    CHECK(buffer != NULL);
    CHECK(nx_buffer_data(buffer) != NULL);
    CHECK_INT(nx_buffer_size(buffer), 0);
    nx_buffer_release(buffer);
}

static void
test_impossible_sizes_give_null(void)
{
    const size_t before = nx_alloc_live_blocks();
    CHECK(nx_buffer_new(SIZE_MAX / 4, 8) == NULL);
    CHECK(nx_buffer_new_zeroed(SIZE_MAX / 4, 8) == NULL);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static bool
make_two_buffers(void *context)
{
    (void)context;
    nx_buffer *first = nx_buffer_new(10, 10);
    nx_buffer *second = first == NULL ? NULL : nx_buffer_new_zeroed(10, 10);
    const bool made = second != NULL;
    nx_buffer_release(second);
    nx_buffer_release(first);
    return made;
}

static void
test_failed_allocations_leak_nothing(void)
{
    nx_test_alloc_failures(make_two_buffers, NULL, 5);
}

static nx_status
retain_read_release(void *context, size_t item, unsigned worker, nx_error *error)
{
    (void)item, (void)worker;
    nx_buffer *buffer = nx_buffer_retain(context);
    const unsigned char *bytes = nx_buffer_data(buffer);
    const bool intact = bytes[0] == 42 && bytes[nx_buffer_size(buffer) - 1] == 42;
    nx_buffer_release(buffer);
    /* Every item also drops one of the references that the test took for it. */
    nx_buffer_release(buffer);
    return intact ? NX_OK : nx_error_set(error, NX_ERR_VALUE, 0, "bytes changed");
}

static void
test_many_threads_share_and_the_last_one_frees(void)
{
    enum {
        ITEMS = 2000
    };
    const size_t before = nx_alloc_live_blocks();
    nx_buffer *buffer = nx_buffer_new(300, 1);
    memset(nx_buffer_data(buffer), 42, 300);
    for (int i = 0; i < ITEMS; i++) {
        nx_buffer_retain(buffer);
    }
    nx_buffer_release(buffer);
    CHECK_INT(nx_parallel_for(ITEMS, 4, retain_read_release, buffer, NULL, NULL),
              NX_OK);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* A part keeps the whole alive, and is released like any other. */
static void
test_slices_keep_the_whole(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_buffer *whole = nx_buffer_new_zeroed(100, 1);
    nx_buffer *part = nx_buffer_slice(whole, 64, 36);
    CHECK(whole != NULL && part != NULL);
    CHECK(nx_buffer_data(part) == (char *)nx_buffer_data(whole) + 64);
    CHECK_INT(nx_buffer_size(part), 36);
    nx_buffer_release(whole);
    ((char *)nx_buffer_data(part))[35] = 1;
    nx_buffer_release(nx_buffer_retain(part));
    nx_buffer_release(part);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
count_release(void *context)
{
    ++*(int *)context;
}

static void
test_foreign_bytes_are_given_back_once(void)
{
    static const char bytes[] = "of somebody else";
    const size_t before = nx_alloc_live_blocks();
    int released = 0;
    nx_buffer *buffer =
        nx_buffer_foreign(bytes, sizeof bytes, count_release, &released);
    nx_buffer *part = nx_buffer_slice(buffer, 3, 8);
    CHECK(nx_buffer_data(buffer) == bytes && nx_buffer_data(part) == bytes + 3);
    CHECK_INT(nx_buffer_size(buffer), sizeof bytes);
    nx_buffer_release(buffer);
    CHECK_INT(released, 0);
    nx_buffer_release(part);
    CHECK_INT(released, 1);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_reserved_space_shrinks_in_place(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_buffer *buffer = nx_buffer_reserve((size_t)1 << 20, 1 << 10, 5 << 20);
    if (buffer != NULL) { /* not every system lends address space */
        char *data = nx_buffer_data(buffer);
        CHECK_INT(data[123456], 0);
        data[0] = 1;
        data[4999999] = 2;
        CHECK(nx_buffer_shrink(buffer, 5000000));
        CHECK(nx_buffer_data(buffer) == data && data[0] == 1 && data[4999999] == 2);
        CHECK_INT(nx_buffer_size(buffer), 5000000);
        CHECK(nx_buffer_shrink(buffer, 10));
        CHECK_INT(data[0], 1);
        nx_buffer_release(buffer);
    }
    CHECK_INT(nx_alloc_live_blocks(), before);
}

const nx_test nx_suite_buffer[] = {
    NX_TEST(test_last_release_frees),
    NX_TEST(test_zeroed_buffers_are_zero),
    NX_TEST(test_empty_buffer_has_an_address),
    NX_TEST(test_impossible_sizes_give_null),
    NX_TEST(test_failed_allocations_leak_nothing),
    NX_TEST(test_many_threads_share_and_the_last_one_frees),
    NX_TEST(test_slices_keep_the_whole),
    NX_TEST(test_foreign_bytes_are_given_back_once),
    NX_TEST(test_reserved_space_shrinks_in_place),
    {0},
};
