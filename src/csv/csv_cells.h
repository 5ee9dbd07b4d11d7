/* Writing the cells of one run of one column, one cell at a time.
 *
 * The column loops (csv_kernels.h) convert what they recognise at a glance and
 * hand every other field to nx_csv_cell_put, which knows all spellings, finds
 * missing words, and notices when the column turns out to be of another type.
 */
#ifndef NX_CSV_CSV_CELLS_H
#define NX_CSV_CSV_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_fault.h"
#include "csv/csv_field.h"
#include "csv/csv_infer.h"
#include "csv/csv_notes.h"
#include "csv/csv_rules.h"
#include "csv/csv_target.h"

/* A cell of the block at hand; start is NULL when there is none. */
typedef struct nx_csv_seen {
    nx_csv_field field;
    uint64_t row; /* of the table */
} nx_csv_seen;

typedef struct nx_csv_cells {
    const nx_csv_dialect *dialect;
    const nx_csv_rules *rules;
    nx_csv_target *target;
    size_t column;        /* of the fields in the index, see csv_record.h */
    nx_slabs *slabs;      /* for strings that do not fit into their view */
    nx_type type;         /* what is being written: that requested, or else
                             nx_type_of_classes(classes) */
    nx_class_set classes; /* all that the column has shown so far */
    void *values;         /* of row 0 of the run; NULL for NX_TYPE_NONE */
    uint8_t *mask;        /* of row 0 of the run, for loops that mark cells themselves;
                             NULL until a cell was missing, or when that matters */
    uint64_t first_row;   /* of the run, in the table */
    size_t missing;       /* cells found missing */
    bool check_utf8;
    bool collects; /* a missing cell that is an error is told at once, as flaws are */
    nx_csv_seen seen[NX_CSV_NOTE_KINDS]; /* the first cell for each note */
    nx_status status;   /* not NX_OK: the last cell could not be written ... */
    size_t bad_byte;    /* ... and for NX_ERR_ENCODING, where in the field */
    nx_csv_fault fault; /* ... or for NX_ERR_VALUE, why */
    /* The field that changed the type or failed, once a kernel stopped for it. */
    nx_csv_field misfit;
    nx_class_set misfit_classes;
} nx_csv_cells;

/* Writes one cell of an inferred column the careful way. False when the column's
 * type has just changed (`classes` and `misfit` say to what and why; the type and
 * what is written so far are the caller's to redo) or when `status` says why not. */
bool nx_csv_cell_put(nx_csv_cells *cells, size_t row, nx_csv_field field);

/* Marks a cell as missing and writes the value that stands under the mask. False
 * when no memory is left or no cell may be missing (status says so). */
bool nx_csv_cell_put_missing(nx_csv_cells *cells, size_t row, nx_csv_field field,
                             nx_csv_absence absence);

/* Converts a value, with this text, whose classes the cells' type holds; no strings. */
void nx_csv_cell_put_value(nx_csv_cells *cells, size_t row, const nx_csv_value *value,
                           nx_csv_field text);

/* Writes a cell of a string column; also the values of NX_TYPE_DIGITS. */
bool nx_csv_cell_put_string(nx_csv_cells *cells, size_t row, nx_csv_field field);

/* Holds a string that was just written, the text of `field`, against the limit that was
 * asked for; false when it is too long or ends in NUL (status says so). */
bool nx_csv_cell_check_limit(nx_csv_cells *cells, const nx_string_view *view,
                             nx_csv_field field);

/* Keeps a cell for a note, if it is the first of its kind. */
void nx_csv_cell_note(nx_csv_cells *cells, nx_csv_note_kind kind, size_t row,
                      nx_csv_field field);

/* Hands those cells over to the target. `text` is what the fields point into, and
 * `offset` where it begins in the source. */
void nx_csv_cells_keep_notes(const nx_csv_cells *cells, const uint8_t *text,
                             uint64_t offset);

/* Fails for a field that is no value of the column. Returns false. */
bool nx_csv_cell_fail(nx_csv_cells *cells, nx_csv_fault fault, nx_csv_field field);

/* Describes what `status` tells, NX_ERR_ENCODING, NX_ERR_SYNTAX or NX_ERR_VALUE,
 * without a place. */
void nx_csv_cells_error(const nx_csv_cells *cells, nx_error *error);

#endif
