/* Numbers of one kind as bounds among the keys of another, exactly. */
#ifndef NX_SORT_SEARCH_BOUND_H
#define NX_SORT_SEARCH_BOUND_H

#include "sort/sort_key.h"

/* For needles first .. first + n - 1 writes the least key of `kind` whose value is not
 * less, or with `right` is greater; `beyond` is set to 1 where there is none, else to
 * 0. A zero is one number, NaN is greater than all others. Kinds may differ, but for
 * times.
 */
void nx_search_bounds(nx_sort_kind kind, const nx_sort_source *needles, size_t first,
                      size_t n, bool right, uint64_t *bounds, uint8_t *beyond);

#endif
