/* Rows of string columns: parts, selections, joins and comparisons.
 *
 * A result shares the slabs of its sources, as long as either lives, and no text is
 * copied but by nx_strings_compact. Sources are read only and may be read by others
 * meanwhile. Masks are not looked at: whoever holds a mask selects from it too. A
 * result is ended by nx_column_clear; after a failure there is none. */
#ifndef NX_COLUMN_COLUMN_SELECT_H
#define NX_COLUMN_COLUMN_SELECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "column/column.h"

/* Rows start .. stop - 1, which must be there; shares the views too. */
NX_MUST_CHECK nx_status nx_strings_slice(const nx_column *column, size_t start,
                                         size_t stop, nx_column *part, nx_error *error);

/* The rows numbered in `rows`, in that order. A row that is not there is
 * NX_ERR_VALUE with its number in the message. */
NX_MUST_CHECK nx_status nx_strings_take(const nx_column *column, const int64_t *rows,
                                        size_t count, nx_column *taken,
                                        nx_error *error);

/* All rows of several columns, one after the other. More than INT32_MAX slabs are
 * NX_ERR_OVERFLOW: a view has no larger number for one. */
NX_MUST_CHECK nx_status nx_strings_concat(const nx_column *const *columns, size_t count,
                                          nx_column *whole, nx_error *error);

/* Writes for each row whether the strings of two columns of one length are equal. */
void nx_strings_equal(const nx_column *a, const nx_column *b, uint8_t *equal);

/* Bytes of each slab up to the last one a view uses, in `ends` (a size for each
 * slab); returns the lengths of all strings outside of their views together. */
size_t nx_strings_measure(const nx_column *column, size_t *ends);

/* The same strings in slabs that hold nothing else. */
NX_MUST_CHECK nx_status nx_strings_compact(const nx_column *column, nx_column *compact,
                                           nx_error *error);

#endif
