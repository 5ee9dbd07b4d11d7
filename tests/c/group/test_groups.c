#include "harness.h"

#include "base/alloc.h"
#include "group/groups.h"

static void
test_new_groups_are_noted_where_they_come(void)
{
    static const uint32_t numbers[] = {0, 1, 0, 2, 2}, more[] = {1, 3};
    static const int64_t places[] = {20, 31};
    nx_groups groups = {.want_counts = true};
    CHECK_INT(nx_groups_add(&groups, numbers, 5, 3, 10, NULL, NULL), NX_OK);
    CHECK_INT(nx_groups_add(&groups, more, 2, 4, 0, places, NULL), NX_OK);
    CHECK_INT(groups.count, 4);
    static const int64_t first[] = {10, 11, 13, 31}, counts[] = {2, 2, 2, 1};
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(groups.first[i], first[i]);
        CHECK_INT(groups.counts[i], counts[i]);
    }
    nx_groups_clear(&groups);
    CHECK(groups.first == NULL && groups.counts == NULL && groups.count == 0);
}

static void
test_missing_items_are_counted(void)
{
    static const int64_t places[] = {5, 7};
    nx_groups groups = {.want_counts = false};
    nx_groups_add_missing(&groups, 5, 2, places, 2); /* none */
    CHECK_INT(groups.missing, 0);
    nx_groups_add_missing(&groups, 5, 4, places, 2);
    CHECK_INT(groups.missing, 2);
    CHECK_INT(groups.first_missing, 6);
    nx_groups_add_missing(&groups, 100, 3, places, 0);
    CHECK_INT(groups.missing, 5);
    CHECK_INT(groups.first_missing, 6);
    nx_groups_clear(&groups);
}

static void
test_codes_of_all_and_of_some(void)
{
    static const uint32_t numbers[] = {4, 2, UINT32_MAX, 7, 0};
    static const int64_t places[] = {11, 13};
    int64_t codes[16];
    memset(codes, 0x55, sizeof codes);
    nx_group_put_codes(codes, 10, 5, numbers, places, 2, true);
    static const int64_t expected[] = {-1, 4, -1, 2, -1};
    CHECK(memcmp(codes + 10, expected, sizeof expected) == 0);
    CHECK(codes[9] == 0x5555555555555555 && codes[15] == 0x5555555555555555);
    for (int far = 0; far < 2; far++) {
        for (size_t first = 0; first < 2; first++) {
            for (size_t n = 0; n <= 5; n++) {
                memset(codes, 0x55, sizeof codes);
                nx_group_put_codes(codes + 1, first, n, numbers, NULL, n, far);
                for (size_t i = 0; i < n; i++) {
                    CHECK_INT(codes[1 + first + i], numbers[i]);
                }
                CHECK(codes[first] == 0x5555555555555555);
                CHECK(codes[1 + first + n] == 0x5555555555555555);
            }
        }
    }
}

static bool
add_many(void *context)
{
    nx_groups groups = {.want_counts = true};
    uint32_t numbers[NX_TABLE_BATCH];
    nx_status status = NX_OK;
    nx_error error = {0};
    (void)context;
    for (uint32_t at = 0; at < 4096 && status == NX_OK; at += NX_TABLE_BATCH) {
        for (uint32_t i = 0; i < NX_TABLE_BATCH; i++) {
            numbers[i] = at + i;
        }
        status = nx_groups_add(&groups, numbers, NX_TABLE_BATCH, at + NX_TABLE_BATCH,
                               at, NULL, &error);
    }
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_groups_clear(&groups);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    nx_test_alloc_failures(add_many, NULL, 30);
}

const nx_test nx_suite_groups[] = {
    NX_TEST(test_new_groups_are_noted_where_they_come),
    NX_TEST(test_missing_items_are_counted),
    NX_TEST(test_codes_of_all_and_of_some),
    NX_TEST(test_allocation_failures),
    {0},
};
