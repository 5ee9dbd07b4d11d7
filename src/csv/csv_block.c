#include "csv/csv_block.h"

#include <string.h>

#include "base/alloc.h"
#include "csv/csv_extended.h"
#include "csv/csv_general.h"
#include "csv/csv_lines.h"
#include "csv/csv_record.h"
#include "csv/csv_split.h"
#include "text/utf8.h"

static nx_status
reserve_ends(nx_csv_block *block, size_t needed, nx_error *error)
{
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
load(nx_csv_block *block, const nx_csv_source *source, uint64_t offset, size_t bytes,
     const nx_csv_shape *shape, nx_error *error)
{
    const uint64_t left = source->size - offset;
    block->indexed = NX_NOWHERE;
    block->source = source;
    block->offset = offset;
    block->end = offset + (bytes < left ? bytes : left);
    nx_csv_clock_enter(&block->clock, NX_CSV_STAGE_READ);
    const nx_status status =
        nx_csv_window_load(&block->window, source, offset, bytes, error);
    if (status == NX_OK && shape->format != NULL) {
        nx_csv_window_close_line(&block->window);
    }
    nx_csv_clock_enter(&block->clock, NX_CSV_STAGE_INDEX);
    return status == NX_OK
               ? reserve_ends(block, block->window.n + NX_CSV_INDEX_SLACK, error)
               : status;
}

/* ---- The index ---- */

/* Bytes from block->text to the end of the window. */
static size_t
text_size(const nx_csv_block *block)
{
    return block->window.n - (size_t)(block->text - block->window.base);
}

/* Finds the fields from block->text on. False when parity cannot judge the text, or
 * leaves it inside quotes. */
static bool
scan_by_parity(nx_csv_block *block, const nx_csv_shape *shape)
{
    nx_csv_scan *scan = &block->scan;
    shape->scanner->index(block->text, text_size(block), shape->dialect,
                          block->ends + 1, scan);
    return !scan->ambiguous &&
           !(block->window.at_end && scan->consumed < text_size(block));
}

/* The same in an extended dialect, for any text. */
static nx_status
scan_extended(nx_csv_block *block, const nx_csv_shape *shape, nx_error *error)
{
    const size_t n = (size_t)(block->end - block->indexed);
    const bool at_end = block->window.at_end;
    nx_csv_scan *scan = &block->scan;
    const nx_status status =
        nx_csv_extended_index(block->text, n, at_end, shape->dialect, &block->ends,
                              &block->ends_capacity, scan, error);
    if (status == NX_OK && at_end && scan->consumed == n) {
        scan->consumed = text_size(block); /* with an added LF */
    }
    return status;
}

/* Finds the fields from offset `start` on. *sound is false when quotes speak against a
 * record that begins there; with `sure`, there is one whatever they say. */
static nx_status
scan_from(nx_csv_block *block, uint64_t start, const nx_csv_shape *shape, bool sure,
          bool *sound, nx_error *error)
{
    const nx_csv_dialect *dialect = shape->dialect;
    const bool extended = nx_csv_dialect_extended(dialect);
    nx_csv_scan *scan = &block->scan;
    block->text = block->window.base + (size_t)(start - block->offset);
    block->indexed = start;
    *sound = true;
    if (!(extended && nx_csv_extended_needed(dialect, block->text, text_size(block))) &&
        scan_by_parity(block, shape)) {
        return NX_OK;
    }
    nx_status status = NX_OK;
    *sound = false;
    if (extended) {
        status = scan_extended(block, shape, error);
        *sound = status == NX_OK && nx_csv_misplaced(scan) == SIZE_MAX &&
                 !(block->window.at_end && scan->consumed < text_size(block));
    }
    else if (sure) {
        nx_csv_general_scan(block->text, text_size(block), dialect, block->ends + 1,
                            scan);
    }
    return status;
}

/* The same where a record is known to begin. */
static nx_status
scan_surely(nx_csv_block *block, uint64_t start, const nx_csv_shape *shape,
            nx_error *error)
{
    bool ignored;
    return scan_from(block, start, shape, true, &ignored, error);
}

/* True if a record may end with the byte at i, quotes apart. */
static bool
may_end_record(const uint8_t *text, size_t i, const nx_csv_dialect *dialect)
{
    const nx_csv_token own = dialect->terminator;
    if (own.size > 0) {
        return i + 1 >= own.size &&
               memcmp(text + i + 1 - own.size, own.text, own.size) == 0;
    }
    return text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
}

/* One behind the last record end in text[0..n): places[0] if text[0] stands outside
 * quotes, places[1] if inside; SIZE_MAX where there is none. */
static void
find_record_starts(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
                   size_t places[2])
{
    size_t quotes = 0;
    places[0] = places[1] = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        quotes += dialect->quoting && text[i] == dialect->quote;
        if (may_end_record(text, i, dialect)) {
            places[quotes & 1] = i + 1;
        }
    }
}

