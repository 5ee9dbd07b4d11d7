#include "csv/csv_testing.h"

#include "csv/csv_field.h"

static nx_csv_field
field_of(const char *text)
{
    const uint8_t *start = (const uint8_t *)text;
    return (nx_csv_field){start, start + strlen(text)};
}

static bool
reads(nx_csv_field field, const char *expected)
{
    return nx_csv_field_size(field) == strlen(expected) &&
           memcmp(field.start, expected, strlen(expected)) == 0;
}

static void
test_fields_of_a_run(void)
{
    const uint8_t text[] = "ab,,c\r\n\"x\r\",y,\r,1,\n";
    const uint32_t ends[] = {UINT32_MAX, 2, 3, 6, 11, 13, 14, 15, 17, 18};
    const nx_csv_run run = {.text = text, .ends = ends + 1, .stride = 3, .rows = 3};
    static const char *const expected[3][3] = {
        {"ab", "", "c"}, {"\"x\r\"", "y", ""}, {"", "1", ""}};
    for (size_t row = 0; row < 3; row++) {
        for (size_t column = 0; column < 3; column++) {
            CHECK(reads(nx_csv_field_at(&run, row, column), expected[row][column]));
        }
    }
}

static void
test_value_without_quotes_or_blanks(void)
{
    static const nx_csv_dialect no_quotes = {',', '"', false};
    static const struct {
        const char *field, *value, *unquoting;
    } cases[] = {
        {"5", "5", "5"},
        {" \t5 \t", "5", "5"},
        {"\"5\"", "5", "\"5\""},
        {"\" 5 \"", " 5 ", "\" 5 \""},
        {"", "", ""},
        {"  ", "", ""},
        {"\"\"", "", "\"\""},
        {"a b", "a b", "a b"},
        {" \"5\"", "\"5\"", "\"5\""},
        {"\v5\v", "\v5\v", "\v5\v"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_csv_field field = field_of(cases[i].field);
        CHECK(reads(nx_csv_field_value(field, &comma), cases[i].value));
        CHECK(reads(nx_csv_field_value(field, &no_quotes), cases[i].unquoting));
        CHECK_INT(nx_csv_field_quoted(field, &comma), cases[i].field[0] == '"');
        CHECK(!nx_csv_field_quoted(field, &no_quotes));
    }
}

static const char *const missing[] = {
    "",       "NA",      "N/A",     "NaN",      "nan",      "-NaN", "-nan",
    "NULL",   "null",    "None",    "n/a",      "#N/A",     "#NA",  "<NA>",
    "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "#N/A N/A",
};
enum {
    MISSING = sizeof missing / sizeof missing[0]
};

static bool
is_listed(const char *text)
{
    for (size_t i = 0; i < MISSING; i++) {
        if (strcmp(missing[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* Every word, and all that is one byte away from one. */
static void
test_missing_words_and_near_misses(void)
{
    for (size_t i = 0; i < MISSING; i++) {
        const size_t n = strlen(missing[i]);
        CHECK(nx_csv_missing_word(field_of(missing[i])));
        for (size_t at = 0; at <= n; at++) {
            for (int byte = 1; byte < 256; byte++) {
                char changed[12] = {0}, longer[12] = {0};
                memcpy(changed, missing[i], n);
                changed[at] = (char)byte; /* at n: one byte more */
                CHECK_INT(nx_csv_missing_word(field_of(changed)), is_listed(changed));
                memcpy(longer, missing[i], at);
                longer[at] = (char)byte;
                memcpy(longer + at + 1, missing[i] + at, n - at);
                CHECK_INT(nx_csv_missing_word(field_of(longer)), is_listed(longer));
            }
            char shorter[12] = {0};
            memcpy(shorter, missing[i], at);
            CHECK_INT(nx_csv_missing_word(field_of(shorter)), is_listed(shorter));
        }
    }
    const uint8_t with_nul[] = "NA";
    CHECK(!nx_csv_missing_word((nx_csv_field){with_nul, with_nul + 3}));
}

static void
test_unquoting_undoes_quoting(void)
{
    uint64_t random = 11;
    for (int round = 0; round < 20000; round++) {
        uint8_t text[40], quoted[90], back[90];
        const size_t n = pick(&random, sizeof text);
        size_t size = 0;
        random_text(&random, "\"\"ab,\n", text, n);
        quoted[size++] = '"';
        for (size_t i = 0; i < n; i++) {
            quoted[size++] = text[i];
            if (text[i] == '"') {
                quoted[size++] = '"';
            }
        }
        quoted[size++] = '"';
        CHECK_INT(nx_csv_unquote((nx_csv_field){quoted, quoted + size}, '"', back), n);
        CHECK(memcmp(back, text, n) == 0);
    }
}

const nx_test nx_suite_csv_field[] = {
    NX_TEST(test_fields_of_a_run),
    NX_TEST(test_value_without_quotes_or_blanks),
    NX_TEST(test_missing_words_and_near_misses),
    NX_TEST(test_unquoting_undoes_quoting),
    {0},
};
