#include "json/json_read.h"

#include <string.h>

#include "base/alloc.h"
#include "csv/csv_fill.h"
#include "json/json_explain.h"
#include "json/json_kernels.h"
#include "json/json_scan.h"

enum {
    LEAST_BYTES = 3, /* of a record: {} and a line feed */
    COUNT_BYTES = 256 << 10,
    MANY_COLUMNS = 256
};

/* A table of that many cells is always let through; a larger one if it has no more than
 * so many for each byte of its source. */
#define FREE_CELLS     (UINT64_C(1) << 24)
#define CELLS_PER_BYTE 16

static const nx_csv_scanner *scanner = &nx_json_scanner_portable;

void
nx_json_read_init(nx_cpu cpu)
{
    scanner = nx_json_scanner_for(cpu);
}

/* What the passes have of CSV: strings have quotes around them, in messages too. */
static const nx_csv_dialect dialect = {
    .delimiter = ',', .quote = '"', .quoting = true, .no_doubling = true};

static const nx_csv_format format = {.split = nx_json_split,
                                     .kernel = nx_json_kernel_run};

nx_csv_shape
nx_json_shape(nx_json_walk *shared)
{
    return (nx_csv_shape){
        .dialect = &dialect,
        .scanner = scanner,
        .columns = 1,
        .skip_blank = true,
        .format = &format,
        .context = shared,
    };
}

nx_status
nx_json_start(const nx_csv_source *source, uint64_t *start, nx_error *error)
{
    nx_csv_window window = {0};
    const nx_status status = nx_csv_window_load(&window, source, 0, 3, error);
    const bool mark =
        status == NX_OK && window.n >= 3 && memcmp(window.base, "\xEF\xBB\xBF", 3) == 0;
    nx_csv_window_clear(&window);
    *start = mark ? 3 : 0;
    return status;
}

nx_status
nx_json_walk_begin(nx_json_walk *shared, nx_json_keys *keys,
                   const nx_csv_source *source, const nx_json_options *options,
                   nx_error *error)
{
    const uint64_t most = source->size * CELLS_PER_BYTE;
    *keys = (nx_json_keys){0};
    *shared = (nx_json_walk){
        .keys = keys,
        .slot_count = options->column_count,
        .nested_text = options->nested_text,
        .most_cells = most > FREE_CELLS ? most : FREE_CELLS,
    };
    nx_mutex_init(&shared->lock);
    for (size_t i = 0; i < options->key_count; i++) {
        const nx_span *key = &options->keys[i];
        uint32_t number;
        const nx_status status =
            nx_json_keys_add(keys, key->text, key->length, &number, error);
        if (status != NX_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < options->column_count; i++) {
        keys->keys[options->columns[i]].slot = (uint32_t)i;
    }
    return NX_OK;
}

void
nx_json_walk_end(nx_json_walk *shared)
{
    nx_json_keys_clear(&shared->further);
    nx_mutex_destroy(&shared->lock);
}

/* ---- Reading ---- */

/* The walk over a source that counts its records. */
typedef struct record_count {
    const nx_csv_source *source;
    uint64_t start;
    uint64_t records; /* at least so many */
    nx_csv_window window;
} record_count;

/* Counts the line feeds of one step, but for those with nothing but blanks before them
 * in it: no line of blanks counts, and no record whose end alone is in the step. */
static nx_status
count_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    record_count *count = context;
    nx_csv_scan scan;
    (void)worker;
    const uint64_t at = count->start + (uint64_t)item * COUNT_BYTES;
    const nx_status status =
        nx_csv_window_load(&count->window, count->source, at, COUNT_BYTES, error);
    if (status == NX_OK) {
        scanner->count(count->window.base, count->window.n, &dialect, &scan);
        count->records += scan.records - scan.blanks;
    }
    return status;
}

/* Refuses a table that would be far larger than its source, before it takes memory.
 * With few columns that shows soon enough while they are filled, and with few rows it
 * cannot be. */
static nx_status
check_size(const nx_json_walk *shared, const nx_csv_source *source,
           const nx_json_options *options, uint64_t start, const nx_wait *wait,
           nx_error *error)
{
    record_count count = {.source = source, .start = start};
    if (options->column_count < MANY_COLUMNS ||
        nx_json_walk_check_size(shared, options->row_limit, NULL) == NX_OK) {
        return NX_OK;
    }
    const uint64_t left = source->size - start;
    const size_t steps = (size_t)(left / COUNT_BYTES + (left % COUNT_BYTES != 0));
    const nx_status status = nx_parallel_for(steps, 1, count_step, &count, wait, error);
    nx_csv_window_clear(&count.window);
    if (status != NX_OK) {
        return status;
    }
    const uint64_t rows =
        count.records < options->row_limit ? count.records : options->row_limit;
    return nx_json_walk_check_size(shared, rows, error);
}

