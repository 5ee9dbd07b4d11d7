#include "csv/csv_survey.h"

#include <string.h>

#include "base/alloc.h"
#include "csv/csv_extended.h"
#include "csv/csv_record.h"

/* The index of the text; ends[0] is the byte before it. */
typedef struct survey_index {
    uint32_t *ends;
    nx_csv_scan scan;
} survey_index;

static void
count(nx_csv_survey *survey, const survey_index *index, const uint8_t *text)
{
    const nx_csv_scan *scan = &index->scan;
    survey->records = scan->records;
    survey->consumed = scan->consumed;
    survey->open = scan->open_quote != SIZE_MAX;
    for (size_t entry = 0; entry < scan->fields;) {
        const nx_csv_record at = nx_csv_record_at(text, index->ends + 1 + entry, true);
        survey->cells += at.blank ? 0 : at.fields;
        entry += at.stride;
    }
}

static nx_status
make_room(nx_csv_survey *survey, nx_error *error)
{
    survey->fields = nx_buffer_new(survey->records, sizeof(uint32_t));
    survey->starts = nx_buffer_new(survey->records, sizeof(uint32_t));
    survey->begins = nx_buffer_new(survey->cells, sizeof(uint32_t));
    survey->ends = nx_buffer_new(survey->cells, sizeof(uint32_t));
    survey->looks = nx_buffer_new(survey->cells, sizeof(uint32_t));
    if (survey->fields == NULL || survey->starts == NULL || survey->begins == NULL ||
        survey->ends == NULL || survey->looks == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0,
                            "no memory for what %zu fields look like", survey->cells);
    }
    return NX_OK;
}

static void
fill(nx_csv_survey *survey, const survey_index *index, const uint8_t *text,
     const nx_csv_dialect *dialect)
{
    uint32_t *fields = nx_buffer_data(survey->fields);
    uint32_t *starts = nx_buffer_data(survey->starts);
    uint32_t *begins = nx_buffer_data(survey->begins);
    uint32_t *ends = nx_buffer_data(survey->ends);
    uint32_t *looks = nx_buffer_data(survey->looks);
    size_t record = 0, cell = 0;
    for (size_t entry = 0; entry < index->scan.fields; record++) {
        const uint32_t *entries = index->ends + 1 + entry;
        const nx_csv_record at = nx_csv_record_at(text, entries, true);
        starts[record] = (uint32_t)at.start;
        fields[record] = at.blank ? 0 : (uint32_t)at.fields;
        entry += at.stride;
        for (size_t i = 0; i < fields[record]; i++, cell++) {
            const size_t slot = nx_csv_record_slot(i, true);
            const nx_csv_field field = {text + (uint32_t)(entries[slot - 1] + 1),
                                        text + entries[slot]};
            begins[cell] = (uint32_t)(field.start - text);
            ends[cell] = (uint32_t)(field.end - text);
            looks[cell] = nx_csv_look(field, dialect);
        }
    }
}

nx_status
nx_csv_survey_make(nx_csv_survey *survey, const nx_csv_source *source, bool at_end,
                   const nx_csv_dialect *dialect, nx_error *error)
{
    nx_csv_window window = {0};
    survey_index index = {0};
    size_t capacity = 0;
    *survey = (nx_csv_survey){0};
    nx_status status = nx_csv_dialect_check(dialect, error);
    if (status == NX_OK && source->size > NX_CSV_SURVEY_MAX) {
        status = nx_error_set(error, NX_ERR_OVERFLOW, 0, "a look of %zu bytes at most",
                              NX_CSV_SURVEY_MAX);
    }
    if (status == NX_OK) {
        status = nx_csv_window_load(&window, source, 0, NX_CSV_SURVEY_MAX, error);
    }
    if (status == NX_OK) {
        /* Without the LF that the window adds. */
        status =
            nx_csv_extended_index(window.base, (size_t)source->size, at_end, dialect,
                                  &index.ends, &capacity, &index.scan, error);
    }
    if (status == NX_OK) {
        count(survey, &index, window.base);
        status = make_room(survey, error);
    }
    if (status == NX_OK) {
        fill(survey, &index, window.base, dialect);
    }
    nx_free(index.ends);
    nx_csv_window_clear(&window);
    if (status != NX_OK) {
        nx_csv_survey_clear(survey);
    }
    return status;
}

void
nx_csv_survey_clear(nx_csv_survey *survey)
{
    nx_buffer_release(survey->fields);
    nx_buffer_release(survey->starts);
    nx_buffer_release(survey->begins);
    nx_buffer_release(survey->ends);
    nx_buffer_release(survey->looks);
    memset(survey, 0, sizeof *survey);
}
