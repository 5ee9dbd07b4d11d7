#include "csv/csv_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "csv/csv_compact.h"
#include "csv/csv_fill.h"

/* Text and index of a block (1 + 4/8 bytes a byte) stay in the second-level
 * cache while every column walks over them. */
enum {
    BLOCK_BYTES = 128 << 10
};

/* Records of many fields: a block has so many of them, or at least so few, or so many
 * bytes. */
enum {
    MANY_FIELDS = 256,
    WIDE_ROWS = 256,
    FEWEST_ROWS = 16,
    WIDE_BYTES = 16 << 20,
    SAMPLE_BYTES = 1 << 20
};

static const nx_csv_scanner *scanner = &nx_csv_scanner_portable;

void
nx_csv_init(nx_cpu cpu)
{
    scanner = nx_csv_scanner_for(cpu);
}

const char *
nx_csv_scanner_name(void)
{
    return scanner->name;
}

const nx_csv_scanner *
nx_csv_scanner_in_use(void)
{
    return scanner;
}

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the columns");
}

/* What a read is about. */
typedef struct read_task {
    const nx_csv_options *options;
    size_t least_bytes; /* of a record */
    nx_csv_arena arena;
    nx_csv_rejects rejects;
} read_task;

/* True when some rows may not stay. */
static bool
leaves_out(const nx_csv_options *options)
{
    return options->collect || options->left_out_count > 0;
}

/* The most rows that bytes can hold, broken records apart. */
static uint64_t
most_rows(const read_task *task, uint64_t bytes)
{
    const uint64_t rows = bytes / task->least_bytes + 1;
    const uint64_t limit =
        leaves_out(task->options) ? UINT64_MAX : task->options->row_limit;
    return rows < limit ? rows : limit;
}

/* What there is one of for each column and chunk. */
static nx_status
make_targets(nx_csv_fill *fill, read_task *task, nx_error *error)
{
    const nx_csv_options *options = task->options;
    const size_t columns = options->column_count;
    const size_t cells = nx_csv_grid_count(&fill->grid);
    size_t count;
    if (!nx_size_mul(columns, cells, &count)) {
        return no_memory(error);
    }
    fill->targets = nx_alloc_zeroed(columns, sizeof fill->targets[0]);
    fill->written = nx_alloc_zeroed(count, sizeof fill->written[0]);
    fill->chunks = nx_alloc_zeroed(cells, sizeof fill->chunks[0]);
    if (fill->targets == NULL || fill->written == NULL || fill->chunks == NULL) {
        return no_memory(error);
    }
    if (leaves_out(options)) {
        fill->sieves = nx_alloc_zeroed(cells, sizeof fill->sieves[0]);
        if (fill->sieves == NULL) {
            return no_memory(error);
        }
    }
    fill->blanks = fill->comments = 0;
    nx_csv_rejects_restart(&task->rejects);
    fill->rejects = options->collect ? &task->rejects : NULL;
    fill->target_count = columns;
    for (size_t i = 0; i < columns; i++) {
        fill->targets[i].field = options->columns[i];
        fill->targets[i].rows = most_rows(task, fill->grid.end - fill->grid.start);
        fill->targets[i].reserve = true;
        fill->targets[i].arena = &task->arena;
        if (options->requests != NULL) {
            fill->targets[i].requested = options->requests[i].type;
            fill->targets[i].limit = options->requests[i].limit;
            fill->targets[i].rules = options->requests[i].rules;
        }
    }
    return NX_OK;
}

static void
clear_targets(nx_csv_fill *fill)
{
    for (size_t i = 0; i < fill->target_count; i++) {
        nx_csv_target_clear(&fill->targets[i]);
    }
    for (size_t i = 0; fill->sieves != NULL && i < nx_csv_grid_count(&fill->grid);
         i++) {
        nx_csv_sieve_clear(&fill->sieves[i]);
    }
    nx_free(fill->sieves);
    nx_free(fill->targets);
    nx_free(fill->written);
    nx_free(fill->chunks);
    fill->sieves = NULL;
    fill->targets = NULL;
    fill->written = NULL;
    fill->chunks = NULL;
    fill->target_count = 0;
}

/* Reads a source whose rows have been counted. */
static nx_status
fill_exactly(nx_csv_fill *fill, read_task *task, const nx_wait *wait, nx_error *error)
{
    clear_targets(fill);
    nx_status status = make_targets(fill, task, error);
    if (status == NX_OK) {
        status = nx_csv_fill_count(fill, wait, error);
    }
    if (status != NX_OK) {
        return status;
    }
    for (size_t i = 0; i < fill->target_count; i++) {
        fill->targets[i].rows = fill->rows;
        fill->targets[i].reserve = false;
    }
    return nx_csv_fill_run(fill, wait, error);
}

static nx_status
fill_targets(nx_csv_fill *fill, read_task *task, const nx_wait *wait, nx_error *error)
{
    nx_status status = make_targets(fill, task, error);
    if (status == NX_OK) {
        status = nx_csv_fill_run(fill, wait, error);
    }
    /* No room for as many rows as there might be, or more of them than the first ones
     * promised: count them. */
    return status == NX_ERR_MEMORY ? fill_exactly(fill, task, wait, error) : status;
}

