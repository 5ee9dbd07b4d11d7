#include "csv/csv_footer.h"

#include "base/alloc.h"
#include "csv/csv_fill.h"
#include "csv/csv_record.h"

/* Where record `row` of a chunk begins. */
static nx_status
find_record(const nx_csv_source *source, const nx_csv_shape *shape,
            const nx_csv_chunk *chunk, uint64_t row, uint64_t *start, nx_error *error)
{
    nx_csv_block block = {0};
    nx_csv_chunk found = {.offset = chunk->offset};
    const nx_status status = nx_csv_block_index(
        &block, source, chunk->offset + chunk->bytes, shape, &found, error);
    const nx_csv_scan *scan = &block.scan;
    /* The last record may have no end, if a quote in it has none. */
    *start = chunk->offset + scan->consumed;
    for (size_t field = 0; status == NX_OK && field < scan->fields;) {
        const nx_csv_record record =
            nx_csv_record_at(block.text, block.ends + 1 + field, scan->spans);
        const bool skipped = shape->skip_blank && record.blank;
        if (row == 0 && !skipped) {
            *start = chunk->offset + record.start;
            break;
        }
        row -= !skipped;
        field += record.stride;
    }
    nx_csv_block_clear(&block);
    return status;
}

/* The chunk that has a row. */
static const nx_csv_chunk *
chunk_of(const nx_csv_chunk *chunks, uint64_t row)
{
    while (row - chunks->first_row >= chunks->rows) {
        chunks++;
    }
    return chunks;
}

nx_status
nx_csv_footer_find(nx_csv_footer *footer, const nx_csv_source *source,
                   const nx_csv_shape *shape, uint64_t start, uint64_t wanted,
                   size_t cell_bytes, unsigned threads, const nx_wait *wait,
                   nx_error *error)
{
    nx_csv_fill fill = {
        .source = source,
        .shape = shape,
        .grid = {.start = start, .end = source->size, .cell_bytes = cell_bytes},
        .row_limit = UINT64_MAX,
        .threads = threads,
    };
    const size_t cells = nx_csv_grid_count(&fill.grid);
    fill.chunks = nx_alloc_zeroed(cells, sizeof fill.chunks[0]);
    if (fill.chunks == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to count the records");
    }
    nx_status status = nx_csv_fill_count(&fill, wait, error);
    *footer = (nx_csv_footer){.start = start,
                              .records = fill.rows < wanted ? fill.rows : wanted};
    if (status == NX_OK && footer->records == 0) {
        footer->start = source->size;
    }
    else if (status == NX_OK) {
        const uint64_t row = fill.rows - footer->records;
        const nx_csv_chunk *chunk = chunk_of(fill.chunks, row);
        status = find_record(source, shape, chunk, row - chunk->first_row,
                             &footer->start, error);
    }
    nx_free(fill.chunks);
    return status;
}
