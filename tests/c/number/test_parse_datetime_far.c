#include "harness.h"

#include "base/alloc.h"
#include "number/format_datetime.h"
#include "number/parse_datetime_far.h"

static const nx_datetime_unit units[] = {NX_UNIT_D, NX_UNIT_HOUR, NX_UNIT_MINUTE,
                                         NX_UNIT_S, NX_UNIT_MS,   NX_UNIT_US,
                                         NX_UNIT_NS};

enum {
    UNITS = sizeof units / sizeof units[0]
};

/* Parses a copy of the text of its exact size. */
static nx_far_result
parse(const char *text, nx_datetime_unit unit, int64_t *count)
{
    const size_t n = strlen(text);
    uint8_t *copy = nx_alloc(n, 1);
    memcpy(copy, text, n);
    const nx_far_result result = nx_parse_datetime_far(copy, n, unit, count);
    nx_free(copy);
    return result;
}

static void
check_count(int64_t count, nx_datetime_unit unit)
{
    char text[NX_DATETIME_TEXT_ROOM];
    int64_t back = 77;
    text[nx_format_datetime(count, unit, (uint8_t *)text)] = '\0';
    if (parse(text, unit, &back) != NX_FAR_OK || back != count) {
        nx_test_fail(__FILE__, __LINE__, "%s of unit %d is %" PRId64 ", not %" PRId64,
                     text, (int)unit, back, count);
    }
}

static void
test_every_kind_of_count_comes_back(void)
{
    uint64_t seed = 1;
    for (size_t unit = 0; unit < UNITS; unit++) {
        for (int64_t near = -3; near <= 3; near++) {
            check_count(near, units[unit]);
            check_count((int64_t)((uint64_t)INT64_MAX + (uint64_t)near), units[unit]);
        }
        for (int i = 0; i < 50000; i++) {
            const uint64_t r = nx_test_random(&seed);
            check_count((int64_t)r >> (r & 63), units[unit]);
        }
    }
}

/* Every day of four cycles around year 0, and of the years where digits are added. */
static void
test_every_day_of_some_centuries(void)
{
    for (int64_t day = -1100000; day < -300000; day++) {
        check_count(day, NX_UNIT_D);
    }
    for (int64_t day = 2932000; day < 2934000; day++) {
        check_count(day, NX_UNIT_D);
    }
}

typedef struct far_case {
    const char *text;
    nx_datetime_unit unit;
    nx_far_result result;
    int64_t count;
} far_case;

static void
check_cases(const far_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t count = 0;
        const nx_far_result result = parse(cases[i].text, cases[i].unit, &count);
        if (result != cases[i].result || count != cases[i].count) {
            nx_test_fail(__FILE__, __LINE__, "%s: %d, %" PRId64, cases[i].text,
                         (int)result, count);
        }
    }
}

static void
test_times_of_day_and_nat(void)
{
    static const far_case cases[] = {
        {"NaT", NX_UNIT_D, NX_FAR_OK, NX_NAT},
        {"nat", NX_UNIT_NS, NX_FAR_OK, NX_NAT},
        {"NaTs", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"Na", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"-", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"1970-01-01T05", NX_UNIT_HOUR, NX_FAR_OK, 5},
        {"1970-01-01 05", NX_UNIT_S, NX_FAR_OK, 5 * 3600},
        {"1970-01-01T05", NX_UNIT_D, NX_FAR_FINE, 0},
        {"1970-01-01T24", NX_UNIT_HOUR, NX_FAR_INVALID, 0},
        {"1970-01-01T5", NX_UNIT_HOUR, NX_FAR_INVALID, 0},
        {"1970-01-01T", NX_UNIT_HOUR, NX_FAR_INVALID, 0},
        {"1970-01-01x05", NX_UNIT_HOUR, NX_FAR_INVALID, 0},
        {"1970-01-01T05:", NX_UNIT_MINUTE, NX_FAR_INVALID, 0},
        {"1970-01-01T05:60", NX_UNIT_MINUTE, NX_FAR_INVALID, 0},
        {"1970-01-01T05:06:07:08", NX_UNIT_S, NX_FAR_INVALID, 0},
        {"1970-01-01T05.5", NX_UNIT_MS, NX_FAR_INVALID, 0},
        {"10000-01-01T00:00:00.", NX_UNIT_MS, NX_FAR_INVALID, 0},
        {"10000-01-01T00:00:00.1234567890", NX_UNIT_NS, NX_FAR_INVALID, 0},
        {"10000-01-01T00:00:00Z", NX_UNIT_S, NX_FAR_INVALID, 0},
        {"10000-01-01", NX_UNIT_D, NX_FAR_OK, 2932897},
        {"10000-01-01T00:00:00.5", NX_UNIT_S, NX_FAR_FINE, 0},
        {"10000-01-01T00:00:00.50", NX_UNIT_MS, NX_FAR_OK, 253402300800500},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}

static void
test_years(void)
{
    static const far_case cases[] = {
        {"10000-01-01", NX_UNIT_NS, NX_FAR_RANGE, 0},
        {"010000-01-01", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"+10000-01-01", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"0000-02-29", NX_UNIT_D, NX_FAR_OK, -719469},
        {"-000-02-29", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"-001-12-31", NX_UNIT_D, NX_FAR_OK, -719529},
        {"-1-12-31", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"-0001-12-31", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"-001-02-29", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"-004-02-29", NX_UNIT_D, NX_FAR_OK, -720930},
        {"99999-00-01", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"99999-13-01", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"99999-01-00", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"99999-04-31", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"99999-1-01", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"99999-01-0a", NX_UNIT_D, NX_FAR_INVALID, 0},
        {"25252734927768524-07-27", NX_UNIT_D, NX_FAR_OK, INT64_MAX},
        {"25252734927768524-07-28", NX_UNIT_D, NX_FAR_RANGE, 0},
        {"-25252734927764585-06-07", NX_UNIT_D, NX_FAR_RANGE, 0},
        {"-25252734927764585-06-08", NX_UNIT_D, NX_FAR_OK, -INT64_MAX},
        {"99999999999999999-01-01", NX_UNIT_D, NX_FAR_RANGE, 0},
        {"999999999999999999999999999-01-01", NX_UNIT_D, NX_FAR_RANGE, 0},
        {"999999999999999999999999999-01-01x", NX_UNIT_D, NX_FAR_INVALID, 0},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}

const nx_test nx_suite_parse_datetime_far[] = {
    NX_TEST(test_every_kind_of_count_comes_back),
    NX_TEST(test_every_day_of_some_centuries),
    NX_TEST(test_times_of_day_and_nat),
    NX_TEST(test_years),
    {0},
};
