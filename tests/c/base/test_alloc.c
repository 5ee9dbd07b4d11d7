#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

static const size_t huge = NX_HUGE_PAGE_FROM;

static bool
is_aligned(const void *block, size_t alignment)
{
    return (uintptr_t)block % alignment == 0;
}

/* A pattern that depends on the position, so that shifted copies show. */
static void
fill(unsigned char *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        bytes[i] = (unsigned char)(i * 31 + (i >> 8) + (i >> 16));
    }
}

static bool
holds_fill(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != (unsigned char)(i * 31 + (i >> 8) + (i >> 16))) {
            return false;
        }
    }
    return true;
}

static void
test_size_arithmetic_sees_overflow(void)
{
    static const struct {
        size_t a, b;
        bool mul, add;
    } cases[] = {
        {0, 0, true, true},
        {0, SIZE_MAX, true, true},
        {SIZE_MAX, 0, true, true},
        {1, SIZE_MAX, true, false},
        {2, SIZE_MAX / 2, true, true},
        {2, SIZE_MAX / 2 + 1, false, true},
        {SIZE_MAX, SIZE_MAX, false, false},
        {(size_t)1 << (sizeof(size_t) * 4), (size_t)1 << (sizeof(size_t) * 4), false,
         true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t product, sum;
        CHECK_INT(nx_size_mul(cases[i].a, cases[i].b, &product), cases[i].mul);
        CHECK_INT(nx_size_add(cases[i].a, cases[i].b, &sum), cases[i].add);
        if (cases[i].mul) {
            CHECK(product == cases[i].a * cases[i].b);
        }
        if (cases[i].add) {
            CHECK(sum == cases[i].a + cases[i].b);
        }
    }
}

static void
test_every_size_is_aligned_and_writable(void)
{
    const size_t sizes[] = {0,    1,        63,   64,       65,           4095,
                            4096, huge - 1, huge, huge + 1, 3 * huge + 77};
    const size_t before = nx_alloc_live_blocks();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = nx_alloc(sizes[i], 1);
        CHECK(block != NULL);
        CHECK(is_aligned(block, NX_ALIGNMENT));
        CHECK_INT(nx_alloc_live_blocks(), before + 1);
        fill(block, 0, sizes[i]);
        CHECK(holds_fill(block, sizes[i]));
        nx_free(block);
    }
    nx_free(NULL);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_zeroed_blocks_are_zero_also_when_reused(void)
{
    const size_t sizes[] = {0, 1, 1000, huge - 1, huge, huge + 4097};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int round = 0; round < 2; round++) {
            unsigned char *block = nx_alloc_zeroed(1, sizes[i]);
            CHECK(block != NULL);
            size_t sum = 0;
            for (size_t k = 0; k < sizes[i]; k++) {
                sum += block[k];
            }
            CHECK_INT(sum, 0);
            memset(block, 0xFF, sizes[i]);
            nx_free(block);
        }
    }
}

