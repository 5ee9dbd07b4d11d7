/* The stable order of rows by several columns: numbers, texts, or both.
 *
 * A column gives each row a sequence of 64-bit keys: numbers one, texts one for every
 * few characters. Rows are ordered by the first key, runs of equal ones by the next,
 * and so on, so that no key is looked at that does not decide anything. */
#ifndef NX_SORT_ORDER_ROWS_H
#define NX_SORT_ORDER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "sort/sort_key.h"
#include "sort/text_words.h"
#include "thread/parallel.h"

/* What rows are ordered by. */
typedef struct nx_order_column {
    const nx_sort_source *numbers; /* the values, by place; NULL for texts */
    const nx_sort_texts *texts;    /* NULL for numbers */
    const uint8_t *missing;        /* by place: has no value, and comes last in both
                                      directions; NULL: all have one */
    bool descending;
} nx_order_column;

/* Orders `lanes` times `rows` places, each lane by itself: order[lane * rows + i] is
 * the row, from 0 to rows - 1, that comes i-th in its lane; its place in the columns is
 * lane * rows + row. The first column counts most. Rows that are equal in all columns
 * keep their order.
 *
 * `begins` may be NULL, or has room for a byte per place and is set to 0 where a row is
 * equal to the one before it in the order of its lane, else to 1.
 *
 * The result does not depend on `threads`; `wait` may be NULL. On failure (no memory,
 * cancelled, a text that cannot be loaded) `order` and `begins` hold anything. */
NX_MUST_CHECK nx_status nx_order_rows(const nx_order_column *columns, size_t count,
                                      size_t lanes, size_t rows, int64_t *order,
                                      uint8_t *begins, unsigned threads,
                                      const nx_wait *wait, nx_error *error);

/* The same of n places in `places`, which are put into order; of equal ones the first
 * of them comes first. */
NX_MUST_CHECK nx_status nx_order_some(const nx_order_column *columns, size_t count,
                                      int64_t *places, size_t n, unsigned threads,
                                      const nx_wait *wait, nx_error *error);

#endif
