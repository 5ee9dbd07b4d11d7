#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "number/parse_float.h"

/* strtod of the C library is the oracle; the tests run in the C locale. */

static uint64_t
bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}

static double
from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

static void
check_value(const char *text, double expected)
{
    double value = -77;
    const nx_parse_result result =
        nx_parse_double((const uint8_t *)text, strlen(text), &value);
    if (result != NX_PARSE_OK || bits_of(value) != bits_of(expected)) {
        nx_test_fail(__FILE__, __LINE__, "\"%.60s\" is %a (%d), expected %a", text,
                     value, result, expected);
    }
}

static void
check_as_strtod(const char *text)
{
    check_value(text, strtod(text, NULL));
}

static void
test_accepted_layouts(void)
{
    static const char *const cases[] = {"0",
                                        "-0",
                                        "+0",
                                        "0.",
                                        ".0",
                                        "-.0",
                                        "5.",
                                        ".5",
                                        "+1.5",
                                        "-1.5",
                                        "1e5",
                                        "1E5",
                                        "1e+5",
                                        "1E-5",
                                        "5.e3",
                                        ".5e3",
                                        "1e05",
                                        "1e0000000000000000000005",
                                        "007",
                                        "00.5e1",
                                        "1e22",
                                        "1e23",
                                        "1e-22",
                                        "1e-23",
                                        "1e308",
                                        "1e309",
                                        "-1e309",
                                        "1e-323",
                                        "1e-324",
                                        "1e-325",
                                        "0e999",
                                        "-0e999",
                                        "0e-99",
                                        "123456789012345678",
                                        "9007199254740993",
                                        "1.7976931348623157e308",
                                        "1.7976931348623158e308",
                                        "1.7976931348623159e308",
                                        "2.2250738585072014e-308",
                                        "2.2250738585072011e-308",
                                        "4.9e-324",
                                        "2.4703282292062327e-324",
                                        "2.4703282292062328e-324",
                                        "5e-324",
                                        "18446744073709551615e-342",
                                        "18446744073709551615e289",
                                        "18446744073709551616"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_as_strtod(cases[i]);
    }
}

static void
test_words_for_infinity_and_nan(void)
{
    static const char *const infinities[] = {"inf", "INF", "Inf", "iNfInItY",
                                             "infinity"};
    char text[16];
    for (size_t i = 0; i < sizeof infinities / sizeof infinities[0]; i++) {
        check_value(infinities[i], from_bits(UINT64_C(0x7FF0000000000000)));
        snprintf(text, sizeof text, "-%s", infinities[i]);
        check_value(text, from_bits(UINT64_C(0xFFF0000000000000)));
    }
    check_value("nan", from_bits(UINT64_C(0x7FF8000000000000)));
    check_value("+NaN", from_bits(UINT64_C(0x7FF8000000000000)));
    check_value("-nan", from_bits(UINT64_C(0xFFF8000000000000)));
}

static void
test_other_texts_are_invalid(void)
{
    static const char *const cases[] = {
        "",       "+",         "-",    ".",         "+.",        "-.",
        "e5",     ".e5",       "1e",   "1e+",       "1e-",       "1ee5",
        "1e5e",   "1e5.",      "1e5 ", " 1",        "1 ",        "1_0",
        "0x10",   "1.2.3",     "1..",  "--1",       "+-1",       "1,5",
        "1d5",    "1f",        "in",   "infi",      "nanx",      "na",
        "nan(1)", "infinityx", "1.5x", "12345678x", "x12345678", "1.12345678x",
        "1e5x",   "e",         "E",    "1\xC2\xA0", "\xD9\xA3",  "1e\xD9\xA3"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -77;
        const uint8_t *text = (const uint8_t *)cases[i];
        const size_t n = strlen(cases[i]);
        if (nx_parse_double(text, n, &value) != NX_PARSE_INVALID || value != -77) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" accepted", cases[i]);
        }
    }
    double value;
    CHECK_INT(nx_parse_double((const uint8_t *)"1\0", 2, &value), NX_PARSE_INVALID);
}

static void
test_random_doubles_at_every_precision(void)
{
    uint64_t seed = 11;
    for (int round = 0; round < 600000; round++) {
        const double value = from_bits(nx_test_random(&seed));
        if (!isfinite(value)) {
            continue;
        }
        char text[64];
        snprintf(text, sizeof text, "%.*e", round % 8 == 0 ? round / 8 % 26 : 16,
                 value);
        if (round % 8 != 0) {
            check_value(text, value); /* 17 digits name a double */
        }
        else {
            check_as_strtod(text);
        }
    }
}

