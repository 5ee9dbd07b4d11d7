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

/* Groups first seen at 3, 5 and 9, in which items 0 to 9 are. */
static nx_groups
three_groups(bool want_counts, int64_t *codes)
{
    static const uint32_t numbers[] = {0, 0, 1, 2, 1};
    static const int64_t places[] = {3, 4, 5, 9, 10};
    nx_groups groups = {.want_counts = want_counts};
    CHECK_INT(nx_groups_add(&groups, numbers, 5, 3, 0, places, NULL), NX_OK);
    nx_group_put_codes(codes, 0, 11, numbers, places, 5, false);
    return groups;
}

static void
test_missing_items_become_a_group_in_its_turn(void)
{
    /* Where the first missing item is, and which group they then are. */
    static const struct {
        int64_t first_missing;
        size_t number;
    } cases[] = {{0, 0}, {2, 0}, {4, 1}, {6, 2}, {8, 2}, {10, 3}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (int counted = 0; counted < 2; counted++) {
            int64_t codes[11];
            nx_groups groups = three_groups(counted, codes);
            const size_t own = cases[c].number;
            size_t number = 99;
            groups.missing = 6;
            groups.first_missing = cases[c].first_missing;
            CHECK_INT(nx_groups_insert_missing(&groups, codes, 11, &number, NULL),
                      NX_OK);
            CHECK_INT(number, own);
            CHECK_INT(groups.count, 4);
            static const int64_t first[] = {3, 5, 9}, counts[] = {2, 2, 1};
            for (size_t i = 0; i < 3; i++) {
                CHECK_INT(groups.first[i + (i >= own)], first[i]);
                CHECK(!counted || groups.counts[i + (i >= own)] == counts[i]);
            }
            CHECK_INT(groups.first[own], cases[c].first_missing);
            CHECK(!counted || groups.counts[own] == 6);
            static const int64_t old[] = {-1, -1, -1, 0, 0, 1, -1, -1, -1, 2, 1};
            for (size_t i = 0; i < 11; i++) {
                CHECK_INT(codes[i], old[i] < 0 ? (int64_t)own
                                               : old[i] + (old[i] >= (int64_t)own));
            }
            nx_groups_clear(&groups);
        }
    }
}

static void
test_missing_items_alone_are_a_group(void)
{
    int64_t codes[] = {-1, -1};
    size_t number = 99;
    nx_groups groups = {.want_counts = true, .missing = 2};
    CHECK_INT(nx_groups_insert_missing(&groups, codes, 2, &number, NULL), NX_OK);
    CHECK(number == 0 && groups.count == 1 && codes[0] == 0 && codes[1] == 0);
    CHECK(groups.first[0] == 0 && groups.counts[0] == 2);
    nx_groups_clear(&groups);
    groups = (nx_groups){.missing = 2};
    CHECK_INT(nx_groups_insert_missing(&groups, NULL, 2, &number, NULL), NX_OK);
    CHECK_INT(groups.count, 1);
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

static bool
insert_first(void *context)
{
    nx_groups groups = {.want_counts = true, .missing = 1};
    size_t number;
    nx_error error = {0};
    (void)context;
    const nx_status status =
        nx_groups_insert_missing(&groups, NULL, 0, &number, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && groups.count == 0));
    nx_groups_clear(&groups);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    nx_test_alloc_failures(add_many, NULL, 30);
    nx_test_alloc_failures(insert_first, NULL, 5);
}

const nx_test nx_suite_groups[] = {
    NX_TEST(test_new_groups_are_noted_where_they_come),
    NX_TEST(test_missing_items_are_counted),
    NX_TEST(test_missing_items_become_a_group_in_its_turn),
    NX_TEST(test_missing_items_alone_are_a_group),
    NX_TEST(test_codes_of_all_and_of_some),
    NX_TEST(test_allocation_failures),
    {0},
};
