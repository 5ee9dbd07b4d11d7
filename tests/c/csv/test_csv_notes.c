#include "harness.h"

#include <string.h>

#include "csv/csv_notes.h"

static void
add(nx_csv_notes *notes, nx_csv_note_kind kind, uint64_t row, const char *text)
{
    const uint8_t *start = (const uint8_t *)text;
    nx_csv_notes_add(notes, kind, row, row * 10,
                     (nx_csv_field){start, start + strlen(text)});
}

/* The record that is judged an error, or NX_NOWHERE. */
static uint64_t
judged(const nx_csv_notes *notes, nx_type type)
{
    nx_error error = {.record = NX_NOWHERE};
    const nx_status status = nx_csv_notes_judge(notes, type, &error);
    CHECK_INT(status, error.record == NX_NOWHERE ? NX_OK : NX_ERR_VALUE);
    CHECK(status == NX_OK || error.byte == error.record * 10);
    return error.record;
}

static void
test_the_first_cell_is_kept_whatever_comes_first(void)
{
    nx_csv_notes notes = {0};
    CHECK_INT(judged(&notes, NX_TYPE_INT64), NX_NOWHERE);
    add(&notes, NX_CSV_NOTE_MISSING, 7, "");
    add(&notes, NX_CSV_NOTE_MISSING, 3, "");
    add(&notes, NX_CSV_NOTE_MISSING, 5, "");
    CHECK_INT(judged(&notes, NX_TYPE_INT64), 3);
    CHECK_INT(judged(&notes, NX_TYPE_STRING), 3);
    CHECK_INT(judged(&notes, NX_TYPE_NONE), 3);
}

static void
test_words_are_missing_only_in_the_right_type(void)
{
    nx_csv_notes notes = {0};
    add(&notes, NX_CSV_NOTE_MISSING_UNLESS_STRING, 2, "NA");
    CHECK_INT(judged(&notes, NX_TYPE_NONE), NX_NOWHERE);
    CHECK_INT(judged(&notes, NX_TYPE_STRING), NX_NOWHERE);
    CHECK_INT(judged(&notes, NX_TYPE_FLOAT64), 2);
    add(&notes, NX_CSV_NOTE_MISSING, 1, "");
    CHECK_INT(judged(&notes, NX_TYPE_FLOAT64), 1);
}

static void
test_the_later_kind_of_time_is_the_stranger(void)
{
    nx_csv_notes notes = {0};
    nx_error error;
    add(&notes, NX_CSV_NOTE_NAIVE, 4, "2024-01-01");
    CHECK_INT(judged(&notes, NX_TYPE_DATETIME_S), NX_NOWHERE);
    add(&notes, NX_CSV_NOTE_ZONED, 9, "2024-01-01 00:00Z");
    CHECK_INT(judged(&notes, NX_TYPE_DATETIME_S), 9);
    add(&notes, NX_CSV_NOTE_ZONED, 1, "2024-01-01 00:00Z");
    CHECK_INT(nx_csv_notes_judge(&notes, NX_TYPE_DATETIME_S, &error), NX_ERR_VALUE);
    CHECK_INT(error.record, 4);
    CHECK_INT(error.code, 601);
    CHECK_STR(error.msg, "'2024-01-01' has no time zone, unlike the times before it");
}

static void
test_errors_that_are_certain(void)
{
    nx_csv_notes notes = {0};
    const nx_error late = {.status = NX_ERR_VALUE, .record = 8, .byte = 80};
    const nx_error early = {.status = NX_ERR_VALUE, .record = 6, .byte = 60};
    nx_csv_notes_add_error(&notes, &late);
    nx_csv_notes_add_error(&notes, &early);
    nx_csv_notes_add_error(&notes, &late);
    CHECK_INT(judged(&notes, NX_TYPE_INT8), 6);
    add(&notes, NX_CSV_NOTE_NAIVE, 2, "2024-01-01");
    CHECK_INT(judged(&notes, NX_TYPE_INT8), 6);
    add(&notes, NX_CSV_NOTE_ZONED, 3, "2024-01-01 00:00Z");
    CHECK_INT(judged(&notes, NX_TYPE_DATETIME_S), 3);
}

const nx_test nx_suite_csv_notes[] = {
    NX_TEST(test_the_first_cell_is_kept_whatever_comes_first),
    NX_TEST(test_words_are_missing_only_in_the_right_type),
    NX_TEST(test_the_later_kind_of_time_is_the_stranger),
    NX_TEST(test_errors_that_are_certain),
    {0},
};
