#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "csv/csv_general.h"

static bool
same_scan(const nx_csv_scan *scan, const uint32_t *ends, const slow_text *slow,
          bool non_ascii)
{
    bool same = scan->fields == slow->field_count && scan->records == slow->records &&
                scan->blanks == slow->blanks && scan->consumed == slow->consumed &&
                scan->bad_text == slow->bad_text &&
                scan->stray_quote == slow->stray_quote &&
                scan->open_quote == slow->open_quote && !scan->ambiguous &&
                scan->non_ascii == non_ascii;
    for (size_t i = 0; same && i < scan->fields; i++) {
        same = ends[i] == slow->fields[i].stop;
    }
    return same;
}

/* text[n] is the look-ahead. */
static void
check_text(const uint8_t *text, size_t n, const nx_csv_dialect *dialect)
{
    slow_field fields[400];
    uint32_t ends[400];
    nx_csv_scan scan, counted;
    slow_text slow = {.text = text, .n = n, .dialect = dialect, .fields = fields};
    bool non_ascii = false;
    for (size_t i = 0; i < n; i++) {
        non_ascii |= text[i] > 0x7F;
    }
    slow_parse(&slow);
    nx_csv_general_scan(text, n, dialect, ends, &scan);
    if (!same_scan(&scan, ends, &slow, non_ascii)) {
        nx_test_fail(__FILE__, __LINE__,
                     "\"%s\", next 0x%02x: %zu %zu %zu %zu, expected %zu %zu %zu %zu",
                     shown(text, n), text[n], scan.fields, scan.records, scan.blanks,
                     scan.consumed, slow.field_count, slow.records, slow.blanks,
                     slow.consumed);
    }
    nx_csv_general_scan(text, n, dialect, NULL, &counted);
    CHECK(same_scan(&counted, ends, &slow, non_ascii));
}

/* Every text of up to seven bytes that can differ to the automaton, with every
 * look-ahead, in every dialect. */
static void
test_all_short_texts(void)
{
    for (size_t n = 0; n <= 7; n++) {
        uint8_t text[16];
        for (size_t number = 0; numbered_text("\",\n\ra", number, text, n + 1) == 0;
             number++) {
            for (size_t i = 0; i < QUOTED_DIALECTS; i++) {
                const nx_csv_dialect dialect = quoted_dialect(i);
                check_text(text, n, &dialect);
            }
        }
    }
}

static void
test_random_texts(void)
{
    static const nx_csv_dialect dialects[] = {
        {.delimiter = ',',
         .quote = '"',
         .quoting = true,
         .no_doubling = false,
         .mode = NX_CSV_STANDARD},
        {.delimiter = ',',
         .quote = '"',
         .quoting = false,
         .no_doubling = false,
         .mode = NX_CSV_STRICT},
        {.delimiter = ';',
         .quote = '\'',
         .quoting = true,
         .no_doubling = false,
         .mode = NX_CSV_STRICT},
        {.delimiter = '\0',
         .quote = 'a',
         .quoting = true,
         .no_doubling = true,
         .mode = NX_CSV_STANDARD},
        {.delimiter = 0xC3,
         .quote = '\0',
         .quoting = true,
         .no_doubling = false,
         .mode = NX_CSV_LENIENT},
    };
    uint64_t random = 1;
    for (int round = 0; round < 20000 && nx_test_failures() == 0; round++) {
        uint8_t text[301];
        const size_t n = pick(&random, 300);
        random_text(&random, "\",;'\n\raab\xC3\xA9", text, n + 1);
        text[pick(&random, n + 1)] = '\0';
        check_text(text, n, &dialects[round % 5]);
    }
}

static void
test_errors_are_placed(void)
{
    static const struct {
        const char *text;
        size_t bad_text, open_quote;
    } cases[] = {
        {"\"a\"b,c\n", 3, SIZE_MAX},
        {"a\"b\",c\n", SIZE_MAX, SIZE_MAX},
        {"\"a\" ,c\n", 3, SIZE_MAX},
        {"\"a\"\"b\"\n", SIZE_MAX, SIZE_MAX},
        {"x,\"a\nb\n", SIZE_MAX, 2},
        {"\"a\"b\"c,\"d", 3, 7},
        {"\"\"\n\"\"x\n\"\"y\n", 5, SIZE_MAX},
        {"\"a\"", SIZE_MAX, SIZE_MAX},
        {"\"a\"\"", SIZE_MAX, 0},
        {"\"a\"\rb\n", SIZE_MAX, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_csv_scan scan;
        nx_csv_general_scan((const uint8_t *)cases[i].text, strlen(cases[i].text),
                            &comma, NULL, &scan);
        CHECK_INT(scan.bad_text, cases[i].bad_text);
        CHECK_INT(scan.open_quote, cases[i].open_quote);
    }
}

/* What each mode says about the same text, and which fault comes first. */
static void
test_faults_of_every_mode(void)
{
    static const struct {
        const char *text;
        int codes[QUOTED_DIALECTS]; /* 0: none */
        size_t byte;
    } cases[] = {
        {"\"a\",b\n", {0}, 0},
        {"\"\",\"\"\n", {0}, 0},
        {"\"a\"b\n", {201, 201, 201, 201, 0, 0}, 3},
        {"\"a\"\"b\"\n", {0, 201, 0, 201, 0, 0}, 3},
        {"a\"b\n", {0, 0, 203, 203, 0, 0}, 1},
        {" \"a\"\n", {0, 0, 203, 203, 0, 0}, 1},
        {"a\"b,\"c\"d\n", {201, 201, 203, 203, 0, 0}, 0},
        {"\"a\"b\"c,d\"e\n", {201, 201, 201, 201, 0, 0}, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t d = 0; d < QUOTED_DIALECTS; d++) {
            const nx_csv_dialect dialect = quoted_dialect(d);
            nx_csv_scan scan;
            nx_csv_general_scan((const uint8_t *)cases[i].text, strlen(cases[i].text),
                                &dialect, NULL, &scan);
            CHECK_INT(nx_csv_misplaced(&scan) != SIZE_MAX, cases[i].codes[d] != 0);
            if (cases[i].codes[d] != 0) {
                nx_error error;
                CHECK_INT(nx_csv_misplaced_error(&scan, &error), NX_ERR_DIALECT);
                CHECK_INT(error.code, cases[i].codes[d]);
                CHECK_INT(error.byte, nx_csv_misplaced(&scan));
                CHECK(cases[i].byte == 0 || error.byte == cases[i].byte);
            }
        }
    }
}

const nx_test nx_suite_csv_general[] = {
    NX_TEST(test_all_short_texts),
    NX_TEST(test_random_texts),
    NX_TEST(test_errors_are_placed),
    NX_TEST(test_faults_of_every_mode),
    {0},
};
