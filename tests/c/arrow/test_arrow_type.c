#include "harness.h"

#include "arrow/arrow_type.h"

static void
test_names_and_formats_of_the_specification(void)
{
    static const struct {
        const char *name, *format;
        size_t width;
    } cases[] = {
        {"bool", "b", 1},
        {"int8", "c", 1},
        {"int16", "s", 2},
        {"int32", "i", 4},
        {"int64", "l", 8},
        {"uint8", "C", 1},
        {"uint16", "S", 2},
        {"uint32", "I", 4},
        {"uint64", "L", 8},
        {"float16", "e", 2},
        {"float32", "f", 4},
        {"float64", "g", 8},
        {"datetime64[D]", "tdD", 8},
        {"datetime64[s]", "tss:", 8},
        {"datetime64[ms]", "tsm:", 8},
        {"datetime64[us]", "tsu:", 8},
        {"datetime64[ns]", "tsn:", 8},
        {"timedelta64[s]", "tDs", 8},
        {"timedelta64[ms]", "tDm", 8},
        {"timedelta64[us]", "tDu", 8},
        {"timedelta64[ns]", "tDn", 8},
        {"string", "vu", 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool zoned = true;
        const nx_arrow_type *type = nx_arrow_type_of_name(cases[i].name);
        CHECK(type != NULL);
        CHECK_STR(type->format, cases[i].format);
        CHECK_INT(type->width, cases[i].width);
        CHECK(nx_arrow_type_of_format(cases[i].format, &zoned) == type);
        CHECK(!zoned);
    }
}

static void
test_types_of_one_direction_only(void)
{
    bool zoned;
    CHECK_STR(nx_arrow_type_of_name("datetime64[h]")->format, "tss:");
    CHECK_INT(nx_arrow_type_of_name("datetime64[h]")->factor, 3600);
    CHECK_STR(nx_arrow_type_of_name("timedelta64[W]")->format, "tDs");
    CHECK_INT(nx_arrow_type_of_name("timedelta64[W]")->factor, 604800);
    CHECK_STR(nx_arrow_type_of_format("u", &zoned)->name, "string");
    CHECK_STR(nx_arrow_type_of_format("U", &zoned)->name, "string");
    CHECK_STR(nx_arrow_type_of_format("n", &zoned)->name, "float64");
    CHECK_STR(nx_arrow_type_of_format("tdm", &zoned)->name, "datetime64[D]");
    CHECK(nx_arrow_type_of_name("complex128") == NULL);
    CHECK(nx_arrow_type_of_name("datetime64[Y]") == NULL);
}

static void
test_zones(void)
{
    bool zoned = false;
    CHECK_STR(nx_arrow_type_of_format("tsu:Europe/Oslo", &zoned)->name,
              "datetime64[us]");
    CHECK(zoned);
    CHECK(nx_arrow_type_of_format("tss", &zoned) == NULL);
    CHECK(nx_arrow_type_of_format("tsx:UTC", &zoned) == NULL);
}

static void
test_formats_without_a_counterpart_have_a_word(void)
{
    static const char *const cases[][2] = {
        {"d:10,2", "decimal"},
        {"+l", "list"},
        {"+vl", "list view"},
        {"+ud:0,1", "dense union"},
        {"z", "binary"},
        {"vz", "binary view"},
        {"w:16", "fixed-size binary"},
        {"+r", "run-end encoded"},
        {"ttm", "time of day"},
        {"?", "unknown"},
        {"", "unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool zoned;
        CHECK(nx_arrow_type_of_format(cases[i][0], &zoned) == NULL);
        CHECK_STR(nx_arrow_format_word(cases[i][0]), cases[i][1]);
    }
}

static void
test_what_is_shared(void)
{
    CHECK(nx_arrow_type_is_shared(nx_arrow_type_of_name("float16")));
    CHECK(nx_arrow_type_is_shared(nx_arrow_type_of_name("datetime64[ns]")));
    CHECK(!nx_arrow_type_is_shared(nx_arrow_type_of_name("datetime64[D]")));
    CHECK(!nx_arrow_type_is_shared(nx_arrow_type_of_name("datetime64[m]")));
    CHECK(!nx_arrow_type_is_shared(nx_arrow_type_of_name("bool")));
    CHECK(nx_arrow_type_is_string(nx_arrow_type_of_name("string")));
    CHECK(!nx_arrow_type_is_string(nx_arrow_type_of_name("int8")));
}

static void
test_missing_values(void)
{
    const uint64_t nan64 = nx_arrow_missing_bits(nx_arrow_type_of_name("float64"));
    double value;
    memcpy(&value, &nan64, 8);
    CHECK(value != value);
    CHECK_INT(nx_arrow_missing_bits(nx_arrow_type_of_name("float32")), 0x7FC00000);
    CHECK_INT(nx_arrow_missing_bits(nx_arrow_type_of_name("float16")), 0x7E00);
    CHECK_INT(nx_arrow_missing_bits(nx_arrow_type_of_name("int64")), 0);
    CHECK_INT(nx_arrow_missing_bits(nx_arrow_type_of_name("datetime64[s]")), INT64_MIN);
}

const nx_test nx_suite_arrow_type[] = {
    NX_TEST(test_names_and_formats_of_the_specification),
    NX_TEST(test_types_of_one_direction_only),
    NX_TEST(test_zones),
    NX_TEST(test_formats_without_a_counterpart_have_a_word),
    NX_TEST(test_what_is_shared),
    NX_TEST(test_missing_values),
    {0},
};
