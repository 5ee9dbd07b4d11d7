#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "hashtable/number_table.h"

static const nx_hash_seed seed = {UINT64_C(0x243F6A8885A308D3),
                                  UINT64_C(0x93198A2E03707345)};

/* Puts n keys in batches of `batch`. */
static nx_status
put_all(nx_number_table *table, const uint64_t *keys, size_t n, size_t batch,
        uint32_t *numbers, nx_error *error)
{
    nx_status status = NX_OK;
    for (size_t at = 0; at < n && status == NX_OK; at += batch) {
        const size_t count = n - at < batch ? n - at : batch;
        status = nx_number_table_put(table, keys + at, count, numbers + at, error);
    }
    return status;
}

static void
test_numbers_follow_the_first_occurrence(void)
{
    static const uint64_t keys[] = {7, 0, 7, UINT64_MAX, 0, 1, UINT64_MAX};
    static const uint32_t expected[] = {0, 1, 0, 2, 1, 3, 2};
    uint32_t numbers[7];
    for (size_t batch = 1; batch <= 7; batch++) {
        nx_number_table table;
        nx_number_table_begin(&table, seed);
        CHECK_INT(put_all(&table, keys, 7, batch, numbers, NULL), NX_OK);
        CHECK(memcmp(numbers, expected, sizeof expected) == 0);
        CHECK_INT(table.count, 4);
        nx_number_table_clear(&table);
    }
}

static void
test_direct_tables_number_the_same(void)
{
    static const uint64_t keys[] = {UINT64_MAX, 2, UINT64_MAX, 0, 2, UINT64_MAX - 1};
    static const uint32_t expected[] = {0, 1, 0, 2, 1, 3};
    uint32_t numbers[6];
    nx_number_table table;
    CHECK_INT(nx_number_table_begin_direct(&table, (uint64_t)-2, 5, NULL), NX_OK);
    CHECK_INT(put_all(&table, keys, 6, 4, numbers, NULL), NX_OK);
    CHECK(memcmp(numbers, expected, sizeof expected) == 0);
    CHECK_INT(table.count, 4);
    nx_number_table_clear(&table);
}

/* Memory that somebody writes to while it is grouped may hold any key. */
static void
test_keys_beyond_the_range_do_no_harm(void)
{
    const uint64_t keys[] = {5, 1000, UINT64_MAX, 0};
    uint32_t numbers[4];
    nx_number_table table;
    CHECK_INT(nx_number_table_begin_direct(&table, 5, 3, NULL), NX_OK);
    CHECK_INT(nx_number_table_put(&table, keys, 4, numbers, NULL), NX_OK);
    CHECK_INT(table.count, 1);
    nx_number_table_clear(&table);
}

static void
test_many_keys_while_it_grows(void)
{
    enum {
        KEYS = 200000
    };
    uint64_t *keys = malloc(2 * KEYS * sizeof *keys);
    uint32_t *numbers = malloc(2 * KEYS * sizeof *numbers);
    nx_number_table table;
    for (uint32_t i = 0; i < KEYS; i++) {
        keys[i] = (uint64_t)i * UINT64_C(0x9E3779B97F4A7C15);
        keys[2 * KEYS - 1 - i] = keys[i];
    }
    nx_number_table_begin(&table, seed);
    CHECK_INT(put_all(&table, keys, 2 * KEYS, NX_TABLE_BATCH, numbers, NULL), NX_OK);
    CHECK_INT(table.count, KEYS);
    CHECK_INT(table.reseeds, 0);
    for (uint32_t i = 0; i < KEYS; i++) {
        CHECK_INT(numbers[i], i);
        CHECK_INT(numbers[KEYS + i], KEYS - 1 - i);
    }
    nx_number_table_clear(&table);
    free(keys);
    free(numbers);
}

/* Keys whose hashes by `seed` end in the same bits: what an attacker would send. */
static uint64_t *
colliding_keys(size_t n, unsigned bits)
{
    uint64_t *keys = malloc(n * sizeof *keys);
    size_t found = 0;
    for (uint64_t key = 0; found < n; key++) {
        if ((nx_hash_pair(seed, key, 0) & ((UINT64_C(1) << bits) - 1)) == 0) {
            keys[found++] = key;
        }
    }
    return keys;
}

static void
test_a_flood_of_equal_hashes_changes_the_seed(void)
{
    enum {
        KEYS = 4000
    };
    uint64_t *keys = colliding_keys(KEYS, 13);
    uint32_t numbers[KEYS];
    nx_number_table table;
    nx_number_table_begin(&table, seed);
    for (int round = 0; round < 2; round++) {
        CHECK_INT(put_all(&table, keys, KEYS, NX_TABLE_BATCH, numbers, NULL), NX_OK);
        for (uint32_t i = 0; i < KEYS; i++) {
            CHECK_INT(numbers[i], i);
        }
    }
    CHECK(table.reseeds == 1);
    CHECK(table.seed.a != seed.a);
    CHECK_INT(table.count, KEYS);
    nx_number_table_clear(&table);
    free(keys);
}

/* A table that has changed its seed often enough ends all the same. */
static void
test_a_flood_of_a_last_seed_ends(void)
{
    enum {
        KEYS = 1000
    };
    uint64_t *keys = colliding_keys(KEYS, 11);
    uint32_t numbers[KEYS];
    nx_number_table table;
    nx_number_table_begin(&table, seed);
    table.reseeds = 8;
    for (int round = 0; round < 2; round++) {
        CHECK_INT(put_all(&table, keys, KEYS, NX_TABLE_BATCH, numbers, NULL), NX_OK);
        for (uint32_t i = 0; i < KEYS; i++) {
            CHECK_INT(numbers[i], i);
        }
    }
    CHECK_INT(table.reseeds, 8);
    CHECK(table.seed.a == seed.a);
    nx_number_table_clear(&table);
    free(keys);
}

static bool
fill(void *context)
{
    static uint32_t numbers[10000];
    nx_number_table table;
    nx_error error = {0};
    nx_number_table_begin(&table, seed);
    const nx_status status =
        put_all(&table, context, 10000, NX_TABLE_BATCH, numbers, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && error.msg[0] != 0));
    /* What is in it is still there. */
    for (uint32_t i = 0; i < table.count; i += 1000) {
        nx_error again;
        const uint64_t *keys = context;
        if (nx_number_table_put(&table, &keys[i], 1, numbers, &again) == NX_OK) {
            CHECK_INT(numbers[0], i);
        }
    }
    nx_number_table_clear(&table);
    return status == NX_OK;
}

static bool
begin_direct(void *context)
{
    nx_number_table table;
    nx_error error = {0};
    (void)context;
    const nx_status status = nx_number_table_begin_direct(&table, 0, 100, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_number_table_clear(&table);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    uint64_t keys[10000];
    for (uint32_t i = 0; i < 10000; i++) {
        keys[i] = i * UINT64_C(77777);
    }
    nx_test_alloc_failures(fill, keys, 50);
    nx_test_alloc_failures(begin_direct, NULL, 5);
}

const nx_test nx_suite_number_table[] = {
    NX_TEST(test_numbers_follow_the_first_occurrence),
    NX_TEST(test_direct_tables_number_the_same),
    NX_TEST(test_keys_beyond_the_range_do_no_harm),
    NX_TEST(test_many_keys_while_it_grows),
    NX_TEST(test_a_flood_of_equal_hashes_changes_the_seed),
    NX_TEST(test_a_flood_of_a_last_seed_ends),
    NX_TEST(test_allocation_failures),
    {0},
};
