/* The first record of a source: how many fields it has, and their text as names. */
#ifndef NX_CSV_CSV_HEADER_H
#define NX_CSV_CSV_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_dialect.h"
#include "csv/csv_source.h"

/* Ended by nx_csv_header_clear. Name i is text[ends[i-1] .. ends[i]), from 0
 * for the first: unquoted, UTF-8, not terminated. */
typedef struct nx_csv_header {
    uint64_t begin;    /* first byte to read: behind a BOM and skipped lines */
    uint64_t start;    /* first byte of the record: behind blank lines too */
    uint64_t next;     /* first byte of the record after it */
    uint64_t blanks;   /* blank lines before `next` */
    uint64_t comments; /* lines of comments alone before it */
    uint64_t skipped;  /* lines before `begin` */
    size_t count;      /* fields; 0 when the source has no such record */
    uint8_t *text;     /* NULL unless names were asked for */
    size_t *ends;
} nx_csv_header;

/* Finds the first record that is not blank, of any length up to NX_CSV_RECORD_MAX,
 * behind `skip_lines` physical lines, in which quotes mean nothing. With `names` it is
 * a header: quotes that contradict the dialect are NX_ERR_DIALECT, bytes that are not
 * UTF-8 NX_ERR_ENCODING. Without, it is data, whose errors are for the reader to find,
 * unless a quote that is never closed leaves its fields uncounted. */
NX_MUST_CHECK nx_status nx_csv_header_read(nx_csv_header *header,
                                           const nx_csv_source *source,
                                           const nx_csv_dialect *dialect,
                                           uint64_t skip_lines, bool names,
                                           const nx_wait *wait, nx_error *error);

void nx_csv_header_clear(nx_csv_header *header);

#endif