static void
test_random_digit_strings(void)
{
    uint64_t seed = 12;
    for (int round = 0; round < 600000; round++) {
        char text[128];
        char *p = text;
        const uint64_t r = nx_test_random(&seed);
        const int digits = (int)(r % (round % 16 == 0 ? 60 : 22)) + 1;
        const int point = (int)((r >> 8) % 24);
        for (int i = 0; i < digits; i++) {
            if (i == point) {
                *p++ = '.';
            }
            *p++ = (char)('0' + nx_test_random(&seed) % 10);
        }
        *p = '\0';
        if ((r >> 16) % 4 != 0) {
            const int limit = (r >> 18) % 2 == 0 ? 30 : 400;
            snprintf(p, 8, "e%d", (int)((r >> 20) % (unsigned)(2 * limit)) - limit);
        }
        check_as_strtod(text);
    }
}

static void
test_mantissa_and_exponent_agree_with_text(void)
{
    uint64_t seed = 13;
    for (int round = 0; round < 600000; round++) {
        const uint64_t r = nx_test_random(&seed);
        const uint64_t mantissa = nx_test_random(&seed) >> (r & 63);
        const int exponent = round % 2 == 0   ? (int)((r >> 8) % 700) - 350
                             : round % 4 == 1 ? (int)((r >> 8) % 60) - 30
                                              : (int)((r >> 8) % 40) - 345;
        const double value = nx_decimal_to_double(mantissa, exponent, round % 3 == 0);
        char text[64];
        snprintf(text, sizeof text, "%s%" PRIu64 "e%d", round % 3 == 0 ? "-" : "",
                 mantissa, exponent);
        if (bits_of(value) != bits_of(strtod(text, NULL))) {
            nx_test_fail(__FILE__, __LINE__, "%s is %a", text, value);
        }
    }
    CHECK(nx_decimal_to_double(1, INT64_MIN, 0) == 0);
    CHECK(isinf(nx_decimal_to_double(1, INT64_MAX, 0)));
    CHECK(nx_decimal_to_double(0, INT64_MAX, 0) == 0);
}

enum {
    PLACES = 1080, /* the last half-way point ends 1075 places after its point */
    TEXT_SIZE = 309 + 1 + PLACES + 128
};

/* The exact decimal text of (value + its successor) / 2, by hand: add the two
 * decimal texts, halve the sum. */
static void
halfway_text(double value, char *text)
{
    char a[TEXT_SIZE], b[TEXT_SIZE];
    const int n = snprintf(b, sizeof b, "%.*f", PLACES, from_bits(bits_of(value) + 1));
    snprintf(a, sizeof a, "%0*.*f", n, PLACES, value);
    int carry = 0, rest = 0;
    char sum[TEXT_SIZE];
    for (int i = n - 1; i >= 0; i--) {
        sum[i] = '.';
        if (a[i] != '.') {
            const int digit = a[i] - '0' + b[i] - '0' + carry;
            sum[i] = (char)(digit % 10);
            carry = digit / 10;
        }
    }
    rest = carry;
    for (int i = 0; i < n; i++) {
        text[i] = '.';
        if (b[i] != '.') {
            const int digit = rest * 10 + sum[i];
            text[i] = (char)('0' + digit / 2);
            rest = digit % 2;
        }
    }
    text[n] = '\0';
}

static void
check_around_halfway(uint64_t bits)
{
    char text[TEXT_SIZE], tail[TEXT_SIZE];
    const double below = from_bits(bits), above = from_bits(bits + 1);
    const double even = (bits & 1) == 0 ? below : above;
    halfway_text(below, text);
    const size_t n = strlen(text);
    check_value(text, even);
    /* A digit far behind, also beyond all digits that are ever compared. */
    snprintf(tail, sizeof tail, "%s1", text);
    check_value(tail, above);
    snprintf(tail, sizeof tail, "%s%0100d1", text, 0);
    check_value(tail, above);
    snprintf(tail, sizeof tail, "%s%0100d", text, 0);
    check_value(tail, even);
    /* The last nonzero digit less one, nines after it. */
    size_t last = n - 1;
    while (text[last] == '0' || text[last] == '.') {
        text[last] = text[last] == '.' ? '.' : '9';
        last--;
    }
    text[last]--;
    check_value(text, below);
    /* Cut short. */
    for (size_t keep = 16; keep < 40 && keep < n; keep++) {
        memcpy(tail, text, n + 1);
        for (size_t i = keep; i < n; i++) {
            tail[i] = tail[i] == '.' ? '.' : '0';
        }
        if (keep % 4 == bits % 4) {
            check_as_strtod(tail);
        }
    }
}

static void
test_halfway_points_round_to_even_and_their_neighbours_away(void)
{
    uint64_t seed = 14;
    static const uint64_t special[] = {0,
                                       1,
                                       2,
                                       UINT64_C(0x000FFFFFFFFFFFFE),
                                       UINT64_C(0x000FFFFFFFFFFFFF),
                                       UINT64_C(0x0010000000000000),
                                       UINT64_C(0x001FFFFFFFFFFFFF),
                                       UINT64_C(0x3FEFFFFFFFFFFFFF),
                                       UINT64_C(0x3FF0000000000000),
                                       UINT64_C(0x433FFFFFFFFFFFFF),
                                       UINT64_C(0x4340000000000000),
                                       UINT64_C(0x7FEFFFFFFFFFFFFE)};
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        check_around_halfway(special[i]);
    }
    for (int round = 0; round < 6000; round++) {
        uint64_t bits = nx_test_random(&seed);
        bits = round % 4 == 0 ? bits >> 12 >> (bits & 31) /* subnormal */
                              : bits % UINT64_C(0x7FEFFFFFFFFFFFFF);
        check_around_halfway(bits);
    }
}

