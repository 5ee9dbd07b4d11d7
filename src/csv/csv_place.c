#include "csv/csv_place.h"

#include "base/alloc.h"
#include "csv/csv_general.h"

enum {
    WINDOW_BYTES = 256 << 10
};

/* The walk from window to window, each of which starts at a record. */
typedef struct place_walk {
    const nx_csv_source *source;
    const nx_csv_shape *shape;
    nx_csv_window window;
    uint64_t at;   /* the next window */
    uint64_t rows; /* still to pass */
    size_t field;
    bool found;
    uint64_t byte;
} place_walk;

static nx_status
changed(nx_error *error)
{
    return nx_error_set(error, NX_ERR_CHANGED, 113,
                        "the file was changed while it was read");
}

static void
scan(const place_walk *walk, uint32_t *ends, nx_csv_scan *result)
{
    const nx_csv_shape *shape = walk->shape;
    const uint8_t *text = walk->window.base;
    const size_t n = walk->window.n;
    if (ends == NULL) {
        shape->scanner->count(text, n, shape->dialect, result);
    }
    else {
        shape->scanner->index(text, n, shape->dialect, ends, result);
    }
    if (result->ambiguous) {
        nx_csv_general_scan(text, n, shape->dialect, ends, result);
    }
}

/* Shows and counts the records from walk->at on: all that end in the window, which
 * grows until there is one. */
static nx_status
next_window(place_walk *walk, nx_csv_scan *result, nx_error *error)
{
    for (size_t bytes = WINDOW_BYTES;; bytes *= 2) {
        const bool largest = bytes > NX_CSV_RECORD_MAX / 2;
        const nx_status status =
            nx_csv_window_load(&walk->window, walk->source, walk->at,
                               largest ? NX_CSV_RECORD_MAX : bytes, error);
        if (status != NX_OK) {
            return status;
        }
        scan(walk, NULL, result);
        if (result->records > 0) {
            return NX_OK;
        }
        if (largest || walk->window.at_end) {
            return changed(error);
        }
    }
}

/* The wanted field among the indexed records; it is in one of them. */
static nx_status
find_field(place_walk *walk, const uint32_t *ends, size_t fields, nx_error *error)
{
    const uint8_t *text = walk->window.base;
    size_t start = 0, column = 0;
    for (size_t i = 0; i < fields; i++) {
        const bool last = nx_csv_ends_record(text[ends[i]]);
        const bool blank = column == 0 && last && walk->shape->skip_blank &&
                           nx_csv_is_blank(text + start, ends[i] - start);
        if (walk->rows == 0 && !blank && column == walk->field) {
            walk->found = true;
            walk->byte = walk->at + start;
            return NX_OK;
        }
        if (last && !blank && walk->rows == 0) {
            break;
        }
        walk->rows -= last && !blank;
        start = ends[i] + (size_t)1;
        column = last ? 0 : column + 1;
    }
    return changed(error);
}

static nx_status
search_window(place_walk *walk, nx_error *error)
{
    uint32_t *ends = nx_alloc(walk->window.n + NX_CSV_INDEX_SLACK, sizeof ends[0]);
    if (ends == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0,
                            "no memory for an index of %zu bytes",
                            walk->window.n * sizeof ends[0]);
    }
    nx_csv_scan result;
    scan(walk, ends, &result);
    const nx_status status = find_field(walk, ends, result.fields, error);
    nx_free(ends);
    return status;
}

/* Passes the windows that begin in stretch `item` of the source, up to the wanted
 * row. */
static nx_status
place_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    place_walk *walk = context;
    (void)worker;
    const uint64_t bound = ((uint64_t)item + 1) * WINDOW_BYTES;
    const uint64_t size = walk->source->size;
    nx_status status = NX_OK;
    while (status == NX_OK && !walk->found && walk->at < size && walk->at < bound) {
        nx_csv_scan result;
        status = next_window(walk, &result, error);
        if (status != NX_OK) {
            break;
        }
        const size_t rows =
            result.records - (walk->shape->skip_blank ? result.blanks : 0);
        if (walk->rows < rows) {
            status = search_window(walk, error);
        }
        else {
            walk->rows -= rows;
            walk->at += result.consumed;
        }
    }
    return status;
}

nx_status
nx_csv_place_find(nx_csv_place *place, const nx_csv_source *source,
                  const nx_csv_shape *shape, uint64_t start, uint64_t row, size_t field,
                  const nx_wait *wait, nx_error *error)
{
    place_walk walk = {
        .source = source, .shape = shape, .at = start, .rows = row, .field = field};
    const size_t steps = (size_t)((source->size + WINDOW_BYTES - 1) / WINDOW_BYTES);
    nx_status status = nx_parallel_for(steps, 1, place_step, &walk, wait, error);
    nx_csv_window_clear(&walk.window);
    if (status == NX_OK && !walk.found) {
        status = changed(error);
    }
    if (status == NX_OK) {
        place->byte = walk.byte;
        status = nx_csv_count_lines(source, 0, walk.byte, &place->line, wait, error);
    }
    return status;
}
