/* The chunk map: which records stand where, before anything is parsed.
 *
 * One pass at memory speed cuts the source into chunks of whole records and
 * counts them, so that every column can be allocated once, at its exact size,
 * and any chunk can be filled on its own: a chunk begins at the first byte of
 * a record and knows the number of that record.
 */
#ifndef NX_CSV_CSV_CHUNK_H
#define NX_CSV_CSV_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_dialect.h"
#include "csv/csv_scan.h"
#include "csv/csv_source.h"
#include "thread/parallel.h"

typedef struct nx_csv_chunk {
    uint64_t offset;    /* of its first record, in the source */
    uint64_t first_row; /* rows before it */
    uint32_t rows;      /* records that become rows of the table */
    uint32_t bytes;     /* up to the end of its last record, without an added LF */
} nx_csv_chunk;

/* Ended by nx_csv_map_clear. */
typedef struct nx_csv_map {
    nx_csv_chunk *chunks;
    size_t count;
    size_t capacity;
    uint64_t rows;
} nx_csv_map;

/* How to cut. */
typedef struct nx_csv_map_options {
    const nx_csv_dialect *dialect;
    const nx_csv_scanner *scanner;
    size_t chunk_bytes; /* aim; a longer record makes a longer chunk */
    bool skip_blank;    /* blank lines are no rows */
} nx_csv_map_options;

/* Maps source[start..]; `start` is the first byte of a record. A record of
 * more than NX_CSV_RECORD_MAX bytes is NX_ERR_OVERFLOW. Errors of quoting are
 * not looked for here: a text that ends inside quotes makes one last record. */
NX_MUST_CHECK nx_status nx_csv_map_build(nx_csv_map *map, const nx_csv_source *source,
                                         uint64_t start,
                                         const nx_csv_map_options *options,
                                         const nx_wait *wait, nx_error *error);

void nx_csv_map_clear(nx_csv_map *map);

#endif
