#include "csv/csv_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "csv/csv_chunk.h"
#include "csv/csv_fill.h"
#include "csv/csv_scan.h"

/* Text and index of a block (1 + 4/8 bytes a byte) stay in the second-level
 * cache while every column walks over them. */
enum {
    BLOCK_BYTES = 128 << 10
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

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the columns");
}

static nx_status
make_targets(nx_csv_fill *fill, const nx_csv_options *options, nx_error *error)
{
    const size_t columns = options->column_count;
    size_t cells;
    if (!nx_size_mul(columns, fill->map->count, &cells)) {
        return no_memory(error);
    }
    fill->targets = nx_alloc_zeroed(columns, sizeof fill->targets[0]);
    fill->written = nx_alloc_zeroed(cells, sizeof fill->written[0]);
    if (fill->targets == NULL || fill->written == NULL) {
        return no_memory(error);
    }
    fill->target_count = columns;
    for (size_t i = 0; i < columns; i++) {
        fill->targets[i].field = options->columns[i];
        fill->targets[i].rows = fill->map->rows;
    }
    return NX_OK;
}

static nx_status
finish(nx_csv_table *table, nx_csv_fill *fill, nx_error *error)
{
    table->columns = nx_alloc_zeroed(fill->target_count, sizeof table->columns[0]);
    if (table->columns == NULL) {
        return no_memory(error);
    }
    table->rows = fill->map->rows;
    table->column_count = fill->target_count;
    for (size_t i = 0; i < fill->target_count; i++) {
        size_t missing = 0;
        for (size_t chunk = 0; chunk < fill->map->count; chunk++) {
            missing += fill->written[chunk * fill->target_count + i].missing;
        }
        table->columns[i].decider = fill->targets[i].decider;
        table->columns[i].zoned = (fill->targets[i].classes & NX_CLASS_ZONED) != 0;
        if (!nx_csv_target_finish(&fill->targets[i], missing,
                                  &table->columns[i].column)) {
            return no_memory(error);
        }
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
    uint64_t byte = 0, line = 1;
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
read_columns(nx_csv_table *table, nx_csv_fill *fill, const nx_csv_options *options,
             const nx_wait *wait, nx_error *error)
{
    nx_status status = make_targets(fill, options, error);
    if (status == NX_OK) {
        status = nx_csv_fill_run(fill, wait, error);
    }
    if (status == NX_OK) {
        status = finish(table, fill, error);
    }
    if (status == NX_OK) {
        status = count_lines(table, fill->source, wait, error);
    }
    for (size_t i = 0; i < fill->target_count; i++) {
        nx_csv_target_clear(&fill->targets[i]);
    }
    nx_free(fill->targets);
    nx_free(fill->written);
    return status;
}

static size_t
chunk_bytes(size_t wanted)
{
    if (wanted == 0) {
        return BLOCK_BYTES;
    }
    return wanted < NX_CSV_RECORD_MAX ? wanted : NX_CSV_RECORD_MAX;
}

nx_status
nx_csv_read(nx_csv_table *table, const nx_csv_source *source,
            const nx_csv_options *options, const nx_wait *wait, nx_error *error)
{
    nx_error local = {0};
    nx_csv_map map = {0};
    const nx_csv_shape shape = {
        .dialect = &options->dialect,
        .scanner = scanner,
        .columns = options->fields,
        .skip_blank = options->skip_blank,
    };
    const nx_csv_map_options map_options = {
        .dialect = &options->dialect,
        .scanner = scanner,
        .chunk_bytes = chunk_bytes(options->block_bytes),
        .skip_blank = options->skip_blank,
    };
    nx_csv_fill fill = {
        .source = source, .map = &map, .shape = &shape, .threads = options->threads};
    nx_status status = nx_csv_dialect_check(&options->dialect, &local);
    if (status == NX_OK) {
        status =
            nx_csv_map_build(&map, source, options->start, &map_options, wait, &local);
    }
    if (status == NX_OK) {
        status = read_columns(table, &fill, options, wait, &local);
    }
    nx_csv_map_clear(&map);
    if (status != NX_OK) {
        nx_csv_table_clear(table);
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
    memset(table, 0, sizeof *table);
}
