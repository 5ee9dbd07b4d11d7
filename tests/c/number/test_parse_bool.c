#include "harness.h"

#include "number/parse_bool.h"

static void
test_six_spellings_are_booleans(void)
{
    static const struct {
        const char *text;
        int value;
    } cases[] = {{"true", 1},  {"True", 1},  {"TRUE", 1},
                 {"false", 0}, {"False", 0}, {"FALSE", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t value = 7;
        const uint8_t *text = (const uint8_t *)cases[i].text;
        CHECK_INT(nx_parse_bool(text, strlen(cases[i].text), &value), NX_PARSE_OK);
        CHECK_INT(value, cases[i].value);
    }
}

static void
test_nothing_else_is_a_boolean(void)
{
    static const char *const cases[] = {
        "",      "t",      "T",     "1",       "0",    "yes",   "no",
        "tru",   "TRue",   "tRUE",  "trUE",    "truE", "fALSE", "FALSe",
        "falsE", "FAlse",  "falsy", "truex",   "fals", "FALS",  "true ",
        " true", "false ", "+true", "falseee", "on",   "off"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t value = 7;
        const uint8_t *text = (const uint8_t *)cases[i];
        CHECK_INT(nx_parse_bool(text, strlen(cases[i]), &value), NX_PARSE_INVALID);
        CHECK_INT(value, 7);
    }
}

static void
test_length_is_part_of_the_text(void)
{
    uint8_t value;
    CHECK_INT(nx_parse_bool((const uint8_t *)"true\0", 5, &value), NX_PARSE_INVALID);
    CHECK_INT(nx_parse_bool((const uint8_t *)"trueish", 4, &value), NX_PARSE_OK);
}

const nx_test nx_suite_parse_bool[] = {
    NX_TEST(test_six_spellings_are_booleans),
    NX_TEST(test_nothing_else_is_a_boolean),
    NX_TEST(test_length_is_part_of_the_text),
    {0},
};
