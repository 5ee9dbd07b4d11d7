/* The second pass: chunks that were written in another type than their column ended in,
 * and the fields that decided on the types. */
#ifndef NX_CSV_CSV_FIX_UP_H
#define NX_CSV_CSV_FIX_UP_H

#include "csv/csv_pass.h"

/* Makes the deciding field of every column the one that a walk from the first record
 * on finds. After the first pass, on the calling thread. */
NX_MUST_CHECK nx_status nx_csv_fix_up_deciders(nx_csv_pass *pass, nx_error *error);

/* Writes one chunk again, as far as it needs that: an nx_parallel_body whose context is
 * the pass. */
NX_MUST_CHECK nx_status nx_csv_fix_up_chunk(void *context, size_t item,
                                            unsigned worker_number, nx_error *error);

#endif
