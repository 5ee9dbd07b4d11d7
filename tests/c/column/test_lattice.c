#include "harness.h"

#include "column/lattice.h"

enum {
    CLASSES = 16,
    ALL_SETS = 1 << CLASSES
};

/* The drawing at the top of lattice.h. */
static bool
at_most(nx_type small, nx_type large)
{
    const bool numbers = small >= NX_TYPE_INT64 && large <= NX_TYPE_FLOAT64;
    const bool times = small >= NX_TYPE_DATETIME_D && large <= NX_TYPE_DATETIME_NS;
    return small == large || small == NX_TYPE_NONE || large == NX_TYPE_STRING ||
           ((numbers || times) && small < large);
}

static void
test_adding_a_class_never_leads_back(void)
{
    for (nx_class_set set = 0; set < ALL_SETS; set++) {
        const nx_type type = nx_type_of_classes(set);
        for (int bit = 0; bit < CLASSES; bit++) {
            const nx_type more = nx_type_of_classes(set | 1u << bit);
            if (!at_most(type, more)) {
                nx_test_fail(__FILE__, __LINE__, "0x%x with bit %d: %s to %s", set, bit,
                             nx_type_name(type), nx_type_name(more));
            }
        }
    }
}

/* Two parts of a column seen apart never say more than both together. */
static void
test_the_union_is_above_both_parts(void)
{
    uint64_t random = 5;
    for (int round = 0; round < 1000000; round++) {
        const uint64_t bits = nx_test_random(&random);
        const nx_class_set a = bits & 0xFFFF, b = bits >> 16 & bits >> 32 & 0xFFFF;
        const nx_type both = nx_type_of_classes(a | b);
        CHECK(at_most(nx_type_of_classes(a), both));
        CHECK(at_most(nx_type_of_classes(b), both));
    }
}

static void
test_only_no_class_is_no_type(void)
{
    CHECK_INT(nx_type_of_classes(0), NX_TYPE_NONE);
    for (nx_class_set set = 1; set < ALL_SETS; set++) {
        CHECK(nx_type_of_classes(set) != NX_TYPE_NONE);
    }
}

#define INTEGER  NX_CLASS_INTEGER
#define NEGATIVE (NX_CLASS_INTEGER | NX_CLASS_NEGATIVE)
#define BIG      (NX_CLASS_INTEGER | NX_CLASS_BEYOND_INT64)
#define HUGE_    (NX_CLASS_INTEGER | NX_CLASS_BEYOND_UINT64)
#define ZERO     (NX_CLASS_INTEGER | NX_CLASS_LEADING_ZERO)
#define DECIMAL  NX_CLASS_DECIMAL
#define DATE     (NX_CLASS_DATE | NX_CLASS_NAIVE)
#define FAR_DATE (DATE | NX_CLASS_BEYOND_NS)
#define TIME(u)  (NX_CLASS_TIME_##u | NX_CLASS_NAIVE)
#define ZONED(u) (NX_CLASS_TIME_##u | NX_CLASS_ZONED)

