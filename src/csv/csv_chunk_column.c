#include "csv/csv_chunk_column.h"

#include <string.h>

#include "csv/csv_kernels.h"
#include "csv/csv_record.h"

/* Remembers the field that changed the column's type. */
static void
remember_decider(const nx_csv_chunk_column *at, const nx_csv_cells *cells, size_t row)
{
    nx_csv_decider *decider = &at->target->decider;
    const size_t size = nx_csv_field_size(cells->misfit);
    at->target->decider_chunk = at->chunk_index;
    decider->classes = cells->misfit_classes;
    decider->before = cells->type;
    decider->row = cells->first_row + row;
    decider->byte =
        at->chunk->offset + (uint64_t)(cells->misfit.start - at->block->text);
    decider->size = size;
    memcpy(decider->text, cells->misfit.start,
           size < NX_CSV_QUOTE_MAX ? size : NX_CSV_QUOTE_MAX);
}

static nx_status
describe_failure(const nx_csv_chunk_column *at, const nx_csv_cells *cells, size_t row,
                 nx_error *error)
{
    if (cells->status == NX_ERR_MEMORY) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %llu rows",
                            (unsigned long long)at->target->rows);
    }
    const nx_csv_field field = cells->misfit;
    nx_csv_cells_error(cells, error);
    error->record = cells->first_row + row;
    error->column = at->target->field;
    error->byte =
        at->chunk->offset + (uint64_t)(field.start - at->block->text) + cells->bad_byte;
    return cells->status;
}

/* Writes all runs of one column in one type. NX_OK with *done false: the type
 * has changed on the way. */
static nx_status
write_runs(const nx_csv_chunk_column *at, nx_csv_cells *cells, bool *done,
           nx_error *error)
{
    const nx_csv_format *format = at->shape->format;
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
        const size_t rows =
            format == NULL ? nx_csv_kernel_run(run, cells) : format->kernel(run, cells);
        if (cells->status != NX_OK) {
            return describe_failure(at, cells, rows, error);
        }
        if (rows < run->rows) {
            if (at->decides) {
                remember_decider(at, cells, rows);
            }
            *done = false;
            return NX_OK;
        }
    }
    *done = true;
    return NX_OK;
}

/* The types of a column only grow, so this ends after a handful of rounds. */
nx_status
nx_csv_chunk_column_fill(const nx_csv_chunk_column *at, nx_csv_written *written,
                         nx_error *error)
{
    const nx_type requested = at->target->requested;
    nx_csv_cells cells = {
        .dialect = at->shape->dialect,
        .rules = nx_csv_target_rules(at->target),
        .target = at->target,
        .column = nx_csv_record_slot(at->target->field, at->block->scan.spans),
        .slabs = at->slabs,
        .classes = at->known,
        .check_utf8 = at->block->check_utf8,
    };
    bool done = false;
    while (!done) {
        nx_csv_target_unmask(at->target, at->chunk->first_row, at->block->good_rows);
        cells.missing = 0;
        cells.type =
            requested != NX_TYPE_NONE ? requested : nx_type_of_classes(cells.classes);
        const nx_status status = write_runs(at, &cells, &done, error);
        nx_csv_cells_keep_notes(&cells, at->block->text, at->chunk->offset);
        if (status != NX_OK) {
            return status;
        }
    }
    *written = (nx_csv_written){
        .classes = cells.classes,
        .missing = (uint32_t)cells.missing,
        .type = (uint8_t)cells.type,
    };
    return NX_OK;
}
