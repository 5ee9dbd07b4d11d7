#include "csv/csv_fill.h"

#include <string.h>

#include "csv/csv_kernels.h"

/* One pass over the chunks. */
typedef struct fill_pass {
    nx_csv_fill *fill;
    const nx_wait *wait;
    nx_csv_block block;
    bool fix_up;
} fill_pass;

/* One column of one chunk. */
typedef struct chunk_column {
    const nx_csv_fill *fill;
    const nx_csv_chunk *chunk;
    const nx_csv_block *block;
    nx_csv_target *target;
} chunk_column;

/* Remembers the field that changed the column's type. */
static void
remember_decider(const chunk_column *at, const nx_csv_cells *cells, size_t row)
{
    nx_csv_decider *decider = &at->target->decider;
    const size_t size = nx_csv_field_size(cells->misfit);
    decider->classes = cells->misfit_classes;
    decider->before = cells->type;
    decider->row = cells->first_row + row;
    decider->byte =
        at->chunk->offset + (uint64_t)(cells->misfit.start - at->block->window.base);
    decider->size = size;
    memcpy(decider->text, cells->misfit.start,
           size < NX_CSV_QUOTE_MAX ? size : NX_CSV_QUOTE_MAX);
}

static nx_status
describe_failure(const chunk_column *at, const nx_csv_cells *cells, size_t row,
                 nx_error *error)
{
    if (cells->status == NX_ERR_MEMORY) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %llu rows",
                            (unsigned long long)at->target->rows);
    }
    const nx_csv_field field = cells->misfit;
    nx_error_set(error, cells->status, 401, "byte 0x%02x is not UTF-8",
                 field.start[cells->bad_byte]);
    error->record = cells->first_row + row;
    error->column = at->target->field;
    error->byte = at->chunk->offset + (uint64_t)(field.start - at->block->window.base) +
                  cells->bad_byte;
    return cells->status;
}

/* Writes all runs of one column in one type. NX_OK with *done false: the type
 * has changed on the way. */
static nx_status
write_runs(const chunk_column *at, nx_csv_cells *cells, bool *done, nx_error *error)
{
    const size_t width = nx_type_width(cells->type);
    uint8_t *values = nx_csv_target_values(at->target, cells->type);
    if (values == NULL && cells->type != NX_TYPE_NONE) {
        cells->status = NX_ERR_MEMORY;
        return describe_failure(at, cells, 0, error);
    }
    for (size_t i = 0; i < at->block->run_count; i++) {
        const nx_csv_run *run = &at->block->runs[i];
        cells->first_row = at->chunk->first_row + run->first_row;
        cells->values = values == NULL ? NULL : values + cells->first_row * width;
        const size_t rows = nx_csv_kernel_run(run, cells);
        if (cells->status != NX_OK) {
            return describe_failure(at, cells, rows, error);
        }
        if (rows < run->rows) {
            remember_decider(at, cells, rows);
            *done = false;
            return NX_OK;
        }
    }
    *done = true;
    return NX_OK;
}

/* Writes one column of one chunk, in as many types as it takes. The types of a
 * column only grow, so this ends after a handful of rounds. */
static nx_status
fill_column(const chunk_column *at, nx_csv_written *written, nx_error *error)
{
    nx_csv_target *target = at->target;
    nx_csv_cells cells = {
        .dialect = at->fill->shape->dialect,
        .target = target,
        .classes = target->classes,
        .check_utf8 = at->block->check_utf8,
    };
    bool done = false;
    while (!done) {
        if (target->mask != NULL) {
            memset(nx_csv_target_mask(target) + at->chunk->first_row, 0,
                   at->chunk->rows);
        }
        cells.missing = 0;
        cells.type = nx_type_of_classes(cells.classes);
        const nx_status status = write_runs(at, &cells, &done, error);
        if (status != NX_OK) {
            return status;
        }
    }
    target->classes = cells.classes;
    written->type = (uint8_t)cells.type;
    written->missing = (uint32_t)cells.missing;
    return NX_OK;
}

/* True when what stands in a column is what its final type would have put
 * there. Text kept as digits is a string like any other. */
static bool
is_final(nx_type written, nx_class_set classes)
{
    const nx_type type = nx_type_of_classes(classes);
    return written == type || (type == NX_TYPE_STRING && written == NX_TYPE_DIGITS);
}

/* The error of smallest record, then column, among `found` and *error. */
static void
keep_first_error(const nx_error *found, nx_error *error)
{
    if (error->status == NX_OK || found->record < error->record ||
        (found->record == error->record && found->column < error->column)) {
        *error = *found;
    }
}

static nx_status
fill_columns(fill_pass *pass, size_t chunk_index, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    nx_error first = {0};
    for (size_t i = 0; i < fill->target_count; i++) {
        nx_csv_written *written = &fill->written[chunk_index * fill->target_count + i];
        const chunk_column at = {
            .fill = fill,
            .chunk = &fill->map->chunks[chunk_index],
            .block = &pass->block,
            .target = &fill->targets[i],
        };
        if (pass->fix_up && is_final((nx_type)written->type, at.target->classes)) {
            continue;
        }
        nx_error found = {0};
        const nx_status status = fill_column(&at, written, &found);
        if (status != NX_OK) {
            keep_first_error(&found, &first);
        }
    }
    if (pass->block.bad_status != NX_OK) {
        nx_error bad = pass->block.bad;
        bad.record = fill->map->chunks[chunk_index].first_row + pass->block.bad_row;
        bad.byte += fill->map->chunks[chunk_index].offset;
        keep_first_error(&bad, &first);
    }
    if (first.status != NX_OK && error != NULL) {
        *error = first;
    }
    return first.status;
}

static bool
needs_fix_up(const nx_csv_fill *fill, size_t chunk_index)
{
    for (size_t i = 0; i < fill->target_count; i++) {
        const size_t at = chunk_index * fill->target_count + i;
        if (!is_final((nx_type)fill->written[at].type, fill->targets[i].classes)) {
            return true;
        }
    }
    return false;
}

static nx_status
fill_chunk(void *context, size_t item, unsigned worker, nx_error *error)
{
    fill_pass *pass = context;
    (void)worker;
    if (pass->fix_up && !needs_fix_up(pass->fill, item)) {
        return NX_OK;
    }
    const nx_csv_chunk *chunk = &pass->fill->map->chunks[item];
    const nx_status status = nx_csv_block_load(&pass->block, pass->fill->source, chunk,
                                               pass->fill->shape, error);
    if (status != NX_OK) {
        return status;
    }
    if (!pass->fix_up) {
        nx_wait_advance(pass->wait, chunk->bytes);
    }
    return fill_columns(pass, item, error);
}

nx_status
nx_csv_fill_run(nx_csv_fill *fill, const nx_wait *wait, nx_error *error)
{
    fill_pass pass = {.fill = fill, .wait = wait};
    /* One thread for now: the targets' class sets and slabs have one writer. */
    nx_status status =
        nx_parallel_for(fill->map->count, 1, fill_chunk, &pass, wait, error);
    if (status == NX_OK) {
        pass.fix_up = true;
        status = nx_parallel_for(fill->map->count, 1, fill_chunk, &pass, wait, error);
    }
    nx_csv_block_clear(&pass.block);
    return status;
}
