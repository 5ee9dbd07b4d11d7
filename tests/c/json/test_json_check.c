#include "harness.h"

#include <stdlib.h>

#include "json/json_check.h"

/* A copy of exactly as many bytes, so that tools see a load too far. */
static uint8_t *
exact(const char *text, size_t n)
{
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    CHECK(copy != NULL);
    memcpy(copy, text, n);
    return copy;
}

static void
test_records_that_are_json(void)
{
    static const char *const records[] = {
        "{}",
        " { } \r",
        "{\"a\":1}",
        "{\"\":\"\"}",
        "\t{\"a\" : [ ] , \"b\":{ }}",
        "{\"a\":[1,[2,{\"b\":[{}]}],null]}",
        "{\"a\":-0,\"b\":0.0,\"c\":1e5,\"d\":-1.5E+7,\"e\":0e-0}",
        "{\"a\":true,\"b\":false,\"c\":null}",
        "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"}",
        "{\"a\":\"eight bytes and more, \xC3\xA9 and \x7F\"}",
        "{\"a\":1,\"a\":2}", /* keys are not compared here */
    };
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        const size_t n = strlen(records[i]);
        uint8_t *text = exact(records[i], n);
        nx_json_fault fault;
        if (!nx_json_check_record(text, n, &fault)) {
            nx_test_fail(__FILE__, __LINE__, "%s: %s at %zu", records[i], fault.message,
                         fault.at);
        }
        free(text);
    }
}

static const struct {
    const char *record;
    int code;
    size_t at;
} wrong_records[] = {
    {"", 711, 0},
    {"{", 711, 1},
    {"{\"a\"", 711, 4},
    {"{\"a\":", 711, 5},
    {"{\"a\":1", 711, 6},
    {"{\"a\":1,", 711, 7},
    {"{\"a\":1,}", 711, 7},
    {"{,}", 711, 1},
    {"{\"a\":1 \"b\":2}", 711, 7},
    {"{\"a\" 1}", 711, 5},
    {"{a:1}", 711, 1},
    {"{'a':1}", 711, 1},
    {"{\"a\":1}}", 711, 7},
    {"{\"a\":1} {}", 711, 8},
    {"{\"a\":1}#", 711, 7},
    {"{\"a\":01}", 711, 5},
    {"{\"a\":-01}", 711, 6},
    {"{\"a\":1.}", 711, 7},
    {"{\"a\":.5}", 711, 5},
    {"{\"a\":+1}", 711, 5},
    {"{\"a\":-}", 711, 6},
    {"{\"a\":1e}", 711, 7},
    {"{\"a\":1e+}", 711, 8},
    {"{\"a\":0x10}", 711, 6},
    {"{\"a\":1_000}", 711, 6},
    {"{\"a\":NaN}", 711, 5},
    {"{\"a\":-Infinity}", 711, 5},
    {"{\"a\":True}", 711, 5},
    {"{\"a\":nul}", 711, 5},
    {"{\"a\":truee}", 711, 9},
    {"{\"a\":\"x}", 711, 5},
    {"{\"a\":\"x\\\"}", 711, 5},
    {"{\"a\":\"\t\"}", 715, 6},
    {"{\"a\":\"\\x\"}", 715, 6},
    {"{\"a\":\"\\u12g4\"}", 715, 6},
    {"{\"a\":\"\\u123\"}", 715, 6},
    {"{\"a\":\"\\ud800\"}", 715, 6},
    {"{\"a\":\"\\udc00\"}", 715, 6},
    {"{\"a\":\"\\ud800\\ud800\"}", 715, 6},
    {"{\"a\":\"\\ud800\\n\"}", 715, 6},
    {"{\"\\ud800\":1}", 715, 2},
    {"{\"a\":[1,]}", 711, 8},
    {"{\"a\":[1 2]}", 711, 8},
    {"{\"a\":[1}}", 711, 7},
    {"{\"a\":{\"b\":1]}", 711, 11},
    {"{\"a\":{\"b\"}}", 711, 9},
    {"{\"a\":[}", 711, 6},
    {"[{\"a\":1}]", 712, 0},
    {"12", 712, 0},
    {"\"a\"", 712, 0},
    {"null", 712, 0},
    {"what", 711, 0},
    {"{\"a\":1\f}", 711, 6},
    {"{\"a\":1\xC2\xA0}", 711, 6},
};

static void
test_records_that_are_not(void)
{
    for (size_t i = 0; i < sizeof wrong_records / sizeof wrong_records[0]; i++) {
        const size_t n = strlen(wrong_records[i].record);
        uint8_t *text = exact(wrong_records[i].record, n);
        nx_json_fault fault;
        if (nx_json_check_record(text, n, &fault) ||
            fault.code != wrong_records[i].code || fault.at != wrong_records[i].at ||
            fault.message[0] == '\0') {
            nx_test_fail(__FILE__, __LINE__, "%s: NX%d at %zu, %s",
                         wrong_records[i].record, fault.code, fault.at, fault.message);
        }
        free(text);
    }
}

