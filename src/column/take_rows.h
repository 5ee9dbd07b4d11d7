/* Rows of several columns of fixed width, gathered in one pass. */
#ifndef NX_COLUMN_TAKE_ROWS_H
#define NX_COLUMN_TAKE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "thread/parallel.h"

typedef struct nx_take_column {
    const void *from; /* the value of the first row, of any alignment */
    ptrdiff_t step;   /* bytes from one value to the next */
    size_t size;      /* bytes of a value */
    void *to;         /* room for the values gathered, side by side */
} nx_take_column;

/* Writes the values of `n` rows, numbered from 0 to length - 1, of every column. A row
 * that is not there is NX_ERR_VALUE with its number in the message. Results do not
 * depend on `threads`; `wait` may be NULL. Allocates nothing. */
NX_MUST_CHECK nx_status nx_take_rows(const nx_take_column *columns, size_t count,
                                     const int64_t *rows, size_t n, size_t length,
                                     unsigned threads, const nx_wait *wait,
                                     nx_error *error);

#endif
