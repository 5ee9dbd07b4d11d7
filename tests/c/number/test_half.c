#include "harness.h"

#include <math.h>

#include "number/half.h"
#include "number/parse_float.h"

enum {
    INFINITE = 0x7C00, /* bits */
    SIGN = 0x8000
};

/* Every one of them, by the parser, which knows nothing of this header. */
static void
test_every_half_comes_back(void)
{
    for (uint32_t bits = 0; bits <= UINT16_MAX && nx_test_failures() == 0; bits++) {
        const double value = nx_double_of_half((uint16_t)bits);
        char text[64];
        uint16_t back;
        if ((bits & ~(uint32_t)SIGN) > INFINITE) {
            CHECK(isnan(value));
            continue;
        }
        const int n = snprintf(text, sizeof text, "%.17g", value);
        CHECK_INT(nx_parse_float16((const uint8_t *)text, (size_t)n, &back),
                  NX_PARSE_OK);
        CHECK_INT(back, bits);
        /* All of them are multiples of 2^-24, and so is nothing lost. */
        const uint64_t field = bits >> 10 & 0x1F, fraction = bits & 0x3FF;
        const uint64_t units =
            field == 0 ? fraction : (fraction + 0x400) << (field - 1);
        CHECK(isinf(value) || fabs(value) * 0x1p24 == (double)units);
    }
    CHECK(nx_double_of_half(0x0001) == 0x1p-24 &&
          nx_double_of_half(0x03FF) == 0x3FFp-24);
    CHECK(nx_double_of_half(0x0400) == 0x1p-14 &&
          nx_double_of_half(0x3555) == 0x555p-12);
    CHECK(nx_double_of_half(0xFBFF) == -65504 &&
          nx_double_of_half(0xFC00) == -HUGE_VAL);
    CHECK(signbit(nx_double_of_half(SIGN)) != 0);
}

/* All of them, and floats between any two. */
static void
test_floats_are_rounded_to_the_nearest(void)
{
    for (uint32_t bits = 0; bits <= UINT16_MAX && nx_test_failures() == 0; bits++) {
        const float value = nx_float_of_half((uint16_t)bits);
        if ((bits & ~(uint32_t)SIGN) > INFINITE) {
            CHECK(isnan(value));
            CHECK_INT(nx_half_of_float(value), (bits & SIGN) | 0x7E00);
            continue;
        }
        CHECK((double)value == nx_double_of_half((uint16_t)bits));
        CHECK_INT(signbit(value) != 0, bits >> 15);
        CHECK_INT(nx_half_of_float(value), bits);
        if ((bits & ~(uint32_t)SIGN) >= INFINITE) {
            continue;
        }
        /* Half-way to the next one, which for the largest is at 65536. */
        const float next = (bits & ~(uint32_t)SIGN) == INFINITE - 1
                               ? copysignf(65536, value)
                               : nx_float_of_half((uint16_t)(bits + 1));
        const float middle = (value + next) / 2;
        CHECK_INT(nx_half_of_float(middle), bits + (bits & 1));
        CHECK_INT(nx_half_of_float(nextafterf(middle, value)), bits);
        CHECK_INT(nx_half_of_float(nextafterf(middle, next)), bits + 1);
    }
    (void)feclearexcept(FE_ALL_EXCEPT);
    CHECK_INT(nx_half_of_float(-HUGE_VALF), 0xFC00);
    CHECK_INT(nx_half_of_float(65519), 0x7BFF);
    CHECK_INT(fetestexcept(FE_OVERFLOW), 0);
    CHECK_INT(nx_half_of_float(65520), INFINITE);
    CHECK(fetestexcept(FE_OVERFLOW) != 0);
    CHECK_INT(nx_half_of_float(1e-10f), 0);
}

const nx_test nx_suite_half[] = {
    NX_TEST(test_floats_are_rounded_to_the_nearest),
    NX_TEST(test_every_half_comes_back),
    {0},
};
