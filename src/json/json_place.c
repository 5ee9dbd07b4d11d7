#include "json/json_place.h"

enum {
    WINDOW_BYTES = 256 << 10
};

/* The walk from chunk to chunk. */
typedef struct place_walk {
    const nx_csv_source *source;
    nx_csv_shape shape;
    nx_csv_block block;
    uint64_t at; /* the next chunk */
    uint64_t passed;
    uint64_t row; /* the wanted one */
    bool found;
    uint64_t byte;
} place_walk;

/* The value in the chunk that has its row. */
static nx_status
find_value(place_walk *walk, const nx_csv_chunk *chunk, nx_error *error)
{
    const nx_status status =
        nx_csv_block_split(&walk->block, &walk->shape, chunk, error);
    const size_t row = (size_t)(walk->row - walk->passed);
    if (status != NX_OK) {
        return status;
    }
    if (row >= walk->block.good_rows) {
        return nx_csv_source_changed(error);
    }
    const nx_csv_field field =
        nx_csv_field_at(walk->block.runs, row, nx_json_run_column(0));
    walk->found = true;
    walk->byte = walk->at + (uint64_t)(field.start - walk->block.text);
    return NX_OK;
}

/* Passes the chunks that begin in stretch `item` of the source, up to the wanted row.
 */
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
                                                    &walk->shape, &chunk, error);
        if (status != NX_OK) {
            /* No record that was read is as long as that. */
            return status == NX_ERR_OVERFLOW ? nx_csv_source_changed(error) : status;
        }
        if (walk->row - walk->passed < chunk.rows) {
            return find_value(walk, &chunk, error);
        }
        walk->passed += chunk.rows;
        walk->at += chunk.bytes;
    }
    return NX_OK;
}

nx_status
nx_json_place_find(nx_csv_place *place, const nx_csv_source *source,
                   const nx_json_options *options, uint64_t row, const nx_wait *wait,
                   nx_error *error)
{
    const size_t steps = (size_t)((source->size + WINDOW_BYTES - 1) / WINDOW_BYTES);
    nx_json_keys keys;
    nx_json_walk shared;
    place_walk walk = {.source = source, .row = row};
    nx_status status = nx_json_walk_begin(&shared, &keys, source, options, error);
    shared.keys_only = true;
    walk.shape = nx_json_shape(&shared);
    if (status == NX_OK) {
        status = nx_json_start(source, &walk.at, error);
    }
    if (status == NX_OK) {
        status = nx_parallel_for(steps, 1, place_step, &walk, wait, error);
    }
    nx_csv_block_clear(&walk.block);
    nx_json_walk_end(&shared);
    nx_json_keys_clear(&keys);
    if (status == NX_OK && !walk.found) {
        status = nx_csv_source_changed(error);
    }
    if (status == NX_OK) {
        place->byte = walk.byte;
        status = nx_csv_count_lines(source, NX_CSV_SOURCE_BEGIN, walk.byte,
                                    &place->line, wait, error);
    }
    return status;
}
