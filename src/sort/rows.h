/* Rows of an array of numbers along one axis, each sorted for itself. */
#ifndef NX_SORT_ROWS_H
#define NX_SORT_ROWS_H

#include "base/status.h"
#include "sort/sort_key.h"
#include "thread/parallel.h"

/* The rows of two arrays of one shape: where values are, and where what is made of them
 * goes. Steps are in bytes, of any sign; the result is aligned, in the byte order of
 * the machine, and no part of the values. */
typedef struct nx_sort_rows {
    nx_sort_source source; /* the first row */
    uint8_t *result;       /* of the first row */
    ptrdiff_t result_step; /* along a row */
    size_t length;         /* of a row */
    int dimensions;        /* of the array of rows: a row is one item of it */
    const size_t *shape;
    const ptrdiff_t *source_steps, *result_steps; /* by dimension */
} nx_sort_rows;

/* Writes the values of every row in order, as nx_sort_row does. The result does not
 * depend on `threads`; `wait` may be NULL. On failure it holds anything. */
NX_MUST_CHECK nx_status nx_sort_every_row(const nx_sort_rows *rows, bool descending,
                                          unsigned threads, const nx_wait *wait,
                                          nx_error *error);

/* Writes the order of every row as int64_t, as nx_order_values does. */
NX_MUST_CHECK nx_status nx_order_every_row(const nx_sort_rows *rows, bool descending,
                                           unsigned threads, const nx_wait *wait,
                                           nx_error *error);

#endif
