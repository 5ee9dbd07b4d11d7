/* A column as an ArrowArray, and many of them as the one of a record batch.
 *
 * Values are shared where Arrow keeps them as the column does; validity bitmaps,
 * bools, dates and rescaled times are small copies. An array keeps alive what it
 * shares by references to buffers, so that it may outlive the table, and may be
 * released on any thread without the interpreter.
 */
#ifndef NX_ARROW_ARROW_EXPORT_H
#define NX_ARROW_ARROW_EXPORT_H

#include <stddef.h>

#include "arrow/arrow_abi.h"
#include "arrow/arrow_schema.h"
#include "base/buffer.h"
#include "base/status.h"

/* A column on its way out. It holds a reference to each of its buffers. */
typedef struct nx_arrow_column {
    nx_arrow_field field;
    size_t length;
    nx_buffer *values; /* of field.type->width bytes; string views */
    nx_buffer *mask;   /* a byte for each row, not 0 where it is missing; or NULL */
    nx_buffer **slabs; /* what string views point into; NULL where nothing is */
    size_t slab_count;
    struct nx_arrow_column *dictionary; /* strings, of field.entries, that the values
                                           are indices of; NULL: they are not */
} nx_arrow_column;

/* Bytes of text in a string column. */
uint64_t nx_arrow_text_bytes(const nx_arrow_column *column);

/* Fills *out with a struct array of these columns, each of `rows` rows. The arrays
 * hold references of their own. A time that Arrow's type cannot hold is
 * NX_ERR_FORMAT, with the name of its column. Nothing is left behind on failure. */
NX_MUST_CHECK nx_status nx_arrow_array_export(struct ArrowArray *out,
                                              const nx_arrow_column *columns,
                                              size_t count, size_t rows,
                                              nx_error *error);

#endif
