/* One chunk in memory: its text, where its fields end, and which of its
 * records can be trusted.
 *
 * A block whose field ends come in rows of exactly `stride` is one run. Blank
 * lines cut it into several. A record with another number of fields, or with
 * quotes that contradict the dialect, ends the runs: it is reported and nothing
 * after it is used.
 */
#ifndef NX_CSV_CSV_BLOCK_H
#define NX_CSV_CSV_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_chunk.h"
#include "csv/csv_field.h"
#include "csv/csv_scan.h"
#include "csv/csv_source.h"

/* What the records of a source have in common. */
typedef struct nx_csv_shape {
    const nx_csv_dialect *dialect;
    const nx_csv_scanner *scanner;
    size_t columns;  /* fields a record */
    bool skip_blank; /* blank lines are no rows */
} nx_csv_shape;

/* Zero-initialised; ended by nx_csv_block_clear. Reused from chunk to chunk. */
typedef struct nx_csv_block {
    nx_csv_window window;
    nx_csv_run *runs;
    size_t run_count;
    bool check_utf8; /* the text is not valid UTF-8 as a whole: look at each field */
    /* The first record that is broken; bad_status is NX_OK when none is. */
    nx_status bad_status;
    size_t bad_row; /* counted from the start of the chunk */
    nx_error bad;
    uint32_t *ends; /* ends[0] is the byte before; field i ends at ends[i + 1] */
    size_t ends_capacity;
    size_t run_capacity;
} nx_csv_block;

/* Loads and indexes a chunk. A broken record is not a failure of this call: it
 * is left in bad_*. A chunk that no longer holds the rows the map counted is
 * NX_ERR_CHANGED. */
NX_MUST_CHECK nx_status nx_csv_block_load(nx_csv_block *block,
                                          const nx_csv_source *source,
                                          const nx_csv_chunk *chunk,
                                          const nx_csv_shape *shape, nx_error *error);

void nx_csv_block_clear(nx_csv_block *block);

#endif
