/* What the fuzz targets of the CSV reader share: types to ask for, readings that must
 * be the same, and what sniffing makes of a text. */
#ifndef NX_FUZZ_CSV_H
#define NX_FUZZ_CSV_H

#include "csv/every_way.h"

#include "csv/csv_header.h"
#include "csv/csv_survey.h"
#include "fuzz_tables.h"

enum {
    MOST_COLUMNS = 64,
    LONGEST_TEXT = 64 << 10
};

/* The type asked of a field; 0: all types are inferred. */
static inline nx_type
asked_type(uint8_t asked, size_t field)
{
    static const nx_type types[] = {
        NX_TYPE_NONE,        NX_TYPE_BOOL,       NX_TYPE_INT64,  NX_TYPE_UINT64,
        NX_TYPE_FLOAT64,     NX_TYPE_DATETIME_D, NX_TYPE_STRING, NX_TYPE_DATETIME_S,
        NX_TYPE_DATETIME_NS, NX_TYPE_INT8,       NX_TYPE_UINT16, NX_TYPE_FLOAT32,
        NX_TYPE_FLOAT16,     NX_TYPE_DATETIME_H, NX_TYPE_INT32,
    };
    return asked == 0 ? NX_TYPE_NONE
                      : types[(asked + 7 * field) % (sizeof types / sizeof *types)];
}

/* ---- Two readings compared ---- */

static inline void
check_same(const reading *one, const reading *other)
{
    CHECK_INT(one->status, other->status);
    if (one->status != NX_OK) {
        check_same_error(&one->error, &other->error);
        return;
    }
    check_same_table(&one->table, &other->table);
}

/* ---- What sniffing makes of it ---- */

/* Cells lie one behind the other inside the text, and are as many as the records
 * say. */
static inline void
check_survey(const char *text, size_t n, const nx_csv_dialect *dialect, bool at_end)
{
    const nx_csv_source source = {
        .memory = (const uint8_t *)text, .descriptor = -1, .size = n};
    nx_csv_survey survey;
    CHECK_INT(nx_csv_survey_make(&survey, &source, at_end, dialect, NULL), NX_OK);
    const uint32_t *fields = nx_buffer_data(survey.fields);
    const uint32_t *begins = nx_buffer_data(survey.begins);
    const uint32_t *ends = nx_buffer_data(survey.ends);
    size_t cells = 0, last = 0;
    for (size_t i = 0; i < survey.records; i++) {
        cells += fields[i];
    }
    CHECK_INT(cells, survey.cells);
    for (size_t i = 0; i < cells; i++) {
        CHECK(last <= begins[i] && begins[i] <= ends[i] && ends[i] <= n);
        last = ends[i];
    }
    CHECK(last <= survey.consumed && survey.consumed <= n);
    nx_csv_survey_clear(&survey);
}

#endif