nx_status
nx_csv_block_guess(nx_csv_block *block, const nx_csv_source *source, uint64_t from,
                   uint64_t to, size_t before, const nx_csv_shape *shape,
                   nx_error *error)
{
    const uint64_t offset = before < from ? from - before : 0;
    nx_status status = load(block, source, offset, (size_t)(to - offset), shape, error);
    if (status != NX_OK) {
        return status;
    }
    size_t places[2];
    bool sound = false;
    find_record_starts(block->window.base, (size_t)(from - offset), shape->dialect,
                       places);
    for (int i = 0; i < 2 && status == NX_OK && !sound; i++) {
        if (places[i] != SIZE_MAX) {
            status = scan_from(block, offset + places[i], shape, false, &sound, error);
        }
    }
    if (sound || status != NX_OK) {
        return status;
    }
    block->indexed = NX_NOWHERE;
    /* Neither looks right: stray quotes, most likely. */
    return places[0] != SIZE_MAX ? scan_surely(block, offset + places[0], shape, error)
                                 : NX_OK;
}

/* Counts the records of the index. */
static void
measure_chunk(const nx_csv_block *block, const nx_csv_shape *shape, nx_csv_chunk *chunk)
{
    const nx_csv_scan *scan = &block->scan;
    const bool open = block->window.at_end && scan->consumed < text_size(block);
    const uint64_t left = block->end - chunk->offset;
    const size_t taken = open ? text_size(block) : scan->consumed;
    chunk->rows =
        (uint32_t)(scan->records + open - (shape->skip_blank ? scan->blanks : 0));
    chunk->bytes = (uint32_t)(taken < left ? taken : left);
}

/* Nothing: the record that covers the cell belongs to a chunk before it. */
static void
make_empty(nx_csv_block *block, nx_csv_chunk *chunk)
{
    block->scan = (nx_csv_scan){
        .bad_text = SIZE_MAX, .stray_quote = SIZE_MAX, .open_quote = SIZE_MAX};
    block->indexed = NX_NOWHERE;
    chunk->rows = 0;
    chunk->bytes = 0;
}

nx_status
nx_csv_block_index(nx_csv_block *block, const nx_csv_source *source, uint64_t to,
                   const nx_csv_shape *shape, nx_csv_chunk *chunk, nx_error *error)
{
    const uint64_t start = chunk->offset;
    if (start >= to) {
        block->source = source;
        make_empty(block, chunk);
        return NX_OK;
    }
    size_t bytes = (size_t)(to - start);
    const bool loaded = block->end == to && block->offset <= start;
    nx_status status = loaded ? NX_OK : load(block, source, start, bytes, shape, error);
    if (status == NX_OK && block->indexed != start) {
        status = scan_surely(block, start, shape, error);
    }
    while (status == NX_OK && block->scan.consumed == 0 && !block->window.at_end) {
        if (bytes >= NX_CSV_RECORD_MAX) {
            nx_error_set(error, NX_ERR_OVERFLOW, 112,
                         "a record is longer than 2 GiB; is a quote left open?");
            error->byte = start;
            return NX_ERR_OVERFLOW;
        }
        bytes = bytes < NX_CSV_RECORD_MAX / 4 ? bytes * 4 : NX_CSV_RECORD_MAX;
        status = load(block, source, start, bytes, shape, error);
        if (status == NX_OK) {
            status = scan_surely(block, start, shape, error);
        }
    }
    if (status == NX_OK) {
        measure_chunk(block, shape, chunk);
    }
    return status;
}

/* ---- The runs ---- */

static bool
ends_record(const nx_csv_block *block, size_t field)
{
    return nx_csv_ends_record(block->text[block->ends[1 + field]]);
}

/* True when the fields come in rows of exactly `columns`: as many as records
 * times columns, a record end after every `columns` of them, no blank line. */
