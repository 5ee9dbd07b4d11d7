/* The first records of a source: how many fields they have, and their text as names. */
#ifndef NX_CSV_CSV_HEADER_H
#define NX_CSV_CSV_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_dialect.h"
#include "csv/csv_source.h"

/* Ended by nx_csv_header_clear. Name i is text[ends[i-1] .. ends[i]), from 0
 * for the first: unquoted, UTF-8, not terminated. There are `count` of each record. */
typedef struct nx_csv_header {
    uint64_t begin;   /* first byte to read: behind a BOM and skipped lines */
    uint64_t skipped; /* these lines */
    uint64_t start;   /* first byte of the first record: behind blank lines too */
    uint64_t next;    /* first byte of the record after the header */
    size_t records;   /* fewer than asked for if the source has no more */
    size_t count;     /* fields of each; 0 when the source has no record */
    uint8_t *text;    /* NULL unless names were asked for */
    size_t *ends;
} nx_csv_header;

/* Which records are a header. */
typedef struct nx_csv_header_ask {
    uint64_t skip_lines; /* lines before it, in which quotes mean nothing */
    size_t records;      /* that it has, at least 1 */
    bool names;          /* their fields are names ... */
    bool strip;          /* ... and blanks around those without quotes do not count */
} nx_csv_header_ask;

/* Finds the first records that are not blank, of any length up to NX_CSV_RECORD_MAX.
 * Where they are names, quotes that contradict the dialect are NX_ERR_DIALECT, and so
 * is a record that something was left out of (NX121); bytes that are not UTF-8 are
 * NX_ERR_ENCODING. Else the record is data, whose errors are for the reader to find,
 * unless a quote that is never closed leaves its fields uncounted. Records that have
 * not as many fields as the first one are NX_ERR_RAGGED. */
NX_MUST_CHECK nx_status nx_csv_header_read(nx_csv_header *header,
                                           const nx_csv_source *source,
                                           const nx_csv_dialect *dialect,
                                           const nx_csv_header_ask *ask,
                                           const nx_wait *wait, nx_error *error);

void nx_csv_header_clear(nx_csv_header *header);

#endif
