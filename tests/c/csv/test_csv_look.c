#include "csv/csv_testing.h"

#include "csv/csv_look.h"

static const struct {
    const char *name;
    nx_csv_looks look;
} looks[] = {
    {"empty", NX_CSV_LOOK_EMPTY},       {"quoted", NX_CSV_LOOK_QUOTED},
    {"broken", NX_CSV_LOOK_BROKEN},     {"doubled", NX_CSV_LOOK_DOUBLED},
    {"escaped", NX_CSV_LOOK_ESCAPED},   {"blank", NX_CSV_LOOK_BLANK},
    {"integer", NX_CSV_LOOK_INTEGER},   {"point", NX_CSV_LOOK_POINT},
    {"comma", NX_CSV_LOOK_COMMA},       {"by_comma", NX_CSV_LOOK_BY_COMMA},
    {"by_point", NX_CSV_LOOK_BY_POINT}, {"by_blank", NX_CSV_LOOK_BY_BLANK},
    {"by_mark", NX_CSV_LOOK_BY_MARK},   {"date", NX_CSV_LOOK_DATE},
    {"time", NX_CSV_LOOK_TIME},         {"missing", NX_CSV_LOOK_MISSING},
    {"bool", NX_CSV_LOOK_BOOL},         {"word", NX_CSV_LOOK_WORD},
    {"odd", NX_CSV_LOOK_ODD},
};

/* The names of what a text looks like, joined by blanks. */
static const char *
look_of(const void *text, size_t n, const nx_csv_dialect *dialect)
{
    static char joined[200];
    uint8_t room[2 * NX_CSV_PADDING + 200] = {0};
    uint8_t *start = room + NX_CSV_PADDING;
    memcpy(start, text, n);
    const nx_csv_looks found = nx_csv_look((nx_csv_field){start, start + n}, dialect);
    size_t used = 0;
    joined[0] = '\0';
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        if (found & looks[i].look) {
            used += (size_t)snprintf(joined + used, 20, "%s%s", used == 0 ? "" : " ",
                                     looks[i].name);
        }
    }
    return joined;
}

typedef struct look_case {
    const char *text;
    const char *look;
} look_case;

static void
check_cases(const look_case *cases, size_t count, const nx_csv_dialect *dialect)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = cases[i].text;
        const char *look = look_of(text, strlen(text), dialect);
        if (strcmp(look, cases[i].look) != 0) {
            nx_test_fail(__FILE__, __LINE__, "%s looks %s, expected %s", text, look,
                         cases[i].look);
        }
    }
}

#define CHECK_CASES(cases, dialect) \
    check_cases(cases, sizeof cases / sizeof cases[0], dialect)

static void
test_numbers_show_every_form_they_may_have(void)
{
    static const look_case cases[] = {
        {"0", "integer"},
        {"-17", "integer"},
        {"+5", "integer"},
        {"1.5", "point"},
        {"-.5", "point"},
        {"1e5", "point"},
        {"1.5E-7", "point"},
        {"5.", "word"},
        {"1,5", "comma"},
        {"1,23", "comma"},
        {"1,234", "comma by_comma"},
        {"0,234", "comma"},
        {"-0,234", "comma"},
        {"1.234", "point by_point"},
        {"1,234,567", "by_comma"},
        {"1.234.567", "by_point"},
        {"1,234.5", "point by_comma"},
        {"1.234,5", "comma by_point"},
        {"12.34,5", "odd"},
        {"1,23,456", "odd"},
        {"1234,567", "comma"},
        {"1 234", "by_blank"},
        {"1 234,5", "comma by_blank"},
        {"1\xC2\xA0"
         "234",
         "by_blank"},
        {"1\xE2\x80\xAF"
         "234",
         "by_blank"},
        {"1'234.5", "point by_mark"},
        {"1\xE2\x80\x99"
         "234",
         "by_mark"},
        {"1.234e5", "point"},
        {"1e", "word"},
        {"1x", "word"},
        {"-", "word"},
        {",", "odd"},
        {"1,", "odd"},
        {"12345678901234567890123456789012345678901234567890123456789012345", "word"},
    };
    CHECK_CASES(cases, &comma);
}

static void
test_days_and_hours(void)
{
    static const look_case cases[] = {
        {"2026-01-31", "date"},
        {"31.01.2026", "date"},
        {"1/2/26", "date"},
        {"31-01-2026", "date"},
        {"2026-01-31 06:00", "time"},
        {"2026-01-31T06:00:00.5Z", "time"},
        {"2026-01-31T06:00:00+01:00", "time"},
        {"31.01.2026 6:00", "time"},
        {"31/01/2026T06:00", "time"},
        {"1/2/26 6:00 pm", "time"},
        {"06:00", "time"},
        {"6:00:30", "time"},
        {"6:00 PM", "time"},
        {"06:00:30.123", "time"},
        {"06:00:30,123", "time"},
        {"6:0", "odd"},
        {"192.168.0.1", "word"},
        {"22-33-44-55", "word"},
        {"+47 22 33 44 55", "word"},
        {"2026-01-31Tx", "word"},
        {"1.2.3", "word"},
    };
    CHECK_CASES(cases, &comma);
}