/* The targets of the columns are their slots. */
static nx_status
read_records(nx_csv_table *table, nx_json_walk *shared, const nx_csv_source *source,
             const nx_json_options *options, uint64_t start, const nx_wait *wait,
             nx_error *error)
{
    size_t *slots = nx_alloc(options->column_count, sizeof slots[0]);
    if (slots == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the columns");
    }
    for (size_t i = 0; i < options->column_count; i++) {
        slots[i] = i;
    }
    const nx_csv_shape shape = nx_json_shape(shared);
    const nx_csv_options of_csv = {
        .dialect = dialect,
        .start = start,
        .fields = options->key_count,
        .columns = slots,
        .column_count = options->column_count,
        .requests = options->requests,
        .block_bytes = options->block_bytes,
        .threads = options->threads,
        .row_limit = options->row_limit,
    };
    size_t cell_bytes;
    nx_status status = nx_csv_cell_bytes(source, scanner, &of_csv, &cell_bytes, error);
    if (status == NX_OK) {
        status = nx_csv_read_shaped(table, source, &shape, LEAST_BYTES, cell_bytes,
                                    &of_csv, wait, error);
    }
    nx_free(slots);
    return status;
}

nx_status
nx_json_read(nx_csv_table *table, nx_json_keys *further, const nx_csv_source *source,
             const nx_json_options *options, const nx_wait *wait, nx_error *error)
{
    nx_error local = {0};
    nx_json_keys keys;
    nx_json_walk shared;
    uint64_t start = 0;
    *further = (nx_json_keys){0};
    nx_status status = nx_json_walk_begin(&shared, &keys, source, options, &local);
    if (status == NX_OK) {
        status = nx_json_start(source, &start, &local);
    }
    if (status == NX_OK) {
        status = check_size(&shared, source, options, start, wait, &local);
    }
    if (status == NX_OK) {
        status = read_records(table, &shared, source, options, start, wait, &local);
    }
    if (status != NX_OK) {
        nx_json_explain(source, start, &local);
        status = local.status; /* of a value that the record is no JSON around */
        if (local.column != NX_NOWHERE) {
            local.column = options->columns[local.column];
        }
        nx_csv_locate(source, wait, &local);
        if (error != NULL) {
            *error = local;
        }
    }
    *further = shared.further;
    shared.further = (nx_json_keys){0};
    nx_json_walk_end(&shared);
    nx_json_keys_clear(&keys);
    return status;
}

/* ---- Keys ---- */

/* Walks over the first records once. */
static nx_status
meet_keys(nx_json_walk *shared, const nx_csv_source *source, uint64_t start,
          size_t bytes, uint64_t rows, nx_error *error)
{
    const nx_csv_shape shape = nx_json_shape(shared);
    nx_csv_block block = {0};
    nx_csv_chunk chunk = {.offset = start};
    const uint64_t left = source->size - start;
    nx_status status = nx_csv_block_index(
        &block, source, start + (left < bytes ? left : bytes), &shape, &chunk, error);
    if (status == NX_OK) {
        chunk.rows = chunk.rows < rows ? chunk.rows : (uint32_t)rows;
        status = nx_csv_block_split(&block, &shape, &chunk, error);
    }
    nx_csv_block_clear(&block);
    return status;
}

/* Moves all keys of `from` to `to`, places included. */
static nx_status
move_keys(nx_json_keys *to, const nx_json_keys *from, nx_error *error)
{
    for (size_t i = 0; i < from->count; i++) {
        const nx_json_key *key = &from->keys[i];
        uint32_t number;
        const nx_status status = nx_json_keys_add(to, nx_json_keys_text(from, i),
                                                  key->length, &number, error);
        if (status != NX_OK) {
            return status;
        }
        to->keys[number].row = key->row;
        to->keys[number].place = key->place;
    }
    return NX_OK;
}

nx_status
nx_json_first_keys(nx_json_keys *further, const nx_csv_source *source, size_t bytes,
                   const nx_json_options *options, nx_error *error)
{
    nx_json_keys keys;
    nx_json_walk shared;
    uint64_t start = 0;
    const nx_json_options plain = {.keys = options->keys,
                                   .key_count = options->key_count};
    nx_status status = nx_json_walk_begin(&shared, &keys, source, &plain, error);
    shared.keys_only = true;
    if (status == NX_OK) {
        status = nx_json_start(source, &start, error);
    }
    /* The first record, and then the others: they mostly have its keys, and keys that
     * are known cost less. */
    for (int step = 0; step < 2 && status == NX_OK; step++) {
        status = meet_keys(&shared, source, start, bytes,
                           step == 0 && options->row_limit > 0 ? 1 : options->row_limit,
                           error);
        if (status == NX_OK) {
            status = move_keys(further, &shared.further, error);
        }
        if (status == NX_OK) {
            status = move_keys(&keys, &shared.further, error);
        }
        nx_json_keys_clear(&shared.further);
    }
    nx_json_walk_end(&shared);
    nx_json_keys_clear(&keys);
    return status;
}
