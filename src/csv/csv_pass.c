#include "csv/csv_pass.h"

bool
nx_csv_pass_has_room(const nx_csv_fill *fill, const nx_csv_chunk *chunk,
                     const nx_csv_block *block)
{
    const size_t rows = fill->sieves != NULL ? chunk->rows : block->good_rows;
    return fill->target_count == 0 || chunk->first_row + rows <= fill->targets[0].rows;
}

void
nx_csv_pass_begin(nx_csv_pass *pass, size_t chunk_index, nx_csv_worker *worker)
{
    nx_mutex_lock(&pass->lock);
    worker->all_known = pass->in_order == chunk_index;
    for (size_t i = 0; i < pass->fill->target_count; i++) {
        worker->known[i] = pass->fill->targets[i].classes;
    }
    nx_mutex_unlock(&pass->lock);
}

nx_status
nx_csv_pass_write(nx_csv_pass *pass, size_t chunk_index, nx_csv_worker *worker,
                  nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_chunk *chunk = &fill->chunks[chunk_index];
    nx_error first = {0};
    const bool any = worker->block.good_rows > 0 &&
                     nx_csv_pass_has_room(fill, chunk, &worker->block);
    for (size_t i = 0; any && i < fill->target_count; i++) {
        nx_csv_written *written = &fill->written[chunk_index * fill->target_count + i];
        const nx_csv_chunk_column at = {
            .shape = fill->shape,
            .chunk_index = chunk_index,
            .chunk = chunk,
            .block = &worker->block,
            .target = &fill->targets[i],
            .slabs = &worker->slabs[i],
            .known = worker->known[i],
            .decides = worker->all_known && pass->kind == NX_CSV_FIRST_PASS,
        };
        if (pass->kind == NX_CSV_FIX_UP &&
            nx_csv_target_is_final(at.target, (nx_type)written->type, at.known)) {
            continue;
        }
        nx_error found = {0};
        const nx_status status = nx_csv_chunk_column_fill(&at, written, &found);
        if (status == NX_ERR_VALUE && pass->waits) {
            nx_csv_notes_add_error(&at.target->notes, &found);
        }
        else if (status != NX_OK) {
            nx_csv_error_keep_first(&found, &first);
        }
        else if (pass->kind == NX_CSV_FIX_UP &&
                 !nx_csv_target_is_final(at.target, (nx_type)written->type, at.known)) {
            return nx_csv_source_changed(error);
        }
    }
    if (worker->block.bad_status != NX_OK) {
        nx_error bad = worker->block.bad;
        bad.record = chunk->first_row + worker->block.bad_row;
        bad.byte += chunk->offset;
        nx_csv_error_keep_first(&bad, &first);
    }
    if (first.status != NX_OK && error != NULL) {
        *error = first;
    }
    return first.status;
}
