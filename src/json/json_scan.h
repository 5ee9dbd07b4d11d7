/* Finding where the members of JSON records end, 64 bytes at a time: commas outside of
 * strings, and line feeds, which end records.
 *
 * These are scanners as those of csv_scan.h, so that records of JSON run through the
 * same passes. Strings are told by the parity of quotes, less those that an odd number
 * of backslashes stands before. A line feed always ends a record: inside a string it is
 * an error, as all control characters are there. Text with one of these, or with a
 * control character outside of strings that is no blank, is flagged as `suspect`; the
 * rest of the grammar is looked at later. Of an nx_csv_scan they fill in `quotes` as
 * well: a backslash was seen. Lines of nothing but spaces, tabs and CR are `blanks`.
 * There is nothing that parity cannot judge. The dialect is not looked at.
 */
#ifndef NX_JSON_JSON_SCAN_H
#define NX_JSON_JSON_SCAN_H

#include "base/cpu.h"
#include "csv/csv_scan.h"

extern const nx_csv_scanner nx_json_scanner_portable;
#if defined(__x86_64__) || defined(_M_X64)
extern const nx_csv_scanner nx_json_scanner_avx2;
#endif

/* The fastest scanner for a processor. */
const nx_csv_scanner *nx_json_scanner_for(nx_cpu cpu);

#endif
