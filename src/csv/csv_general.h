/* The scanner that takes one byte at a time and no shortcuts.
 *
 * Exact for every text, also for what the vector scanners flag as ambiguous:
 * quotes inside unquoted fields (they are text), text after a closing quote
 * (reported, then taken as text up to the end of the field) and CR alone.
 */
#ifndef NX_CSV_CSV_GENERAL_H
#define NX_CSV_CSV_GENERAL_H

#include "csv/csv_scan.h"

/* As nx_csv_index_function; `ends` may be NULL to count only. */
void nx_csv_general_scan(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
                         uint32_t *ends, nx_csv_scan *scan);

#endif
