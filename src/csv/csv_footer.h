/* The last records of a source, which are not to be read.
 *
 * Which ones are the last can only be told from the first one on, for a quote may be
 * open since long: all records are counted, on any number of threads, and nothing is
 * converted.
 */
#ifndef NX_CSV_CSV_FOOTER_H
#define NX_CSV_CSV_FOOTER_H

#include "csv/csv_block.h"
#include "thread/parallel.h"

typedef struct nx_csv_footer {
    uint64_t start; /* where the first of its records begins; the end if it has none */
    uint64_t records; /* that it has: fewer than wanted if there are no more */
} nx_csv_footer;

/* Finds the last `wanted` records of those from source[start] on, read in cells of
 * `cell_bytes`. What `shape` takes for no records does not count. */
NX_MUST_CHECK nx_status nx_csv_footer_find(nx_csv_footer *footer,
                                           const nx_csv_source *source,
                                           const nx_csv_shape *shape, uint64_t start,
                                           uint64_t wanted, size_t cell_bytes,
                                           unsigned threads, const nx_wait *wait,
                                           nx_error *error);

#endif
