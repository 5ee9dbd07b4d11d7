/* Items of every integer type from 64 bits, and back. */
#ifndef NX_TESTS_INT_TESTING_H
#define NX_TESTS_INT_TESTING_H

#include "reduce_testing.h"

#include "reduce/wide_int.h"

/* Writes the low bits of a number as an item; returns the item as a number. */
static inline int64_t
put_item(nx_item_type type, void *items, size_t i, int64_t x)
{
    switch (type) {
        case NX_ITEM_BOOL:
            ((uint8_t *)items)[i] = (uint8_t)(x & 3); /* 2 and 3 are true as well */
            return (x & 3) != 0;
        case NX_ITEM_INT8:
            return ((int8_t *)items)[i] = (int8_t)x;
        case NX_ITEM_UINT8:
            return ((uint8_t *)items)[i] = (uint8_t)x;
        case NX_ITEM_INT16:
            return ((int16_t *)items)[i] = (int16_t)x;
        case NX_ITEM_UINT16:
            return ((uint16_t *)items)[i] = (uint16_t)x;
        case NX_ITEM_INT32:
            return ((int32_t *)items)[i] = (int32_t)x;
        case NX_ITEM_UINT32:
            return ((uint32_t *)items)[i] = (uint32_t)x;
        default:
            return ((int64_t *)items)[i] = x;
    }
}

static inline bool
is_same_wide(const nx_wide_int *a, const nx_wide_int *b)
{
    return memcmp(a->words, b->words, sizeof a->words) == 0;
}

#endif
