/* A finished column: a type, one buffer of values, a mask if any are missing.
 *
 * Immutable once finished, so it may be read by any thread. Values of missing
 * cells are NaN, NaT, 0, false or the empty string.
 */
#ifndef NX_COLUMN_COLUMN_H
#define NX_COLUMN_COLUMN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "column/column_string.h"
#include "column/lattice.h"

typedef struct nx_column {
    nx_type type; /* a final type */
    size_t length;
    nx_buffer *values; /* length * nx_type_width(type) bytes */
    nx_buffer *mask;   /* length bytes, 1 = missing; NULL when none is */
    size_t missing;    /* how many are */
    nx_slabs slabs;    /* of a string column */
} nx_column;

/* Releases what the column holds, not the struct itself. */
void nx_column_clear(nx_column *column);

#endif
