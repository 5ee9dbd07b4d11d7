/* Columns of text from numbers and times: each value as number/format_*.h writes it. */
#ifndef NX_COLUMN_COLUMN_TEXT_H
#define NX_COLUMN_COLUMN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "column/column.h"
#include "thread/parallel.h"

/* Makes *text, a string column of `length` rows, of as many values of a type other
 * than none, digits and string, aligned and in the byte order of the machine; a bool
 * is True or False. Rows whose byte in `missing` is not 0 are empty strings (NULL: no
 * row is); the column has no mask. `wait` may be NULL. On failure *text holds nothing.
 * The result does not depend on `threads`. */
NX_MUST_CHECK nx_status nx_text_of_values(nx_type type, const void *values,
                                          const uint8_t *missing, size_t length,
                                          unsigned threads, const nx_wait *wait,
                                          nx_column *text, nx_error *error);

#endif
