/* The first record of a source: column names, or at least how many there are. */
#ifndef NX_CSV_CSV_HEADER_H
#define NX_CSV_CSV_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_dialect.h"
#include "csv/csv_source.h"

/* Ended by nx_csv_header_clear. Name i is text[ends[i-1] .. ends[i]), from 0
 * for the first: unquoted, UTF-8, not terminated. */
typedef struct nx_csv_header {
    uint64_t start; /* first byte of the record: behind BOM and blank lines */
    uint64_t next;  /* first byte of the record after it */
    size_t count;   /* fields; 0 when the source has no record */
    uint8_t *text;
    size_t *ends;
} nx_csv_header;

/* Finds the first record that is not blank, of any length up to
 * NX_CSV_RECORD_MAX. Quotes that contradict the dialect are NX_ERR_DIALECT,
 * bytes that are not UTF-8 NX_ERR_ENCODING. */
NX_MUST_CHECK nx_status nx_csv_header_read(nx_csv_header *header,
                                           const nx_csv_source *source,
                                           const nx_csv_dialect *dialect,
                                           nx_error *error);

void nx_csv_header_clear(nx_csv_header *header);

#endif
