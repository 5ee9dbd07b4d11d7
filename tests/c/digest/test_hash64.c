#include "harness.h"

#include <stdlib.h>

#include "digest/hash64.h"

/* 128-bit product by long multiplication of 32-bit halves. */
static void
slow_mul(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low)
{
    const uint64_t parts_a[2] = {(uint32_t)a, a >> 32},
                   parts_b[2] = {(uint32_t)b, b >> 32};
    uint32_t digits[4] = {0};
    for (int i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 2; j++) {
            const uint64_t sum = parts_a[i] * parts_b[j] + digits[i + j] + carry;
            digits[i + j] = (uint32_t)sum;
            carry = sum >> 32;
        }
        digits[i + 2] = (uint32_t)carry;
    }
    *low = digits[0] | (uint64_t)digits[1] << 32;
    *high = digits[2] | (uint64_t)digits[3] << 32;
}

static void
slow_absorb(uint64_t *x, uint64_t *y, uint64_t p, uint64_t q)
{
    uint64_t high, low;
    slow_mul(*x ^ p, *y ^ q, &high, &low);
    *x ^= p ^ high;
    *y ^= q ^ low;
}

/* The definition of the header, byte by byte. */
static uint64_t
slow_hash(const uint8_t *text, size_t n, uint64_t seed)
{
    uint64_t x = UINT64_C(0x6a09e667f3bcc908), y = UINT64_C(0xbb67ae8584caa73b);
    slow_absorb(&x, &y, seed, n);
    for (size_t start = 0; start < n; start += 16) {
        uint64_t words[2] = {0};
        for (size_t i = start; i < n && i < start + 16; i++) {
            words[(i - start) / 8] |= (uint64_t)text[i] << (8 * (i % 8));
        }
        slow_absorb(&x, &y, words[0], words[1]);
    }
    slow_absorb(&x, &y, UINT64_C(0x3c6ef372fe94f82b), UINT64_C(0xa54ff53a5f1d36f1));
    return x ^ y;
}

static void
test_documented_values(void)
{
    static const struct {
        const char *text;
        uint64_t seed, hash;
    } cases[] = {
        {"", 0, UINT64_C(0xbf3cae2b78cce849)},
        {"", 1, UINT64_C(0x600e9941adcecd5e)},
        {"a", 0, UINT64_C(0x17c7f9ef333b3101)},
        {"abc", 0, UINT64_C(0xcfe2cfb8b1a8b41a)},
        {"abc", 1, UINT64_C(0x5bdd58aaae168e50)},
        {"12345678", 0, UINT64_C(0x1f91a16df0c4dd5e)},
        {"The quick brown fox jumps over the lazy dog", 0,
         UINT64_C(0x712f8b439b99e23e)},
        {"The quick brown fox jumps over the lazy dog", 1,
         UINT64_C(0x4177bd3643904a44)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK(nx_hash64((const uint8_t *)cases[i].text, strlen(cases[i].text),
                        cases[i].seed) == cases[i].hash);
    }
    CHECK(nx_hash64(NULL, 0, 0) == cases[0].hash);
    CHECK(nx_hash64_number(1, 0) == UINT64_C(0xa56fae4a883cd992));
}

static void
test_every_length_follows_the_definition(void)
{
    uint64_t seed = 1;
    for (size_t n = 0; n <= 300; n++) {
        uint8_t *const text = malloc(n + (n == 0)); /* its exact size, for ASan */
        for (size_t i = 0; i < n; i++) {
            text[i] = (uint8_t)nx_test_random(&seed);
        }
        const uint64_t of_seed = n % 3 == 0 ? 0 : nx_test_random(&seed);
        CHECK(nx_hash64(text, n, of_seed) == slow_hash(text, n, of_seed));
        free(text);
    }
}

static void
test_numbers_are_their_eight_bytes(void)
{
    static const uint64_t edges[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63,
                                     UINT64_C(0x6a09e667f3bcc908)};
    uint64_t seed = 2;
    for (int i = 0; i < 1000; i++) {
        const uint64_t number = i < 5 ? edges[i] : nx_test_random(&seed);
        uint8_t bytes[8];
        for (int b = 0; b < 8; b++) {
            bytes[b] = (uint8_t)(number >> (8 * b));
        }
        CHECK(nx_hash64_number(number, seed) == slow_hash(bytes, 8, seed));
    }
}

static void
test_zeros_at_the_end_count(void)
{
    static const uint8_t zeros[40];
    uint64_t hashes[41];
    for (size_t n = 0; n <= 40; n++) {
        hashes[n] = nx_hash64(zeros, n, 0);
        for (size_t before = 0; before < n; before++) {
            CHECK(hashes[before] != hashes[n]);
        }
    }
}

/* Each bit of the key turns about half the bits of the hash. */
static void
test_every_bit_matters(void)
{
    uint64_t seed = 3;
    for (int bit = 0; bit < 64; bit++) {
        int turned[64] = {0};
        for (int round = 0; round < 2000; round++) {
            const uint64_t key = nx_test_random(&seed);
            const uint64_t difference = nx_hash64_number(key, 0) ^
                                        nx_hash64_number(key ^ UINT64_C(1) << bit, 0);
            for (int i = 0; i < 64; i++) {
                turned[i] += (int)(difference >> i & 1);
            }
        }
        for (int i = 0; i < 64; i++) {
            CHECK(turned[i] > 850 && turned[i] < 1150); /* six standard deviations */
        }
    }
}

const nx_test nx_suite_hash64[] = {
    NX_TEST(test_documented_values),
    NX_TEST(test_every_length_follows_the_definition),
    NX_TEST(test_numbers_are_their_eight_bytes),
    NX_TEST(test_zeros_at_the_end_count),
    NX_TEST(test_every_bit_matters),
    {0},
};
