/* Groups of equal numbers: the first step of factorize, unique and value_counts. */
#ifndef NX_GROUP_GROUP_NUMBERS_H
#define NX_GROUP_GROUP_NUMBERS_H

#include "group/groups.h"

/* How items are compared. Two floats are equal as numbers, or both NaN. */
typedef enum nx_key_kind {
    NX_KEY_BOOL, /* a byte: 0, or anything else */
    NX_KEY_8,    /* integers of so many bits, and whatever else equals by its bits */
    NX_KEY_16,
    NX_KEY_32,
    NX_KEY_64,
    NX_KEY_FLOAT16,
    NX_KEY_FLOAT32,
    NX_KEY_FLOAT64,
    NX_KEY_TIME /* 64 bits, of which INT64_MIN is no time */
} nx_key_kind;

typedef struct nx_number_items {
    nx_key_kind kind;
    const void *values;     /* aligned, in the byte order of the machine */
    const uint8_t *missing; /* not 0: the item is in no group; NULL: none is */
    bool skip_nan;          /* NaN, and what is no time, are missing too */
    size_t length;
} nx_number_items;

/* Groups items. codes[i] is the group of item i, -1 if it is missing; `codes` may be
 * NULL. *groups is to be ended by nx_groups_clear. The result does not depend on
 * `threads`; `wait` may be NULL. On failure *groups holds nothing. */
NX_MUST_CHECK nx_status nx_group_numbers(const nx_number_items *items, int64_t *codes,
                                         bool want_counts, unsigned threads,
                                         const nx_wait *wait, nx_groups *groups,
                                         nx_error *error);

#endif
