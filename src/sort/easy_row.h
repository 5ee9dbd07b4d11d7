/* Rows that need no sorting: in order already, or falling, or of few different values.
 */
#ifndef NX_SORT_EASY_ROW_H
#define NX_SORT_EASY_ROW_H

#include "base/status.h"
#include "sort/sort_key.h"
#include "thread/parallel.h"

/* Writes n values as nx_sort_row does, but for the zeros and NaN of floats, which may
 * be others with the same keys, and sets *is_done; or clears it where the row is not of
 * these kinds, which as a rule is seen at once. `values` then holds anything. At least
 * one value; `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_sort_easy_row(const nx_sort_source *source, size_t n,
                                         bool descending, void *values,
                                         unsigned threads, const nx_wait *wait,
                                         bool *is_done, nx_error *error);

#endif
