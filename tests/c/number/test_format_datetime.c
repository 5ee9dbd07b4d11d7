#include "harness.h"

#include "number/format_datetime.h"

static void
check_text(int64_t count, nx_datetime_unit unit, const char *expected)
{
    char text[NX_DATETIME_TEXT_ROOM];
    const size_t n = nx_format_datetime(count, unit, (uint8_t *)text);
    CHECK(n <= NX_DATETIME_TEXT_MAX);
    text[n] = '\0';
    CHECK_STR(text, expected);
}

/* What NumPy 2.4 prints; but the two days that are furthest away, where it wraps, are
 * from Python's integers. */
static void
test_texts_of_numpy(void)
{
    static const struct {
        int64_t count;
        nx_datetime_unit unit;
        const char *text;
    } cases[] = {
        {0, NX_UNIT_D, "1970-01-01"},
        {-719162, NX_UNIT_D, "0001-01-01"},
        {-719163, NX_UNIT_D, "0000-12-31"},
        {-719528, NX_UNIT_D, "0000-01-01"},
        {-719529, NX_UNIT_D, "-001-12-31"},
        {-800000, NX_UNIT_D, "-221-09-04"},
        {-1000000, NX_UNIT_D, "-768-02-04"},
        {2932896, NX_UNIT_D, "9999-12-31"},
        {2932897, NX_UNIT_D, "10000-01-01"},
        {1000000000, NX_UNIT_D, "2739877-01-03"},
        {-1000000000, NX_UNIT_D, "-2735938-12-29"},
        {INT64_MAX, NX_UNIT_D, "25252734927768524-07-27"},
        {-INT64_MAX, NX_UNIT_D, "-25252734927764585-06-08"},
        {0, NX_UNIT_HOUR, "1970-01-01T00"},
        {-1, NX_UNIT_HOUR, "1969-12-31T23"},
        {INT64_MAX, NX_UNIT_HOUR, "1052197288658909-10-10T07"},
        {-INT64_MAX, NX_UNIT_HOUR, "-1052197288654970-03-24T17"},
        {-1, NX_UNIT_MINUTE, "1969-12-31T23:59"},
        {INT64_MAX, NX_UNIT_MINUTE, "17536621479585-08-30T18:07"},
        {-INT64_MAX, NX_UNIT_MINUTE, "-17536621475646-05-04T05:53"},
        {0, NX_UNIT_S, "1970-01-01T00:00:00"},
        {-1, NX_UNIT_S, "1969-12-31T23:59:59"},
        {INT64_MAX, NX_UNIT_S, "292277026596-12-04T15:30:07"},
        {-INT64_MAX, NX_UNIT_S, "-292277022657-01-27T08:29:53"},
        {0, NX_UNIT_MS, "1970-01-01T00:00:00.000"},
        {-1, NX_UNIT_MS, "1969-12-31T23:59:59.999"},
        {INT64_MAX, NX_UNIT_MS, "292278994-08-17T07:12:55.807"},
        {-INT64_MAX, NX_UNIT_MS, "-292275055-05-16T16:47:04.193"},
        {-1, NX_UNIT_US, "1969-12-31T23:59:59.999999"},
        {INT64_MAX, NX_UNIT_US, "294247-01-10T04:00:54.775807"},
        {-INT64_MAX, NX_UNIT_US, "-290308-12-21T19:59:05.224193"},
        {0, NX_UNIT_NS, "1970-01-01T00:00:00.000000000"},
        {INT64_MAX, NX_UNIT_NS, "2262-04-11T23:47:16.854775807"},
        {-INT64_MAX, NX_UNIT_NS, "1677-09-21T00:12:43.145224193"},
        {NX_NAT, NX_UNIT_D, "NaT"},
        {NX_NAT, NX_UNIT_NS, "NaT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_text(cases[i].count, cases[i].unit, cases[i].text);
    }
}

static int
length_of_month(int year, int month)
{
    if (month == 2) {
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* The calendar, one day after the other. */
static void
test_every_day_of_ten_thousand_years(void)
{
    int year = 0, month = 1, day = 1;
    for (int64_t days = -719528; days <= 2932897; days++) {
        char text[NX_DATETIME_TEXT_ROOM], expected[40];
        const size_t n = nx_format_datetime(days, NX_UNIT_D, (uint8_t *)text);
        text[n] = '\0';
        if (days % 16 == 0 || day == 1 || day >= 28) {
            snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, day);
            CHECK_STR(text, expected);
        }
        if (++day > length_of_month(year, month)) {
            day = 1;
            year += month == 12;
            month = month % 12 + 1;
        }
    }
}

static void
test_every_second_of_a_day_in_every_unit(void)
{
    for (int second = 0; second < 86400; second++) {
        char day[40], expected[64];
        const int64_t since = INT64_C(951782400) + second;
        snprintf(day, sizeof day, "2000-02-29T%02d:%02d:%02d", second / 3600,
                 second / 60 % 60, second % 60);
        check_text(since, NX_UNIT_S, day);
        const int part = (int)((int64_t)second * 7919 % 1000);
        snprintf(expected, sizeof expected, "%s.%03d", day, part);
        check_text(since * 1000 + part, NX_UNIT_MS, expected);
        const int micro = (int)((int64_t)second * 104729 % 1000000);
        snprintf(expected, sizeof expected, "%s.%06d", day, micro);
        check_text(since * 1000000 + micro, NX_UNIT_US, expected);
        const int nano = (int)((int64_t)second * 15485863 % 1000000000);
        snprintf(expected, sizeof expected, "%s.%09d", day, nano);
        check_text(since * 1000000000 + nano, NX_UNIT_NS, expected);
    }
}

static void
test_the_parser_reads_it_back(void)
{
    static const nx_datetime_unit units[] = {NX_UNIT_D,  NX_UNIT_MINUTE, NX_UNIT_S,
                                             NX_UNIT_MS, NX_UNIT_US,     NX_UNIT_NS};
    static const int64_t days_in[] = {1,        1440,        86400,
                                      86400000, 86400000000, 86400000000000};
    uint64_t seed = 1;
    for (int round = 0; round < 600000; round++) {
        const int which = round % 6;
        /* Years 1 to 9999; of nanoseconds as far as they reach. */
        const uint64_t days = which == 5 ? 200000 : 3652059;
        const int64_t first = which == 5 ? -100000 : -719162;
        const uint64_t range = days * (uint64_t)days_in[which];
        const int64_t count = (int64_t)(nx_test_random(&seed) % range +
                                        (uint64_t)(first * days_in[which]));
        uint8_t text[64 + NX_DATETIME_TEXT_ROOM];
        nx_datetime value;
        int64_t back = 0;
        const size_t n = nx_format_datetime(count, units[which], text);
        CHECK_INT(nx_parse_datetime(text, n, &value), NX_PARSE_OK);
        CHECK(nx_datetime_to_unit(&value, units[which], &back));
        CHECK_INT(back, count);
    }
}

const nx_test nx_suite_format_datetime[] = {
    NX_TEST(test_texts_of_numpy),
    NX_TEST(test_every_day_of_ten_thousand_years),
    NX_TEST(test_every_second_of_a_day_in_every_unit),
    NX_TEST(test_the_parser_reads_it_back),
    {0},
};
