#include "csv/csv_testing.h"

#include "csv/csv_rules.h"

/* Copies a text between other bytes, as in a window; four texts are kept. */
static nx_csv_field
field_of(const char *text)
{
    static uint8_t windows[4][700];
    static int turn;
    uint8_t *window = windows[turn++ & 3];
    const size_t n = strlen(text);
    memset(window, 'A', sizeof windows[0]);
    memcpy(window + 64, text, n);
    return (nx_csv_field){window + 64, window + 64 + n};
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
    const uint8_t with_nul[4] = "NA";
    CHECK(!nx_csv_missing_word((nx_csv_field){with_nul, with_nul + 3}));
}

/* A set of words given as C strings, for one test at a time. */
static void
make_set(nx_csv_words *set, const char *const *texts, size_t count)
{
    static nx_csv_word words[64];
    for (size_t i = 0; i < count; i++) {
        words[i] = (nx_csv_word){(const uint8_t *)texts[i], strlen(texts[i])};
    }
    nx_csv_words_init(set, words, count);
}

/* Random sets, asked for their words and for other texts of the same letters. */
static void
test_sets_hold_their_words_and_no_others(void)
{
    uint64_t random = 31;
    for (int round = 0; round < 300; round++) {
        char texts[20][40] = {{0}};
        const char *pointers[20];
        const size_t count = pick(&random, 20);
        for (size_t i = 0; i < count; i++) {
            random_text(&random, "ab-9", (uint8_t *)texts[i], pick(&random, 36));
            pointers[i] = texts[i];
        }
        nx_csv_words set;
        make_set(&set, pointers, count);
        for (int probe = 0; probe < 60; probe++) {
            char text[40] = {0};
            random_text(&random, "ab-9", (uint8_t *)text, pick(&random, 5));
            if (count > 0 && probe % 2 == 0) {
                memcpy(text, texts[pick(&random, count)], sizeof text);
            }
            bool listed = false;
            for (size_t i = 0; i < count; i++) {
                listed |= strcmp(text, texts[i]) == 0;
            }
            CHECK_INT(nx_csv_words_has(&set, field_of(text)), listed);
            CHECK(!listed || nx_csv_words_maybe(&set, field_of(text)));
        }
    }
}

static void
test_the_filter_lets_few_texts_pass(void)
{
    static const char *const texts[] = {"-999", "missing"};
    nx_csv_words set;
    make_set(&set, texts, 2);
    CHECK(nx_csv_words_maybe(&set, field_of("-999")));
    CHECK(nx_csv_words_maybe(&set, field_of("1239")));
    CHECK(!nx_csv_words_maybe(&set, field_of("999")));
    CHECK(!nx_csv_words_maybe(&set, field_of("")));
    CHECK(nx_csv_words_maybe(&set, field_of("9.99")));
    CHECK(!nx_csv_words_maybe(&set, field_of("1238")));
}

static nx_csv_absence
absence(const nx_csv_rules *rules, const char *text)
{
    const nx_csv_field field = field_of(text);
    return nx_csv_rules_absence(rules, field, nx_csv_field_value(field, &comma),
                                &comma);
}

