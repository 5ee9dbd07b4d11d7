/* A column of strings as categories: the different strings, and for each row the number
 * of its own. */
#ifndef NX_GROUP_GROUP_STRINGS_H
#define NX_GROUP_GROUP_STRINGS_H

#include "column/column.h"
#include "thread/parallel.h"

typedef struct nx_categories {
    nx_buffer
        *codes; /* int32_t by row: the number of its string, -1 if it is missing */
    nx_column strings; /* by number; in slabs that hold nothing else */
} nx_categories;

/* Strings are numbered in the order in which they occur first, whatever the number of
 * threads. `missing` is a flag for each row, not 0 for those that are, or NULL. The
 * column is only read and shares nothing with the result, which nx_categories_clear
 * ends. NX_ERR_OVERFLOW beyond INT32_MAX different strings, NX_ERR_MEMORY; cancelled.
 * On failure there is no result. `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_group_strings(const nx_column *column,
                                         const uint8_t *missing, unsigned threads,
                                         const nx_wait *wait, nx_categories *result,
                                         nx_error *error);

void nx_categories_clear(nx_categories *categories);

#endif
