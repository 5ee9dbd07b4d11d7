/* The chunks of one column, in the order of their batches, as one column. */
#ifndef NX_ARROW_ARROW_GATHER_H
#define NX_ARROW_ARROW_GATHER_H

#include "arrow/arrow_check.h"
#include "column/column.h"

/* A column that is being put together. */
typedef struct nx_arrow_gather {
    const char *name;
    const nx_arrow_type *type;
    const nx_arrow_type *index; /* of a dictionary's indices, or NULL */
    struct ArrowArray *const *batches;
    size_t batch_count;
    size_t position; /* of the column in every batch */
    nx_column *column;
} nx_arrow_gather;

/* One chunk: an array and the part of it that its batch shows. */
typedef struct nx_arrow_chunk {
    struct ArrowArray *array;
    size_t start; /* first row, counted from the start of the buffers */
    size_t length;
    size_t row; /* of the column, where it goes */
} nx_arrow_chunk;

/* Chunk i of the column. `row` is where the chunk before it ends. */
nx_arrow_chunk nx_arrow_chunk_at(const nx_arrow_gather *gather, size_t i, size_t row);

/* Fills gather->column, zeroed by the caller with its `length` set to the rows of all
 * batches, which have been checked as batches. Arrays whose memory the column shares
 * are taken over. On failure the column may hold something: clear it. */
NX_MUST_CHECK nx_status nx_arrow_gather_column(nx_arrow_gather *gather,
                                               nx_error *error);

/* Marks a row as missing, making the mask if there is none; false when no memory
 * is left. */
bool nx_arrow_mark_missing(nx_column *column, size_t row);

#endif