static void
test_impossible_sizes_give_null(void)
{
    const size_t before = nx_alloc_live_blocks();
    CHECK(nx_alloc(SIZE_MAX, 2) == NULL);
    CHECK(nx_alloc(SIZE_MAX, 1) == NULL);
    CHECK(nx_alloc_zeroed(SIZE_MAX / 8 + 1, 8) == NULL);
    CHECK(nx_alloc(PTRDIFF_MAX, 1) == NULL);
    CHECK(nx_alloc((size_t)PTRDIFF_MAX - 4096, 1) == NULL);
    char *block = nx_alloc(10, 1);
    memcpy(block, "unchanged", 10);
    CHECK(nx_realloc(block, 10, SIZE_MAX, 1) == NULL);
    CHECK_STR(block, "unchanged");
    nx_free(block);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* Every pair of sizes: heap to heap, heap to mapping and back, in place, moved. */
static void
test_realloc_keeps_the_common_prefix(void)
{
    const size_t sizes[] = {0, 100, 5000, huge - 1, huge, huge + 9000, 3 * huge + 1};
    const size_t count = sizeof sizes / sizeof sizes[0];
    const size_t before = nx_alloc_live_blocks();
    for (size_t from = 0; from < count; from++) {
        for (size_t to = 0; to < count; to++) {
            unsigned char *block = nx_realloc(NULL, 0, sizes[from], 1);
            CHECK(block != NULL);
            fill(block, 0, sizes[from]);
            block = nx_realloc(block, sizes[from], sizes[to], 1);
            CHECK(block != NULL);
            CHECK(is_aligned(block, NX_ALIGNMENT));
            CHECK(holds_fill(block, sizes[from] < sizes[to] ? sizes[from] : sizes[to]));
            fill(block, 0, sizes[to]);
            CHECK(holds_fill(block, sizes[to]));
            CHECK_INT(nx_alloc_live_blocks(), before + 1);
            nx_free(block);
        }
    }
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* A neighbour that grows too makes each of them move now and then. */
static void
test_large_blocks_that_grow_side_by_side(void)
{
    unsigned char *blocks[3] = {NULL, NULL, NULL};
    size_t length = 0;
    for (int round = 0; round < 6; round++) {
        const size_t longer = length + huge + 12345;
        for (int i = 0; i < 3; i++) {
            blocks[i] = nx_realloc(blocks[i], length, longer, 1);
            CHECK(blocks[i] != NULL);
            fill(blocks[i], length, longer);
        }
        length = longer;
    }
    for (int i = 0; i < 3; i++) {
        CHECK(holds_fill(blocks[i], length));
#if defined(__linux__)
        CHECK(is_aligned(blocks[i], (size_t)2 << 20));
#endif
        nx_free(blocks[i]);
    }
}

#if defined(__linux__)
/* Pages of a block that the system has had to provide. */
static size_t
resident_pages(void *block, size_t bytes)
{
    static unsigned char resident[1 << 20];
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t pages = 0;
    if (bytes / page > sizeof resident || mincore(block, bytes, resident) != 0) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < bytes / page; i++) {
        pages += resident[i] & 1u;
    }
    return pages;
}
#endif

static void
test_large_blocks_cost_nothing_until_touched(void)
{
    const size_t bytes = (size_t)1 << 30;
    unsigned char *block = nx_alloc_zeroed(bytes, 1);
    CHECK(block != NULL);
    CHECK_INT(block[0] + block[bytes / 2] + block[bytes - 1], 0);
    nx_free(block);
#if defined(__linux__)
    block = nx_alloc_zeroed(bytes, 1);
    CHECK(is_aligned(block, (size_t)2 << 20));
    CHECK_INT(resident_pages(block, bytes), 0);
    nx_free(block);
#endif
}

typedef struct {
    int calls;
    size_t last;
    bool answer;
} hook_log;

static bool
logging_hook(void *context, size_t bytes)
{
    hook_log *log = context;
    log->calls++;
    log->last = bytes;
    return log->answer;
}

static void
test_hook_sees_and_refuses_every_allocation(void)
{
    const size_t before = nx_alloc_live_blocks();
    hook_log log = {.answer = true};
    nx_alloc_set_hook(logging_hook, &log);
    void *block = nx_alloc(3, 100);
    CHECK_INT(log.calls, 1);
    CHECK_INT(log.last, 300);
    log.answer = false;
    CHECK(nx_alloc(1, 1) == NULL);
    CHECK(nx_alloc_zeroed(1, huge) == NULL);
    CHECK(nx_realloc(block, 3, 7, 100) == NULL);
    CHECK(nx_realloc(NULL, 0, 7, 100) == NULL);
    CHECK_INT(log.calls, 5);
    CHECK_INT(log.last, 700);
    nx_alloc_set_hook(NULL, NULL);
    nx_free(block);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_advice_changes_nothing(void)
{
    static const size_t sizes[] = {0, 1, 5000, 2 << 20, (2 << 20) + 5000, 6 << 20};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        char *memory = malloc(sizes[k] + 3);
        CHECK(memory != NULL);
        if (memory != NULL) {
            memset(memory, 'x', sizes[k] + 3);
            nx_advise_huge_pages(memory + 3, sizes[k]);
            for (size_t i = 0; i < sizes[k] + 3; i++) {
                CHECK(memory[i] == 'x');
            }
        }
        free(memory);
    }
}

static bool
allocate_three(void *context)
{
    (void)context;
    void *first = nx_alloc(10, 10);
    void *second = first == NULL ? NULL : nx_alloc_zeroed(1, huge);
    void *third = second == NULL ? NULL : nx_realloc(second, 1, 2, huge);
    nx_free(third == NULL ? second : third);
    nx_free(first);
    return third != NULL;
}

static void
test_failure_loop_ends_and_leaks_nothing(void)
{
    nx_test_alloc_failures(allocate_three, NULL, 4);
}

const nx_test nx_suite_alloc[] = {
    NX_TEST(test_size_arithmetic_sees_overflow),
    NX_TEST(test_every_size_is_aligned_and_writable),
    NX_TEST(test_zeroed_blocks_are_zero_also_when_reused),
    NX_TEST(test_impossible_sizes_give_null),
    NX_TEST(test_realloc_keeps_the_common_prefix),
    NX_TEST(test_large_blocks_that_grow_side_by_side),
    NX_TEST(test_large_blocks_cost_nothing_until_touched),
    NX_TEST(test_hook_sees_and_refuses_every_allocation),
    NX_TEST(test_advice_changes_nothing),
    NX_TEST(test_failure_loop_ends_and_leaks_nothing),
    {0},
};
