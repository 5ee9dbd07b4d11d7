#include "harness.h"

#include <math.h>

#include "json/json_decimal.h"
#include "number/format_float.h"

enum {
    COUNT = 64
};

/* A scale for exactly that many places. */
static nx_json_scale
scale_for(int places)
{
    double values[COUNT];
    for (int i = 0; i < COUNT; i++) {
        values[i] = (i * 10 + 1) / pow(10, places);
    }
    return nx_json_scale_of((const char *)values, sizeof(double), COUNT);
}

/* What passes has the text of the general writer. */
static bool
check(const nx_json_scale *scale, double x)
{
    uint8_t text[64], expected[64];
    const size_t n = nx_json_put_decimal(scale, x, text);
    if (n != 0) {
        CHECK_INT(n, nx_format_double(x, expected));
        CHECK(memcmp(text, expected, n) == 0);
    }
    return n != 0;
}

static void
test_decimals_are_the_shortest_text(void)
{
    uint64_t seed = 1;
    for (int places = 0; places <= NX_JSON_MOST_PLACES; places++) {
        const nx_json_scale scale = scale_for(places);
        CHECK(scale.is_used);
        CHECK(scale.power == pow(10, places));
        for (int round = 0; round < 200000; round++) {
            const uint64_t r = nx_test_random(&seed);
            const uint64_t digits = (r >> (r % 50)) % UINT64_C(900000000000000);
            const double x = (double)digits / pow(10, places);
            const bool passes = check(&scale, r & 64 ? -x : x);
            CHECK(passes || (x < 1e-4 && x > 0));
            check(&scale, nextafter(x, 1e300));
            check(&scale, nextafter(x, -1e300));
            check(&scale, (double)r / 1e9);
        }
    }
}

static void
test_what_does_not_pass(void)
{
    for (int places = 0; places <= NX_JSON_MOST_PLACES; places++) {
        const nx_json_scale scale = scale_for(places);
        static const double values[] = {NAN,  INFINITY, -INFINITY, 9e14,   1e15,   1e16,
                                        1e22, 1e300,    1e-9,      5e-324, 1.0 / 3};
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            CHECK(!check(&scale, values[i]));
            CHECK(!check(&scale, -values[i]));
        }
        CHECK(check(&scale, 0.0));
        CHECK(check(&scale, -0.0));
        CHECK(check(&scale, 1.0));
        CHECK(places < 4 || check(&scale, 1e-4));
        CHECK(places != 8 || !check(&scale, 9.9e-5));
        CHECK(!check(&scale, 1e-5));
    }
}

static void
test_columns_that_are_no_decimals_have_no_scale(void)
{
    uint64_t seed = 2;
    double values[COUNT];
    for (int i = 0; i < COUNT; i++) {
        values[i] = (double)(nx_test_random(&seed) >> 11) / 9007199254740992.0;
    }
    CHECK(!nx_json_scale_of((const char *)values, sizeof(double), COUNT).is_used);
    for (int i = 0; i < COUNT; i++) {
        values[i] = i % 8 == 0 ? (double)NAN : 0.25;
    }
    /* Half of those that are looked at. */
    CHECK(!nx_json_scale_of((const char *)values, sizeof(double), COUNT).is_used);
    for (int i = 0; i < COUNT; i++) {
        values[i] = i % 32 == 0 ? (double)NAN : 0.25;
    }
    const nx_json_scale scale =
        nx_json_scale_of((const char *)values, sizeof(double), COUNT);
    CHECK(scale.is_used);
    CHECK(scale.power == 100);
    CHECK(!nx_json_scale_of((const char *)values, sizeof(double), 8).is_used);
    /* From the last one back to the first. */
    CHECK(nx_json_scale_of((const char *)(values + COUNT - 1), -(int)sizeof(double),
                           COUNT)
              .is_used);
}

const nx_test nx_suite_json_decimal[] = {
    NX_TEST(test_decimals_are_the_shortest_text),
    NX_TEST(test_what_does_not_pass),
    NX_TEST(test_columns_that_are_no_decimals_have_no_scale),
    {0},
};
