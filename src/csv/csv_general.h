/* The scanner that takes one byte at a time and no shortcuts.
 *
 * Exact for every text, also for what the vector scanners flag as ambiguous:
 * quotes inside unquoted fields and text after a closing quote (reported if the mode
 * forbids them, then taken as text up to the end of the field), quotes beside quotes
 * that are not doubled, and CR alone.
 */
#ifndef NX_CSV_CSV_GENERAL_H
#define NX_CSV_CSV_GENERAL_H

#include "csv/csv_scan.h"

/* As nx_csv_index_function; `ends` may be NULL to count only. */
void nx_csv_general_scan(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
                         uint32_t *ends, nx_csv_scan *scan);

/* The byte of the first text or quote that the mode forbids; SIZE_MAX if none. */
size_t nx_csv_misplaced(const nx_csv_scan *scan);

/* The error for that byte: NX201 for text after a closing quote, NX203 for a quote
 * inside an unquoted field. error->byte is the one in the scanned text. */
nx_status nx_csv_misplaced_error(const nx_csv_scan *scan, nx_error *error);

#endif
