#include "csv/csv_block.h"

#include <string.h>

#include "base/alloc.h"
#include "csv/csv_general.h"
#include "text/utf8.h"

static nx_status
reserve_ends(nx_csv_block *block, nx_error *error)
{
    const size_t needed = block->window.n + NX_CSV_INDEX_SLACK;
    if (needed > block->ends_capacity) {
        nx_free(block->ends);
        block->ends = nx_alloc(needed, sizeof block->ends[0]);
        block->ends_capacity = block->ends == NULL ? 0 : needed;
    }
    if (block->ends == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0,
                            "no memory for an index of %zu bytes",
                            needed * sizeof block->ends[0]);
    }
    block->ends[0] = UINT32_MAX;
    return NX_OK;
}

static nx_status
add_run(nx_csv_block *block, size_t columns, size_t first_field, size_t first_row,
        size_t rows, nx_error *error)
{
    if (rows == 0) {
        return NX_OK;
    }
    if (block->run_count == block->run_capacity) {
        const size_t capacity = block->run_capacity == 0 ? 8 : block->run_capacity * 2;
        nx_csv_run *runs =
            nx_realloc(block->runs, block->run_capacity, capacity, sizeof runs[0]);
        if (runs == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0,
                                "no memory for the block index");
        }
        block->runs = runs;
        block->run_capacity = capacity;
    }
    block->runs[block->run_count++] = (nx_csv_run){
        .text = block->window.base,
        .ends = block->ends + 1 + first_field,
        .stride = columns,
        .rows = rows,
        .first_row = first_row,
    };
    return NX_OK;
}

static bool
ends_record(const nx_csv_block *block, size_t field)
{
    return nx_csv_ends_record(block->window.base[block->ends[1 + field]]);
}

/* True when the fields come in rows of exactly `columns`: as many as records
 * times columns, a record end after every `columns` of them, no blank line. */
static bool
is_regular(const nx_csv_block *block, const nx_csv_scan *scan,
           const nx_csv_shape *shape)
{
    const size_t columns = shape->columns;
    if (scan->fields != scan->records * columns || scan->bad_text != SIZE_MAX ||
        (shape->skip_blank && scan->blanks > 0)) {
        return false;
    }
    for (size_t field = columns - 1; field < scan->fields; field += columns) {
        if (!ends_record(block, field)) {
            return false;
        }
    }
    return true;
}

/* nx_error_set for the broken record of a block, with its place in the chunk. */
static void
mark_bad(nx_csv_block *block, size_t row, size_t byte)
{
    block->bad_status = block->bad.status;
    block->bad_row = row;
    block->bad.byte = byte;
}

static void
mark_bad_text(nx_csv_block *block, size_t row, const nx_csv_scan *scan)
{
    nx_error_set(&block->bad, NX_ERR_DIALECT, 201, "text after a closing quote");
    mark_bad(block, row, scan->bad_text);
}

static bool
is_blank(const nx_csv_block *block, size_t field)
{
    const uint32_t start = block->ends[field] + 1, end = block->ends[field + 1];
    return nx_csv_is_blank(block->window.base + start, end - start);
}

/* Walks the records one by one and cuts them into runs. */
static nx_status
split_runs(nx_csv_block *block, const nx_csv_scan *scan, const nx_csv_shape *shape,
           nx_error *error)
{
    nx_status status = NX_OK;
    size_t run_field = 0, run_row = 0, row = 0;
    for (size_t field = 0; field < scan->fields && status == NX_OK;) {
        size_t next = field + 1;
        while (!ends_record(block, next - 1)) {
            next++;
        }
        const size_t start = (uint32_t)(block->ends[field] + 1);
        if (scan->bad_text < block->ends[next]) {
            mark_bad_text(block, row, scan);
            break;
        }
        if (shape->skip_blank && next == field + 1 && is_blank(block, field)) {
            status = add_run(block, shape->columns, run_field, run_row, row - run_row,
                             error);
            run_field = next;
            run_row = row;
        }
        else if (next - field != shape->columns) {
            nx_error_set(&block->bad, NX_ERR_RAGGED, 301,
                         "expected %zu fields, found %zu", shape->columns,
                         next - field);
            mark_bad(block, row, start);
            break;
        }
        else {
            row++;
        }
        field = next;
    }
    if (status == NX_OK) {
        status =
            add_run(block, shape->columns, run_field, run_row, row - run_row, error);
    }
    return status;
}

/* The last record, if a quote in it stays open: split_runs does not come to it. What
 * is wrong in an earlier field of that record is reported first. */
static void
report_open_quote(nx_csv_block *block, const nx_csv_scan *scan, size_t row)
{
    if (block->bad_status != NX_OK || scan->open_quote == SIZE_MAX) {
        return;
    }
    if (scan->bad_text != SIZE_MAX) {
        mark_bad_text(block, row, scan);
        return;
    }
    nx_error_set(&block->bad, NX_ERR_DIALECT, 202,
                 "a quote is opened and never closed");
    mark_bad(block, row, scan->open_quote);
}

nx_status
nx_csv_block_load(nx_csv_block *block, const nx_csv_source *source,
                  const nx_csv_chunk *chunk, const nx_csv_shape *shape, nx_error *error)
{
    nx_csv_window *window = &block->window;
    nx_status status =
        nx_csv_window_load(window, source, chunk->offset, chunk->bytes, error);
    if (status == NX_OK) {
        status = reserve_ends(block, error);
    }
    if (status != NX_OK) {
        return status;
    }
    nx_csv_scan scan;
    uint32_t *ends = block->ends + 1;
    shape->scanner->index(window->base, window->n, shape->dialect, ends, &scan);
    if (scan.ambiguous || scan.consumed < window->n) {
        nx_csv_general_scan(window->base, window->n, shape->dialect, ends, &scan);
    }
    const bool open = scan.open_quote != SIZE_MAX;
    const size_t rows = scan.records - (shape->skip_blank ? scan.blanks : 0);
    block->run_count = 0;
    block->bad_status = NX_OK;
    if (is_regular(block, &scan, shape)) {
        status = add_run(block, shape->columns, 0, 0, scan.records, error);
    }
    else {
        status = split_runs(block, &scan, shape, error);
    }
    report_open_quote(block, &scan, rows);
    if (status == NX_OK && rows + open != chunk->rows) {
        status = nx_error_set(error, NX_ERR_CHANGED, 113,
                              "the file was changed while it was read");
    }
    block->check_utf8 =
        scan.non_ascii && nx_utf8_valid_prefix(window->base, window->n) < window->n;
    return status;
}

void
nx_csv_block_clear(nx_csv_block *block)
{
    nx_csv_window_clear(&block->window);
    nx_free(block->runs);
    nx_free(block->ends);
    memset(block, 0, sizeof *block);
}
