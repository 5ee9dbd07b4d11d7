#include "harness.h"

#include <stdlib.h>

#include "number/datetime_fast.h"
#include "number/slow_datetime.h"

/* Seconds by the short way of column loops. */
static bool
fast_seconds(const uint8_t *text, size_t n, int64_t *seconds)
{
    int64_t days = 0, clock = 0;
    const bool valid = nx_datetime_fast(text, n, &days, &clock);
    *seconds = days * 86400 + clock;
    return valid;
}

/* Both parsers and, where it applies, the fast path must agree. */
static bool
check_text(const char *text)
{
    uint8_t padded[64 + 32] = {0};
    nx_datetime value, expected;
    int64_t seconds = 0;
    const size_t n = strlen(text);
    const bool valid = slow_datetime(text, &expected);
    memset(padded, '1', sizeof padded);
    memcpy(padded, text, n);
    memset(&value, 0, sizeof value);
    const bool parsed = nx_parse_datetime(padded, n, &value) == NX_PARSE_OK;
    if (parsed != valid ||
        (valid &&
         (value.seconds != expected.seconds ||
          value.nanoseconds != expected.nanoseconds ||
          value.fraction_digits != expected.fraction_digits ||
          value.date_only != expected.date_only || value.zoned != expected.zoned))) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\": valid %d, seconds %" PRId64 ".%09u",
                     text, parsed, value.seconds, (unsigned)value.nanoseconds);
    }
    const bool fast = fast_seconds(padded, n, &seconds);
    const bool plain = valid && (n == 10 || (n == 19 && text[16] == ':'));
    if (fast != plain || (fast && seconds != expected.seconds)) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\": fast %d %" PRId64, text, fast,
                     seconds);
    }
    return valid;
}

static void
test_every_day_of_years_1_to_9999(void)
{
    char text[40] = "0001-01-01T00:00:00";
    uint8_t padded[64];
    int64_t days = -719162;
    for (int year = 1; year <= 9999; year++) {
        put_digits(text, 4, year);
        for (int month = 1; month <= 12; month++) {
            put_digits(text + 5, 2, month);
            for (int day = 1; day <= length_of_month(year, month); day++, days++) {
                const int clock = (int)(days * 7919 % DAY + DAY) % DAY;
                nx_datetime value;
                int64_t date = 0, time = 0;
                put_digits(text + 8, 2, day);
                put_digits(text + 11, 2, clock / 3600);
                put_digits(text + 14, 2, clock / 60 % 60);
                put_digits(text + 17, 2, clock % 60);
                memcpy(padded, text, 40);
                if (nx_days_from_civil(year, (unsigned)month, (unsigned)day) != days ||
                    !fast_seconds(padded, 10, &date) || date != days * DAY ||
                    !fast_seconds(padded, 19, &time) || time != date + clock ||
                    nx_parse_datetime(padded, 19, &value) != NX_PARSE_OK ||
                    value.seconds != time) {
                    nx_test_fail(__FILE__, __LINE__, "%s", text);
                }
            }
        }
    }
    CHECK_INT(days, 2932897); /* 10000-01-01 */
}

static void
test_days_before_year_1(void)
{
    int64_t days = nx_days_from_civil(1, 1, 1);
    for (int year = 0; year >= -2000; year--) {
        for (int month = 12; month >= 1; month--) {
            days -= length_of_month(year, month);
            CHECK_INT(nx_days_from_civil(year, (unsigned)month, 1), days);
        }
    }
    CHECK_INT(nx_days_from_civil(1970, 1, 1), 0);
    /* 730692556 cycles of 400 years before year 1. */
    CHECK_INT(nx_days_from_civil(-292277022399, 1, 1),
              -719162 - 730692556 * INT64_C(146097));
}

static void
test_dates_that_do_not_exist(void)
{
    char text[16] = "0000-00-00";
    int valid = 0;
    for (int year = 0; year <= 9999; year += year % 100 < 8 ? 1 : 13) {
        put_digits(text, 4, year);
        for (int month = 0; month <= 99; month++) {
            put_digits(text + 5, 2, month);
            for (int day = 0; day <= 99; day += day < 33 ? 1 : 11) {
                put_digits(text + 8, 2, day);
                valid += check_text(text);
            }
        }
    }
    CHECK(valid > 0);
}

