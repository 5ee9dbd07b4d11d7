#include "csv/csv_chunk.h"

#include <string.h>

#include "base/alloc.h"
#include "csv/csv_general.h"

enum {
    STEP_BYTES = 16 << 20
};

static nx_status
map_append(nx_csv_map *map, nx_csv_chunk chunk, nx_error *error)
{
    if (map->count == map->capacity) {
        const size_t capacity = map->capacity == 0 ? 64 : map->capacity * 2;
        nx_csv_chunk *chunks =
            nx_realloc(map->chunks, map->capacity, capacity, sizeof chunks[0]);
        if (chunks == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the chunk map");
        }
        map->chunks = chunks;
        map->capacity = capacity;
    }
    chunk.first_row = map->rows;
    map->chunks[map->count++] = chunk;
    map->rows += chunk.rows;
    return NX_OK;
}

/* Scans a window that starts at a record; true when it holds a whole record
 * (or all that is left). */
static bool
scan_window(const nx_csv_window *window, const nx_csv_map_options *options,
            nx_csv_scan *scan)
{
    options->scanner->count(window->base, window->n, options->dialect, scan);
    if (scan->ambiguous) {
        nx_csv_general_scan(window->base, window->n, options->dialect, NULL, scan);
    }
    if (window->at_end && scan->consumed < window->n) {
        scan->records++; /* open quote at the end of the source: one bad record */
        scan->consumed = window->n;
    }
    return scan->records > 0;
}

/* One chunk at `offset`; *next is where the one after it starts. */
static nx_status
map_chunk(nx_csv_map *map, const nx_csv_source *source, uint64_t offset,
          const nx_csv_map_options *options, nx_csv_window *window, uint64_t *next,
          nx_error *error)
{
    nx_csv_scan scan;
    size_t bytes = options->chunk_bytes;
    for (;;) {
        nx_status status = nx_csv_window_load(window, source, offset, bytes, error);
        if (status != NX_OK) {
            return status;
        }
        if (scan_window(window, options, &scan)) {
            break;
        }
        if (bytes >= NX_CSV_RECORD_MAX) {
            nx_error_set(error, NX_ERR_OVERFLOW, 112,
                         "a record is longer than 2 GiB; is a quote left open?");
            error->byte = offset;
            return NX_ERR_OVERFLOW;
        }
        bytes = bytes < NX_CSV_RECORD_MAX / 4 ? bytes * 4 : NX_CSV_RECORD_MAX;
    }
    const uint64_t left = source->size - offset;
    const uint64_t taken = scan.consumed < left ? scan.consumed : left;
    const nx_csv_chunk chunk = {
        .offset = offset,
        .rows = (uint32_t)(scan.records - (options->skip_blank ? scan.blanks : 0)),
        .bytes = (uint32_t)taken,
    };
    *next = offset + taken;
    return map_append(map, chunk, error);
}

/* The walk over a source, in steps between which the caller's poll has its turn. */
typedef struct map_walk {
    nx_csv_map *map;
    const nx_csv_source *source;
    const nx_csv_map_options *options;
    nx_csv_window window;
    uint64_t start;
    uint64_t at;
} map_walk;

/* Maps the chunks that begin in step `item`. */
static nx_status
map_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    map_walk *walk = context;
    (void)worker;
    const uint64_t bound = walk->start + ((uint64_t)item + 1) * STEP_BYTES;
    const uint64_t end = bound < walk->source->size ? bound : walk->source->size;
    nx_status status = NX_OK;
    while (walk->at < end && status == NX_OK) {
        status = map_chunk(walk->map, walk->source, walk->at, walk->options,
                           &walk->window, &walk->at, error);
    }
    return status;
}

nx_status
nx_csv_map_build(nx_csv_map *map, const nx_csv_source *source, uint64_t start,
                 const nx_csv_map_options *options, const nx_wait *wait,
                 nx_error *error)
{
    map_walk walk = {
        .map = map, .source = source, .options = options, .start = start, .at = start};
    const uint64_t bytes = source->size - start;
    const size_t steps = (size_t)((bytes + STEP_BYTES - 1) / STEP_BYTES);
    const nx_status status = nx_parallel_for(steps, 1, map_step, &walk, wait, error);
    nx_csv_window_clear(&walk.window);
    return status;
}

void
nx_csv_map_clear(nx_csv_map *map)
{
    nx_free(map->chunks);
    memset(map, 0, sizeof *map);
}
