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

/* Ten groups whose counts are 4, 0, 1, 2, 3 twice, first seen at 100, 101, ... */
static nx_groups
ten_groups(void)
{
    nx_groups groups = {.count = 10, .capacity = 10, .want_counts = true};
    groups.first = nx_alloc(10, sizeof *groups.first);
    groups.counts = nx_alloc(10, sizeof *groups.counts);
    for (int64_t i = 0; groups.first != NULL && groups.counts != NULL && i < 10; i++) {
        groups.first[i] = 100 + i;
        groups.counts[i] = (i + 4) % 5;
    }
    return groups;
}

static void
test_groups_are_put_in_order(void)
{
    static const int64_t expected[] = {0, 5, 4, 9, 3, 8, 2, 7, 1, 6};
    nx_groups groups = ten_groups();
    CHECK_INT(nx_groups_sort(&groups, NULL), NX_OK);
    CHECK_INT(groups.count, 10);
    for (int64_t i = 0; i < 10; i++) {
        CHECK_INT(groups.first[i], 100 + expected[i]);
        CHECK_INT(groups.counts[i], (expected[i] + 4) % 5);
    }
    nx_groups_clear(&groups);
    nx_groups none = {.want_counts = true};
    CHECK_INT(nx_groups_sort(&none, NULL), NX_OK);
    nx_groups_clear(&none);
}

static bool
sort_ten(void *context)
{
    nx_groups groups = ten_groups();
    nx_error error = {0};
    nx_status status = NX_ERR_MEMORY;
    (void)context;
    if (groups.first != NULL && groups.counts != NULL) {
        status = nx_groups_sort(&groups, &error);
        CHECK(groups.first[0] == 100 && groups.counts[0] == 4);
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
    nx_test_alloc_failures(sort_ten, NULL, 8);
}

const nx_test nx_suite_group_order[] = {
    NX_TEST(test_falling_counts_and_ties_in_order),
    NX_TEST(test_few_of_many_and_many),
    NX_TEST(test_groups_are_put_in_order),
    NX_TEST(test_allocation_failures),
    {0},
};
