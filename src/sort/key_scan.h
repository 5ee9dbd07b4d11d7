/* What one look at all values tells of how to sort them. */
#ifndef NX_SORT_KEY_SCAN_H
#define NX_SORT_KEY_SCAN_H

#include <stdbool.h>

#include "base/status.h"
#include "sort/sort_key.h"
#include "thread/parallel.h"

typedef struct nx_key_scan {
    uint64_t least, most; /* keys */
    bool ascends;         /* no key is less than the one before */
    bool falls;           /* every key is less than the one before */
} nx_key_scan;

/* Looks at n keys, at least one. `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_scan_keys(const nx_sort_source *source, size_t n,
                                     bool descending, unsigned threads,
                                     const nx_wait *wait, nx_key_scan *scan,
                                     nx_error *error);

#endif
