#include "harness.h"

#include "number/digits.h"

/* The text in the middle, hostile bytes around it. */
typedef struct {
    uint8_t bytes[64 + 64 + 64];
    const uint8_t *end;
} padded;

static void
set_padded(padded *p, const char *text, uint8_t around)
{
    memset(p->bytes, around, sizeof p->bytes);
    memcpy(p->bytes + 64, text, strlen(text));
    p->end = p->bytes + 64 + strlen(text);
}

/* One digit at a time: the oracle. */
static bool
slow_digits(const char *text, uint64_t *value)
{
    *value = 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        *value = *value * 10 + (uint64_t)(*text - '0');
    }
    return true;
}

static void
check_digits(const char *text)
{
    static const uint8_t around[] = {0, '0', '9', '.', 0xFF, 0x80};
    uint64_t expected, fast = 0, portable = 0, twenty = 0;
    const size_t n = strlen(text);
    const bool valid = slow_digits(text, &expected);
    for (size_t i = 0; i < sizeof around; i++) {
        padded p;
        set_padded(&p, text, around[i]);
        const bool a = nx_digits_ending(p.end, n, &fast);
        const bool b = nx_digits_ending_portable(p.end, n, &portable);
        const bool c = nx_digits_ending20(p.end, n, &twenty) == NX_PARSE_OK;
        if (a != valid || b != valid || c != valid ||
            (valid &&
             (fast != expected || portable != expected || twenty != expected))) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" beside %d", text, around[i]);
        }
    }
}

static void
random_digits(char *text, int n, uint64_t *seed)
{
    for (int i = 0; i < n; i++) {
        text[i] = (char)('0' + nx_test_random(seed) % 10);
    }
    text[n] = '\0';
}

static void
test_every_length_up_to_sixteen(void)
{
    char text[32];
    uint64_t seed = 3;
    for (int n = 1; n <= 16; n++) {
        check_digits(memset(memset(text, 0, sizeof text), '0', (size_t)n));
        check_digits(memset(memset(text, 0, sizeof text), '9', (size_t)n));
        for (int round = 0; round < 4000; round++) {
            random_digits(text, n, &seed);
            check_digits(text);
        }
    }
}

static void
test_every_byte_in_every_place(void)
{
    char text[32];
    uint64_t seed = 4;
    for (int n = 1; n <= 16; n++) {
        for (int at = 0; at < n; at++) {
            for (int byte = 1; byte < 256; byte++) {
                random_digits(text, n, &seed);
                text[at] = (char)byte;
                check_digits(text);
            }
        }
    }
}

static void
test_two_strange_bytes_never_make_up_for_each_other(void)
{
    char text[32];
    uint64_t seed = 5;
    for (int round = 0; round < 200000; round++) {
        const int n = (int)(nx_test_random(&seed) % 15) + 2;
        random_digits(text, n, &seed);
        for (int k = 0; k < 3; k++) {
            const uint64_t r = nx_test_random(&seed);
            text[r % (uint64_t)n] = (char)(1 + (r >> 32) % 255);
        }
        check_digits(text);
    }
}

static void
test_twenty_digits_are_exact_or_out_of_range(void)
{
    static const struct {
        const char *text;
        nx_parse_result result;
        uint64_t value;
    } cases[] = {
        {"12345678901234567", NX_PARSE_OK, UINT64_C(12345678901234567)},
        {"9223372036854775807", NX_PARSE_OK, INT64_MAX},
        {"9999999999999999999", NX_PARSE_OK, UINT64_C(9999999999999999999)},
        {"18446744073709551614", NX_PARSE_OK, UINT64_MAX - 1},
        {"18446744073709551615", NX_PARSE_OK, UINT64_MAX},
        {"18446744073709551616", NX_PARSE_RANGE, 0},
        {"18449999999999999999", NX_PARSE_RANGE, 0},
        {"18450000000000000000", NX_PARSE_RANGE, 0},
        {"99999999999999999999", NX_PARSE_RANGE, 0},
        {"00000000000000000000", NX_PARSE_OK, 0},
        {"00018446744073709551", NX_PARSE_OK, UINT64_C(18446744073709551)},
        {"1844674407370955161x", NX_PARSE_INVALID, 0},
        {"x8446744073709551615", NX_PARSE_INVALID, 0},
        {"9999999999999999999/", NX_PARSE_INVALID, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        padded p;
        uint64_t value = 0;
        set_padded(&p, cases[i].text, '9');
        CHECK_INT(nx_digits_ending20(p.end, strlen(cases[i].text), &value),
                  cases[i].result);
        CHECK(cases[i].result != NX_PARSE_OK || value == cases[i].value);
    }
}

static void
test_twenty_digits_agree_with_the_parser_of_any_length(void)
{
    uint64_t seed = 6;
    for (int round = 0; round < 200000; round++) {
        char text[32];
        padded p;
        uint64_t a = 0, b = 0;
        const int n = (int)(nx_test_random(&seed) % 20) + 1;
        random_digits(text, n, &seed);
        if (n == 20 && (round & 1) != 0) {
            memcpy(text, "1844674407370955", 16); /* near 2^64 */
        }
        set_padded(&p, text, '5');
        const nx_parse_result x = nx_digits_ending20(p.end, (size_t)n, &a);
        const nx_parse_result y = nx_parse_uint64(p.end - (size_t)n, (size_t)n, &b);
        if (x != y || (x == NX_PARSE_OK && a != b)) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\"", text);
        }
    }
}

static void
test_signs_and_limits(void)
{
    static const struct {
        const char *text;
        uint64_t below, above, value;
        bool good;
    } cases[] = {
        {"0", 0, 0, 0, true},
        {"-0", 0, 0, 0, true},
        {"+7", 0, 7, 7, true},
        {"-8", 8, 7, (uint64_t)-8, true},
        {"8", 8, 7, 0, false},
        {"-9", 8, 7, 0, false},
        {"-9223372036854775808", UINT64_C(1) << 63, INT64_MAX, UINT64_C(1) << 63, true},
        {"18446744073709551615", 0, UINT64_MAX, UINT64_MAX, true},
        {"18446744073709551616", 0, UINT64_MAX, 0, false},
        {"000000000000000000007", 0, 7, 0, false}, /* left to others */
        {"", 9, 9, 0, false},
        {"-", 9, 9, 0, false},
        {"+-7", 9, 9, 0, false},
        {"7-", 9, 9, 0, false},
        {" 7", 9, 9, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        padded p;
        uint64_t value = 0;
        set_padded(&p, cases[i].text, '5');
        const uint8_t *const start = p.end - strlen(cases[i].text);
        CHECK_INT(nx_integer_fast(start, p.end, cases[i].below, cases[i].above, &value),
                  cases[i].good);
        CHECK(!cases[i].good || value == cases[i].value);
    }
}

const nx_test nx_suite_digits[] = {
    NX_TEST(test_every_length_up_to_sixteen),
    NX_TEST(test_every_byte_in_every_place),
    NX_TEST(test_two_strange_bytes_never_make_up_for_each_other),
    NX_TEST(test_twenty_digits_are_exact_or_out_of_range),
    NX_TEST(test_twenty_digits_agree_with_the_parser_of_any_length),
    NX_TEST(test_signs_and_limits),
    {0},
};
