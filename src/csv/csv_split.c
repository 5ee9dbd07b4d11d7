#include "csv/csv_split.h"

#include "base/alloc.h"
#include "csv/csv_extended.h"
#include "csv/csv_general.h"
#include "csv/csv_record.h"

/* The runs that records come in. */
typedef enum run_kind {
    NO_RUN,
    REGULAR,
    ODD
} run_kind;

typedef struct split_walk {
    nx_csv_block *block;
    const nx_csv_shape *shape;
    nx_error *error;
    size_t row;
    size_t entry; /* of the record at hand, in the index */
    run_kind open;
    size_t run_row, run_entry, run_odd; /* where the open run began */
    /* The first quote or text out of place; for records behind that one the scan of
     * the block says nothing, and each is scanned by itself. */
    size_t misplaced;
    bool one_by_one;
    bool torn; /* lines are left out of some record */
} split_walk;

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the block index");
}

/* ---- Runs ---- */

static nx_status
push_run(nx_csv_block *block, const nx_csv_run *run, nx_error *error)
{
    if (block->run_count == block->run_capacity) {
        const size_t capacity = block->run_capacity == 0 ? 8 : block->run_capacity * 2;
        nx_csv_run *runs =
            nx_realloc(block->runs, block->run_capacity, capacity, sizeof runs[0]);
        if (runs == NULL) {
            return no_memory(error);
        }
        block->runs = runs;
        block->run_capacity = capacity;
    }
    block->runs[block->run_count++] = *run;
    block->good_rows += run->rows;
    return NX_OK;
}

nx_status
nx_csv_split_add_run(nx_csv_block *block, size_t columns, size_t first_entry,
                     size_t first_row, size_t rows, nx_error *error)
{
    if (rows == 0) { /* of a block that may have no index */
        return NX_OK;
    }
    const nx_csv_run run = {
        .text = block->text,
        .ends = block->ends + 1 + first_entry,
        .stride = nx_csv_record_stride(columns, block->scan.spans),
        .rows = rows,
        .first_row = first_row,
        .quotes = block->scan.quotes,
        .escapes = block->scan.spans,
    };
    return push_run(block, &run, error);
}

/* Ends the open run before the record at hand. */
static nx_status
close_run(split_walk *walk)
{
    nx_csv_block *block = walk->block;
    const run_kind kind = walk->open;
    const size_t rows = walk->row - walk->run_row;
    walk->open = NO_RUN;
    if (kind == REGULAR) {
        return nx_csv_split_add_run(block, walk->shape->columns, walk->run_entry,
                                    walk->run_row, rows, walk->error);
    }
    const nx_csv_run run = {
        .text = block->text,
        .stride = 2,
        .rows = rows,
        .first_row = walk->run_row,
        .first_odd = walk->run_odd,
        .quotes = block->scan.quotes,
        .escapes = block->scan.spans,
    };
    return kind == NO_RUN ? NX_OK : push_run(block, &run, walk->error);
}

/* Makes the record at hand one of a run of this kind. */
static nx_status
join_run(split_walk *walk, run_kind kind)
{
    nx_status status = NX_OK;
    if (walk->open != kind) {
        status = close_run(walk);
        walk->open = kind;
        walk->run_row = walk->row;
        walk->run_entry = walk->entry;
        walk->run_odd = walk->block->odd_count;
    }
    return status;
}

/* ---- Odd records ---- */

static size_t
trimmed_end(const nx_csv_block *block, const nx_csv_record *record)
{
    return nx_csv_record_text_end(record, block->text, block->scan.spans);
}

static nx_status
add_odd(split_walk *walk, const nx_csv_record *record)
{
    nx_csv_block *block = walk->block;
    if (block->odd_count == block->odd_capacity) {
        const size_t capacity = block->odd_capacity == 0 ? 16 : 2 * block->odd_capacity;
        nx_csv_odd *odd =
            nx_realloc(block->odd, block->odd_capacity, capacity, sizeof odd[0]);
        if (odd == NULL) {
            return no_memory(walk->error);
        }
        block->odd = odd;
        uint32_t *pairs = nx_realloc(block->pairs, 2 * block->odd_capacity,
                                     2 * capacity, sizeof pairs[0]);
        if (pairs == NULL) {
            return no_memory(walk->error);
        }
        block->pairs = pairs;
        block->odd_capacity = capacity;
    }
    const nx_status status = join_run(walk, ODD);
    block->odd[block->odd_count++] = (nx_csv_odd){
        .entry = (uint32_t)walk->entry,
        .fields = (uint32_t)record->fields,
        .begin = (uint32_t)record->start,
        .end = (uint32_t)trimmed_end(block, record),
    };
    return status;
}