static void
test_every_time_of_two_digits_each(void)
{
    char text[32] = "2024-02-29 00:00:00";
    int valid = 0;
    for (int h = 0; h <= 99; h++) {
        put_digits(text + 11, 2, h);
        for (int m = 0; m <= 99; m++) {
            put_digits(text + 14, 2, m);
            for (int s = 0; s <= 99; s += s > 60 ? 13 : 1) {
                put_digits(text + 17, 2, s);
                valid += check_text(text);
            }
        }
    }
    CHECK_INT(valid, DAY);
}

static void
test_fractions_of_one_to_nine_digits(void)
{
    static const char digits[] = "1234567890";
    uint32_t expected = 0, scale = 1000000000;
    for (int n = 1; n <= 9; n++) {
        char text[64];
        nx_datetime value;
        scale /= 10;
        expected += (uint32_t)(digits[n - 1] - '0') * scale;
        snprintf(text, sizeof text, "1969-12-31T23:59:59.%.*s", n, digits);
        CHECK_INT(nx_parse_datetime((const uint8_t *)text, strlen(text), &value),
                  NX_PARSE_OK);
        CHECK_INT(value.seconds, -1);
        CHECK_INT(value.nanoseconds, expected);
        CHECK_INT(value.fraction_digits, n);
        CHECK(check_text(text));
    }
    CHECK(!check_text("1969-12-31T23:59:59."));
    CHECK(!check_text("1969-12-31T23:59:59.1234567890"));
    CHECK(!check_text("1969-12-31T23:59:59,5"));
    CHECK(!check_text("1969-12-31T23:59.5"));
    CHECK(!check_text("1969-12-31.5"));
}

static void
test_every_offset(void)
{
    char text[48];
    nx_datetime value;
    for (int offset = -1439; offset <= 1439; offset++) {
        const int size = offset < 0 ? -offset : offset;
        snprintf(text, sizeof text, "2000-01-01T00:00%c%02d:%02d",
                 offset < 0 ? '-' : '+', size / 60, size % 60);
        CHECK_INT(nx_parse_datetime((const uint8_t *)text, strlen(text), &value),
                  NX_PARSE_OK);
        CHECK_INT(value.seconds, 946684800 - offset * 60);
        CHECK(value.zoned && !value.date_only);
    }
    /* Out of years 1..9999 by the offset. */
    CHECK(check_text("0001-01-01T00:00:00+23:59"));
    CHECK(check_text("9999-12-31T23:59:59.999999999-23:59"));
}

static void
test_layouts(void)
{
    static const char *const valid[] = {"2024-02-29",
                                        "2024-02-29 12:34",
                                        "2024-02-29T12:34Z",
                                        "2024-02-29T12:34:56",
                                        "2024-02-29 12:34:56Z",
                                        "2024-02-29T12:34:56.7Z",
                                        "2024-02-29T12:34:56+00:00",
                                        "2024-02-29T12:34:56.123456-05:30",
                                        "2024-02-29T12:34-00:00"};
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        CHECK(check_text(valid[i]));
    }
}

static void
test_other_layouts_are_invalid(void)
{
    static const char *const invalid[] = {"",
                                          "2024",
                                          "2024-02",
                                          "2024-2-29",
                                          "24-02-29",
                                          "20240229",
                                          "2024/02/29",
                                          "2024-02-29T",
                                          "2024-02-29 ",
                                          "2024-02-29T12",
                                          "2024-02-29T12:",
                                          "2024-02-29T12:3",
                                          "2024-02-29T12:34:",
                                          "2024-02-29T12:34:5",
                                          "2024-02-29t12:34:56",
                                          "2024-02-29_12:34:56",
                                          "2024-02-29T12:34:56z",
                                          "2024-02-29Z",
                                          "2024-02-29+01:00",
                                          "2024-02-29T12:34:56+01",
                                          "2024-02-29T12:34:56+0100",
                                          "2024-02-29T12:34:56+24:00",
                                          "2024-02-29T12:34:56+23:60",
                                          "2024-02-29T12:34:56 +01:00",
                                          "2024-02-29T12:34:56ZZ",
                                          "2024-02-29T12:34:56 Z",
                                          "2024-02-29T24:00",
                                          "2024-02-29T24:00:00",
                                          "2024-02-29T12:34:60",
                                          "0000-01-01",
                                          "+2024-02-29",
                                          "-2024-02-29",
                                          "12024-02-29",
                                          " 2024-02-29",
                                          "2023-02-29",
                                          "1900-02-29",
                                          "2024-02-30",
                                          "2024-13-01",
                                          "2024-00-01",
                                          "2024-01-00",
                                          "2024-01-32",
                                          "2024-02-29T12:34:56.1+1:00",
                                          "2024-02-29T1234",
                                          "2024-02-29  12:34:56"};
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        if (check_text(invalid[i])) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" accepted", invalid[i]);
        }
    }
}

