/* The stable order of keys: argsort without types.
 *
 * Whatever can be mapped to 64-bit keys in its order (sort/sort_key.h for numbers,
 * prefixes for texts) is ordered by these two: a whole array at once, then, where keys
 * do not tell items apart, the runs of equal ones by their next keys. Equal keys keep
 * their order, and no input takes longer than O(n log n). */
#ifndef NX_SORT_ORDER_H
#define NX_SORT_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "sort/row_sort.h"
#include "sort/sort_key.h"
#include "thread/parallel.h"

/* Writes the places 0 .. n - 1 to `order` such that keys[order[i]] ascends and equal
 * keys come by place. The result does not depend on `threads`; `wait` may be NULL. On
 * failure (no memory, cancelled) `order` holds anything. */
NX_MUST_CHECK nx_status nx_order_keys(const uint64_t *keys, size_t n, int64_t *order,
                                      unsigned threads, const nx_wait *wait,
                                      nx_error *error);

/* The same for values of a numeric dtype, in the order of their keys. */
NX_MUST_CHECK nx_status nx_order_values(const nx_sort_source *source, size_t n,
                                        bool descending, int64_t *order,
                                        unsigned threads, const nx_wait *wait,
                                        nx_error *error);

/* The same for at most NX_KEYS_FEW values; fails for want of memory only, where more
 * than NX_ORDER_FEW of them are nearly equal. */
NX_MUST_CHECK nx_status nx_order_few(const nx_sort_source *source, size_t n,
                                     bool descending, int64_t *order, nx_row_room *room,
                                     nx_error *error);

/* So few items are ordered without scratch space. */
#define NX_ORDER_FEW 24

/* Puts keys into order, in place, and with each the place that belongs to it: places[i]
 * goes with keys[i]. Stable. `scratch` has room for 2 * n words; it may be NULL if n is
 * at most NX_ORDER_FEW. Neither allocates nor fails; one thread, any thread. Made to be
 * called for many short runs of equal items as well as for a few long ones. */
void nx_order_places(uint64_t *keys, int64_t *places, size_t n, uint64_t *scratch);

#endif