static void
test_what_is_missing_under_which_rules(void)
{
    static const char *const texts[] = {"-", "x\"y", "no data"};
    nx_csv_rules words = {.default_na = false};
    const nx_csv_rules strip = {.default_na = true, .strip = true};
    make_set(&words.na, texts, 3);
    const struct {
        const char *text;
        nx_csv_absence usual, own, stripped;
    } cases[] = {
        {"", NX_CSV_ABSENT, NX_CSV_ABSENT, NX_CSV_ABSENT},
        {"\"\"", NX_CSV_ABSENT_UNLESS_STRING, NX_CSV_ABSENT_UNLESS_STRING,
         NX_CSV_ABSENT_UNLESS_STRING},
        {" \t", NX_CSV_ABSENT_UNLESS_STRING, NX_CSV_ABSENT_UNLESS_STRING,
         NX_CSV_ABSENT},
        {"\"  \"", NX_CSV_PRESENT, NX_CSV_PRESENT, NX_CSV_PRESENT},
        {" NA", NX_CSV_ABSENT_UNLESS_STRING, NX_CSV_PRESENT,
         NX_CSV_ABSENT_UNLESS_STRING},
        {"\"NA\"", NX_CSV_ABSENT_UNLESS_STRING, NX_CSV_PRESENT,
         NX_CSV_ABSENT_UNLESS_STRING},
        {"-", NX_CSV_PRESENT, NX_CSV_ABSENT, NX_CSV_PRESENT},
        {" - ", NX_CSV_PRESENT, NX_CSV_ABSENT, NX_CSV_PRESENT},
        {"\"no data\"", NX_CSV_PRESENT, NX_CSV_ABSENT, NX_CSV_PRESENT},
        {"\"x\"\"y\"", NX_CSV_PRESENT, NX_CSV_ABSENT, NX_CSV_PRESENT},
        {"x\"y", NX_CSV_PRESENT, NX_CSV_ABSENT, NX_CSV_PRESENT},
        {"\"x\"\"\"\"y\"", NX_CSV_PRESENT, NX_CSV_PRESENT, NX_CSV_PRESENT},
        {"x", NX_CSV_PRESENT, NX_CSV_PRESENT, NX_CSV_PRESENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(absence(&nx_csv_rules_default, cases[i].text), cases[i].usual);
        CHECK_INT(absence(&words, cases[i].text), cases[i].own);
        CHECK_INT(absence(&strip, cases[i].text), cases[i].stripped);
    }
}

/* An empty word among the others makes \"\" missing in strings, too. */
static void
test_the_empty_word(void)
{
    static const char *const texts[] = {"?", ""};
    nx_csv_rules rules = {.default_na = true};
    make_set(&rules.na, texts, 2);
    CHECK_INT(absence(&rules, "\"\""), NX_CSV_ABSENT);
    CHECK_INT(absence(&rules, "  "), NX_CSV_ABSENT);
    CHECK_INT(absence(&rules, "?"), NX_CSV_ABSENT);
    CHECK_INT(absence(&rules, "x"), NX_CSV_PRESENT);
}

/* Words as long as they may be, in quotes that are all doubled. */
static void
test_long_words_with_quotes(void)
{
    char word[NX_CSV_WORD_MAX + 1] = {0}, field[2 * NX_CSV_WORD_MAX + 6] = "\"";
    const char *const texts[] = {word};
    memset(word, '"', NX_CSV_WORD_MAX);
    memset(field + 1, '"', 2 * NX_CSV_WORD_MAX + 1);
    nx_csv_rules rules = {.default_na = true};
    make_set(&rules.na, texts, 1);
    CHECK_INT(absence(&rules, field), NX_CSV_ABSENT);
    strcat(field, "\"\"");
    CHECK_INT(absence(&rules, field), NX_CSV_PRESENT);
}

static void
test_words_for_true_and_false(void)
{
    static const char *const trues[] = {"yes", "1"};
    nx_csv_rules rules = {.default_na = true};
    static const nx_csv_word no = {(const uint8_t *)"no", 2};
    nx_csv_word falses[] = {no};
    uint8_t truth;
    make_set(&rules.trues, trues, 2);
    nx_csv_words_init(&rules.falses, falses, 1);
    CHECK(nx_csv_rules_truth(&rules, field_of("yes"), &truth) && truth == 1);
    CHECK(nx_csv_rules_truth(&rules, field_of("1"), &truth) && truth == 1);
    CHECK(nx_csv_rules_truth(&rules, field_of("no"), &truth) && truth == 0);
    CHECK(!nx_csv_rules_truth(&rules, field_of("Yes"), &truth));
    CHECK(!nx_csv_rules_truth(&nx_csv_rules_default, field_of("yes"), &truth));
}

const nx_test nx_suite_csv_rules[] = {
    NX_TEST(test_missing_words_and_near_misses),
    NX_TEST(test_sets_hold_their_words_and_no_others),
    NX_TEST(test_the_filter_lets_few_texts_pass),
    NX_TEST(test_what_is_missing_under_which_rules),
    NX_TEST(test_the_empty_word),
    NX_TEST(test_long_words_with_quotes),
    NX_TEST(test_words_for_true_and_false),
    {0},
};
