#include "csv/csv_chunk_column.h"

#include <string.h>

#include "csv/csv_kernels.h"
#include "csv/csv_record.h"
#include "csv/csv_split.h"

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

/* Makes the failure in a row of a run a flaw of its record. */
static bool
keep_flaw(const nx_csv_chunk_column *at, const nx_csv_cells *cells,
          const nx_csv_run *run, size_t row)
{
    const nx_csv_block *block = at->block;
    nx_csv_flaw flaw = {
        .row = (uint32_t)(run->first_row + row),
        .field = (uint32_t)at->target->field,
        .byte =
            (uint32_t)(cells->misfit.start - block->text) + (uint32_t)cells->bad_byte,
        .size = (uint32_t)nx_csv_field_size(cells->misfit),
        .limit = at->target->limit,
        .status = (uint8_t)cells->status,
        .fault = (uint8_t)cells->fault,
        .type = (uint8_t)cells->type,
    };
    nx_csv_split_extent(block, run, row, &flaw.begin, &flaw.end);
    return nx_csv_dirt_add(block->dirt, &flaw);
}

/* Makes the failure in a row of `left`, what is left of a run, a flaw; `left` goes on
 * behind that row. Where flaws are not collected it is an error. */
static nx_status
pass_failure(const nx_csv_chunk_column *at, nx_csv_cells *cells, const nx_csv_run *run,
             nx_csv_run *left, size_t row, nx_error *error)
{
    const size_t passed = left->first_row - run->first_row;
    if (cells->collects && cells->status != NX_ERR_MEMORY &&
        !keep_flaw(at, cells, run, passed + row)) {
        cells->status = NX_ERR_MEMORY;
    }
    if (!cells->collects || cells->status == NX_ERR_MEMORY) {
        return describe_failure(at, cells, row, error);
    }
    cells->status = NX_OK;
    left->ends += (row + 1) * left->stride;
    left->first_row += row + 1;
    left->rows -= row + 1;
    return NX_OK;
}

/* Writes one run in one type, from row to row behind flaws; `values` are those of row 0
 * of the table. NX_OK with *done false: the type has changed on the way. */
static nx_status
write_run(const nx_csv_chunk_column *at, nx_csv_cells *cells, const nx_csv_run *run,
          uint8_t *values, bool *done, nx_error *error)
{
    const nx_csv_format *format = at->shape->format;
    const size_t width = nx_type_width(cells->type);
    nx_csv_run part;
    const nx_csv_run *left = run;
    cells->column = nx_csv_record_slot(at->target->field, at->block->scan.spans);
    if (run->ends == NULL) {
        part = nx_csv_split_run(at->block, run, at->target->field, &cells->column);
        left = &part;
    }
    for (;;) {
        cells->first_row = at->chunk->first_row + left->first_row;
        cells->values = values == NULL ? NULL : values + cells->first_row * width;
        const size_t rows = format == NULL ? nx_csv_kernel_run(left, cells)
                                           : format->kernel(left, cells);
        if (cells->status == NX_OK) {
            *done = rows == left->rows;
            if (!*done && at->decides) {
                remember_decider(at, cells, rows);
            }
            return NX_OK;
        }
        part = *left;
        left = &part;
        const nx_status status = pass_failure(at, cells, run, &part, rows, error);
        if (status != NX_OK || part.rows == 0) {
            return status;
        }
    }
}

/* Writes all runs of one column in one type, as write_run does one. */
static nx_status
write_runs(const nx_csv_chunk_column *at, nx_csv_cells *cells, bool *done,
           nx_error *error)
{
    uint8_t *values = nx_csv_target_values(at->target, cells->type);
    if (values == NULL && cells->type != NX_TYPE_NONE) {
        cells->status = NX_ERR_MEMORY;
        return describe_failure(at, cells, 0, error);
    }
    nx_status status = NX_OK;
    *done = true;
    for (size_t i = 0; i < at->block->run_count && *done && status == NX_OK; i++) {
        status = write_run(at, cells, &at->block->runs[i], values, done, error);
    }
    return status;
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
        .slabs = at->slabs,
        .classes = at->known,
        .check_utf8 = at->block->check_utf8,
        .collects = at->block->dirt != NULL && at->block->dirt->collects,
    };
    /* Good rows may stand behind ones that are left out. */
    const size_t rows =
        at->block->dirt != NULL ? at->chunk->rows : at->block->good_rows;
    bool done = false;
    while (!done) {
        nx_csv_target_unmask(at->target, at->chunk->first_row, rows);
        cells.missing = 0;
        cells.type =
            requested != NX_TYPE_NONE ? requested : nx_type_of_classes(cells.classes);
        const nx_status status = write_runs(at, &cells, &done, error);
        if (at->seen == NULL) {
            nx_csv_cells_keep_notes(&cells, at->block->text, at->chunk->offset);
        }
        if (status != NX_OK) {
            return status;
        }
    }
    if (at->seen != NULL) {
        memcpy(at->seen, cells.seen, sizeof cells.seen);
    }
    *written = (nx_csv_written){
        .classes = cells.classes,
        .missing = (uint32_t)cells.missing,
        .type = (uint8_t)cells.type,
    };
    return NX_OK;
}
