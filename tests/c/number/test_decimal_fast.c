#include "harness.h"

#include <math.h>

#include "number/decimal_fast.h"

/* The text in the middle, hostile bytes around it. */
typedef struct {
    uint8_t bytes[64 + 64 + 64];
    const uint8_t *start, *end;
} padded;

static void
set_padded(padded *p, const char *text, uint8_t around)
{
    memset(p->bytes, around, sizeof p->bytes);
    memcpy(p->bytes + 64, text, strlen(text));
    p->start = p->bytes + 64;
    p->end = p->start + strlen(text);
}

typedef bool (*decimal_kernel)(const uint8_t *, const uint8_t *, double *);

static bool
fast(const uint8_t *start, const uint8_t *end, double *value)
{
    return nx_decimal_fast(start, end, value);
}

static bool
fast_portable(const uint8_t *start, const uint8_t *end, double *value)
{
    return nx_decimal_fast_portable(start, end, value);
}

static bool
plain_long(const uint8_t *start, const uint8_t *end, double *value)
{
    return nx_decimal_long(start, end, value);
}

static bool
plain_long_portable(const uint8_t *start, const uint8_t *end, double *value)
{
    return nx_decimal_long_portable(start, end, value);
}

/* Floats: what is taken is what nx_parse_float32 says; only a text whose double
 * is half-way between floats may be declined though a kernel for doubles takes it. */
static void
check_float32(const padded *p, const char *text, bool wide_taken, double wide)
{
    float value = 0, expected = 0;
    uint64_t bits;
    memcpy(&bits, &wide, 8);
    const bool halfway = (bits & 0x1FFFFFFF) == 0x10000000;
    const bool took = nx_decimal_fast32(p->start, p->end, &value);
    if (took != (wide_taken && !halfway)) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" taken %d", text, took);
    }
    if (took && (nx_parse_float32(p->start, strlen(text), &expected) != NX_PARSE_OK ||
                 memcmp(&value, &expected, 4) != 0)) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" is %a, expected %a", text,
                     (double)value, (double)expected);
    }
}

/* Bit 0: nx_decimal_fast takes the text, bit 1: nx_decimal_long does. Checks
 * that variants agree, whatever surrounds the text, and that what is taken has
 * the value that nx_parse_double gives it. */
static int
taken(const char *text)
{
    static const uint8_t around[] = {0, '0', '9', '.', '-', '+', 0xFF};
    static const decimal_kernel kernels[4] = {fast, fast_portable, plain_long,
                                              plain_long_portable};
    int first = -1;
    for (size_t i = 0; i < sizeof around; i++) {
        padded p;
        int result = 0;
        double expected = 0, value[4] = {0};
        set_padded(&p, text, around[i]);
        const bool number =
            nx_parse_double(p.start, strlen(text), &expected) == NX_PARSE_OK;
        for (int k = 0; k < 4; k++) {
            if (kernels[k](p.start, p.end, &value[k])) {
                result |= 1 << k;
                if (!number || memcmp(&value[k], &expected, 8) != 0) {
                    nx_test_fail(__FILE__, __LINE__, "\"%s\" by %d is %a, expected %a",
                                 text, k, value[k], expected);
                }
            }
        }
        check_float32(&p, text, (result & 5) != 0, expected);
        if (((result >> 1) & 5) != (result & 5)) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\": variants differ", text);
        }
        if (first >= 0 && first != result) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" depends on what is beside it",
                         text);
        }
        first = result;
    }
    return (first & 1) | (first & 4) >> 1;
}

static void
test_short_decimals_are_taken(void)
{
    static const char *const cases[] = {"0",
                                        "-0",
                                        "+0",
                                        "7",
                                        "-7",
                                        "+7",
                                        "0.5",
                                        ".5",
                                        "5.",
                                        "-.5",
                                        "-5.",
                                        "3.25",
                                        "00.5",
                                        "0.0",
                                        "-0.0",
                                        "1234.5678",
                                        "12345678",
                                        "1.2345678",
                                        "12345678.9",
                                        "123456789012345",
                                        "0.12345678901234",
                                        "-12345678901234.5",
                                        "+999999999999999",
                                        ".999999999999999",
                                        "99999999999999.9",
                                        "00000000.0000001",
                                        "100000000000000."};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if ((taken(cases[i]) & 1) == 0) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" not taken", cases[i]);
        }
    }
}

static void
test_long_decimals_are_taken(void)
{
    static const char *const cases[] = {
        "0.12345678901234567",     "-1234.5678901234567",      "0.1000000000000000055",
        "9007199254740993.0",      ".1234567890123456789",     "1234567890123456789.",
        "-0.00012345678901234567", "+123456789.1234567890",    "0.0000000000000000",
        "9999999999999999.999",    "0.0001234567890123456789", "1.7976931348623157"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if ((taken(cases[i]) & 2) == 0) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" not taken", cases[i]);
        }
    }
}