static void
test_every_byte_in_every_place(void)
{
    static const char *const texts[] = {
        "2024-02-29", "1999-10-31T20:45:19", "2001-11-09 03:08",
        "1999-10-31T20:45:19.120045789+11:25", "1999-10-31T20:45Z"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t at = 0; at < strlen(texts[i]); at++) {
            for (int byte = 1; byte < 256; byte++) {
                char text[64];
                strcpy(text, texts[i]);
                text[at] = (char)byte;
                check_text(text);
            }
        }
    }
}

static void
test_random_changes(void)
{
    static const char bytes[] = "0123456789-:T .Z+/;\x80\xFF";
    uint64_t seed = 16;
    for (int round = 0; round < 300000; round++) {
        char text[64] = "1999-10-31T20:45:19.120045789+11:25";
        uint64_t r = nx_test_random(&seed);
        text[round % 3 == 0 ? 10 : round % 3 == 1 ? 19 : r % 36] = '\0';
        for (size_t k = r >> 60 & 3, n = strlen(text); k > 0 && n > 0; k--) {
            r = nx_test_random(&seed);
            text[r % n] = bytes[(r >> 16) % (sizeof bytes - 1)];
        }
        check_text(text);
    }
}

static void
test_nothing_outside_the_text_is_read(void)
{
    const char text[] = "1999-10-31T20:45:19.120045789+11:25";
    for (size_t n = 0; n < sizeof text; n++) {
        uint8_t *const copy = malloc(n + (n == 0));
        nx_datetime a, b;
        memcpy(copy, text, n);
        CHECK(nx_parse_datetime(copy, n, &a) ==
              nx_parse_datetime((const uint8_t *)text, n, &b));
        free(copy);
    }
}

static const struct {
    nx_datetime value;
    nx_datetime_unit unit;
    nx_parse_result result;
    int64_t count;
} unit_cases[] = {
    {{.seconds = 86400}, NX_UNIT_D, NX_PARSE_OK, 1},
    {{.seconds = -86400}, NX_UNIT_D, NX_PARSE_OK, -1},
    {{.seconds = 86401}, NX_UNIT_D, NX_PARSE_INVALID, 0},
    {{.seconds = -1}, NX_UNIT_D, NX_PARSE_INVALID, 0},
    {{.nanoseconds = 1}, NX_UNIT_D, NX_PARSE_INVALID, 0},
    {{.seconds = -7}, NX_UNIT_S, NX_PARSE_OK, -7},
    {{.seconds = 7, .nanoseconds = 1}, NX_UNIT_S, NX_PARSE_INVALID, 0},
    {{.seconds = INT64_MAX}, NX_UNIT_S, NX_PARSE_OK, INT64_MAX},
    {{.seconds = -INT64_MAX}, NX_UNIT_S, NX_PARSE_OK, -INT64_MAX},
    {{.seconds = INT64_MIN}, NX_UNIT_S, NX_PARSE_RANGE, 0},
    {{.seconds = -1, .nanoseconds = 999000000}, NX_UNIT_MS, NX_PARSE_OK, -1},
    {{.seconds = -1, .nanoseconds = 999000001}, NX_UNIT_MS, NX_PARSE_INVALID, 0},
    {{.seconds = INT64_MAX / 1000, .nanoseconds = 807000000},
     NX_UNIT_MS,
     NX_PARSE_OK,
     INT64_MAX},
    {{.seconds = INT64_MAX / 1000, .nanoseconds = 808000000},
     NX_UNIT_MS,
     NX_PARSE_RANGE,
     0},
    {{.seconds = 253402300799, .nanoseconds = 999999000},
     NX_UNIT_US,
     NX_PARSE_OK,
     INT64_C(253402300799999999)},
    {{.seconds = 1, .nanoseconds = 1500}, NX_UNIT_US, NX_PARSE_INVALID, 0},
    {{.seconds = 9223372036, .nanoseconds = 854775807},
     NX_UNIT_NS,
     NX_PARSE_OK,
     INT64_MAX},
    {{.seconds = 9223372036, .nanoseconds = 854775808}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = 9223372037}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = -9223372037, .nanoseconds = 145224193},
     NX_UNIT_NS,
     NX_PARSE_OK,
     -INT64_MAX},
    {{.seconds = -9223372037, .nanoseconds = 145224192}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = -9223372037, .nanoseconds = 145224191}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = -9223372037}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = -9223372038, .nanoseconds = 999999999}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = INT64_MIN}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = INT64_MAX, .nanoseconds = 999999999}, NX_UNIT_NS, NX_PARSE_RANGE, 0},
    {{.seconds = -1, .nanoseconds = 999999999}, NX_UNIT_NS, NX_PARSE_OK, -1},
    {{.seconds = INT64_MAX, .nanoseconds = 1}, NX_UNIT_MS, NX_PARSE_INVALID, 0},
    {{.seconds = 7200}, NX_UNIT_HOUR, NX_PARSE_OK, 2},
    {{.seconds = -3600}, NX_UNIT_HOUR, NX_PARSE_OK, -1},
    {{.seconds = 7260}, NX_UNIT_HOUR, NX_PARSE_INVALID, 0},
    {{.seconds = 3600, .nanoseconds = 1}, NX_UNIT_HOUR, NX_PARSE_INVALID, 0},
    {{.seconds = 7260}, NX_UNIT_MINUTE, NX_PARSE_OK, 121},
    {{.seconds = -60}, NX_UNIT_MINUTE, NX_PARSE_OK, -1},
    {{.seconds = -61}, NX_UNIT_MINUTE, NX_PARSE_INVALID, 0},
    {{.seconds = 60, .nanoseconds = 1000}, NX_UNIT_MINUTE, NX_PARSE_INVALID, 0},
};