static void
test_the_end_of_the_range(void)
{
    /* Half-way between the largest double and 2^1024, exactly and beside it. */
    static const char limit[] =
        "179769313486231580793728971405303415079934132710037826936173778980444968292764"
        "7509"
        "466490179775872070963302864166928879109465555478519404026306574886715058206819"
        "0890"
        "200070838367627385484581771153176447573027006985557136695962284291481986083493"
        "6475"
        "292719074168444365510704342711559699508093042880177904174497792";
    char text[512];
    check_value(limit, INFINITY);
    snprintf(text, sizeof text, "%.*s79.999", (int)strlen(limit) - 2, limit);
    check_value(text, from_bits(UINT64_C(0x7FEFFFFFFFFFFFFF)));
    snprintf(text, sizeof text, "-%s.0000001", limit);
    check_value(text, -INFINITY);
}

static void
test_a_thousand_digits(void)
{
    uint64_t seed = 15;
    for (int round = 0; round < 4000; round++) {
        char text[1400];
        char *p = text;
        const uint64_t r = nx_test_random(&seed);
        const int digits = 700 + (int)(r % 600);
        const int point = (int)((r >> 16) % 1400);
        for (int i = 0; i < digits; i++) {
            if (i == point) {
                *p++ = '.';
            }
            *p++ = (char)('0' + nx_test_random(&seed) % 10);
        }
        snprintf(p, 16, "e%d", (int)((r >> 32) % 2000) - 1400);
        check_as_strtod(text);
    }
}

static void
test_huge_exponents_and_long_runs_of_zeros(void)
{
    enum {
        ZEROS = 100000
    };
    char *const text = malloc(ZEROS + 64);
    check_value("1e99999999999999999999999999", INFINITY);
    check_value("-1e-99999999999999999999999999", -0.0);
    check_value("0e99999999999999999999999999", 0.0);
    check_value("0.00e-9223372036854775808", 0.0);
    check_value("1e9223372036854775807", INFINITY);
    check_value("1e-9223372036854775808", 0.0);
    check_value("12345678901234567890123e-9223372036854775809", 0.0);
    /* 0.000...0001e100001 and 1000...000e-100000 are 1. */
    memset(text, '0', ZEROS);
    memcpy(text, "0.", 2);
    snprintf(text + ZEROS, 64, "1e%d", ZEROS - 1);
    check_value(text, 1.0);
    snprintf(text + ZEROS, 64, "12345678901234567890123e%d", ZEROS - 1);
    check_value(text, 1.2345678901234567890123);
    memset(text, '0', ZEROS);
    text[0] = '1';
    snprintf(text + ZEROS, 64, "e-%d", ZEROS - 1);
    check_value(text, 1.0);
    snprintf(text + ZEROS, 64, ".001e-%d", ZEROS - 1);
    check_value(text, 1.0);
    text[0] = '0';
    snprintf(text + ZEROS, 64, "25e-1");
    check_value(text, 2.5);
    free(text);
}

static void
test_nothing_outside_the_text_is_read(void)
{
    /* For the sanitizers: blocks of exactly the length of the text. */
    static const char *const cases[] = {
        "",
        "1",
        "-",
        "1.",
        "1e",
        "1e5",
        "12345678",
        "1234567.12345678",
        "-inf",
        "n",
        "1234567890123456789012345.1234567890123456789e-5",
        "0.5",
        "12345678."};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t n = 0; n <= strlen(cases[i]); n++) {
            uint8_t *const copy = malloc(n + (n == 0));
            double value = 0, again = 0;
            memcpy(copy, cases[i], n);
            const nx_parse_result a = nx_parse_double(copy, n, &value);
            const nx_parse_result b =
                nx_parse_double((const uint8_t *)cases[i], n, &again);
            CHECK(a == b && bits_of(value) == bits_of(again));
            free(copy);
        }
    }
}

const nx_test nx_suite_parse_float[] = {
    NX_TEST(test_accepted_layouts),
    NX_TEST(test_words_for_infinity_and_nan),
    NX_TEST(test_other_texts_are_invalid),
    NX_TEST(test_random_doubles_at_every_precision),
    NX_TEST(test_random_digit_strings),
    NX_TEST(test_mantissa_and_exponent_agree_with_text),
    NX_TEST(test_halfway_points_round_to_even_and_their_neighbours_away),
    NX_TEST(test_the_end_of_the_range),
    NX_TEST(test_a_thousand_digits),
    NX_TEST(test_huge_exponents_and_long_runs_of_zeros),
    NX_TEST(test_nothing_outside_the_text_is_read),
    {0},
};
