#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "number/narrow_float.h"
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

/* ---- Narrow formats ---- */

static void
check_around_middle(bool half, uint32_t bits)
{
    char digits[256], exponent[16], text[1400];
    const size_t last = exact_digits(middle_above(half, bits), digits, exponent);
    const uint32_t even = bits + (bits & 1);
    const int zeros = (int)(bits % 900) + 1;
    snprintf(text, sizeof text, "%s%s", digits, exponent);
    check_narrow(half, text, even);
    snprintf(text, sizeof text, "%.*s%s", (int)last + 1, digits, exponent);
    check_narrow(half, text, even);
    snprintf(text, sizeof text, "%s%0*d%s", digits, zeros, 0, exponent);
    check_narrow(half, text, even);
    snprintf(text, sizeof text, "%s1%s", digits, exponent);
    check_narrow(half, text, bits + 1);
    snprintf(text, sizeof text, "%s%0*d%s", digits, zeros, 1, exponent);
    check_narrow(half, text, bits + 1);
    /* The last digit one less, nines after it. */
    digits[last]--;
    for (size_t i = last + 1; digits[i] != '\0'; i++) {
        digits[i] = digits[i] == '.' ? '.' : '9';
    }
    snprintf(text, sizeof text, "%s9%s", digits, exponent);
    check_narrow(half, text, bits);
    snprintf(text, sizeof text, "%s99999999999999999999999%s", digits, exponent);
    check_narrow(half, text, bits);
}

static void
test_every_float16_and_its_middles(void)
{
    char text[200];
    for (uint32_t bits = 0; bits < 0x7C00; bits++) {
        snprintf(text, sizeof text, "%.40f", narrow_value(true, bits));
        check_narrow(true, text, bits);
        snprintf(text, sizeof text, "%.8e", narrow_value(true, bits));
        check_narrow(true, text, bits);
        check_around_middle(true, bits);
    }
}

static void
test_float32_middles_of_every_exponent(void)
{
    uint64_t seed = 19;
    for (uint32_t field = 0; field < 255; field++) {
        const uint32_t first = field << 23;
        check_around_middle(false, first);
        check_around_middle(false, first + 1);
        check_around_middle(false, first + 0x7FFFFE);
        check_around_middle(false, first + 0x7FFFFF);
        for (int round = 0; round < 40; round++) {
            const uint64_t r = nx_test_random(&seed);
            check_around_middle(false, first + (uint32_t)(r >> 41 >> (r % 24)));
        }
    }
}

static void
test_random_float32_is_as_strtof(void)
{
    uint64_t seed = 20;
    for (int round = 0; round < 600000; round++) {
        char text[64];
        const uint64_t r = nx_test_random(&seed);
        const uint32_t bits = (uint32_t)r % 0x7F800000;
        snprintf(text, sizeof text, "%.*e", (int)(r >> 60), narrow_value(false, bits));
        check_narrow(false, text, float32_bits(strtof(text, NULL)));
        const int digits = (int)((r >> 32) % 30) + 1;
        for (int i = 0; i < digits; i++) {
            text[i] = (char)('0' + nx_test_random(&seed) % 10);
        }
        sprintf(text + digits, "e%d", (int)((r >> 40) % 100) - 60 - digits / 2);
        check_narrow(false, text, float32_bits(strtof(text, NULL)));
    }
}

/* Between the middles (which are doubles) a double rounds as the text it is of. */
static void
test_random_float16(void)
{
    uint64_t seed = 21;
    for (int round = 0; round < 200000; round++) {
        char text[64];
        const uint64_t r = nx_test_random(&seed);
        const int digits = (int)(r % 30) + 1;
        for (int i = 0; i < digits; i++) {
            text[i] = (char)('0' + nx_test_random(&seed) % 10);
        }
        sprintf(text + digits, "e%d", (int)((r >> 40) % 16) - 10 - digits);
        const double value = strtod(text, NULL);
        uint32_t low = 0, high = 0x7C00;
        while (low < high) {
            const uint32_t bits = (low + high) / 2;
            if (middle_above(true, bits) < value) {
                low = bits + 1;
            }
            else {
                high = bits;
            }
        }
        if (low == 0x7C00 || middle_above(true, low) != value) {
            check_narrow(true, text, low);
        }
    }
}

static void
test_narrow_limits_and_words(void)
{
    static const struct {
        const char *text;
        uint32_t float16, float32;
    } cases[] = {
        {"0", 0, 0},
        {"1", 0x3C00, 0x3F800000},
        {"1e39", 0x7C00, 0x7F800000},
        {"1e99999999999999999999", 0x7C00, 0x7F800000},
        {"1e-99999999999999999999", 0, 0},
        {"0e99999999999999999999", 0, 0},
        {"3.4028235677973366163e38", 0x7C00, 0x7F7FFFFF},
        {"3.4028235677973366164e38", 0x7C00, 0x7F800000},
        {"65504", 0x7BFF, 0x477FE000},
        {"65519.99", 0x7BFF, 0x477FEFFD},
        {"65520", 0x7C00, 0x477FF000},
        {"1e-45", 0, 1},
        {"7.0064923216240853e-46", 0, 0},
        {"7.0064923216240854e-46", 0, 1},
        {"2.98023223876953125e-8", 0, 0x33000000},
        {"2.98023223876953126e-8", 1, 0x33000000},
        {"1.00048828125", 0x3C00, 0x3F801000},
        {"inf", 0x7C00, 0x7F800000},
        {"Infinity", 0x7C00, 0x7F800000},
        {"nan", 0x7E00, 0x7FC00000},
        {"1_0", UINT32_MAX, UINT32_MAX},
        {"", UINT32_MAX, UINT32_MAX},
        {"1e", UINT32_MAX, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_narrow(true, cases[i].text, cases[i].float16);
        check_narrow(false, cases[i].text, cases[i].float32);
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
    NX_TEST(test_every_float16_and_its_middles),
    NX_TEST(test_float32_middles_of_every_exponent),
    NX_TEST(test_random_float32_is_as_strtof),
    NX_TEST(test_random_float16),
    NX_TEST(test_narrow_limits_and_words),
    {0},
};
