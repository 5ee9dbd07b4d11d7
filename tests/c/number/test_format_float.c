#include "harness.h"

#include "number/shortest_quick.h"

static void
check_shortest(binary_format format, uint64_t bits)
{
    char text[NX_FLOAT_TEXT_ROOM];
    const char *const fault = shortest_fault(format, bits, text);
    if (fault != NULL) {
        nx_test_fail(__FILE__, __LINE__, "%s of %" PRIx64 " (%d) %s", text, bits,
                     (int)format, fault);
    }
}

static void
check_text(binary_format format, uint64_t bits, const char *expected)
{
    char text[NX_FLOAT_TEXT_ROOM];
    put_shortest(format, bits, text);
    CHECK_STR(text, expected);
}

static uint64_t
bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}

static void
test_texts_that_repr_writes(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {100.0, "100.0"},
        {123456.789, "123456.789"},
        {0.0001, "0.0001"},
        {0.00012345678901234567, "0.00012345678901234567"},
        {0.00001, "1e-05"},
        {0.000015, "1.5e-05"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {12345678901234567.0, "1.2345678901234568e+16"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {9.5e-7, "9.5e-07"},
        {5e-324, "5e-324"},
        {1e-323, "1e-323"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740993.0, "9007199254740992.0"},
        {9.5367431640625e-07, "9.5367431640625e-07"},
        {1e100, "1e+100"},
        {-1e-100, "-1e-100"},
        {HUGE_VAL, "inf"},
        {-HUGE_VAL, "-inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_text(BINARY64, bits_of(cases[i].value), cases[i].text);
    }
    check_text(BINARY64, UINT64_C(0x7FF8000000000000), "nan");
    check_text(BINARY64, UINT64_C(0xFFF8000000000001), "nan");
    check_text(BINARY32, 0x3DCCCCCD, "0.1");
    check_text(BINARY32, 0xFF7FFFFF, "-3.4028235e+38");
    check_text(BINARY32, 1, "1e-45");
    check_text(BINARY32, 0x38D1B717, "0.0001");
    check_text(BINARY32, 0xFF800000, "-inf");
    check_text(BINARY32, 0x7FC00000, "nan");
    check_text(BINARY32, 0x80000000, "-0.0");
    check_text(BINARY16, 0x7BFF, "65500.0");
    check_text(BINARY16, 1, "6e-08");
    check_text(BINARY16, 0xFC00, "-inf");
    check_text(BINARY16, 0x7E00, "nan");
}

static void
test_no_text_is_longer_than_the_header_says(void)
{
    char text[NX_FLOAT_TEXT_ROOM];
    put_shortest(BINARY64, bits_of(-2.2250738585072014e-308), text);
    CHECK_INT(strlen(text), NX_FLOAT_TEXT_MAX);
}

static void
test_every_float16(void)
{
    char text[NX_FLOAT_TEXT_ROOM], negated[NX_FLOAT_TEXT_ROOM];
    for (uint32_t bits = 0; bits < 0x7C00; bits++) {
        if (bits != 0) {
            check_shortest(BINARY16, bits);
        }
        put_shortest(BINARY16, bits, text);
        put_shortest(BINARY16, bits | 0x8000, negated);
        CHECK(negated[0] == '-' && strcmp(negated + 1, text) == 0);
    }
    for (uint32_t bits = 0x7C01; bits < 0x8000; bits++) {
        check_text(BINARY16, bits, "nan");
        check_text(BINARY16, bits | 0x8000, "nan");
    }
}

static void
test_float32_of_every_exponent(void)
{
    uint64_t seed = 3;
    for (uint32_t field = 0; field < 255; field++) {
        for (uint32_t i = 0; i < 4; i++) {
            const uint32_t first = field << 23;
            if (first + i != 0) {
                check_shortest(BINARY32, first + i);
            }
            check_shortest(BINARY32, first + 0x7FFFFF - i);
        }
        for (int i = 0; i < 600; i++) {
            const uint32_t fraction = nx_test_random(&seed) & 0x7FFFFF;
            check_shortest(BINARY32,
                           (field << 23 | fraction) + (field + fraction == 0));
        }
    }
}

static void
test_float32_read_back_at_every_stride(void)
{
    char text[NX_FLOAT_TEXT_ROOM];
    uint64_t seed = 5;
    for (uint32_t stratum = 0; stratum < UINT32_C(1) << 20; stratum++) {
        const uint32_t bits = stratum << 12 | (nx_test_random(&seed) & 0xFFF);
        put_shortest(BINARY32, bits, text);
        if ((bits & 0x7FFFFFFF) <= 0x7F800000 && !reads_as(BINARY32, text, bits)) {
            nx_test_fail(__FILE__, __LINE__, "%s is not %" PRIx32, text, bits);
        }
    }
}

static void
check_around(uint64_t bits)
{
    for (uint64_t i = 0; i <= 4; i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            const uint64_t near = bits + (uint64_t)sign * i;
            if (near - 1 < UINT64_C(0x7FF0000000000000) - 1) {
                check_shortest(BINARY64, near);
            }
        }
    }
}

static void
test_doubles_around_every_power_of_two(void)
{
    for (uint64_t field = 0; field < 2047; field++) {
        check_around(field << 52);
        check_around(field << 52 | UINT64_C(0x8000000000000));
    }
    for (int bit = 0; bit < 52; bit++) {
        check_around(UINT64_C(1) << bit);
    }
    check_around(UINT64_C(0x7FEFFFFFFFFFFFFF));
}

static void
test_doubles_around_every_power_of_ten(void)
{
    char text[16];
    for (int exponent = -323; exponent <= 308; exponent++) {
        for (int digit = 1; digit <= 9; digit++) {
            snprintf(text, sizeof text, "%de%d", digit, exponent);
            if (isfinite(strtod(text, NULL))) {
                check_around(bits_of(strtod(text, NULL)));
            }
        }
    }
}

static void
test_short_decimals_come_back_as_they_were(void)
{
    uint64_t seed = 7;
    char text[40], back[NX_FLOAT_TEXT_ROOM];
    for (int round = 0; round < 300000; round++) {
        const uint64_t r = nx_test_random(&seed);
        const uint64_t whole = r >> 20 >> r % 44, part = nx_test_random(&seed) % 1000;
        if (whole >= UINT64_C(1000000000000)) {
            continue;
        }
        /* At most 15 digits, the last of them not 0. */
        const int n = snprintf(text, sizeof text, "%" PRIu64 ".%03d", whole, (int)part);
        if (part % 10 == 0) {
            text[n - 1 - (part % 100 == 0)] = '\0';
        }
        put_shortest(BINARY64, bits_of(strtod(text, NULL)), back);
        if (whole + part > 0) {
            CHECK_STR(back, text);
        }
    }
}

static void
test_integers_are_themselves(void)
{
    uint64_t seed = 9;
    char text[40];
    for (int round = 0; round < 300000; round++) {
        const uint64_t r = nx_test_random(&seed);
        const uint64_t whole = r >> 11 >> r % 53;
        if (whole < UINT64_C(1000000000000000)) {
            snprintf(text, sizeof text, "%" PRIu64 ".0", whole);
            check_text(BINARY64, bits_of((double)whole), text);
        }
    }
}

static void
test_random_doubles_are_shortest(void)
{
    uint64_t seed = 11;
    for (int round = 0; round < 400000; round++) {
        const uint64_t bits = nx_test_random(&seed) >> 1;
        if (bits - 1 < UINT64_C(0x7FF0000000000000) - 1) {
            check_shortest(BINARY64, bits);
        }
    }
}

static void
test_ten_million_random_doubles(void)
{
    char text[NX_FLOAT_TEXT_ROOM];
    uint64_t seed = 13;
    for (int round = 0; round < 10000000; round++) {
        const uint64_t bits = nx_test_random(&seed) >> 1;
        if (bits - 1 < UINT64_C(0x7FF0000000000000) - 1) {
            put_shortest(BINARY64, bits, text);
            const char *const fault = quick_fault(BINARY64, bits, text);
            if (fault != NULL) {
                nx_test_fail(__FILE__, __LINE__, "%s of %" PRIx64 " %s", text, bits,
                             fault);
            }
        }
    }
}

/* The quick judgement finds what it is there to find. */
static void
test_wrong_texts_are_noticed(void)
{
    static const struct {
        double value;
        const char *text, *fault;
    } cases[] = {
        {0.1, "0.1", NULL},
        {0.1, "0.10000000000000001", "is not the shortest"},
        {0.1, "0.100000000000000001", "is not the shortest"},
        {0.3, "0.29999999999999998", "is not the shortest"},
        {0.1, "0.11", "reads as another number"},
        {0.1, ".1", "is not in the layout of repr"},
        {0.1, "0.10", "is not in the layout of repr"},
        {0.1, "1e-01", "is not in the layout of repr"},
        {1.0, "1", "is not in the layout of repr"},
        {1.0, "01.0", "is not in the layout of repr"},
        {100.0, "1e+02", "is not in the layout of repr"},
        {1e16, "1e+16", NULL},
        {1e16, "1.0e+16", "is not in the layout of repr"},
        {1e16, "1e16", "is not in the layout of repr"},
        {1e16, "1e+016", "is not in the layout of repr"},
        {1e16, "10000000000000000.0", "is not in the layout of repr"},
        {1e22, "1e+22", NULL},
        {5e-324, "5e-324", NULL},
        {5e-324, "4e-324", "is not the nearest"},
        {5e-324, "4.9e-324", "is not the shortest"},
        {9007199254740992.0, "9007199254740992.0", NULL},
        {9007199254740992.0, "9007199254740993.0", "is not the nearest"},
        {1.2345678901234567e+300, "1.2345678901234567e+300", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const fault =
            quick_fault(BINARY64, bits_of(cases[i].value), cases[i].text);
        CHECK_STR(fault == NULL ? "fine" : fault,
                  cases[i].fault == NULL ? "fine" : cases[i].fault);
    }
}

const nx_test nx_suite_format_float[] = {
    NX_TEST(test_texts_that_repr_writes),
    NX_TEST(test_no_text_is_longer_than_the_header_says),
    NX_TEST(test_every_float16),
    NX_TEST(test_float32_of_every_exponent),
    NX_TEST(test_float32_read_back_at_every_stride),
    NX_TEST(test_doubles_around_every_power_of_two),
    NX_TEST(test_doubles_around_every_power_of_ten),
    NX_TEST(test_short_decimals_come_back_as_they_were),
    NX_TEST(test_integers_are_themselves),
    NX_TEST(test_random_doubles_are_shortest),
    NX_TEST(test_ten_million_random_doubles),
    NX_TEST(test_wrong_texts_are_noticed),
    {0},
};
