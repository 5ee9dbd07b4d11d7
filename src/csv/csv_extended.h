/* The scanner of extended dialects: escapes, comments, delimiters and record ends of
 * several bytes, blanks as delimiters, blanks around quotes.
 *
 * It goes from field to field, and inside a field from one byte that may mean something
 * to the next. Its index holds spans (csv_record.h). It knows all that
 * nx_csv_general_scan knows, and takes plain dialects too.
 *
 * A record that holds a comment alone, behind blanks perhaps, is none: it is consumed
 * and leaves no entries.
 */
#ifndef NX_CSV_CSV_EXTENDED_H
#define NX_CSV_CSV_EXTENDED_H

#include "csv/csv_scan.h"

/* True when text[0..n) has something in it that only this scanner can judge. If not,
 * the scanners of plain dialects may try. */
bool nx_csv_extended_needed(const nx_csv_dialect *dialect, const uint8_t *text,
                            size_t n);

/* Scans text[0..n), which starts at the start of a record, with NX_CSV_PADDING readable
 * bytes behind it and text[n] as a look-ahead. With `at_end` the text ends there, and
 * so does the last record, unless it is inside quotes. False when the index has more
 * than `room` entries, and nothing is valid then; 4 * n + 4 are always enough. */
bool nx_csv_extended_scan(const uint8_t *text, size_t n, bool at_end,
                          const nx_csv_dialect *dialect, uint32_t *ends, size_t room,
                          nx_csv_scan *scan);

/* The same for any text, with an index that grows: of *capacity entries, made by
 * nx_alloc, NULL at first perhaps. (*ends)[0] becomes the byte before the text, what is
 * found stands from (*ends)[1] on. NX_ERR_MEMORY; the index may have grown then. */
NX_MUST_CHECK nx_status nx_csv_extended_index(const uint8_t *text, size_t n,
                                              bool at_end,
                                              const nx_csv_dialect *dialect,
                                              uint32_t **ends, size_t *capacity,
                                              nx_csv_scan *scan, nx_error *error);

/* The same where only what is told of the whole text is wanted. */
NX_MUST_CHECK nx_status nx_csv_extended_look(const uint8_t *text, size_t n, bool at_end,
                                             const nx_csv_dialect *dialect,
                                             nx_csv_scan *scan, nx_error *error);

#endif