nx_csv_run
nx_csv_split_run(nx_csv_block *block, const nx_csv_run *run, size_t field,
                 size_t *column)
{
    nx_csv_run made = *run;
    const size_t slot = nx_csv_record_slot(field, block->scan.spans);
    *column = slot;
    if (run->ends != NULL) {
        return made;
    }
    uint32_t *pairs = block->pairs + 2 * run->first_odd;
    for (size_t i = 0; i < run->rows; i++) {
        const nx_csv_odd *odd = &block->odd[run->first_odd + i];
        const uint32_t *end = block->ends + 1 + odd->entry + slot;
        if (field >= odd->fields) {
            pairs[2 * i] = odd->end - 1; /* an empty field, where the record ends */
            pairs[2 * i + 1] = odd->end;
        }
        else {
            pairs[2 * i] = end[-1];
            pairs[2 * i + 1] = field + 1 == odd->fields ? odd->end : end[0];
        }
    }
    made.ends = pairs + 1;
    *column = 0;
    return made;
}

void
nx_csv_split_extent(const nx_csv_block *block, const nx_csv_run *run, size_t row,
                    uint32_t *begin, uint32_t *end)
{
    if (run->ends == NULL) {
        *begin = block->odd[run->first_odd + row].begin;
        *end = block->odd[run->first_odd + row].end;
        return;
    }
    const nx_csv_record record =
        nx_csv_record_at(block->text, run->ends + row * run->stride, block->scan.spans);
    *begin = (uint32_t)record.start;
    *end = (uint32_t)trimmed_end(block, &record);
}

/* ---- Flaws ---- */

/* Scans text[begin..end) of the block by itself, for what is out of place in it. */
static nx_status
scan_alone(split_walk *walk, size_t begin, size_t end, nx_csv_scan *scan)
{
    const nx_csv_block *block = walk->block;
    const nx_csv_dialect *dialect = walk->shape->dialect;
    const uint8_t *text = block->text + begin;
    const size_t n = end - begin;
    if (!nx_csv_dialect_extended(dialect)) {
        nx_csv_general_scan(text, n, dialect, NULL, scan);
        return NX_OK;
    }
    return nx_csv_extended_look(text, n, true, dialect, scan, walk->error);
}

/* Takes note of a flaw of the record at hand; *stop tells if that ends the walk. */
static nx_status
report(split_walk *walk, nx_csv_flaw *flaw, bool *stop)
{
    nx_csv_block *block = walk->block;
    flaw->row = (uint32_t)walk->row;
    flaw->field = NX_CSV_NO_FIELD;
    if (block->dirt != NULL && block->dirt->collects) {
        return nx_csv_dirt_add(block->dirt, flaw) ? NX_OK : no_memory(walk->error);
    }
    nx_csv_flaw_error(flaw, block->text, walk->shape->dialect, &block->bad);
    block->bad_status = block->bad.status;
    block->bad_row = walk->row;
    block->bad.byte = flaw->byte;
    *stop = true;
    return NX_OK;
}

/* The flaw of a quote or text out of place in text[begin..end), a record; its status is
 * NX_OK if there is none. */
static nx_status
find_misplaced(split_walk *walk, size_t begin, size_t end, nx_csv_flaw *flaw)
{
    const nx_csv_scan *scan = &walk->block->scan;
    nx_csv_scan alone;
    size_t offset = 0;
    *flaw = (nx_csv_flaw){.begin = (uint32_t)begin, .end = (uint32_t)end};
    if (walk->one_by_one) {
        const nx_status status = scan_alone(walk, begin, end, &alone);
        if (status != NX_OK) {
            return status;
        }
        scan = &alone;
        offset = begin;
    }
    else if (walk->misplaced >= end) {
        return NX_OK;
    }
    const size_t at = nx_csv_misplaced(scan);
    walk->one_by_one = true;
    if (at != SIZE_MAX) {
        flaw->status = NX_ERR_DIALECT;
        flaw->code = scan->bad_text < scan->stray_quote ? 201 : 203;
        flaw->byte = (uint32_t)(at + offset);
    }
    return NX_OK;
}

