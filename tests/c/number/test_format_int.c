#include "harness.h"

#include "number/format_int.h"

/* Room exactly as asked for, so that the sanitizers see a write beyond it. */
static void
check_unsigned(uint64_t value)
{
    char expected[32], text[NX_INT_TEXT_ROOM];
    snprintf(expected, sizeof expected, "%" PRIu64, value);
    const size_t n = nx_format_uint64(value, (uint8_t *)text);
    CHECK(n <= NX_INT_TEXT_MAX);
    text[n] = '\0';
    CHECK_STR(text, expected);
}

static void
check_signed(int64_t value)
{
    char expected[32], text[NX_INT_TEXT_ROOM];
    snprintf(expected, sizeof expected, "%" PRId64, value);
    const size_t n = nx_format_int64(value, (uint8_t *)text);
    CHECK(n <= NX_INT_TEXT_MAX);
    text[n] = '\0';
    CHECK_STR(text, expected);
}

static void
check_both(uint64_t value)
{
    check_unsigned(value);
    check_signed((int64_t)value);
    check_signed((int64_t)(0 - value));
}

static void
test_every_number_of_digits(void)
{
    for (uint64_t power = 1, last = 0; power > last; last = power, power *= 10) {
        for (uint64_t i = 0; i < 3; i++) {
            check_both(power + i);
            check_both(power - i);
            check_both(power * 5 + i);
        }
        if (power == UINT64_C(10000000000000000000)) {
            break;
        }
    }
    for (int bit = 0; bit < 64; bit++) {
        check_both(UINT64_C(1) << bit);
        check_both((UINT64_C(1) << bit) - 1);
    }
}

static void
test_limits_of_the_types(void)
{
    check_unsigned(UINT64_MAX);
    check_signed(INT64_MAX);
    check_signed(INT64_MIN);
    check_signed(0);
}

static void
test_all_small_and_random_numbers(void)
{
    uint64_t seed = 1;
    for (uint64_t value = 0; value < 70000; value++) {
        check_both(value);
    }
    for (int round = 0; round < 300000; round++) {
        const uint64_t r = nx_test_random(&seed);
        check_both(r >> nx_test_random(&seed) % 64);
    }
}

const nx_test nx_suite_format_int[] = {
    NX_TEST(test_every_number_of_digits),
    NX_TEST(test_limits_of_the_types),
    NX_TEST(test_all_small_and_random_numbers),
    {0},
};
