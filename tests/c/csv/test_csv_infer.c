#include "csv/csv_testing.h"

#include "csv/csv_infer.h"

#define INTEGER  NX_CLASS_INTEGER
#define NEGATIVE (NX_CLASS_INTEGER | NX_CLASS_NEGATIVE)
#define BIG      (NX_CLASS_INTEGER | NX_CLASS_BEYOND_INT64)
#define HUGE_    (NX_CLASS_INTEGER | NX_CLASS_BEYOND_UINT64)
#define ZERO     (NX_CLASS_INTEGER | NX_CLASS_LEADING_ZERO)
#define DECIMAL  NX_CLASS_DECIMAL
#define OTHER    NX_CLASS_OTHER
#define DATE     (NX_CLASS_DATE | NX_CLASS_NAIVE)
#define TIME(u)  (NX_CLASS_TIME_##u | NX_CLASS_NAIVE)
#define ZONED(u) (NX_CLASS_TIME_##u | NX_CLASS_ZONED)
#define FAR_     NX_CLASS_BEYOND_NS

/* The text stands in the middle of something else, as it does in a window. */
static nx_csv_value
classify_by(const nx_csv_rules *rules, const char *text)
{
    uint8_t window[256];
    const size_t n = strlen(text);
    memset(window, '7', sizeof window);
    memcpy(window + 64, text, n);
    return nx_csv_classify((nx_csv_field){window + 64, window + 64 + n}, rules);
}

static nx_csv_value
classify(const char *text)
{
    return classify_by(&nx_csv_rules_default, text);
}

typedef struct class_case {
    const char *text;
    nx_class_set classes;
} class_case;

static void
check_classes(const class_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const nx_class_set classes = classify(cases[i].text).classes;
        if (classes != cases[i].classes) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\": classes 0x%x, expected 0x%x",
                         cases[i].text, classes, cases[i].classes);
        }
    }
}

static void
test_classes_of_numbers(void)
{
    static const class_case cases[] = {
        {"0", INTEGER},
        {"-0", INTEGER},
        {"+5", INTEGER},
        {"-5", NEGATIVE},
        {"9223372036854775807", INTEGER},
        {"9223372036854775808", BIG},
        {"18446744073709551615", BIG},
        {"+18446744073709551615", BIG},
        {"18446744073709551616", HUGE_},
        {"-9223372036854775808", NEGATIVE},
        {"-9223372036854775809", HUGE_},
        {"123456789012345678901234567890", HUGE_},
        {"00", ZERO},
        {"007", ZERO},
        {"+01", ZERO},
        {"-01", ZERO | NEGATIVE},
        {"-00", ZERO},
        {"09223372036854775808", ZERO | BIG},
        {"018446744073709551616", ZERO | HUGE_},
        {"00000000000000000000000000000001", ZERO},
        {"1.5", DECIMAL},
        {"5.", DECIMAL},
        {".5", DECIMAL},
        {"-.5e-3", DECIMAL},
        {"00.5", DECIMAL},
        {"1e5", DECIMAL},
        {"1E+400", DECIMAL},
        {"inf", DECIMAL},
        {"-INFINITY", DECIMAL},
        {"NAN", DECIMAL},
        {"+nan", DECIMAL},
        {"", OTHER},
        {"-", OTHER},
        {"+", OTHER},
        {".", OTHER},
        {"1_000", OTHER},
        {"0x10", OTHER},
        {"1,5", OTHER},
        {"5 ", OTHER},
        {" 5", OTHER},
        {"--5", OTHER},
        {"1e", OTHER},
        {"5a", OTHER},
        {"infinit", OTHER},
    };
    check_classes(cases, sizeof cases / sizeof cases[0]);
}

static void
test_classes_of_bools_and_times(void)
{
    static const class_case cases[] = {
        {"true", NX_CLASS_BOOL},
        {"FALSE", NX_CLASS_BOOL},
        {"tRUE", OTHER},
        {"yes", OTHER},
        {"2024-02-29", DATE},
        {"1677-09-21", DATE | FAR_},
        {"1677-09-22", DATE},
        {"2262-04-11", DATE},
        {"2262-04-12", DATE | FAR_},
        {"2023-02-29", OTHER},
        {"0000-01-01", OTHER},
        {"2024-2-29", OTHER},
        {"2024-02-29 12:00", TIME(S)},
        {"2024-02-29T12:00:59", TIME(S)},
        {"2024-02-29 12:00:60", OTHER},
        {"2024-02-29 24:00", OTHER},
        {"2024-02-29 12:00:00.", OTHER},
        {"2024-02-29 12:00:00.1", TIME(MS)},
        {"2024-02-29 12:00:00.123", TIME(MS)},
        {"2024-02-29 12:00:00.1230", TIME(US)},
        {"2024-02-29 12:00:00.123456", TIME(US)},
        {"2024-02-29 12:00:00.1234567", TIME(NS)},
        {"2024-02-29 12:00:00.123456789", TIME(NS)},
        {"2024-02-29 12:00:00.1234567890", OTHER},
        {"2262-04-11T23:47:16.854775807", TIME(NS)},
        {"2262-04-11T23:47:16.854775808", TIME(NS) | FAR_},
        {"1677-09-21T00:12:43.145224193", TIME(NS)},
        {"1677-09-21T00:12:43.145224192", TIME(NS) | FAR_},
        {"9999-12-31 23:59:59", TIME(S) | FAR_},
        {"2024-02-29T12:00:00Z", ZONED(S)},
        {"2024-02-29T12:00+05:30", ZONED(S)},
        {"2024-02-29T12:00:00.5-23:59", ZONED(MS)},
        {"2024-02-29T12:00:00+24:00", OTHER},
        {"2024-02-29Z", OTHER},
    };
    check_classes(cases, sizeof cases / sizeof cases[0]);
}

