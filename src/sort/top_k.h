/* The first few of many items in their order, without ordering the others. */
#ifndef NX_SORT_TOP_K_H
#define NX_SORT_TOP_K_H

#include "sort/order_rows.h"

/* Of each of `lanes` times `rows` items of a column of numbers, writes the rows of the
 * `k` <= rows that come first in the order of the column, in that order, to
 * places[lane * k + i]. Equal ones come by row; what has no value comes last, and not
 * at all as long as there are others. The result does not depend on `threads`; `wait`
 * may be NULL. */
NX_MUST_CHECK nx_status nx_top_k_numbers(const nx_order_column *column, size_t lanes,
                                         size_t rows, size_t k, int64_t *places,
                                         unsigned threads, const nx_wait *wait,
                                         nx_error *error);

/* The same of a column of texts. */
NX_MUST_CHECK nx_status nx_top_k_texts(const nx_order_column *column, size_t lanes,
                                       size_t rows, size_t k, int64_t *places,
                                       unsigned threads, const nx_wait *wait,
                                       nx_error *error);

/* The same of any column, by ordering everything: for many of few. */
NX_MUST_CHECK nx_status nx_top_k_by_order(const nx_order_column *column, size_t lanes,
                                          size_t rows, size_t k, int64_t *places,
                                          unsigned threads, const nx_wait *wait,
                                          nx_error *error);

/* The k-th least of n keys, k < n, counted from 0; the keys change places. */
uint64_t nx_select_key(uint64_t *keys, size_t n, size_t k);

#endif
