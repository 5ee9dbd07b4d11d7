/* Cells of a column that are an error only together with cells elsewhere.
 *
 * Whether `NA` is missing depends on the type that the column ends in, and a time
 * with a zone is wrong only beside one without. So the first cell of each such kind
 * is kept until all cells are known. The first is the one of the smallest row,
 * whatever was read first: the error depends on the text alone.
 */
#ifndef NX_CSV_CSV_NOTES_H
#define NX_CSV_CSV_NOTES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "csv/csv_fault.h"

typedef enum nx_csv_note_kind {
    NX_CSV_NOTE_MISSING = 0,           /* a missing cell that is an error */
    NX_CSV_NOTE_MISSING_UNLESS_STRING, /* ... if the column is none of strings */
    NX_CSV_NOTE_NAIVE,
    NX_CSV_NOTE_ZONED,
    NX_CSV_NOTE_KINDS
} nx_csv_note_kind;

typedef struct nx_csv_note {
    bool made;
    uint64_t row;
    uint64_t byte; /* of the field, in the source */
    nx_csv_excerpt text;
} nx_csv_note;

/* Zero-initialised. Workers share it. */
typedef struct nx_csv_notes {
    atomic_bool busy; /* a lock for the few stores of one note */
    nx_csv_note first[NX_CSV_NOTE_KINDS];
    nx_error error; /* the first one that is certain; status NX_OK: none */
} nx_csv_notes;

/* Keeps a cell if it is the first of its kind. Any thread. */
void nx_csv_notes_add(nx_csv_notes *notes, nx_csv_note_kind kind, uint64_t row,
                      uint64_t byte, nx_csv_field text);

/* True if a cell of that kind was kept. Any thread. */
bool nx_csv_notes_has(nx_csv_notes *notes, nx_csv_note_kind kind);

/* Keeps an error with a record, if it is the first, for when those of other columns
 * wait for their types. Any thread. */
void nx_csv_notes_add_error(nx_csv_notes *notes, const nx_error *error);

/* The first error among the notes: NX_OK, or NX_ERR_VALUE with record and byte.
 * `type` is the column's final type; NX_TYPE_NONE when it is not known because the
 * source could not be read to its end, and only what is wrong in any type counts.
 * After all workers are done. */
nx_status nx_csv_notes_judge(const nx_csv_notes *notes, nx_type type, nx_error *error);

#endif