static bool
is_odd(const nx_csv_shape *shape, size_t fields)
{
    return fields < shape->columns ? shape->pad : shape->truncate;
}

/* True if lines are left out of a record. */
static bool
is_torn(const split_walk *walk, const nx_csv_record *record)
{
    const nx_csv_block *block = walk->block;
    return walk->torn &&
           nx_csv_source_torn(block->source, block->indexed + record->start,
                              block->indexed + trimmed_end(block, record));
}

/* Puts the record at hand where it belongs. */
static nx_status
sort_record(split_walk *walk, const nx_csv_record *record, bool *stop)
{
    const nx_csv_shape *shape = walk->shape;
    const size_t end = trimmed_end(walk->block, record);
    nx_csv_flaw flaw;
    nx_status status = find_misplaced(walk, record->start, end, &flaw);
    if (status != NX_OK) {
        return status;
    }
    if (nx_csv_dirt_has(walk->block->dirt, walk->row)) {
        return close_run(walk);
    }
    if (is_torn(walk, record)) {
        flaw.status = NX_ERR_DIALECT;
        flaw.code = 121;
        flaw.byte = flaw.begin;
    }
    if (flaw.status == NX_OK && record->fields == shape->columns) {
        return join_run(walk, REGULAR);
    }
    if (flaw.status == NX_OK && is_odd(shape, record->fields)) {
        return add_odd(walk, record);
    }
    if (flaw.status == NX_OK) {
        flaw.status = NX_ERR_RAGGED;
        flaw.code = 301;
        flaw.byte = flaw.begin;
        flaw.size = (uint32_t)record->fields;
        flaw.limit = (int64_t)shape->columns;
    }
    status = close_run(walk);
    return status == NX_OK ? report(walk, &flaw, stop) : status;
}

/* The last record, if a quote in it stays open: the index does not have it. What is
 * out of place in an earlier field of it is reported first. */
static nx_status
report_open_quote(split_walk *walk)
{
    nx_csv_block *block = walk->block;
    const nx_csv_scan *scan = &block->scan;
    const size_t size = (size_t)(block->end - block->indexed);
    nx_csv_flaw flaw;
    bool ignored;
    if (scan->open_quote == SIZE_MAX || nx_csv_dirt_has(block->dirt, walk->row)) {
        return NX_OK;
    }
    const nx_status status = find_misplaced(walk, scan->consumed, size, &flaw);
    if (status != NX_OK) {
        return status;
    }
    if (flaw.status == NX_OK) {
        flaw.status = NX_ERR_DIALECT;
        flaw.code = 202;
        flaw.byte = (uint32_t)scan->open_quote;
    }
    return report(walk, &flaw, &ignored);
}

/* True for a record that just goes on with a regular run. */
static bool
is_usual(const split_walk *walk, const nx_csv_record *record)
{
    const nx_csv_dirt *dirt = walk->block->dirt;
    return walk->open == REGULAR && record->fields == walk->shape->columns &&
           !walk->one_by_one && !walk->torn && record->end < walk->misplaced &&
           (dirt == NULL || dirt->count == 0);
}

nx_status
nx_csv_split_records(nx_csv_block *block, const nx_csv_shape *shape, size_t rows,
                     nx_error *error)
{
    const nx_csv_scan *scan = &block->scan;
    split_walk walk = {
        .block = block,
        .shape = shape,
        .error = error,
        .misplaced = nx_csv_misplaced(scan),
        .torn =
            scan->consumed > 0 && nx_csv_source_torn(block->source, block->indexed,
                                                     block->indexed + scan->consumed),
    };
    nx_status status = NX_OK;
    bool stop = false;
    while (walk.entry < scan->fields && walk.row < rows && status == NX_OK && !stop) {
        const nx_csv_record record =
            nx_csv_record_at(block->text, block->ends + 1 + walk.entry, scan->spans);
        if (shape->skip_blank && record.blank) {
            status = close_run(&walk);
        }
        else if (is_usual(&walk, &record)) {
            walk.row++;
        }
        else {
            status = sort_record(&walk, &record, &stop);
            walk.row += !stop;
        }
        walk.entry += record.stride;
    }
    if (status == NX_OK && !stop) {
        status = close_run(&walk);
    }
    /* There is a row more than the index has. */
    return status == NX_OK && !stop && walk.row < rows ? report_open_quote(&walk)
                                                       : status;
}