static void
test_units_at_their_limits(void)
{
    for (size_t i = 0; i < sizeof unit_cases / sizeof unit_cases[0]; i++) {
        int64_t count = 0, again = 0;
        const nx_parse_result result =
            nx_datetime_to_unit_exact(&unit_cases[i].value, unit_cases[i].unit, &count);
        const bool fits =
            nx_datetime_to_unit(&unit_cases[i].value, unit_cases[i].unit, &again);
        if (result != unit_cases[i].result || count != unit_cases[i].count ||
            fits != (result == NX_PARSE_OK) || again != count) {
            nx_test_fail(__FILE__, __LINE__, "case %zu: %d %" PRId64, i, result, count);
        }
    }
}

static void
test_units_are_exact_in_range(void)
{
    static const int64_t per_second[] = {0, 1, 1000, 1000000, 1000000000};
    uint64_t seed = 17;
    for (int round = 0; round < 100000; round++) {
        for (int unit = NX_UNIT_S; unit <= NX_UNIT_NS; unit++) {
            const int64_t scale = per_second[unit], tick = 1000000000 / scale;
            const int64_t expected = (int64_t)nx_test_random(&seed) / 2;
            int64_t whole = expected / scale, part = expected % scale, count = 0;
            if (part < 0) {
                part += scale;
                whole--;
            }
            nx_datetime value = {.seconds = whole,
                                 .nanoseconds = (uint32_t)(part * tick)};
            CHECK(nx_datetime_to_unit(&value, (nx_datetime_unit)unit, &count));
            CHECK_INT(count, expected);
            if (tick > 1) {
                value.nanoseconds++;
                CHECK(!nx_datetime_to_unit(&value, (nx_datetime_unit)unit, &count));
            }
        }
    }
}

const nx_test nx_suite_parse_datetime[] = {
    NX_TEST(test_every_day_of_years_1_to_9999),
    NX_TEST(test_days_before_year_1),
    NX_TEST(test_dates_that_do_not_exist),
    NX_TEST(test_every_time_of_two_digits_each),
    NX_TEST(test_fractions_of_one_to_nine_digits),
    NX_TEST(test_every_offset),
    NX_TEST(test_layouts),
    NX_TEST(test_other_layouts_are_invalid),
    NX_TEST(test_every_byte_in_every_place),
    NX_TEST(test_random_changes),
    NX_TEST(test_nothing_outside_the_text_is_read),
    NX_TEST(test_units_at_their_limits),
    NX_TEST(test_units_are_exact_in_range),
    {0},
};
