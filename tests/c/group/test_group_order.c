#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "group/group_order.h"

static void
check_order(const int64_t *counts, size_t n, size_t limit)
{
    int64_t *order = nx_alloc(limit, sizeof *order);
    CHECK_INT(nx_group_order(counts, n, limit, order, NULL), NX_OK);
    bool *taken = calloc(n + 1, 1);
    for (size_t i = 0; i < limit && nx_test_failures() == 0; i++) {
        /* The best of those left, found by looking at all. */
        size_t best = SIZE_MAX;
        for (size_t j = 0; j < n; j++) {
            if (!taken[j] && (best == SIZE_MAX || counts[j] > counts[best])) {
                best = j;
            }
        }
        CHECK_INT(order[i], best);
        taken[best] = true;
    }
    free(taken);
    nx_free(order);
}

static void
test_falling_counts_and_ties_in_order(void)
{
    static const int64_t counts[] = {3, 9, 3, 0, 9, INT64_MAX, 1};
    for (size_t limit = 0; limit <= 7; limit++) {
        check_order(counts, 7, limit);
    }
    check_order(counts, 0, 0);
}

static void
test_few_of_many_and_many(void)
{
    enum {
        MANY = 1000
    };
    static const uint64_t ranges[] = {1, 3, 5000, UINT64_C(1) << 23, UINT64_C(1) << 62};
    static const size_t limits[] = {1, 2, 10, MANY / 16, MANY / 16 + 1, MANY / 2, MANY};
    int64_t counts[MANY];
    uint64_t random = 1;
    for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
        for (size_t i = 0; i < MANY; i++) {
            counts[i] = (int64_t)(nx_test_random(&random) % ranges[r]);
        }
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
            check_order(counts, MANY, limits[i]);
        }
    }
}

enum {
    MOST_GROUPS = 400
};

/* Groups whose counts are 4, 0, 1, 2, 3 again and again, first seen at 100, 101, ... */
static nx_groups
made_groups(size_t n)
{
    nx_groups groups = {.count = n, .capacity = n, .want_counts = true};
    groups.first = nx_alloc(n, sizeof *groups.first);
    groups.counts = nx_alloc(n, sizeof *groups.counts);
    for (size_t i = 0; groups.first != NULL && groups.counts != NULL && i < n; i++) {
        groups.first[i] = 100 + (int64_t)i;
        groups.counts[i] = (int64_t)(i + 4) % 5;
    }
    return groups;
}

/* Few are sorted in place, others by their order. */
static void
test_groups_are_put_in_order(void)
{
    static const size_t sizes[] = {0, 1, 2, 10, 31, 32, 33, 256, 257, MOST_GROUPS};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const size_t n = sizes[s];
        nx_groups groups = made_groups(n), before = made_groups(n);
        int64_t order[MOST_GROUPS];
        CHECK_INT(nx_group_order(before.counts, n, n, order, NULL), NX_OK);
        CHECK_INT(nx_groups_sort(&groups, NULL), NX_OK);
        CHECK_INT(groups.count, n);
        for (size_t i = 0; i < n; i++) {
            CHECK_INT(groups.first[i], before.first[order[i]]);
            CHECK_INT(groups.counts[i], before.counts[order[i]]);
        }
        nx_groups_clear(&groups);
        nx_groups_clear(&before);
    }
}

static bool
sort_many(void *context)
{
    nx_groups groups = made_groups(MOST_GROUPS);
    nx_error error = {0};
    nx_status status = NX_ERR_MEMORY;
    (void)context;
    if (groups.first != NULL && groups.counts != NULL) {
        status = nx_groups_sort(&groups, &error);
        CHECK(groups.first[0] == 100 && groups.counts[0] == 4);
        CHECK_INT(groups.first[1], status == NX_OK ? 105 : 101);
    }
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_groups_clear(&groups);
    return status == NX_OK;
}

static bool
order_all(void *context)
{
    int64_t order[1000];
    nx_error error = {0};
    const nx_status status = nx_group_order(context, 1000, 1000, order, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    int64_t counts[1000];
    for (int i = 0; i < 1000; i++) {
        counts[i] = i;
    }
    nx_test_alloc_failures(order_all, counts, 5);
    nx_test_alloc_failures(sort_many, NULL, 10);
}

const nx_test nx_suite_group_order[] = {
    NX_TEST(test_falling_counts_and_ties_in_order),
    NX_TEST(test_few_of_many_and_many),
    NX_TEST(test_groups_are_put_in_order),
    NX_TEST(test_allocation_failures),
    {0},
};
