#include "csv/csv_fix_up.h"

/* Loads a chunk once more, as the first pass has left it. */
static nx_status
reload_chunk(const nx_csv_fill *fill, size_t item, nx_csv_worker *worker,
             nx_error *error)
{
    const nx_csv_chunk *chunk = &fill->chunks[item];
    if (fill->sieves != NULL &&
        !nx_csv_dirt_restore(&worker->dirt, &fill->sieves[item], chunk->rows)) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the workers");
    }
    const size_t flaws = worker->dirt.count;
    const nx_status status =
        nx_csv_block_reload(&worker->block, fill->source, chunk, fill->shape, error);
    return status == NX_OK && worker->dirt.count != flaws ? nx_csv_source_changed(error)
                                                          : status;
}

static bool
needs_fix_up(const nx_csv_fill *fill, size_t chunk_index)
{
    const uint32_t out = fill->sieves == NULL ? 0 : fill->sieves[chunk_index].out;
    const bool empty = fill->chunks[chunk_index].rows == out;
    for (size_t i = 0; !empty && i < fill->target_count; i++) {
        const size_t at = chunk_index * fill->target_count + i;
        const nx_csv_target *target = &fill->targets[i];
        if (!nx_csv_target_is_final(target, (nx_type)fill->written[at].type,
                                    target->classes)) {
            return true;
        }
    }
    return false;
}

/* The fix-up of one chunk. */
nx_status
nx_csv_fix_up_chunk(void *context, size_t item, unsigned worker_number, nx_error *error)
{
    nx_csv_pass *pass = context;
    nx_csv_worker *worker = &pass->workers.each[worker_number];
    const nx_csv_fill *fill = pass->fill;
    if (!needs_fix_up(fill, item)) {
        return NX_OK;
    }
    worker->block.clock.again = true;
    nx_status status = reload_chunk(fill, item, worker, error);
    if (status == NX_OK) {
        const size_t flaws = worker->dirt.count;
        nx_csv_pass_begin(pass, item, worker);
        status = nx_csv_pass_write(pass, item, worker, error);
        if (status == NX_OK && worker->dirt.count != flaws) {
            status = nx_csv_source_changed(error);
        }
    }
    nx_csv_clock_enter(&worker->block.clock, NX_CSV_STAGE_NONE);
    return status;
}

/* ---- The deciding fields ---- */

/* The chunk that brings the classes of a column to its final type, or the number
 * of chunks if there is no value; *before is what the chunks before it show. */
static size_t
deciding_chunk(const nx_csv_pass *pass, size_t target, nx_class_set *before)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_type type = nx_type_of_classes(fill->targets[target].classes);
    nx_class_set classes = 0;
    if (type == NX_TYPE_NONE) {
        return pass->cells;
    }
    for (size_t chunk = 0; chunk < pass->cells; chunk++) {
        *before = classes;
        classes |= fill->written[chunk * fill->target_count + target].classes;
        if (nx_type_of_classes(classes) == type) {
            return chunk;
        }
    }
    return pass->cells;
}

/* Fills the deciding chunk of one column again, knowing what stands before it,
 * unless that is how it was filled. The chunk may stay in the worker's block. */
static nx_status
settle_decider(nx_csv_pass *pass, size_t target, size_t *loaded, nx_error *error)
{
    nx_csv_fill *fill = pass->fill;
    nx_csv_worker *worker = &pass->workers.each[0];
    nx_csv_chunk_column at = {
        .shape = fill->shape,
        .block = &worker->block,
        .target = &fill->targets[target],
        .slabs = &worker->slabs[target],
        .decides = true,
    };
    at.chunk_index = deciding_chunk(pass, target, &at.known);
    if (at.chunk_index == pass->cells || (at.target->decider.classes != 0 &&
                                          at.target->decider_chunk == at.chunk_index)) {
        return NX_OK;
    }
    at.chunk = &fill->chunks[at.chunk_index];
    if (*loaded != at.chunk_index) {
        const nx_status status = reload_chunk(fill, at.chunk_index, worker, error);
        if (status != NX_OK) {
            return status;
        }
        *loaded = at.chunk_index;
    }
    nx_csv_written *written =
        &fill->written[at.chunk_index * fill->target_count + target];
    const nx_status status = nx_csv_chunk_column_fill(&at, written, error);
    const nx_class_set seen = at.target->classes;
    if (status == NX_OK &&
        nx_type_of_classes(seen | written->classes) != nx_type_of_classes(seen)) {
        return nx_csv_source_changed(error);
    }
    return status;
}

nx_status
nx_csv_fix_up_deciders(nx_csv_pass *pass, nx_error *error)
{
    nx_status status = NX_OK;
    size_t loaded = SIZE_MAX;
    nx_csv_clock *clock = &pass->workers.each[0].block.clock;
    clock->again = true;
    for (size_t i = 0; i < pass->fill->target_count && status == NX_OK; i++) {
        if (nx_wait_cancelled(pass->wait)) {
            return nx_error_set(error, NX_ERR_CANCELLED, 0, "cancelled");
        }
        status = settle_decider(pass, i, &loaded, error);
    }
    nx_csv_clock_enter(clock, NX_CSV_STAGE_NONE);
    return status;
}
