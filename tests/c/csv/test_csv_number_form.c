#include "csv/csv_testing.h"

#include "csv/csv_number_form.h"
#include "number/parse_float.h"

#define TOKEN(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const nx_csv_rules forms[] = {
    {.own_numbers = true, .decimal = ','},
    {.own_numbers = true, .decimal = '.', .thousands = TOKEN(",")},
    {.own_numbers = true, .decimal = ',', .thousands = TOKEN(".")},
    {.own_numbers = true, .decimal = ',', .thousands = TOKEN("\xE2\x80\xAF")},
};

static void
test_spellings(void)
{
    static const struct {
        size_t form;
        const char *text, *number;
    } cases[] = {
        {0, "1,5", "1.5"},
        {0, "-,5e3", "-.5e3"},
        {0, "1.5", "?"},
        {0, "1,5,5", "1.5,5"},
        {0, "", ""},
        {0, "+7", "+7"},
        {0, "inf", "inf"},
        {0, "1,", "1."},
        {0, "1,5.0", "?"},
        {1, "1,234", "1234"},
        {1, "-12,345,678.5", "-12345678.5"},
        {1, "1234", "1234"},
        {1, "1234,567", "?"},
        {1, "1,23", "?"},
        {1, "1,2345", "?"},
        {1, ",123", ",123"},
        {1, "1,,234", "?"},
        {1, "1,234,", "?"},
        {1, "1,234.5,6", "1234.5,6"},
        {1, "0,001", "0001"},
        {1, "1,234e2", "1234e2"},
        {1, "nan", "nan"},
        {1, "1.234.5", "?"},
        {2, "1.234,5", "1234.5"},
        {2, "1.234", "1234"},
        {2, "1.23", "?"},
        {2, "1.234.567", "1234567"},
        {3,
         "1\xE2\x80\xAF"
         "234,5",
         "1234.5"},
        {3, "1\xE2\x80", "1\xE2\x80"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t room[NX_CSV_NUMBER_ROOM];
        const uint8_t *text = (const uint8_t *)cases[i].text;
        const nx_csv_field found = nx_csv_number_text(
            &forms[cases[i].form], (nx_csv_field){text, text + strlen(cases[i].text)},
            room);
        const size_t n = nx_csv_field_size(found);
        if (n != strlen(cases[i].number) || memcmp(found.start, cases[i].number, n)) {
            nx_test_fail(__FILE__, __LINE__, "form %zu, %s: %s", cases[i].form,
                         cases[i].text, shown(found.start, n));
        }
    }
}

/* The short way against the long one: what it takes is the same number, and it takes
 * all grouped numbers of digits, marks and a sign. */
static void
check_short(const nx_csv_rules *rules, const uint8_t *letters, size_t n)
{
    uint8_t padded[16 + 20] = {0}, room[NX_CSV_NUMBER_ROOM];
    uint8_t *text = padded + 16;
    memcpy(text, letters, n);
    padded[15] = '1'; /* what stands before a field must not matter */
    padded[14] = *rules->thousands.text;
    const nx_csv_field field = {text, text + n};
    nx_csv_short_number own;
    nx_csv_field number;
    double value = 0, other = 0;
    const nx_csv_field usual = nx_csv_number_text(rules, field, room);
    const bool is_number =
        nx_parse_double(usual.start, nx_csv_field_size(usual), &value) == NX_PARSE_OK;
    if (nx_csv_number_short(rules, field, &own, &number)) {
        const bool other_number =
            nx_parse_double(number.start, nx_csv_field_size(number), &other) ==
            NX_PARSE_OK;
        if (is_number != other_number || memcmp(&value, &other, sizeof value) != 0) {
            nx_test_fail(__FILE__, __LINE__, "%s", shown(text, n));
        }
    }
#ifdef NX_DIGITS_SSE
    else if (is_number && n <= 16 && memchr(text, 'e', n) == NULL &&
             memchr(text, *rules->thousands.text, n) != NULL) {
        nx_test_fail(__FILE__, __LINE__, "%s is not taken", shown(text, n));
    }
#endif
}

static void
test_short_numbers(void)
{
    const nx_csv_rules apostrophes = {
        .own_numbers = true, .decimal = ',', .thousands = TOKEN("'")};
    const nx_csv_rules *const rules[] = {&forms[1], &forms[2], &apostrophes};
    uint64_t random = 5;
    uint8_t text[20];
    for (size_t form = 0; form < 3; form++) {
        const char *alphabet = form < 2 ? "10,.-" : "1,.'e";
        for (size_t n = 0; n <= 8; n++) {
            for (size_t number = 0; nx_test_failures() == 0; number++) {
                if (numbered_text(alphabet, number, text, n) != 0) {
                    break;
                }
                check_short(rules[form], text, n);
            }
        }
        /* Longer ones, right and nearly so. */
        const uint8_t mark = rules[form]->decimal, group = *rules[form]->thousands.text;
        for (int round = 0; round < 40000 && nx_test_failures() == 0; round++) {
            size_t n = 0;
            const size_t first = 1 + pick(&random, 4), groups = pick(&random, 5);
            if (pick(&random, 3) == 0) {
                text[n++] = '-';
            }
            for (size_t i = 0; i < first + 4 * groups && n < sizeof text; i++) {
                const bool between = i >= first && (i - first) % 4 == 0;
                text[n++] = between ? group : (uint8_t)('0' + pick(&random, 10));
            }
            if (n < sizeof text && pick(&random, 2) == 0) {
                text[n++] = mark;
                while (n < sizeof text && pick(&random, 3) > 0) {
                    text[n++] = (uint8_t)('0' + pick(&random, 10));
                }
            }
            if (pick(&random, 4) == 0) {
                text[pick(&random, n)] = (uint8_t)"0,.'- x"[pick(&random, 7)];
            }
            check_short(rules[form], text, n);
        }
    }
}

static void
test_long_text_is_no_number(void)
{
    uint8_t text[NX_CSV_NUMBER_ROOM + 1], room[NX_CSV_NUMBER_ROOM];
    memset(text, '1', sizeof text);
    nx_csv_field found = nx_csv_number_text(
        &forms[1], (nx_csv_field){text, text + NX_CSV_NUMBER_ROOM}, room);
    CHECK_INT(nx_csv_field_size(found), NX_CSV_NUMBER_ROOM);
    found =
        nx_csv_number_text(&forms[1], (nx_csv_field){text, text + sizeof text}, room);
    CHECK_INT(nx_csv_field_size(found), 1);
    /* Rules without a form of their own take any text as it is. */
    found = nx_csv_number_text(&nx_csv_rules_default,
                               (nx_csv_field){text, text + sizeof text}, room);
    CHECK(found.start == text);
}

/* The loop beside the careful way, over fields of all kinds. */
static void
test_the_loop_writes_what_the_careful_way_writes(void)
{
    enum {
        ROWS = 40,
        ROOM = 64 + ROWS * 41 + 64
    };
    uint64_t random = 5;
    for (int round = 0; round < 3000 && nx_test_failures() == 0; round++) {
        static uint8_t buffer[ROOM];
        static double fast[ROWS], slow[ROWS];
        uint32_t ends[ROWS + 1] = {UINT32_MAX};
        const nx_csv_rules *rules = &forms[pick(&random, 4)];
        uint8_t *text = buffer + 64;
        size_t used = 0;
        for (size_t row = 0; row < ROWS; row++) {
            const size_t n = pick(&random, pick(&random, 8) == 0 ? 40 : 9);
            random_text(&random, "0123456789012345,.-e", text + used, n);
            used += n;
            ends[row + 1] = (uint32_t)used;
            text[used++] = '\n';
        }
        const nx_csv_run run = {
            .text = text, .ends = ends + 1, .stride = 1, .rows = ROWS};
        nx_csv_target target = {.rules = rules, .requested = NX_TYPE_FLOAT64};
        nx_csv_cells cells = {.dialect = &comma,
                              .rules = rules,
                              .target = &target,
                              .type = NX_TYPE_FLOAT64,
                              .values = fast};
        uint8_t mask[ROWS] = {0};
        cells.mask = mask;
        for (size_t row = 0; row < ROWS; row++) {
            const nx_csv_run one = {
                .text = text, .ends = ends + 1 + row, .stride = 1, .rows = 1};
            uint8_t room[NX_CSV_NUMBER_ROOM];
            const nx_csv_field field = nx_csv_field_at(&run, row, 0);
            const nx_csv_field number = nx_csv_number_text(rules, field, room);
            const bool good = nx_parse_double(number.start, nx_csv_field_size(number),
                                              &slow[row]) == NX_PARSE_OK;
            cells.status = NX_OK;
            cells.values = fast + row;
            const bool done = nx_csv_number_form_run(&one, &cells) == 1;
            CHECK_INT(done, good || field.start == field.end);
            if (good) {
                CHECK(memcmp(&fast[row], &slow[row], 8) == 0);
            }
            if (nx_test_failures() > 0) {
                printf("      %s\n", shown(field.start, nx_csv_field_size(field)));
            }
        }
    }
}

const nx_test nx_suite_csv_number_form[] = {
    NX_TEST(test_spellings),
    NX_TEST(test_short_numbers),
    NX_TEST(test_long_text_is_no_number),
    NX_TEST(test_the_loop_writes_what_the_careful_way_writes),
    {0},
};
