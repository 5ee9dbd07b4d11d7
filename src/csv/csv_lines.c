#include "csv/csv_lines.h"

#include <string.h>

#include "base/alloc.h"

enum {
    LINE_WINDOW = 256 << 10
};

/* A walk from line to line, in steps between which the caller polls. */
typedef struct line_walk {
    const nx_csv_source *source;
    nx_csv_token terminator;
    nx_csv_window window;
    uint64_t from;
    const uint64_t *numbers; /* of the lines looked for, ascending, from 1 on */
    size_t count;
    size_t found;
    uint64_t *offsets; /* where they begin */
    uint64_t lines;    /* line ends passed */
    uint64_t begin;    /* behind the last one that was looked at */
} line_walk;

/* One behind the first line end that begins in text[i..n), of which bytes behind n may
 * be part; SIZE_MAX if there is none. */
static size_t
behind_line_end(const uint8_t *text, size_t i, size_t n, nx_csv_token own)
{
    if (own.size == 0) {
        for (; i < n; i++) {
            if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) {
                return i + 1;
            }
        }
        return SIZE_MAX;
    }
    while (i < n) {
        const uint8_t *at = memchr(text + i, *own.text, n - i);
        if (at == NULL) {
            return SIZE_MAX;
        }
        i = (size_t)(at - text);
        if (memcmp(at, own.text, own.size) == 0) {
            return i + own.size;
        }
        i++;
    }
    return SIZE_MAX;
}

/* Passes the line ends that begin in one stretch of the source. */
static nx_status
walk_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    line_walk *walk = context;
    (void)worker;
    if (walk->found == walk->count) {
        return NX_OK;
    }
    const uint64_t at = walk->from + (uint64_t)item * LINE_WINDOW;
    const uint64_t left = walk->source->size - at;
    const size_t size = walk->terminator.size, more = size == 0 ? 0 : size - 1;
    const size_t bytes = left < LINE_WINDOW + more ? (size_t)left : LINE_WINDOW + more;
    const nx_status status =
        nx_csv_window_load(&walk->window, walk->source, at, bytes, error);
    if (status != NX_OK || bytes <= more) {
        return status;
    }
    const uint8_t *text = walk->window.base;
    const size_t n = bytes - more;
    if (size == 0) {
        const uint64_t ends = nx_csv_line_ends(text, n);
        if (walk->lines + ends < walk->numbers[walk->found]) {
            walk->lines += ends;
            return NX_OK;
        }
    }
    size_t i = walk->begin > at ? (size_t)(walk->begin - at) : 0;
    while (i < n && walk->found < walk->count) {
        i = behind_line_end(text, i, n, walk->terminator);
        if (i == SIZE_MAX) {
            break;
        }
        walk->begin = at + i;
        if (++walk->lines == walk->numbers[walk->found]) {
            walk->offsets[walk->found++] = walk->begin;
        }
    }
    return NX_OK;
}

/* True if the source ends with a line end, as the walk over all of it has found. */
static nx_status
ends_whole(line_walk *walk, bool *whole, nx_error *error)
{
    const uint64_t size = walk->source->size;
    nx_status status = NX_OK;
    *whole = size == walk->from || walk->begin == size;
    if (!*whole && walk->terminator.size == 0) {
        status = nx_csv_window_load(&walk->window, walk->source, size - 1, 1, error);
        *whole = status == NX_OK && nx_csv_ends_record(*walk->window.base);
    }
    return status;
}

/* Where the lines begin whose numbers, from 1 on, ascend; the end of the source for
 * those that are not there. *lines is how many lines there are, if one of these is not.
 */
static nx_status
find_lines(const nx_csv_source *source, uint64_t from, const uint64_t *numbers,
           size_t count, nx_csv_token terminator, uint64_t *offsets, uint64_t *lines,
           const nx_wait *wait, nx_error *error)
{
    line_walk walk = {.source = source,
                      .terminator = terminator,
                      .from = from,
                      .numbers = numbers,
                      .count = count,
                      .offsets = offsets};
    const size_t steps =
        (size_t)((source->size - from + LINE_WINDOW - 1) / LINE_WINDOW);
    bool whole = true;
    nx_status status = nx_parallel_for(steps, 1, walk_step, &walk, wait, error);
    if (status == NX_OK && walk.found < count) {
        status = ends_whole(&walk, &whole, error);
    }
    nx_csv_window_clear(&walk.window);
    *lines = walk.found < count ? walk.lines + !whole : UINT64_MAX;
    for (size_t i = walk.found; i < count; i++) {
        offsets[i] = source->size;
    }
    return status;
}

