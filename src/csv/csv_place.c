#include "csv/csv_place.h"

#include "csv/csv_record.h"

enum {
    WINDOW_BYTES = 256 << 10
};

/* The walk from chunk to chunk. */
typedef struct place_walk {
    const nx_csv_source *source;
    const nx_csv_shape *shape;
    nx_csv_block block;
    uint64_t at;   /* the next chunk */
    uint64_t rows; /* still to pass */
    size_t field;
    bool found;
    uint64_t byte;
} place_walk;

/* The wanted field among the records of the block; it is in one of them. */
static nx_status
find_field(place_walk *walk, nx_error *error)
{
    const nx_csv_scan *scan = &walk->block.scan;
    const uint8_t *text = walk->block.text;
    const uint32_t *ends = walk->block.ends + 1;
    for (size_t i = 0; i < scan->fields;) {
        const nx_csv_record record = nx_csv_record_at(text, ends + i, scan->spans);
        const bool skipped = walk->shape->skip_blank && record.blank;
        if (walk->rows == 0 && !skipped) {
            const size_t slot = i + nx_csv_record_slot(walk->field, scan->spans);
            walk->found = walk->field < record.fields;
            walk->byte = walk->at + (uint32_t)(ends[(ptrdiff_t)slot - 1] + 1);
            return walk->found ? NX_OK : nx_csv_source_changed(error);
        }
        walk->rows -= !skipped;
        i += record.stride;
    }
    return nx_csv_source_changed(error);
}

/* Passes the chunks that begin in stretch `item` of the source, up to the wanted
 * row. */
static nx_status
place_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    place_walk *walk = context;
    (void)worker;
    const uint64_t bound = ((uint64_t)item + 1) * WINDOW_BYTES;
    const uint64_t size = walk->source->size;
    while (!walk->found && walk->at < size && walk->at < bound) {
        nx_csv_chunk chunk = {.offset = walk->at};
        const uint64_t to =
            size - walk->at < WINDOW_BYTES ? size : walk->at + WINDOW_BYTES;
        const nx_status status = nx_csv_block_index(&walk->block, walk->source, to,
                                                    walk->shape, &chunk, error);
        if (status != NX_OK) {
            /* No record that was read is as long as that. */
            return status == NX_ERR_OVERFLOW ? nx_csv_source_changed(error) : status;
        }
        if (walk->rows < chunk.rows) {
            return find_field(walk, error);
        }
        walk->rows -= chunk.rows;
        walk->at += chunk.bytes;
    }
    return NX_OK;
}

nx_status
nx_csv_place_find(nx_csv_place *place, const nx_csv_source *source,
                  const nx_csv_shape *shape, uint64_t start, uint64_t row, size_t field,
                  const nx_wait *wait, nx_error *error)
{
    place_walk walk = {
        .source = source, .shape = shape, .at = start, .rows = row, .field = field};
    const size_t steps = (size_t)((source->size + WINDOW_BYTES - 1) / WINDOW_BYTES);
    nx_status status = nx_parallel_for(steps, 1, place_step, &walk, wait, error);
    nx_csv_block_clear(&walk.block);
    if (status == NX_OK && !walk.found) {
        status = nx_csv_source_changed(error);
    }
    if (status == NX_OK) {
        place->byte = nx_csv_source_byte(source, walk.byte);
        status = nx_csv_count_lines(source, NX_CSV_SOURCE_BEGIN, walk.byte,
                                    &place->line, wait, error);
    }
    return status;
}
