#include "harness.h"

#include "base/bits.h"
#include "base/entropy.h"

enum {
    CALLS = 1000
};

static void
test_numbers_differ(void)
{
    uint64_t seen[CALLS];
    for (size_t i = 0; i < CALLS; i++) {
        seen[i] = nx_entropy();
        for (size_t j = 0; j < i; j++) {
            CHECK(seen[i] != seen[j]);
        }
    }
}

static void
test_every_bit_changes(void)
{
    int ones[64] = {0};
    for (int i = 0; i < CALLS; i++) {
        const uint64_t bits = nx_entropy();
        for (int bit = 0; bit < 64; bit++) {
            ones[bit] += (int)(bits >> bit & 1);
        }
    }
    for (int bit = 0; bit < 64; bit++) {
        /* Ten standard deviations: 500 +- 158. */
        CHECK(ones[bit] > 342 && ones[bit] < 658);
    }
}

const nx_test nx_suite_entropy[] = {
    NX_TEST(test_numbers_differ),
    NX_TEST(test_every_bit_changes),
    {0},
};
