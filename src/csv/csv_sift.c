#include "csv/csv_sift.h"

#include <string.h>

/* Keeps the deciders, or puts them back: a bad record must not have decided. */
static void
save_deciders(const nx_csv_sift *sift)
{
    for (size_t i = 0; sift->decides && i < sift->target_count; i++) {
        sift->deciders[i] = sift->targets[i].decider;
    }
}

static void
restore_deciders(const nx_csv_sift *sift)
{
    for (size_t i = 0; sift->decides && i < sift->target_count; i++) {
        nx_csv_target *target = &sift->targets[i];
        if (target->decider_chunk == sift->chunk_index) {
            target->decider = sift->deciders[i];
        }
    }
}

static nx_status
write_columns(const nx_csv_sift *sift, nx_error *error)
{
    nx_status status = NX_OK;
    for (size_t i = 0; i < sift->target_count && status == NX_OK; i++) {
        const nx_csv_chunk_column at = {
            .shape = sift->shape,
            .chunk_index = sift->chunk_index,
            .chunk = sift->chunk,
            .block = sift->block,
            .target = &sift->targets[i],
            .slabs = &sift->slabs[i],
            .known = sift->known[i],
            .decides = sift->decides,
            .seen = sift->seen + i * NX_CSV_NOTE_KINDS,
        };
        status = nx_csv_chunk_column_fill(&at, &sift->written[i], error);
    }
    return status;
}

static void
keep_notes(const nx_csv_sift *sift)
{
    for (size_t i = 0; i < sift->target_count; i++) {
        const nx_csv_seen *seen = sift->seen + i * NX_CSV_NOTE_KINDS;
        nx_csv_cells cells = {.dialect = sift->shape->dialect,
                              .target = &sift->targets[i]};
        for (int kind = 0; kind < NX_CSV_NOTE_KINDS; kind++) {
            cells.seen[kind] = seen[kind];
        }
        nx_csv_cells_keep_notes(&cells, sift->block->text, sift->chunk->offset);
    }
}

nx_status
nx_csv_sift_chunk(const nx_csv_sift *sift, nx_error *error)
{
    const nx_csv_dirt *dirt = sift->block->dirt;
    if (sift->again) {
        restore_deciders(sift);
    }
    else {
        save_deciders(sift);
    }
    for (;;) {
        nx_status status =
            nx_csv_block_split(sift->block, sift->shape, sift->chunk, error);
        const size_t before = dirt->count;
        if (status == NX_OK && sift->block->good_rows > 0) {
            status = write_columns(sift, error);
        }
        else {
            memset(sift->written, 0, sift->target_count * sizeof sift->written[0]);
        }
        if (status != NX_OK) {
            return status;
        }
        if (dirt->count == before) {
            break;
        }
        restore_deciders(sift);
    }
    if (sift->block->good_rows > 0) {
        keep_notes(sift);
    }
    return NX_OK;
}