nx_status
nx_csv_skip_lines(const nx_csv_source *source, uint64_t from, uint64_t n,
                  nx_csv_token terminator, uint64_t *offset, uint64_t *passed,
                  const nx_wait *wait, nx_error *error)
{
    uint64_t lines = 0;
    *offset = from;
    *passed = 0;
    if (n == 0) {
        return NX_OK;
    }
    const nx_status status =
        find_lines(source, from, &n, 1, terminator, offset, &lines, wait, error);
    *passed = lines < n ? lines : n;
    return status;
}

/* ---- Pieces ---- */

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0,
                        "no memory for the lines to leave out");
}

/* Adds text[from .. to) of a source, if there is anything. */
static uint64_t
add_piece(nx_csv_pieces *text, uint64_t at, uint64_t from, uint64_t to)
{
    if (to > from) {
        text->pieces[text->count++] = (nx_csv_piece){at, from};
    }
    return at + (to - from);
}

/* Adds what lies between the offsets where text ends and begins again, in turn; with
 * `late` it first begins. */
static void
add_pieces(nx_csv_pieces *text, const uint64_t *offsets, size_t n, bool late,
           uint64_t size)
{
    uint64_t at = 0, from = late ? offsets[0] : 0;
    for (size_t i = late; i + 1 < n; i += 2) {
        at = add_piece(text, at, from, offsets[i]);
        from = offsets[i + 1];
    }
    at = add_piece(text, at, from, size);
    if (text->count == 0) {
        text->pieces[text->count++] = (nx_csv_piece){0, size};
    }
    text->pieces[text->count] = (nx_csv_piece){at, size};
}

/* The lines at which runs of numbers begin and end, but for line 0; how many. */
static size_t
find_bounds(const uint64_t *numbers, size_t count, uint64_t *bounds)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] > 0 && (i == 0 || numbers[i - 1] + 1 < numbers[i])) {
            bounds[n++] = numbers[i];
        }
        if (i + 1 == count || numbers[i] + 1 < numbers[i + 1]) {
            bounds[n++] = numbers[i] + 1;
        }
    }
    return n;
}

nx_status
nx_csv_leave_out(nx_csv_pieces *text, const nx_csv_source *source,
                 const uint64_t *numbers, size_t count, nx_csv_token terminator,
                 const nx_wait *wait, nx_error *error)
{
    size_t room;
    uint64_t *bounds = NULL, *offsets = NULL, lines = 0;
    if (nx_size_mul(count, 2, &room)) {
        bounds = nx_alloc(room, sizeof bounds[0]);
        offsets = nx_alloc(room, sizeof offsets[0]);
        text->pieces = nx_alloc(count + 2, sizeof text->pieces[0]);
    }
    const bool memory = bounds != NULL && offsets != NULL && text->pieces != NULL;
    const size_t n = memory ? find_bounds(numbers, count, bounds) : 0;
    const nx_status status = memory ? find_lines(source, 0, bounds, n, terminator,
                                                 offsets, &lines, wait, error)
                                    : no_memory(error);
    if (status == NX_OK) {
        add_pieces(text, offsets, n, count > 0 && numbers[0] == 0, source->size);
        for (text->lines = 0; text->lines < count && numbers[text->lines] < lines;) {
            text->lines++;
        }
    }
    else {
        nx_csv_pieces_clear(text);
    }
    nx_free(bounds);
    nx_free(offsets);
    return status;
}

nx_status
nx_csv_cut_off(nx_csv_pieces *text, const nx_csv_source *source, uint64_t size,
               nx_error *error)
{
    const nx_csv_piece all[] = {{0, 0}, {source->size, source->size}};
    const nx_csv_piece *pieces = source->pieces == NULL ? all : source->pieces;
    const size_t count = source->pieces == NULL ? 1 : source->piece_count;
    text->pieces = nx_alloc(count + 1, sizeof text->pieces[0]);
    if (text->pieces == NULL) {
        return no_memory(error);
    }
    while (text->count < count && (text->count == 0 || pieces[text->count].at < size)) {
        text->pieces[text->count] = pieces[text->count];
        text->count++;
    }
    text->pieces[text->count] = (nx_csv_piece){size, pieces[count].from};
    return NX_OK;
}

nx_status
nx_csv_torn_error(uint64_t byte, nx_error *error)
{
    nx_error_set(error, NX_ERR_DIALECT, 121,
                 "a line that is left out is part of a record");
    error->byte = byte;
    return NX_ERR_DIALECT;
}

void
nx_csv_pieces_clear(nx_csv_pieces *text)
{
    nx_free(text->pieces);
    memset(text, 0, sizeof *text);
}
