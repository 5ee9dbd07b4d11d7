#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "csv/csv_survey.h"

enum {
    LONGEST = 200
};

static const uint32_t *
numbers(nx_buffer *buffer)
{
    return nx_buffer_data(buffer);
}

static nx_status
survey_text(nx_csv_survey *survey, const void *text, size_t n, bool at_end,
            const nx_csv_dialect *dialect)
{
    test_source s;
    nx_error error = {0};
    nx_status status = NX_ERR_INTERNAL;
    if (open_source(&s, WRITABLE, text, n)) {
        status = nx_csv_survey_make(survey, &s.source, at_end, dialect, &error);
    }
    close_source(&s);
    return status;
}

static void
test_records_and_cells_of_a_text(void)
{
    static const char text[] = "a;\"b;c\"\n\n1;2,5;x\n";
    const nx_csv_dialect dialect = {.delimiter = ';', .quote = '"', .quoting = true};
    nx_csv_survey survey;
    CHECK_INT(survey_text(&survey, text, strlen(text), true, &dialect), NX_OK);
    CHECK_INT(survey.records, 3);
    CHECK_INT(survey.cells, 5);
    CHECK_INT(survey.consumed, strlen(text));
    CHECK(!survey.open);
    static const uint32_t fields[] = {2, 0, 3}, starts[] = {0, 8, 9},
                          begins[] = {0, 2, 9, 11, 15}, ends[] = {1, 7, 10, 14, 16};
    CHECK(memcmp(numbers(survey.fields), fields, sizeof fields) == 0);
    CHECK(memcmp(numbers(survey.starts), starts, sizeof starts) == 0);
    CHECK(memcmp(numbers(survey.begins), begins, sizeof begins) == 0);
    CHECK(memcmp(numbers(survey.ends), ends, sizeof ends) == 0);
    CHECK_INT(numbers(survey.looks)[3], NX_CSV_LOOK_COMMA);
    nx_csv_survey_clear(&survey);
}

static void
test_a_text_that_goes_on_has_no_last_record(void)
{
    nx_csv_survey survey;
    CHECK_INT(survey_text(&survey, "1,2\n3,4", 7, false, &comma), NX_OK);
    CHECK_INT(survey.records, 1);
    CHECK_INT(survey.consumed, 4);
    nx_csv_survey_clear(&survey);
    CHECK_INT(survey_text(&survey, "1,2\n3,4", 7, true, &comma), NX_OK);
    CHECK_INT(survey.records, 2);
    CHECK_INT(survey.consumed, 7);
    nx_csv_survey_clear(&survey);
    CHECK_INT(survey_text(&survey, "1\r", 2, false, &comma), NX_OK);
    CHECK_INT(survey.records, 1); /* LF may follow, and makes no difference */
    nx_csv_survey_clear(&survey);
    CHECK_INT(survey_text(&survey, "", 0, true, &comma), NX_OK);
    CHECK_INT(survey.records + survey.cells, 0);
    nx_csv_survey_clear(&survey);
}

static void
test_an_open_quote_is_told(void)
{
    nx_csv_survey survey;
    CHECK_INT(survey_text(&survey, "1,2\n\"3,4\n5,6\n", 13, true, &comma), NX_OK);
    CHECK(survey.open);
    CHECK_INT(survey.records, 1);
    CHECK_INT(survey.consumed, 4);
    nx_csv_survey_clear(&survey);
}

static void
test_comments_are_no_records(void)
{
    const nx_csv_dialect dialect = {.delimiter = ',',
                                    .quote = '"',
                                    .quoting = true,
                                    .comment = {(const uint8_t *)"#", 1}};
    nx_csv_survey survey;
    CHECK_INT(survey_text(&survey, "#x,y\n1,2 # z\n", 13, true, &dialect), NX_OK);
    CHECK_INT(survey.records, 1);
    CHECK_INT(survey.cells, 2);
    CHECK_INT(numbers(survey.starts)[0], 5);
    CHECK_INT(numbers(survey.looks)[1], NX_CSV_LOOK_INTEGER);
    nx_csv_survey_clear(&survey);
}

/* The cells are those of the slow reader. */
static void
check_text(const uint8_t *text, size_t n, const nx_csv_dialect *dialect)
{
    uint8_t padded[LONGEST + 2] = {0};
    slow_field fields[LONGEST + 2];
    memcpy(padded, text, n);
    const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
    padded[n] = added ? '\n' : '\0';
    slow_text slow = {
        .text = padded, .n = n + added, .dialect = dialect, .fields = fields};
    slow_parse(&slow);
    nx_csv_survey survey;
    CHECK_INT(survey_text(&survey, text, n, true, dialect), NX_OK);
    size_t cell = 0, records = 0;
    for (size_t i = 0; i < slow.field_count; i++) {
        const slow_field *field = &fields[i];
        records += field->last;
        if (field->first && field->last && field->start == field->end) {
            continue; /* a blank line */
        }
        if (cell < survey.cells) {
            CHECK_INT(numbers(survey.begins)[cell], field->start);
            CHECK_INT(numbers(survey.ends)[cell], field->end);
        }
        cell++;
    }
    CHECK_INT(survey.cells, cell);
    CHECK_INT(survey.records, records);
    nx_csv_survey_clear(&survey);
    if (nx_test_failures() > 0) {
        printf("      \"%s\"\n", shown(text, n));
    }
}

static void
test_cells_of_random_texts(void)
{
    static const char *const alphabets[] = {",\na", "\",\n\ra", "\"a\"\",\n",
                                            ",,\n\nab\r\n"};
    uint64_t random = 8;
    for (int round = 0; round < 2000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST];
        const nx_csv_dialect dialect = quoted_dialect((size_t)round / 2);
        const size_t n = pick(&random, round % 3 == 0 ? 12 : LONGEST);
        random_text(&random, alphabets[round % 4], text, n);
        check_text(text, n, &dialect);
    }
}

static void
test_what_cannot_be_surveyed_is_refused(void)
{
    nx_csv_survey survey;
    nx_error error;
    const nx_csv_source large = {.memory = (const uint8_t *)"",
                                 .size = NX_CSV_SURVEY_MAX + 1};
    CHECK_INT(nx_csv_survey_make(&survey, &large, true, &comma, &error),
              NX_ERR_OVERFLOW);
    const nx_csv_dialect same = {.delimiter = '"', .quote = '"', .quoting = true};
    CHECK_INT(survey_text(&survey, "a", 1, true, &same), NX_ERR_INTERNAL);
}

static bool
survey_once(void *context)
{
    nx_csv_survey survey;
    const nx_status status = survey_text(&survey, "1,2\n3,4\n", 8, true, context);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_csv_survey_clear(&survey);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_csv_dialect dialect = comma;
    nx_test_alloc_failures(survey_once, &dialect, 20);
}

const nx_test nx_suite_csv_survey[] = {
    NX_TEST(test_records_and_cells_of_a_text),
    NX_TEST(test_a_text_that_goes_on_has_no_last_record),
    NX_TEST(test_an_open_quote_is_told),
    NX_TEST(test_comments_are_no_records),
    NX_TEST(test_cells_of_random_texts),
    NX_TEST(test_what_cannot_be_surveyed_is_refused),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
