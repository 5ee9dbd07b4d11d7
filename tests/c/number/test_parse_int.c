#include "harness.h"

#include <stdlib.h>

#include "number/parse_int.h"

typedef struct {
    const char *text;
    nx_parse_result signed_result, unsigned_result;
    int64_t signed_value;
    uint64_t unsigned_value;
} int_case;

#define OK  NX_PARSE_OK
#define BAD NX_PARSE_INVALID
#define OUT NX_PARSE_RANGE

static void
check_int(const char *text, const int_case *expected)
{
    /* A block of exactly this length: a sanitizer sees any read outside. */
    const size_t n = strlen(text);
    uint8_t *const copy = malloc(n + (n == 0));
    int64_t i = -77;
    uint64_t u = 77;
    memcpy(copy, text, n);
    const nx_parse_result a = nx_parse_int64(copy, n, &i);
    const nx_parse_result b = nx_parse_uint64(copy, n, &u);
    free(copy);
    if (a != expected->signed_result || b != expected->unsigned_result ||
        i != (a == NX_PARSE_OK ? expected->signed_value : -77) ||
        u != (b == NX_PARSE_OK ? expected->unsigned_value : 77)) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\": %d %" PRId64 ", %d %" PRIu64, text, a,
                     i, b, u);
    }
}

static void
test_limits_of_both_types(void)
{
    static const int_case cases[] = {
        {"0", OK, OK, 0, 0},
        {"-0", OK, OK, 0, 0},
        {"+0", OK, OK, 0, 0},
        {"-1", OK, OUT, -1, 0},
        {"+1", OK, OK, 1, 1},
        {"9223372036854775806", OK, OK, INT64_MAX - 1, INT64_MAX - 1},
        {"9223372036854775807", OK, OK, INT64_MAX, INT64_MAX},
        {"9223372036854775808", OUT, OK, 0, UINT64_C(9223372036854775808)},
        {"-9223372036854775807", OK, OUT, -INT64_MAX, 0},
        {"-9223372036854775808", OK, OUT, INT64_MIN, 0},
        {"-9223372036854775809", OUT, OUT, 0, 0},
        {"9999999999999999999", OUT, OK, 0, UINT64_C(9999999999999999999)},
        {"10000000000000000000", OUT, OK, 0, UINT64_C(10000000000000000000)},
        {"18446744073709551614", OUT, OK, 0, UINT64_MAX - 1},
        {"18446744073709551615", OUT, OK, 0, UINT64_MAX},
        {"18446744073709551616", OUT, OUT, 0, 0},
        {"18446744073709551620", OUT, OUT, 0, 0},
        {"-18446744073709551615", OUT, OUT, 0, 0},
        {"-18446744073709551616", OUT, OUT, 0, 0},
        {"20000000000000000000", OUT, OUT, 0, 0},
        {"99999999999999999999", OUT, OUT, 0, 0},
        {"100000000000000000000", OUT, OUT, 0, 0},
        {"184467440737095516150", OUT, OUT, 0, 0},
        {"18446744073709551616000000000000000000000001", OUT, OUT, 0, 0},
        {"340282366920938463463374607431768211457", OUT, OUT, 0, 0},
        {"000000000000000000000000000000000000000007", OK, OK, 7, 7},
        {"-00000000000000000000009223372036854775808", OK, OUT, INT64_MIN, 0},
        {"007", OK, OK, 7, 7},
        {"00000000", OK, OK, 0, 0},
        {"12345678", OK, OK, 12345678, 12345678},
        {"123456789", OK, OK, 123456789, 123456789},
        {"1234567812345678", OK, OK, 1234567812345678, 1234567812345678},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_int(cases[i].text, &cases[i]);
    }
}

static void
test_anything_but_sign_and_digits_is_invalid(void)
{
    static const char *const cases[] = {"",
                                        "+",
                                        "-",
                                        "--1",
                                        "+-1",
                                        "-+1",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "1e5",
                                        "0x10",
                                        "1_000",
                                        "1,000",
                                        "a",
                                        "1a",
                                        "12345678a",
                                        "a1234567812345678",
                                        "12345678a2345678",
                                        "1234567/",
                                        "1234567:",
                                        "/1234567",
                                        ":1234567",
                                        "99999999999999999999999999a",
                                        "\xD9\xA3",
                                        "1-",
                                        "\xB1\xB2\xB3\xB4"};
    static const int_case invalid = {NULL, BAD, BAD, 0, 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_int(cases[i], &invalid);
    }
    /* Every byte in every place of a text of each length. */
    for (int n = 1; n <= 22; n++) {
        for (int at = 0; at < n; at++) {
            for (int byte = 1; byte < 256; byte++) {
                char text[32] = "1111111111111111111111";
                text[n] = '\0';
                text[at] = (char)byte;
                if ((byte < '0' || byte > '9') && !(at == 0 && n > 1 && byte == '-') &&
                    !(at == 0 && n > 1 && byte == '+')) {
                    check_int(text, &invalid);
                }
            }
        }
    }
}

static void
test_what_printf_writes_comes_back(void)
{
    uint64_t seed = 2;
    for (int round = 0; round < 300000; round++) {
        const uint64_t u = nx_test_random(&seed) >> (nx_test_random(&seed) & 63);
        char text[32];
        int_case expected = {NULL, u > INT64_MAX ? OUT : OK, OK, (int64_t)u, u};
        snprintf(text, sizeof text, "%" PRIu64, u);
        check_int(text, &expected);
        const int64_t i = (int64_t)(u >> 1);
        snprintf(text, sizeof text, "-%" PRId64, i);
        expected = (int_case){NULL, OK, i == 0 ? OK : OUT, -i, 0};
        check_int(text, &expected);
    }
}

const nx_test nx_suite_parse_int[] = {
    NX_TEST(test_limits_of_both_types),
    NX_TEST(test_anything_but_sign_and_digits_is_invalid),
    NX_TEST(test_what_printf_writes_comes_back),
    {0},
};
