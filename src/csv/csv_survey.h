/* All records of a text under one dialect, right or wrong, without a judgement: how
 * many fields each has, where they stand, and what they look like. What the choice
 * between dialects is made of. */
#ifndef NX_CSV_CSV_SURVEY_H
#define NX_CSV_CSV_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"
#include "csv/csv_dialect.h"
#include "csv/csv_look.h"
#include "csv/csv_source.h"

/* No longer text can be surveyed. */
#define NX_CSV_SURVEY_MAX ((size_t)64 << 20)

/* Ended by nx_csv_survey_clear. Offsets count from the start of the text. */
typedef struct nx_csv_survey {
    size_t records;    /* comments are none */
    size_t cells;      /* of all records that are not blank */
    size_t consumed;   /* bytes up to and with the last record end */
    bool open;         /* a quote is opened behind that and never closed */
    nx_buffer *fields; /* uint32, one a record: its fields, 0 if it is blank */
    nx_buffer *starts; /* uint32, one a record: its first byte */
    nx_buffer *begins; /* uint32, one a cell: its first byte, the quote if it has one */
    nx_buffer *ends;   /* uint32, one a cell: the byte behind it */
    nx_buffer *looks;  /* uint32, one a cell: nx_csv_looks */
} nx_csv_survey;

/* Surveys a source in memory of at most NX_CSV_SURVEY_MAX bytes. With `at_end` the text
 * ends there, and so does its last record; without, what stands behind the last record
 * end is no record. Time is linear in the size of the text. */
NX_MUST_CHECK nx_status nx_csv_survey_make(nx_csv_survey *survey,
                                           const nx_csv_source *source, bool at_end,
                                           const nx_csv_dialect *dialect,
                                           nx_error *error);

void nx_csv_survey_clear(nx_csv_survey *survey);

#endif
