#include "harness.h"

#include "number/digits_text.h"

static void
check_digits8(uint32_t x)
{
    char expected[16], text[9] = {0};
    snprintf(expected, sizeof expected, "%08" PRIu32, x);
    nx_put_digits8((uint8_t *)text, x);
    CHECK_STR(text, expected);
}

static void
test_every_four_digits_in_both_halves(void)
{
    for (uint32_t x = 0; x < 10000; x++) {
        check_digits8(x);
        check_digits8(x * 10000);
        check_digits8(x * 10000 + 9999 - x);
    }
}

static void
test_the_first_digit_is_the_lowest_byte(void)
{
    CHECK(nx_swar_split8(12345678) == UINT64_C(0x0807060504030201));
    CHECK(nx_swar_split8(99999999) == UINT64_C(0x0909090909090909));
}

static void
test_sixteen_digits(void)
{
    uint64_t seed = 1;
    for (int round = 0; round < 100000; round++) {
        char expected[24], text[17] = {0};
        const uint64_t r = nx_test_random(&seed);
        const uint64_t x = (r >> r % 60) % UINT64_C(10000000000000000);
        snprintf(expected, sizeof expected, "%016" PRIu64, x);
        nx_put_digits16((uint8_t *)text, x);
        CHECK_STR(text, expected);
    }
}

static void
test_vectors_agree_with_words(void)
{
#ifdef NX_DIGITS_SSE
    uint64_t seed = 2;
    for (uint32_t i = 0; i < 1000000; i++) {
        /* Every four digits in every place, then any. */
        const uint64_t r = nx_test_random(&seed);
        const uint32_t last =
            i < 20000 ? i % 10000 * (i < 10000 ? 1 : 10000) : (uint32_t)(r % 100000000);
        const uint32_t first =
            i < 20000 ? 99999999 - last : (uint32_t)((r >> 32) % 100000000);
        uint64_t words[2];
        _mm_storeu_si128((__m128i *)(void *)words, nx_sse_split16(first, last));
        CHECK(words[0] == nx_swar_split8(first));
        CHECK(words[1] == nx_swar_split8(last));
    }
#endif
}

const nx_test nx_suite_digits_text[] = {
    NX_TEST(test_every_four_digits_in_both_halves),
    NX_TEST(test_the_first_digit_is_the_lowest_byte),
    NX_TEST(test_sixteen_digits),
    NX_TEST(test_vectors_agree_with_words),
    {0},
};
