#include "harness.h"

#include "base/bits.h"

static void
test_single_bits_are_counted_from_both_ends(void)
{
    for (int i = 0; i < 64; i++) {
        const uint64_t bit = UINT64_C(1) << i;
        CHECK_INT(nx_ctz64(bit), i);
        CHECK_INT(nx_clz64(bit), 63 - i);
        CHECK_INT(nx_popcount64(bit), 1);
        CHECK_INT(nx_ctz64(bit | (UINT64_C(1) << 63)), i);
        CHECK_INT(nx_clz64(bit | 1), 63 - i);
        CHECK_INT(nx_popcount64(bit - 1), i);
    }
    CHECK_INT(nx_popcount64(0), 0);
    CHECK_INT(nx_popcount64(UINT64_MAX), 64);
}

/* The schoolbook product in 32-bit halves, the oracle of nx_mul128. */
static void
long_multiplication(uint64_t a, uint64_t b, uint32_t digits[4])
{
    const uint64_t x[2] = {(uint32_t)a, a >> 32}, y[2] = {(uint32_t)b, b >> 32};
    memset(digits, 0, 4 * sizeof digits[0]);
    for (int i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 2; j++) {
            const uint64_t sum = x[i] * y[j] + digits[i + j] + carry;
            digits[i + j] = (uint32_t)sum;
            carry = sum >> 32;
        }
        digits[i + 2] = (uint32_t)carry;
    }
}

static void
test_mul128_agrees_with_long_multiplication(void)
{
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        uint64_t a = nx_test_random(&seed), b = nx_test_random(&seed);
        if (round % 4 == 0) {
            a = UINT64_MAX - (a & 3); /* every carry at work */
            b = round % 8 == 0 ? b >> (b & 63) : UINT64_MAX - (b & 3);
        }
        uint64_t high, low;
        uint32_t digits[4];
        nx_mul128(a, b, &high, &low);
        long_multiplication(a, b, digits);
        CHECK(low == ((uint64_t)digits[1] << 32 | digits[0]));
        CHECK(high == ((uint64_t)digits[3] << 32 | digits[2]));
    }
}

static void
test_loads_and_stores_are_little_endian_at_any_address(void)
{
    unsigned char bytes[24];
    for (int i = 0; i < 24; i++) {
        bytes[i] = (unsigned char)(0x81 + 3 * i);
    }
    for (int offset = 0; offset < 16; offset++) {
        uint64_t expected = 0;
        for (int i = 7; i >= 0; i--) {
            expected = expected << 8 | bytes[offset + i];
        }
        CHECK(nx_load64le(bytes + offset) == expected);
        CHECK(nx_load32le(bytes + offset) == (uint32_t)expected);
        unsigned char copy[24] = {0};
        nx_store64le(copy + offset, expected);
        CHECK(memcmp(copy + offset, bytes + offset, 8) == 0 && copy[offset + 8] == 0);
    }
}

const nx_test nx_suite_bits[] = {
    NX_TEST(test_single_bits_are_counted_from_both_ends),
    NX_TEST(test_mul128_agrees_with_long_multiplication),
    NX_TEST(test_loads_and_stores_are_little_endian_at_any_address),
    {0},
};