/* Lists the records that are left out, `count` of them. */
static bool
list_left_out(nx_csv_table *table, const nx_csv_fill *fill, size_t count)
{
    table->out = nx_buffer_new(count, sizeof(uint64_t));
    if (table->out == NULL) {
        return false;
    }
    uint64_t *numbers = nx_buffer_data(table->out);
    for (size_t i = 0; i < nx_csv_grid_count(&fill->grid); i++) {
        const uint8_t *bits = fill->sieves[i].bits;
        for (size_t row = 0; bits != NULL && row < fill->chunks[i].rows; row++) {
            if ((bits[row / 8] >> row % 8 & 1) != 0) {
                *numbers++ = fill->chunks[i].first_row + row;
            }
        }
    }
    return true;
}

/* Counts the records that are left out, and makes the columns dense. */
static nx_status
leave_out(nx_csv_table *table, nx_csv_fill *fill, bool tell, const nx_wait *wait,
          nx_error *error)
{
    const size_t cells = nx_csv_grid_count(&fill->grid);
    size_t count = 0;
    for (size_t i = 0; fill->sieves != NULL && i < cells; i++) {
        count += fill->sieves[i].out;
        table->rejected += fill->sieves[i].rejected;
    }
    if (count == 0) {
        return NX_OK;
    }
    if (tell && !list_left_out(table, fill, count)) {
        return no_memory(error);
    }
    return nx_csv_compact(fill->targets, fill->target_count, fill->chunks, fill->sieves,
                          cells, fill->threads, &fill->rows, wait, error);
}

static nx_status
finish(nx_csv_table *table, nx_csv_fill *fill, nx_error *error)
{
    const size_t cells = nx_csv_grid_count(&fill->grid);
    table->columns = nx_alloc_zeroed(fill->target_count, sizeof table->columns[0]);
    if (table->columns == NULL) {
        return no_memory(error);
    }
    table->rows = fill->rows;
    memcpy(table->spent, fill->spent, sizeof table->spent);
    table->column_count = fill->target_count;
    for (size_t i = 0; i < fill->target_count; i++) {
        size_t missing = 0;
        for (size_t chunk = 0; chunk < cells; chunk++) {
            missing += fill->written[chunk * fill->target_count + i].missing;
        }
        nx_csv_column *const read = &table->columns[i];
        read->decider = fill->targets[i].decider;
        read->zoned = nx_csv_target_zoned(&fill->targets[i]);
        if (!nx_csv_target_finish(&fill->targets[i], fill->rows, missing,
                                  &read->column)) {
            return no_memory(error);
        }
        /* In a column of strings not all fields were looked at: which ones, depends on
         * the threads. */
        read->zoned = read->zoned && nx_type_is_time(read->column.type);
    }
    return NX_OK;
}

static int
by_place(const void *a, const void *b)
{
    const nx_csv_column *const *left = a, *const *right = b;
    const uint64_t x = (*left)->decider.byte, y = (*right)->decider.byte;
    return (x > y) - (x < y);
}

/* Names the line of every decider, in one walk over the source. */
static nx_status
count_lines(nx_csv_table *table, const nx_csv_source *source, const nx_wait *wait,
            nx_error *error)
{
    nx_csv_column **decided = nx_alloc(table->column_count, sizeof decided[0]);
    if (decided == NULL) {
        return no_memory(error);
    }
    size_t count = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].decider.classes != 0) {
            decided[count++] = &table->columns[i];
        }
    }
    qsort(decided, count, sizeof decided[0], by_place);
    nx_status status = NX_OK;
    uint64_t byte = NX_CSV_SOURCE_BEGIN, line = 1;
    for (size_t i = 0; i < count && status == NX_OK; i++) {
        uint64_t more;
        const uint64_t next = decided[i]->decider.byte;
        status = nx_csv_count_lines(source, byte, next, &more, wait, error);
        byte = next;
        line += status == NX_OK ? more : 0;
        decided[i]->line = line;
    }
    nx_free(decided);
    return status;
}

static nx_status
finish_columns(nx_csv_table *table, nx_csv_fill *fill, bool tell, const nx_wait *wait,
               nx_error *error)
{
    nx_status status = leave_out(table, fill, tell, wait, error);
    table->blanks = fill->blanks;
    table->comments = fill->comments;
    if (status == NX_OK) {
        status = finish(table, fill, error);
    }
    return status == NX_OK ? count_lines(table, fill->source, wait, error) : status;
}

