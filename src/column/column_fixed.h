/* A string column as rows of one width, the layout of NumPy's S and U arrays. */
#ifndef NX_COLUMN_COLUMN_FIXED_H
#define NX_COLUMN_COLUMN_FIXED_H

#include <stddef.h>

#include "base/status.h"
#include "column/column.h"

/* What a row is made of; the value is the size of one in bytes. */
typedef enum nx_fixed_kind {
    NX_FIXED_BYTES = 1, /* the bytes of the text */
    NX_FIXED_UCS4 = 4   /* its code points, in the byte order of the machine */
} nx_fixed_kind;

/* The length of the longest string in units of `kind`, 0 if there is no row.
 * Uses up to `threads` threads, as nx_parallel_for does. */
NX_MUST_CHECK nx_status nx_fixed_longest(const nx_column *column, nx_fixed_kind kind,
                                         unsigned threads, size_t *longest,
                                         nx_error *error);

/* The first row whose string ends in a NUL byte, the number of rows if there is
 * none: NumPy cannot tell such a NUL from the rest of the row. */
size_t nx_fixed_first_nul(const nx_column *column);

/* Writes every string to its row of `width` units at `rows`, which the caller has
 * zeroed: what a string leaves of its row stays zero. A string that is longer is
 * NX_ERR_INTERNAL, since the caller knows how long they are; `rows` is then
 * partly written. */
NX_MUST_CHECK nx_status nx_fixed_fill(const nx_column *column, nx_fixed_kind kind,
                                      size_t width, void *rows, unsigned threads,
                                      nx_error *error);

#endif