static void
test_documented_examples(void)
{
    static const struct {
        nx_class_set set;
        nx_type state, final;
    } cases[] = {
        {0, NX_TYPE_NONE, NX_TYPE_FLOAT64},
        {NX_CLASS_BOOL, NX_TYPE_BOOL, NX_TYPE_BOOL},
        {INTEGER, NX_TYPE_INT64, NX_TYPE_INT64},
        {NEGATIVE, NX_TYPE_INT64, NX_TYPE_INT64},
        {BIG, NX_TYPE_UINT64, NX_TYPE_UINT64},
        {BIG | NEGATIVE, NX_TYPE_DIGITS, NX_TYPE_STRING},
        {HUGE_, NX_TYPE_DIGITS, NX_TYPE_STRING},
        {ZERO, NX_TYPE_DIGITS, NX_TYPE_STRING},
        {DECIMAL, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64},
        {DECIMAL | BIG | NEGATIVE, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64},
        {DECIMAL | ZERO | HUGE_, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64},
        {DATE, NX_TYPE_DATETIME_D, NX_TYPE_DATETIME_D},
        {DATE | TIME(S), NX_TYPE_DATETIME_S, NX_TYPE_DATETIME_S},
        {FAR_DATE | TIME(MS), NX_TYPE_DATETIME_MS, NX_TYPE_DATETIME_MS},
        {FAR_DATE | TIME(S) | TIME(US), NX_TYPE_DATETIME_US, NX_TYPE_DATETIME_US},
        {DATE | TIME(NS), NX_TYPE_DATETIME_NS, NX_TYPE_DATETIME_NS},
        {FAR_DATE | TIME(NS), NX_TYPE_STRING, NX_TYPE_STRING},
        {ZONED(S) | ZONED(US), NX_TYPE_DATETIME_US, NX_TYPE_DATETIME_US},
        {ZONED(S) | TIME(S), NX_TYPE_STRING, NX_TYPE_STRING},
        {ZONED(S) | DATE, NX_TYPE_STRING, NX_TYPE_STRING},
        {INTEGER | NX_CLASS_BOOL, NX_TYPE_STRING, NX_TYPE_STRING},
        {DATE | DECIMAL, NX_TYPE_STRING, NX_TYPE_STRING},
        {DATE | NX_CLASS_BOOL, NX_TYPE_STRING, NX_TYPE_STRING},
        {NX_CLASS_OTHER, NX_TYPE_STRING, NX_TYPE_STRING},
        {NX_CLASS_OTHER | INTEGER, NX_TYPE_STRING, NX_TYPE_STRING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_type state = nx_type_of_classes(cases[i].set);
        CHECK_INT(state, cases[i].state);
        CHECK_INT(nx_type_final(state), cases[i].final);
    }
}

static void
test_properties_of_each_type(void)
{
    static const struct {
        const char *name;
        size_t width;
    } types[NX_TYPE_COUNT] = {
        [NX_TYPE_NONE] = {"none", 0},
        [NX_TYPE_BOOL] = {"bool", 1},
        [NX_TYPE_INT64] = {"int64", 8},
        [NX_TYPE_UINT64] = {"uint64", 8},
        [NX_TYPE_DIGITS] = {"string", 16},
        [NX_TYPE_FLOAT64] = {"float64", 8},
        [NX_TYPE_DATETIME_D] = {"datetime64[D]", 8},
        [NX_TYPE_DATETIME_S] = {"datetime64[s]", 8},
        [NX_TYPE_DATETIME_MS] = {"datetime64[ms]", 8},
        [NX_TYPE_DATETIME_US] = {"datetime64[us]", 8},
        [NX_TYPE_DATETIME_NS] = {"datetime64[ns]", 8},
        [NX_TYPE_STRING] = {"string", 16},
        [NX_TYPE_INT8] = {"int8", 1},
        [NX_TYPE_INT16] = {"int16", 2},
        [NX_TYPE_INT32] = {"int32", 4},
        [NX_TYPE_UINT8] = {"uint8", 1},
        [NX_TYPE_UINT16] = {"uint16", 2},
        [NX_TYPE_UINT32] = {"uint32", 4},
        [NX_TYPE_FLOAT16] = {"float16", 2},
        [NX_TYPE_FLOAT32] = {"float32", 4},
        [NX_TYPE_DATETIME_H] = {"datetime64[h]", 8},
        [NX_TYPE_DATETIME_M] = {"datetime64[m]", 8},
    };
    for (int type = 0; type < NX_TYPE_COUNT; type++) {
        CHECK_STR(nx_type_name((nx_type)type), types[type].name);
        CHECK_INT(nx_type_width((nx_type)type), types[type].width);
        if (nx_type_final((nx_type)type) == (nx_type)type) {
            CHECK_INT(nx_type_of_name(types[type].name), type);
        }
    }
    CHECK_INT(nx_type_of_name("none"), NX_TYPE_NONE);
    CHECK_INT(nx_type_of_name("float"), NX_TYPE_NONE);
    for (nx_type type = NX_TYPE_NONE; type < NX_TYPE_COUNT; type++) {
        CHECK_INT(nx_type_is_time(type),
                  strncmp(nx_type_name(nx_type_final(type)), "datetime64", 10) == 0);
    }
    CHECK_INT(nx_type_unit(NX_TYPE_DATETIME_H), NX_UNIT_HOUR);
    CHECK_INT(nx_type_unit(NX_TYPE_DATETIME_M), NX_UNIT_MINUTE);
    CHECK_INT(nx_type_unit(NX_TYPE_DATETIME_D), NX_UNIT_D);
    CHECK_INT(nx_type_unit(NX_TYPE_DATETIME_S), NX_UNIT_S);
    CHECK_INT(nx_type_unit(NX_TYPE_DATETIME_NS), NX_UNIT_NS);
}

static void
test_ranges_of_the_integers(void)
{
    static const struct {
        nx_type type;
        int64_t low;
        uint64_t high;
    } ranges[] = {
        {NX_TYPE_INT8, INT8_MIN, INT8_MAX},    {NX_TYPE_INT16, INT16_MIN, INT16_MAX},
        {NX_TYPE_INT32, INT32_MIN, INT32_MAX}, {NX_TYPE_INT64, INT64_MIN, INT64_MAX},
        {NX_TYPE_UINT8, 0, UINT8_MAX},         {NX_TYPE_UINT16, 0, UINT16_MAX},
        {NX_TYPE_UINT32, 0, UINT32_MAX},       {NX_TYPE_UINT64, 0, UINT64_MAX},
    };
    int64_t low;
    uint64_t high;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        CHECK(nx_type_integer_range(ranges[i].type, &low, &high));
        CHECK(low == ranges[i].low && high == ranges[i].high);
    }
    CHECK(!nx_type_integer_range(NX_TYPE_BOOL, &low, &high));
    CHECK(!nx_type_integer_range(NX_TYPE_FLOAT32, &low, &high));
}

static void
test_phrases_name_the_most_telling_class(void)
{
    CHECK_STR(nx_class_phrase(0), "no value");
    CHECK_STR(nx_class_phrase(INTEGER), "an integer");
    CHECK_STR(nx_class_phrase(NEGATIVE), "a negative integer");
    CHECK_STR(nx_class_phrase(BIG), "an integer beyond int64");
    CHECK_STR(nx_class_phrase(HUGE_), "an integer beyond 64 bits");
    CHECK_STR(nx_class_phrase(ZERO | NEGATIVE), "an integer with a leading zero");
    CHECK_STR(nx_class_phrase(DATE), "a date");
    CHECK_STR(nx_class_phrase(TIME(S)), "a time");
    CHECK_STR(nx_class_phrase(TIME(NS)), "a time in nanoseconds");
    CHECK_STR(nx_class_phrase(ZONED(S)), "a time with a zone");
    CHECK_STR(nx_class_phrase(NX_CLASS_OTHER), "text");
}

const nx_test nx_suite_lattice[] = {
    NX_TEST(test_adding_a_class_never_leads_back),
    NX_TEST(test_the_union_is_above_both_parts),
    NX_TEST(test_only_no_class_is_no_type),
    NX_TEST(test_documented_examples),
    NX_TEST(test_properties_of_each_type),
    NX_TEST(test_ranges_of_the_integers),
    NX_TEST(test_phrases_name_the_most_telling_class),
    {0},
};