static void
test_values(void)
{
    CHECK_INT(classify("-9223372036854775808").integer, INT64_MIN);
    CHECK_INT(classify("+42").integer, 42);
    CHECK(classify("18446744073709551615").big == UINT64_MAX);
    CHECK_INT(classify("True").truth, 1);
    CHECK_INT(classify("false").truth, 0);
    const nx_datetime when = classify("1970-01-02T00:00:01.25+00:01").datetime;
    CHECK_INT(when.seconds, 86341);
    CHECK_INT(when.nanoseconds, 250000000);
}

static void
test_rules_that_change_classes(void)
{
    static nx_csv_word yes[] = {{(const uint8_t *)"yes", 3}, {(const uint8_t *)"1", 1}};
    static nx_csv_word no[] = {{(const uint8_t *)"no", 2}, {(const uint8_t *)"1e2", 3}};
    nx_csv_rules rules = {.leading_zeros_int = true};
    nx_csv_words_init(&rules.trues, yes, 2);
    nx_csv_words_init(&rules.falses, no, 2);
    CHECK_INT(classify_by(&rules, "007").classes, INTEGER);
    CHECK_INT(classify_by(&rules, "-01").classes, NEGATIVE);
    CHECK_INT(classify_by(&rules, "0099999999999999999999").classes, HUGE_);
    CHECK_INT(classify_by(&rules, "yes").classes, NX_CLASS_BOOL);
    CHECK_INT(classify_by(&rules, "yes").truth, 1);
    CHECK_INT(classify_by(&rules, "no").truth, 0);
    CHECK_INT(classify_by(&rules, "true").truth, 1);
    CHECK_INT(classify_by(&rules, "1").classes, INTEGER);
    CHECK_INT(classify_by(&rules, "1e2").classes, DECIMAL);
    CHECK_INT(classify_by(&rules, "maybe").classes, OTHER);
}

/* Against the exact conversion, around both ends of what nanoseconds reach. */
static void
test_reach_of_nanoseconds(void)
{
    static const int64_t per_second[] = {0, 1, 1000, 1000000, 1000000000};
    CHECK_INT(nx_csv_beyond_ns(-106751, 106751, NX_UNIT_D), 0);
    CHECK_INT(nx_csv_beyond_ns(0, 106752, NX_UNIT_D), FAR_);
    CHECK_INT(nx_csv_beyond_ns(-106752, 0, NX_UNIT_D), FAR_);
    for (int unit = NX_UNIT_S; unit <= NX_UNIT_US; unit++) {
        const int64_t factor = 1000000000 / per_second[unit];
        for (int64_t step = -3; step <= 3; step++) {
            const int64_t counts[2] = {INT64_MAX / factor + step,
                                       INT64_MIN / factor + step};
            for (int side = 0; side < 2; side++) {
                const int64_t count = counts[side];
                int64_t seconds = count / per_second[unit];
                int64_t rest = count % per_second[unit];
                seconds -= rest < 0;
                rest += rest < 0 ? per_second[unit] : 0;
                const nx_datetime when = {.seconds = seconds,
                                          .nanoseconds = (uint32_t)(rest * factor)};
                int64_t ignored;
                const bool fits = nx_datetime_to_unit(&when, NX_UNIT_NS, &ignored);
                CHECK_INT(nx_csv_beyond_ns(side ? count : 0, side ? 0 : count,
                                           (nx_datetime_unit)unit),
                          fits ? 0 : FAR_);
            }
        }
    }
    CHECK_INT(nx_csv_beyond_ns(-INT64_MAX, INT64_MAX, NX_UNIT_NS), 0);
}

const nx_test nx_suite_csv_infer[] = {
    NX_TEST(test_classes_of_numbers),
    NX_TEST(test_classes_of_bools_and_times),
    NX_TEST(test_values),
    NX_TEST(test_rules_that_change_classes),
    NX_TEST(test_reach_of_nanoseconds),
    {0},
};
