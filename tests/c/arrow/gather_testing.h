/* One column out of chunks that a test lays out. */
#ifndef NX_TESTS_GATHER_TESTING_H
#define NX_TESTS_GATHER_TESTING_H

#include "arrow_testing.h"

#include "arrow/arrow_gather.h"

enum {
    MOST_CHUNKS = 4
};

/* Gathers `chunks` of a column of that format, as batches of their own length that
 * start at `skip` of each; the caller clears the column. */
static inline nx_status
gather_chunks(const char *format, const char *index, struct ArrowArray *chunks,
              size_t count, int64_t skip, nx_column *column, nx_error *error)
{
    bool zoned;
    struct ArrowArray *pointers[MOST_CHUNKS], batches[MOST_CHUNKS],
        *of_batches[MOST_CHUNKS];
    memset(column, 0, sizeof *column);
    for (size_t i = 0; i < count; i++) {
        pointers[i] = &chunks[i];
        batches[i] = fake_batch(chunks[i].length - skip, &pointers[i], 1);
        batches[i].offset = skip;
        of_batches[i] = &batches[i];
        column->length += (size_t)batches[i].length;
    }
    nx_arrow_gather gather = {
        .name = "x",
        .type = nx_arrow_type_of_format(format, &zoned),
        .index = index == NULL ? NULL : nx_arrow_type_of_format(index, &zoned),
        .batches = of_batches,
        .batch_count = count,
        .column = column,
    };
    const nx_status status = nx_arrow_gather_column(&gather, error);
    for (size_t i = 0; i < count; i++) {
        batches[i].release(&batches[i]);
    }
    return status;
}

#endif
