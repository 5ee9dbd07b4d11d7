/* Numbers with a decimal comma, or with separators between groups of three digits.
 *
 * They are brought into the usual form, in a buffer, and read from there. Separators
 * count before the decimal mark only, and only between one to three digits and groups
 * of exactly three: 1,23 is no number where the comma stands between thousands. Where
 * the mark is a comma a point is none. Dates and words are not touched.
 */
#ifndef NX_CSV_CSV_NUMBER_FORM_H
#define NX_CSV_CSV_NUMBER_FORM_H

#include "csv/csv_cells.h"

/* Longer text is no number in a form of its own. */
#define NX_CSV_NUMBER_ROOM 512

/* The value text of a field as a number is usually written: in `room`, or the text
 * itself if the rules have no form of their own. What is no number stays none. */
nx_csv_field nx_csv_number_text(const nx_csv_rules *rules, nx_csv_field text,
                                uint8_t *room);

/* Room for a short number, and what loads may read before it. */
typedef struct nx_csv_short_number {
    uint8_t bytes[48];
} nx_csv_short_number;

/* As nx_csv_number_text, at a glance, for a number of up to 16 bytes that has
 * separators and no exponent; *number is in the room. False for any other text, and
 * some of these where there are no vectors. */
bool nx_csv_number_short(const nx_csv_rules *rules, nx_csv_field text,
                         nx_csv_short_number *room, nx_csv_field *number);

/* The column loop of float64, inferred or requested, for rules with a form of their
 * own; as nx_csv_kernel_run. */
size_t nx_csv_number_form_run(const nx_csv_run *run, nx_csv_cells *cells);

#endif
