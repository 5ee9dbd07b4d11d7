#include "harness.h"

#include "hashtable/key_hash.h"

static void
test_the_first_seed_stays(void)
{
    const nx_hash_seed a = nx_hash_seed_first(), b = nx_hash_seed_first();
    CHECK(a.a == b.a && a.b == b.b);
    CHECK(a.a != 0 && a.b != 0);
}

static void
test_next_seeds_differ(void)
{
    const nx_hash_seed a = nx_hash_seed_next(), b = nx_hash_seed_next();
    CHECK(a.a != b.a && a.b != b.b);
    CHECK((a.b & 1) == 1 && a.b >> 63 == 1);
}

/* Every bit of a hash serves as a place in a table: neighbours fill one evenly. */
static void
test_low_and_high_bits_spread(void)
{
    enum {
        BUCKETS = 256,
        KEYS = BUCKETS * 100
    };
    static const uint64_t steps[] = {1, 8, 4096, UINT64_C(1) << 32, UINT64_C(1) << 48};
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        int low[BUCKETS] = {0}, high[BUCKETS] = {0};
        const nx_hash_seed seed = {UINT64_C(0x0123456789ABCDEF) + s,
                                   UINT64_C(0xD1B54A32D192ED03)};
        for (uint64_t key = 0; key < KEYS; key++) {
            const uint64_t hash = nx_hash_pair(seed, key * steps[s], 0);
            low[hash % BUCKETS]++;
            high[hash >> 56]++;
        }
        for (int i = 0; i < BUCKETS; i++) {
            CHECK(low[i] > 20 && low[i] < 300);
            CHECK(high[i] > 20 && high[i] < 300);
        }
    }
}

const nx_test nx_suite_hash_seed[] = {
    NX_TEST(test_the_first_seed_stays),
    NX_TEST(test_next_seeds_differ),
    NX_TEST(test_low_and_high_bits_spread),
    {0},
};
