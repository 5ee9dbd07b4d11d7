/* Finding where fields and records end, 64 bytes at a time.
 *
 * A scanner turns each 64-byte word of text into bit masks (one bit a byte),
 * removes what stands inside quotes and takes the field ends from what is left.
 * Quotes are judged by parity alone, which is exact as long as every quote that
 * opens follows a delimiter, a record end or another quote, and every quote
 * that closes is followed by one of these; a CR must be followed by LF. In a
 * dialect without doubled quotes "another quote" is not among these. Text that
 * breaks this is flagged as ambiguous and has to be scanned again by
 * nx_csv_general_scan, which knows no shortcuts.
 *
 * The mode of the dialect makes no difference here, and nothing that a mode forbids
 * is let through: the first quote out of place is always flagged. All quotes before
 * it are in place, so parity is right up to it. Inside an unquoted field it makes the
 * parity odd, as an opening quote does, but stands behind a byte of that field: no
 * delimiter, no record end and, being the first, no quote. Behind a closing quote it
 * is text as any other byte is, and that closing quote is flagged for what follows.
 */
#ifndef NX_CSV_CSV_SCAN_H
#define NX_CSV_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "csv/csv_dialect.h"

typedef struct nx_csv_scan {
    size_t fields;   /* field ends up to and with the last record end */
    size_t records;  /* record ends, blank lines included */
    size_t blanks;   /* records of no bytes at all */
    size_t comments; /* lines of a comment alone, which are no records */
    size_t consumed; /* bytes up to and with the last record end */
    bool ambiguous;  /* parity cannot judge this text: nothing above is valid */
    bool non_ascii;  /* a byte above 0x7F was seen */
    bool quotes;     /* a quote was seen */
    bool suspect;    /* of other formats: the text breaks their grammar somewhere */
    bool spans;      /* the index holds spans, see csv_record.h; `fields` counts its
                        entries */
    /* Only nx_csv_general_scan fills these; SIZE_MAX when there is none. */
    size_t bad_text;    /* first text after a closing quote, unless lenient */
    size_t stray_quote; /* strict: first quote inside an unquoted field */
    size_t open_quote;  /* opening quote of a field that is still open at the end */
} nx_csv_scan;

/* Scans text[0..n), which starts at the start of a record, with NX_CSV_PADDING
 * readable bytes after it and text[n] as a look-ahead. `index` writes the
 * offset of the delimiter, LF or CR that ends each field to ends[0..fields)
 * (ends has room for n + NX_CSV_INDEX_SLACK); `count` only counts. */
typedef void (*nx_csv_index_function)(const uint8_t *text, size_t n,
                                      const nx_csv_dialect *dialect, uint32_t *ends,
                                      nx_csv_scan *scan);
typedef void (*nx_csv_count_function)(const uint8_t *text, size_t n,
                                      const nx_csv_dialect *dialect, nx_csv_scan *scan);

#define NX_CSV_INDEX_SLACK 64

typedef struct nx_csv_scanner {
    const char *name;
    nx_csv_index_function index;
    nx_csv_count_function count;
} nx_csv_scanner;

extern const nx_csv_scanner nx_csv_scanner_portable;
#if defined(__x86_64__) || defined(_M_X64)
extern const nx_csv_scanner nx_csv_scanner_avx2;
extern const nx_csv_scanner nx_csv_scanner_avx512;
#endif

/* The fastest scanner for a processor. */
const nx_csv_scanner *nx_csv_scanner_for(nx_cpu cpu);

#endif
