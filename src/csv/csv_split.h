/* Cutting the records of a block into runs, one record at a time: where they are not
 * all alike.
 *
 * A run is of records that have all their fields. One that is short or long is odd if
 * the shape says that missing cells are added to it or that its surplus is dropped;
 * odd records make runs of their own, of which the fields are looked up one column at
 * a time. Any other record is a flaw: kept as such if the block has dirt that collects
 * them, and else the end of the runs. What the dirt says is to be left out is in no
 * run, whatever is wrong with it.
 */
#ifndef NX_CSV_CSV_SPLIT_H
#define NX_CSV_CSV_SPLIT_H

#include "csv/csv_block.h"

/* Adds runs for `rows` rows of an indexed block, whose runs and odd records are empty.
 * A flaw that is not collected is left in block->bad_*. */
NX_MUST_CHECK nx_status nx_csv_split_records(nx_csv_block *block,
                                             const nx_csv_shape *shape, size_t rows,
                                             nx_error *error);

/* Adds one run of regular records. */
NX_MUST_CHECK nx_status nx_csv_split_add_run(nx_csv_block *block, size_t columns,
                                             size_t first_entry, size_t first_row,
                                             size_t rows, nx_error *error);

/* A run as column loops take it, for one field of its records; *column is what they
 * call that field. Of a run of odd records the fields are those of this call until the
 * next one. */
nx_csv_run nx_csv_split_run(nx_csv_block *block, const nx_csv_run *run, size_t field,
                            size_t *column);

/* The first byte of a row of a run as it was before nx_csv_split_run, and the one
 * behind its last field: offsets in the text. */
void nx_csv_split_extent(const nx_csv_block *block, const nx_csv_run *run, size_t row,
                         uint32_t *begin, uint32_t *end);

#endif