/* The key that a fault belongs to. */
static void
test_keys_of_faults(void)
{
    static const struct {
        const char *record, *key;
    } cases[] = {
        {"{\"a\":1,\"bc\":x}", "\"bc\""},
        {"{\"a\":{\"b\":[x]}}", "\"a\""},
        {"{\"a\":1,\"b}", ""},
        {"{\"a\":1,b:2}", ""},
        {"{\"a\":1,\"b\":{\"c\":{}},2}", ""},
        {"x", ""},
        {"{\"a\":1}, 2", ""},
        {"{\"a\" 1}", "\"a\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *record = cases[i].record;
        nx_json_fault fault;
        CHECK(!nx_json_check_record((const uint8_t *)record, strlen(record), &fault));
        CHECK_INT(fault.key_size, strlen(cases[i].key));
        CHECK(memcmp(record + fault.key, cases[i].key, fault.key_size) == 0);
    }
}

static void
test_depth_has_a_limit_and_takes_no_stack(void)
{
    enum {
        MUCH = 1 << 20
    };
    uint8_t *text = malloc(2 * NX_JSON_DEPTH + MUCH);
    CHECK(text != NULL);
    memset(text, '[', NX_JSON_DEPTH);
    memset(text + NX_JSON_DEPTH, ']', NX_JSON_DEPTH);
    CHECK_INT(nx_json_nested_size(text, 2 * NX_JSON_DEPTH), 2 * NX_JSON_DEPTH);
    CHECK_INT(nx_json_nested_size(text, 2 * NX_JSON_DEPTH - 1), 0);
    memset(text, '[', MUCH);
    CHECK_INT(nx_json_nested_size(text, MUCH), 0);
    memcpy(text, "{\"a\":", 5);
    nx_json_fault fault;
    CHECK(!nx_json_check_record(text, MUCH, &fault));
    CHECK_INT(fault.code, 718);
    CHECK_INT(fault.at, 5 + NX_JSON_DEPTH - 1);
    free(text);
}

static void
test_kinds(void)
{
    static const struct {
        const char *text;
        nx_json_kind kind;
    } cases[] = {
        {"", NX_JSON_INVALID},         {"null", NX_JSON_NULL},
        {"nulls", NX_JSON_INVALID},    {"true", NX_JSON_TRUE},
        {"false", NX_JSON_FALSE},      {"False", NX_JSON_INVALID},
        {"0", NX_JSON_INTEGER},        {"-12", NX_JSON_INTEGER},
        {"12 ", NX_JSON_INVALID},      {"1.5", NX_JSON_DECIMAL},
        {"1e5", NX_JSON_DECIMAL},      {"1.5x", NX_JSON_INVALID},
        {"\"\"", NX_JSON_STRING},      {"\"a", NX_JSON_INVALID},
        {"\"a\"b\"", NX_JSON_INVALID}, {"\"a\\n\"", NX_JSON_ESCAPED},
        {"\"a\n\"", NX_JSON_INVALID},  {"{", NX_JSON_NESTED},
        {"[", NX_JSON_NESTED},         {"x", NX_JSON_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t n = strlen(cases[i].text);
        uint8_t *text = exact(cases[i].text, n);
        CHECK_INT(nx_json_kind_of(text, n), cases[i].kind);
        free(text);
    }
}

/* One special byte at every place of a string of every length. */
static void
test_strings_of_every_length(void)
{
    static const char specials[] = "\"\\\n\x1F";
    for (size_t n = 2; n < 60; n++) {
        for (size_t at = 1; at < n - 1; at++) {
            for (size_t i = 0; i < 4; i++) {
                uint8_t *text = malloc(n);
                bool escaped;
                CHECK(text != NULL);
                memset(text, 0xE9, n); /* UTF-8 is not looked at */
                text[0] = text[n - 1] = '"';
                CHECK_INT(nx_json_string_size(text, n, &escaped), n);
                CHECK(!escaped);
                text[at] = (uint8_t)specials[i];
                CHECK_INT(nx_json_string_size(text, n, &escaped), i == 0 ? at + 1 : 0);
                free(text);
            }
        }
    }
}

static void
test_unescaping(void)
{
    static const struct {
        const char *text, *plain;
        size_t n;
    } cases[] = {
        {"", "", 0},
        {"plain", "plain", 5},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 8},
        {"\\u0041\\u00e9\\u20AC\\ud83d\\ude00", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
         10},
        {"a\\u0000b", "a\0b", 3},
        {"\\\\u0041", "\\u0041", 6},
        {"\\uFFFF\\uD7FF\\uE000", "\xEF\xBF\xBF\xED\x9F\xBF\xEE\x80\x80", 9},
        {"\\uDBFF\\uDFFF", "\xF4\x8F\xBF\xBF", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t n = strlen(cases[i].text);
        uint8_t *text = exact(cases[i].text, n), *to = exact(cases[i].text, n);
        CHECK_INT(nx_json_unescape(text, n, to), cases[i].n);
        CHECK(memcmp(to, cases[i].plain, cases[i].n) == 0);
        free(text);
        free(to);
    }
}

const nx_test nx_suite_json_check[] = {
    NX_TEST(test_records_that_are_json),
    NX_TEST(test_records_that_are_not),
    NX_TEST(test_keys_of_faults),
    NX_TEST(test_depth_has_a_limit_and_takes_no_stack),
    NX_TEST(test_kinds),
    NX_TEST(test_strings_of_every_length),
    NX_TEST(test_unescaping),
    {0},
};