static void
test_other_texts_are_declined(void)
{
    static const char *const cases[] = {"",
                                        "+",
                                        "-",
                                        ".",
                                        "+.",
                                        "-.",
                                        "..",
                                        "1..2",
                                        "1.2.3",
                                        ".1.",
                                        "007",
                                        "-007",
                                        "00",
                                        "+01",
                                        "1e5",
                                        "1.5e3",
                                        "nan",
                                        "inf",
                                        "--1",
                                        "+-1",
                                        "-+1.5",
                                        "1-",
                                        " 1",
                                        "1 ",
                                        "1,5",
                                        "1_0",
                                        "0x1",
                                        "1.5f",
                                        "a",
                                        "1.a",
                                        "1/2",
                                        "1:2",
                                        "1234567890123456",
                                        "99999999999999999.12345",
                                        "1234567890123456789.1",
                                        "0.00000000000000000000000001",
                                        "1.2345678901234567e5",
                                        "123456789012.345678.9",
                                        "12345678901234567 .9",
                                        "\xB1.\xB2"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (taken(cases[i]) != 0) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" taken", cases[i]);
        }
    }
}

static void
test_every_place_of_the_point_and_every_length(void)
{
    uint64_t seed = 8;
    for (int digits = 1; digits <= 19; digits++) {
        for (int whole = 0; whole <= digits; whole++) {
            for (int round = 0; round < 60; round++) {
                char text[32];
                char *p = text;
                if (round % 3 != 0) {
                    *p++ = round % 3 == 1 ? '-' : '+';
                }
                for (int i = 0; i < digits; i++) {
                    if (i == whole) {
                        *p++ = '.';
                    }
                    const uint64_t r = nx_test_random(&seed);
                    *p++ = (char)('0' + (round < 10 ? 9 : r % 10));
                }
                if (whole == digits) {
                    *p++ = '.';
                }
                *p = '\0';
                const int expected = digits <= 15 ? 1 : 2;
                if ((taken(text) & expected) == 0) {
                    nx_test_fail(__FILE__, __LINE__, "\"%s\" not taken", text);
                }
            }
        }
    }
}

static void
test_random_texts_of_number_characters(void)
{
    static const char common[] = "0123456789012345678901234567890123456789...+-e ";
    uint64_t seed = 9;
    int counts[4] = {0};
    for (int round = 0; round < 150000; round++) {
        char text[32];
        const int n = (int)(nx_test_random(&seed) % 27);
        for (int i = 0; i < n; i++) {
            text[i] = common[nx_test_random(&seed) % (sizeof common - 1)];
        }
        text[n] = '\0';
        counts[taken(text)]++;
    }
    CHECK(counts[0] > 0 && counts[1] > 0 && counts[2] > 0 && counts[3] > 0);
}

static void
test_what_printf_writes(void)
{
    uint64_t seed = 10;
    for (int round = 0; round < 150000; round++) {
        const uint64_t r = nx_test_random(&seed);
        const double unit = (double)(r >> 11) / 9007199254740992.0;
        static const double scales[4] = {1, 10, 1000, 1e6};
        char text[64];
        snprintf(text, sizeof text, "%.*f", (int)(r & 7), unit * scales[r >> 3 & 3]);
        CHECK(taken(text) != 0);
        snprintf(text, sizeof text, "%.17g", -unit * scales[r >> 3 & 3]);
        if (strchr(text, 'e') == NULL && strchr(text, '.') != NULL) {
            CHECK(taken(text) != 0);
        }
    }
}

static void
test_decimals_beside_the_middle_of_two_floats(void)
{
    uint64_t seed = 18;
    for (int round = 0; round < 60000; round++) {
        /* 25 bits, the last one set, and up to 23 binary places. */
        const uint64_t r = nx_test_random(&seed);
        const uint64_t odd = (r >> 40) | (1 << 24) | 1;
        const int places = (int)(r % 24);
        char text[64];
        snprintf(text, sizeof text, "%.*f", places,
                 (double)odd / (double)(1 << places));
        taken(text);
        snprintf(text, sizeof text, "%.*f", places - (places > 0 && r & 32),
                 (double)odd / (double)(1 << places));
        text[strlen(text) - 1] ^= (char)(r >> 6 & 1);
        taken(text);
    }
}

/* The usual case of the conversion against the one that has them all. */
static void
test_scaled_mantissas(void)
{
    uint64_t random = 21;
    for (int round = 0; round < 300000 && nx_test_failures() == 0; round++) {
        const uint64_t w = nx_test_random(&random) >> (nx_test_random(&random) >> 58);
        const size_t digits = (size_t)(nx_test_random(&random) >> 40) % 24;
        /* Halves, quarters, ... have ties among them; so have large integers. */
        const uint64_t mantissa = round % 3 == 0   ? w
                                  : round % 3 == 1 ? (w | 1) << (w % 11)
                                                   : w / 5 * 5;
        const bool negative = round % 2 == 0;
        const double right = nx_decimal_to_double(mantissa, -(int64_t)digits, negative);
        const double fast = nx_decimal_scaled(mantissa, digits, negative);
        CHECK(memcmp(&right, &fast, sizeof right) == 0);
    }
    CHECK(nx_decimal_scaled(0, 3, false) == 0);
    CHECK(signbit(nx_decimal_scaled(0, 3, true)));
}

const nx_test nx_suite_decimal_fast[] = {
    NX_TEST(test_short_decimals_are_taken),
    NX_TEST(test_long_decimals_are_taken),
    NX_TEST(test_other_texts_are_declined),
    NX_TEST(test_every_place_of_the_point_and_every_length),
    NX_TEST(test_random_texts_of_number_characters),
    NX_TEST(test_what_printf_writes),
    NX_TEST(test_decimals_beside_the_middle_of_two_floats),
    NX_TEST(test_scaled_mantissas),
    {0},
};