static void
test_text_that_a_wrong_cut_leaves_is_odd(void)
{
    static const look_case cases[] = {
        {"", "empty"},
        {"  ", "empty blank"},
        {"Oslo", "word"},
        {" Oslo", "blank word"},
        {"Z\xC3\xBCrich", "word"},
        {"true", "bool"},
        {"NA", "missing"},
        {"half, half; rest", "word"},
        {"half,half", "odd"},
        {"half,", "odd"},
        {"a;b", "odd"},
        {"n.b.: new", "word"},
        {"a:b", "odd"},
        {"https://example.org/a?b=1", "word"},
        {"//example.org", "odd"},
        {"C:\\temp", "word"},
        {"a|b", "odd"},
        {"a\tb", "odd"},
        {"a~b", "odd"},
        {"a\xC2\xA6"
         "b",
         "odd"},
        {"\xC2\xA9 us", "word"},
        {"a \"b\"", "odd"},
        {"'a'", "odd"},
        {"O'Brien", "word"},
        {"the boss'", "word"},
        {"(see below)", "word"},
        {"(see", "odd"},
        {"]", "odd"},
        {")(", "odd"},
        {"{a: 1}", "word"},
        {"a\\,b", "odd"},
        {"a\\", "word"},
    };
    CHECK_CASES(cases, &comma);
}

static void
test_quotes_and_what_is_in_them(void)
{
    static const look_case cases[] = {
        {"\"\"", "empty quoted"},
        {"\"a,b|c\"", "quoted word"},
        {"\"1,5\"", "quoted comma"},
        {"\"NA\"", "quoted missing"},
        {"\"a\"\"b\"", "quoted doubled word"},
        {"\"a\"b", "broken odd"},
        {"\"a\"b\"", "broken odd"},
        {"\"a", "broken odd"},
        {"\"", "broken odd"},
        {"\"a\nb\"", "quoted word"},
    };
    CHECK_CASES(cases, &comma);
    const nx_csv_dialect single = {.delimiter = ',', .quote = '\'', .quoting = true};
    CHECK_STR(look_of("'a'", 3, &single), "quoted word");
    CHECK_STR(look_of("\"a\"", 3, &single), "odd");
    const nx_csv_dialect none = {.delimiter = ','};
    CHECK_STR(look_of("\"a\"", 3, &none), "odd");
    const nx_csv_dialect apart = {
        .delimiter = ',', .quote = '"', .quoting = true, .no_doubling = true};
    CHECK_STR(look_of("\"a\"\"b\"", 6, &apart), "broken odd");
}

static void
test_escapes_count_before_what_they_are_for(void)
{
    const nx_csv_dialect dialect = {.delimiter = ',',
                                    .quote = '"',
                                    .quoting = true,
                                    .escaping = true,
                                    .escape = '\\'};
    static const look_case cases[] = {
        {"a\\,b", "escaped word"},
        {"a\\xb", "word"},
        {"a\\\\b", "escaped word"},
        {"a\\", "word"},
        {"\"a\\\"b\"", "quoted escaped word"},
        {"\"a\\\"", "broken escaped odd"},
        {"\"a\\\\\"", "quoted escaped word"},
    };
    CHECK_CASES(cases, &dialect);
}

/* No byte outside of the field counts. */
static void
test_surroundings_do_not_matter(void)
{
    static const char alphabet[] = "0189,.:-'\" /eT\\a\xC2\xA0\xE2\x80\xAF|{}";
    uint64_t random = 5;
    for (int round = 0; round < 20000 && nx_test_failures() == 0; round++) {
        uint8_t room[2][2 * NX_CSV_PADDING + 24];
        uint8_t text[24];
        const size_t n = pick(&random, sizeof text);
        random_text(&random, alphabet, text, n);
        nx_csv_looks found[2];
        const nx_csv_dialect dialect = quoted_dialect((size_t)round);
        for (int i = 0; i < 2; i++) {
            random_text(&random, alphabet, room[i], sizeof room[i]);
            memcpy(room[i] + NX_CSV_PADDING, text, n);
            const nx_csv_field field = {room[i] + NX_CSV_PADDING,
                                        room[i] + NX_CSV_PADDING + n};
            found[i] = nx_csv_look(field, &dialect);
        }
        if (found[0] != found[1]) {
            nx_test_fail(__FILE__, __LINE__, "\"%s\" looks %x and %x", shown(text, n),
                         found[0], found[1]);
        }
    }
}

const nx_test nx_suite_csv_look[] = {
    NX_TEST(test_numbers_show_every_form_they_may_have),
    NX_TEST(test_days_and_hours),
    NX_TEST(test_text_that_a_wrong_cut_leaves_is_odd),
    NX_TEST(test_quotes_and_what_is_in_them),
    NX_TEST(test_escapes_count_before_what_they_are_for),
    NX_TEST(test_surroundings_do_not_matter),
    {0},
};
