/* Records of JSON, one a line, to finished columns: the passes of csv_fill.h with the
 * scanner, the walk and the loops of this folder.
 *
 * Which columns there are, only all records can tell. The caller names the keys it
 * knows and says which of them to read; those that are met besides come back, and the
 * caller reads again if it wants them. */
#ifndef NX_JSON_JSON_READ_H
#define NX_JSON_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "base/span.h"
#include "base/status.h"
#include "csv/csv_read.h"
#include "csv/csv_source.h"
#include "json/json_keys.h"
#include "json/json_walk.h"
#include "thread/parallel.h"

typedef struct nx_json_options {
    const nx_span *keys; /* those that are known, distinct */
    size_t key_count;
    const size_t *columns; /* which of them to read, in this order, no repeats */
    size_t column_count;
    const nx_csv_request *requests; /* one for each of `columns` */
    bool nested_text;               /* nested values are read as their text */
    size_t block_bytes;             /* 0: the default */
    unsigned threads;               /* 0: one */
    uint64_t row_limit; /* no more rows than this; what follows has no influence */
} nx_json_options;

/* Chooses the scanner; called once by nx_init. */
void nx_json_read_init(nx_cpu cpu);

/* The way of records through the passes of csv_fill.h. */
nx_csv_shape nx_json_shape(nx_json_walk *shared);

/* Begins a walk whose keys and slots are those of the options. `keys` is filled in, and
 * ended by the caller, also after a failure; `shared` is ended by nx_json_walk_end. */
NX_MUST_CHECK nx_status nx_json_walk_begin(nx_json_walk *shared, nx_json_keys *keys,
                                           const nx_csv_source *source,
                                           const nx_json_options *options,
                                           nx_error *error);
void nx_json_walk_end(nx_json_walk *shared);

/* Where the first record may begin: behind a byte order mark, if there is one. */
NX_MUST_CHECK nx_status nx_json_start(const nx_csv_source *source, uint64_t *start,
                                      nx_error *error);

/* Reads the records of the source. *further, to be cleared by the caller in any case,
 * has the keys that were met and are not known, in no order. An error has record, line,
 * byte and the position of its key among options->keys as column where they are known;
 * `table` is then left empty. Without keys not known the result depends on the source
 * and options only, not on block_bytes, threads or the processor. */
NX_MUST_CHECK nx_status nx_json_read(nx_csv_table *table, nx_json_keys *further,
                                     const nx_csv_source *source,
                                     const nx_json_options *options,
                                     const nx_wait *wait, nx_error *error);

/* Adds the keys of the records that begin in the first `bytes` bytes to *further, of at
 * most options->row_limit records, up to the first one that is not as it should be. Of
 * the options block_bytes, columns and requests do not count. */
NX_MUST_CHECK nx_status nx_json_first_keys(nx_json_keys *further,
                                           const nx_csv_source *source, size_t bytes,
                                           const nx_json_options *options,
                                           nx_error *error);

#endif
