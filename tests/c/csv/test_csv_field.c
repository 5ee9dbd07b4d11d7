#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

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
    static const nx_csv_dialect no_quotes = {.delimiter = ',', .quote = '"'};
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
        CHECK_INT(
            nx_csv_unquote((nx_csv_field){quoted, quoted + size}, true, &comma, back),
            n);
        CHECK(memcmp(back, text, n) == 0);
    }
}

/* One field: what it is unquoted, and what may be a number. */
static void
check_quoted(const slow_text *slow, const slow_field *field)
{
    uint8_t expected[16], back[16];
    const nx_csv_field whole = {slow->text + field->start, slow->text + field->end};
    const nx_csv_field inner = {whole.start + 1, whole.end - 1};
    const nx_csv_field value = nx_csv_field_value(whole, slow->dialect);
    const size_t n = slow_value(slow, field, expected);
    const nx_csv_field wanted = slow_trails(slow, field) ? whole : inner;
    const bool same = nx_csv_unquote(whole, true, slow->dialect, back) == n &&
                      memcmp(back, expected, n) == 0 && value.start == wanted.start &&
                      value.end == wanted.end;
    if (!same) {
        nx_test_fail(__FILE__, __LINE__, "%s in mode %d, doubling %d",
                     shown(whole.start, nx_csv_field_size(whole)), slow->dialect->mode,
                     !slow->dialect->no_doubling);
    }
}

/* Every quoted field of up to nine bytes that a record may have, in every dialect. */
static void
test_all_short_quoted_fields(void)
{
    size_t checked = 0;
    for (size_t n = 1; n <= 8; n++) {
        uint8_t text[12] = {'"'};
        for (size_t number = 0; numbered_text("\",a", number, text + 1, n) == 0;
             number++) {
            text[n + 1] = '\n';
            for (size_t i = 0; i < QUOTED_DIALECTS; i++) {
                const nx_csv_dialect dialect = quoted_dialect(i);
                slow_field fields[12];
                slow_text slow = {
                    .text = text, .n = n + 2, .dialect = &dialect, .fields = fields};
                slow_parse(&slow);
                if (slow.records == 1 && slow.bad_text == SIZE_MAX) {
                    check_quoted(&slow, &fields[0]);
                    checked++;
                }
            }
        }
    }
    CHECK(checked > 10000);
}

static void
test_text_after_a_closing_quote(void)
{
    static const struct {
        const char *field, *doubled, *plain;
    } cases[] = {
        {"\"ab\"c", "abc", "abc"},
        {"\"ab\" ", "ab ", "ab "},
        {"\"a\"b\"c\"", "ab\"c\"", "ab\"c\""},
        {"\"\"x", "x", "x"},
        {"\"a\"\"b\"c", "a\"bc", "a\"b\"c"},
        {"\"5\"6", "56", "56"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_csv_field field = field_of(cases[i].field);
        for (size_t d = 4; d < QUOTED_DIALECTS; d++) {
            const nx_csv_dialect lenient = quoted_dialect(d);
            uint8_t back[20];
            const size_t n = nx_csv_unquote(field, true, &lenient, back);
            CHECK(reads((nx_csv_field){back, back + n},
                        d == 4 ? cases[i].doubled : cases[i].plain));
            CHECK(reads(nx_csv_field_value(field, &lenient), cases[i].field));
        }
    }
}

const nx_test nx_suite_csv_field[] = {
    NX_TEST(test_fields_of_a_run),
    NX_TEST(test_value_without_quotes_or_blanks),
    NX_TEST(test_unquoting_undoes_quoting),
    NX_TEST(test_all_short_quoted_fields),
    NX_TEST(test_text_after_a_closing_quote),
    {0},
};
