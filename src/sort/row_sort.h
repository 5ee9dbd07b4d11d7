/* One row of numbers, sorted. */
#ifndef NX_SORT_ROW_SORT_H
#define NX_SORT_ROW_SORT_H

#include "base/status.h"
#include "sort/key_sort.h"
#include "sort/sort_key.h"
#include "thread/parallel.h"

/* What sorting a short row needs; not initialised. */
typedef struct nx_row_room {
    uint64_t keys[NX_KEYS_FEW];
    nx_few_keys few;
} nx_row_room;

/* Writes n values in ascending order (falling with `descending`) to `values`, one after
 * another, aligned and in the byte order of the machine. NaN and NaT come last in both
 * directions. Equal values keep their order: that of NaN with different bits, and of
 * 0.0 and -0.0, can be seen. `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_sort_row(const nx_sort_source *source, size_t n,
                                    bool descending, void *values, unsigned threads,
                                    const nx_wait *wait, nx_error *error);

/* The same for at most NX_KEYS_FEW values; cannot fail. */
void nx_sort_short_row(const nx_sort_source *source, size_t n, bool descending,
                       void *values, nx_row_room *room);

#endif