static nx_status
read_columns(nx_csv_table *table, nx_csv_fill *fill, read_task *task,
             const nx_wait *wait, nx_error *error)
{
    nx_mutex_init(&task->arena.lock);
    nx_csv_rejects_init(&task->rejects);
    nx_status status = fill_targets(fill, task, wait, error);
    table->exceeded = status == NX_OK && task->rejects.exceeded;
    if (status == NX_OK && task->options->collect) {
        status = nx_csv_rejects_finish(&task->rejects, fill->source, &table->rejects,
                                       wait, error);
    }
    if (status == NX_OK && !table->exceeded) {
        status = finish_columns(table, fill, task->options->tell_out, wait, error);
    }
    clear_targets(fill);
    nx_csv_rejects_clear(&task->rejects);
    nx_csv_arena_clear(&task->arena);
    nx_mutex_destroy(&task->arena.lock);
    return status;
}

/* ---- The grid ---- */

/* Bytes of the first records, on average; 0 if there is none in sight. */
static nx_status
sample_record_bytes(const nx_csv_source *source, const nx_csv_scanner *counter,
                    const nx_csv_options *options, size_t *bytes, nx_error *error)
{
    nx_csv_window window = {0};
    const nx_status status =
        nx_csv_window_load(&window, source, options->start, SAMPLE_BYTES, error);
    *bytes = 0;
    if (status == NX_OK) {
        nx_csv_scan scan;
        counter->count(window.base, window.n, &options->dialect, &scan);
        *bytes = scan.records == 0 ? window.n : scan.consumed / scan.records;
    }
    nx_csv_window_clear(&window);
    return status;
}

/* Columns are walked one at a time, so that a block should have some rows; and threads
 * want some blocks each. */
static size_t
wide_cell_bytes(size_t record_bytes, uint64_t size, unsigned threads)
{
    const uint64_t share = size / (4 * (uint64_t)(threads == 0 ? 1 : threads));
    uint64_t bytes = (uint64_t)record_bytes * WIDE_ROWS;
    bytes = bytes < share ? bytes : share;
    if (bytes < (uint64_t)record_bytes * FEWEST_ROWS) {
        bytes = (uint64_t)record_bytes * FEWEST_ROWS;
    }
    bytes = bytes < BLOCK_BYTES ? BLOCK_BYTES : bytes;
    return bytes > WIDE_BYTES ? WIDE_BYTES : (size_t)bytes;
}

nx_status
nx_csv_cell_bytes(const nx_csv_source *source, const nx_csv_scanner *counter,
                  const nx_csv_options *options, size_t *cell_bytes, nx_error *error)
{
    nx_status status = NX_OK;
    size_t bytes = options->block_bytes;
    if (bytes == 0) {
        bytes = BLOCK_BYTES;
        if (options->fields >= MANY_FIELDS) {
            size_t record_bytes;
            status =
                sample_record_bytes(source, counter, options, &record_bytes, error);
            bytes = wide_cell_bytes(record_bytes, source->size, options->threads);
        }
    }
    *cell_bytes = bytes < NX_CSV_RECORD_MAX / 2 ? bytes : NX_CSV_RECORD_MAX / 2;
    return status;
}

nx_status
nx_csv_read_shaped(nx_csv_table *table, const nx_csv_source *source,
                   const nx_csv_shape *shape, size_t least_bytes, size_t cell_bytes,
                   const nx_csv_options *options, const nx_wait *wait, nx_error *error)
{
    read_task task = {
        .options = options,
        .least_bytes = least_bytes,
        .rejects = {.most = options->most_rejects, .limit = options->max_rejects}};
    nx_csv_fill fill = {
        .source = source,
        .shape = shape,
        .grid = {.start = options->start,
                 .end = source->size,
                 .cell_bytes = cell_bytes},
        .row_limit = options->row_limit,
        .left_out = options->left_out,
        .left_out_count = options->left_out_count,
        .threads = options->threads,
    };
    const nx_status status = read_columns(table, &fill, &task, wait, error);
    if (status != NX_OK) {
        nx_csv_table_clear(table);
    }
    return status;
}

nx_status
nx_csv_read(nx_csv_table *table, const nx_csv_source *source,
            const nx_csv_options *options, const nx_wait *wait, nx_error *error)
{
    nx_error local = {0};
    size_t cell_bytes = 0;
    const nx_csv_shape shape = {
        .dialect = &options->dialect,
        .scanner = scanner,
        .columns = options->fields,
        .skip_blank = options->skip_blank,
        .pad = options->pad,
        .truncate = options->truncate,
    };
    /* Its delimiters and its end. */
    const size_t least =
        options->fields > 1 ? options->fields : (size_t)1 + options->skip_blank;
    nx_status status = nx_csv_dialect_check(&options->dialect, &local);
    if (status == NX_OK) {
        status = nx_csv_cell_bytes(source, scanner, options, &cell_bytes, &local);
    }
    if (status == NX_OK) {
        status = nx_csv_read_shaped(table, source, &shape, least, cell_bytes, options,
                                    wait, &local);
    }
    if (status != NX_OK) {
        nx_csv_locate(source, wait, &local);
        if (error != NULL) {
            *error = local;
        }
    }
    return status;
}

void
nx_csv_table_clear(nx_csv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        nx_column_clear(&table->columns[i].column);
    }
    nx_free(table->columns);
    nx_csv_reject_table_clear(&table->rejects);
    nx_buffer_release(table->out);
    memset(table, 0, sizeof *table);
}