static bool
is_regular(const nx_csv_block *block, const nx_csv_shape *shape)
{
    const nx_csv_scan *scan = &block->scan;
    const size_t columns = shape->columns;
    if (scan->spans || scan->fields != scan->records * columns ||
        nx_csv_misplaced(scan) != SIZE_MAX || (shape->skip_blank && scan->blanks > 0)) {
        return false;
    }
    for (size_t field = columns - 1; field < scan->fields; field += columns) {
        if (!ends_record(block, field)) {
            return false;
        }
    }
    return true;
}

nx_status
nx_csv_block_split(nx_csv_block *block, const nx_csv_shape *shape,
                   const nx_csv_chunk *chunk, nx_error *error)
{
    const nx_csv_scan *scan = &block->scan;
    const size_t whole = scan->records - (shape->skip_blank ? scan->blanks : 0);
    nx_status status;
    block->run_count = 0;
    block->odd_count = 0;
    block->good_rows = 0;
    block->bad_status = NX_OK;
    if (shape->format != NULL) {
        return shape->format->split(block, shape, chunk, error);
    }
    const bool torn =
        scan->consumed > 0 && nx_csv_source_torn(block->source, chunk->offset,
                                                 chunk->offset + scan->consumed);
    if (!torn && is_regular(block, shape) && whole >= chunk->rows &&
        (block->dirt == NULL || block->dirt->count == 0)) {
        status = nx_csv_split_add_run(block, shape->columns, 0, 0, chunk->rows, error);
    }
    else {
        status = nx_csv_split_records(block, shape, chunk->rows, error);
    }
    block->check_utf8 =
        scan->non_ascii &&
        nx_utf8_valid_prefix(block->text, scan->consumed) < scan->consumed;
    return status;
}

nx_status
nx_csv_block_reload(nx_csv_block *block, const nx_csv_source *source,
                    const nx_csv_chunk *chunk, const nx_csv_shape *shape,
                    nx_error *error)
{
    nx_csv_chunk found = {.offset = chunk->offset};
    nx_status status = load(block, source, chunk->offset, chunk->bytes, shape, error);
    if (status != NX_OK) {
        return status;
    }
    status = scan_surely(block, chunk->offset, shape, error);
    if (status != NX_OK) {
        return status;
    }
    measure_chunk(block, shape, &found);
    /* Fewer rows than there are were wanted of the last chunk, perhaps. */
    if (found.bytes == chunk->bytes && found.rows >= chunk->rows) {
        status = nx_csv_block_split(block, shape, chunk, error);
        if (status != NX_OK || block->bad_status == NX_OK) {
            return status;
        }
    }
    return nx_csv_source_changed(error);
}

/* Comments in text[0..end). They leave no entries, so that they are looked for once
 * more. */
static nx_status
count_comments(const nx_csv_block *block, const nx_csv_shape *shape, size_t end,
               uint64_t *comments, nx_error *error)
{
    nx_csv_scan scan = {0};
    const nx_status status =
        nx_csv_extended_look(block->text, end, true, shape->dialect, &scan, error);
    *comments = scan.comments;
    return status;
}

nx_status
nx_csv_block_count(const nx_csv_block *block, const nx_csv_shape *shape,
                   const nx_csv_chunk *chunk, bool all, uint64_t *blanks,
                   uint64_t *comments, nx_error *error)
{
    const nx_csv_scan *scan = &block->scan;
    *blanks = shape->skip_blank ? scan->blanks : 0;
    *comments = scan->comments;
    if (all || (*blanks == 0 && *comments == 0)) {
        return NX_OK;
    }
    size_t row = 0, end = 0;
    *blanks = 0;
    for (size_t entry = 0; entry < scan->fields && row < chunk->rows;) {
        const nx_csv_record record =
            nx_csv_record_at(block->text, block->ends + 1 + entry, scan->spans);
        const bool blank = shape->skip_blank && record.blank;
        *blanks += blank;
        row += !blank;
        end = record.end;
        entry += record.stride;
    }
    return scan->comments == 0 ? NX_OK
                               : count_comments(block, shape, end, comments, error);
}

void
nx_csv_block_clear(nx_csv_block *block)
{
    nx_csv_window_clear(&block->window);
    nx_free(block->runs);
    nx_free(block->odd);
    nx_free(block->pairs);
    nx_free(block->ends);
    if (block->own != NULL) {
        block->clear_own(block->own);
    }
    memset(block, 0, sizeof *block);
}
