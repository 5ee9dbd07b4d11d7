#include "harness.h"

#include "number/bigint.h"

/* Remainder by a number below 2^32: tells the value apart without its digits. */
static uint64_t
remainder_of(const nx_bigint *number, uint32_t divisor)
{
    uint64_t rest = 0;
    for (int i = number->n - 1; i >= 0; i--) {
        rest = (rest << 32 | number->word[i] >> 32) % divisor;
        rest = (rest << 32 | (number->word[i] & 0xFFFFFFFF)) % divisor;
    }
    return rest;
}

static void
test_products_and_powers_keep_their_residues(void)
{
    static const uint32_t primes[] = {4294967291u, 4294967279u, 1000000007u};
    uint64_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        nx_bigint number;
        const uint64_t start = nx_test_random(&seed);
        const unsigned fives = (unsigned)(nx_test_random(&seed) % 700);
        const unsigned twos = (unsigned)(nx_test_random(&seed) % 900);
        const uint64_t factor = nx_test_random(&seed) | 1, add = nx_test_random(&seed);
        nx_bigint_set(&number, start);
        nx_bigint_mul_pow5(&number, fives);
        nx_bigint_mul_add(&number, factor, add);
        nx_bigint_shift_left(&number, twos);
        for (int k = 0; k < 3; k++) {
            uint64_t rest = start % primes[k];
            for (unsigned i = 0; i < fives; i++) {
                rest = rest * 5 % primes[k];
            }
            rest = (rest * (factor % primes[k]) + add % primes[k]) % primes[k];
            for (unsigned i = 0; i < twos; i++) {
                rest = rest * 2 % primes[k];
            }
            CHECK(remainder_of(&number, primes[k]) == rest);
        }
        CHECK(number.n == 0 || number.word[number.n - 1] != 0);
    }
}

static void
test_compare_orders_numbers(void)
{
    nx_bigint a, b;
    nx_bigint_set(&a, 0);
    nx_bigint_set(&b, 0);
    CHECK_INT(nx_bigint_compare(&a, &b), 0);
    nx_bigint_shift_left(&a, 1000);
    CHECK_INT(a.n, 0);
    nx_bigint_set(&b, 1);
    CHECK(nx_bigint_compare(&a, &b) < 0);
    CHECK(nx_bigint_compare(&b, &a) > 0);
    nx_bigint_set(&a, 1);
    for (unsigned bits = 1; bits < 300; bits++) {
        nx_bigint_set(&a, 1);
        nx_bigint_set(&b, 1);
        nx_bigint_shift_left(&a, bits);
        nx_bigint_mul_add(&a, 1, 1); /* 2^bits + 1 */
        nx_bigint_shift_left(&b, bits);
        CHECK(nx_bigint_compare(&a, &b) > 0);
        nx_bigint_mul_add(&b, 1, 1);
        CHECK_INT(nx_bigint_compare(&a, &b), 0);
    }
}

static void
test_what_does_not_fit_is_dropped_in_bounds(void)
{
    nx_bigint number;
    nx_bigint_set(&number, UINT64_MAX);
    nx_bigint_mul_pow5(&number, 3000);
    CHECK_INT(number.n, NX_BIGINT_WORDS);
    nx_bigint_shift_left(&number, 64 * NX_BIGINT_WORDS + 5);
    CHECK(number.n <= NX_BIGINT_WORDS);
}

const nx_test nx_suite_bigint[] = {
    NX_TEST(test_products_and_powers_keep_their_residues),
    NX_TEST(test_compare_orders_numbers),
    NX_TEST(test_what_does_not_fit_is_dropped_in_bounds),
    {0},
};
