/* Where items would stand in sorted ones: np.searchsorted without rounding. */
#ifndef NX_SORT_SEARCH_H
#define NX_SORT_SEARCH_H

#include "sort/order_rows.h"

/* Sorted items: n of them, item i at the place sorter[i], or i if `sorter` is NULL. */
typedef struct nx_sorted_items {
    const nx_order_column *column; /* `descending` is not looked at */
    size_t n;
    const int64_t *sorter; /* places that are there */
} nx_sorted_items;

/* For each of `count` needles, numbers as the items are, writes how many items are
 * less, or with `right` how many are not greater. Numbers of different kinds are
 * compared exactly; times only with times. NaN and NaT are greater than all others. The
 * result does not depend on `threads`; `wait` may be NULL. Allocates nothing. */
NX_MUST_CHECK nx_status nx_search_numbers(const nx_sorted_items *items,
                                          const nx_sort_source *needles, size_t count,
                                          bool right, int64_t *found, unsigned threads,
                                          const nx_wait *wait, nx_error *error);

/* The same of texts in one order of bytes or points; of texts of fixed width, without
 * their padding. What is missing is greater than all others. */
NX_MUST_CHECK nx_status nx_search_texts(const nx_sorted_items *items,
                                        const nx_order_column *needles, size_t count,
                                        bool right, int64_t *found, unsigned threads,
                                        const nx_wait *wait, nx_error *error);

#endif
