/* Level by level: all runs of a worker by their next key, then what is left of them.
 * Runs that need the keys of one column at one offset get them in one go, which lets
 * the processor wait for many of them at once. */
#include "sort/order_runs.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/order.h"

/* ---- Room ---- */

nx_status
nx_run_room_make(nx_run_room *room, size_t places, nx_error *error)
{
    const size_t n = places < NX_SHORT_RUN ? places : NX_SHORT_RUN;
    *room = (nx_run_room){
        .keys = nx_alloc(n, sizeof *room->keys),
        .scratch = nx_alloc(n, 2 * sizeof *room->scratch),
        .now = nx_alloc(n / 2 + 1, sizeof *room->now), /* none is shorter than 2 */
        .next = nx_alloc(n / 2 + 1, sizeof *room->next),
    };
    if (room->keys == NULL || room->scratch == NULL || room->now == NULL ||
        room->next == NULL) {
        nx_run_room_clear(room);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu rows",
                            places);
    }
    return NX_OK;
}

void
nx_run_room_clear(nx_run_room *room)
{
    nx_free(room->keys);
    nx_free(room->scratch);
    nx_free(room->now);
    nx_free(room->next);
    *room = (nx_run_room){.keys = NULL};
}

/* ---- Keys ---- */

/* Values of `size` bytes from anywhere, side by side. */
NX_INLINE void
gather(const nx_sort_source *source, const int64_t *places, size_t n, size_t size,
       uint8_t *to)
{
    const uint8_t *const values = source->values;
    for (size_t i = 0; i < n; i++) {
        memcpy(to + i * size, values + (ptrdiff_t)places[i] * source->step, size);
    }
}

static void
number_keys(const nx_order_column *column, const int64_t *places, size_t n,
            uint64_t *keys)
{
    enum {
        BLOCK = 256
    };
    uint8_t values[BLOCK * 8];
    nx_sort_source block = *column->numbers;
    const size_t size = nx_sort_kind_size(block.kind);
    block.values = values;
    block.step = (ptrdiff_t)size;
    for (size_t first = 0; first < n; first += BLOCK) {
        const size_t count = n - first < BLOCK ? n - first : BLOCK;
        switch (size) {
            case 1:
                gather(column->numbers, places + first, count, 1, values);
                break;
            case 2:
                gather(column->numbers, places + first, count, 2, values);
                break;
            case 4:
                gather(column->numbers, places + first, count, 4, values);
                break;
            default:
                gather(column->numbers, places + first, count, 8, values);
        }
        nx_sort_keys(&block, 0, count, column->descending, keys + first);
    }
}

nx_status
nx_run_keys(const nx_order_column *column, size_t offset, const int64_t *places,
            size_t n, uint64_t *keys, nx_error *error)
{
    if (column->texts == NULL) {
        number_keys(column, places, n, keys);
        return NX_OK;
    }
    const nx_status status =
        nx_text_words(column->texts, places, n, offset, keys, error);
    for (size_t i = 0; i < n && column->descending; i++) {
        keys[i] = ~keys[i];
    }
    return status;
}

void
nx_run_split(const nx_order_column *column, int64_t *places, size_t n, int64_t *scratch,
             size_t *present)
{
    size_t kept = 0, gone = 0;
    for (size_t i = 0; i < n; i++) {
        const int64_t place = places[i];
        const bool missing = column->missing[place] != 0;
        places[kept] = place;
        scratch[gone] = place;
        kept += !missing;
        gone += missing;
    }
    if (gone > 0) {
        memcpy(places + kept, scratch, gone * sizeof *places);
    }
    *present = kept;
}

/* ---- Ties ---- */

nx_status
nx_run_of_ties(const nx_run_job *job, const nx_run *run, uint64_t key, nx_run *ties,
               nx_error *error)
{
    const nx_order_column *column = &job->columns[run->column];
    const nx_sort_texts *texts = column->texts;
    const uint64_t word = column->descending ? ~key : key;
    nx_text_common common = {.equal = true};
    nx_status status = NX_OK;
    if (texts != NULL && !nx_text_word_is_last(texts, run->offset, word)) {
        common = (nx_text_common){
            .offset = run->offset + nx_text_word_units(texts),
        };
        if (ties->end - ties->begin == run->end - run->begin) {
            const int64_t *const places = job->places + ties->begin;
            status = nx_text_find_common(texts, places[0], places + 1,
                                         ties->end - ties->begin - 1, common.offset,
                                         &common, error);
        }
    }
    ties->column = run->column + common.equal;
    ties->offset = common.equal ? 0 : common.offset;
    return status;
}

bool
nx_run_is_over(const nx_run_job *job, const nx_run *run)
{
    if (run->end - run->begin < 2) {
        return true;
    }
    if (run->column < job->count) {
        return false;
    }
    if (job->begins != NULL) {
        memset(job->begins + run->begin + 1, 0, run->end - run->begin - 1);
    }
    return true;
}

static void
add_next(const nx_run_job *job, nx_run_room *room, const nx_run *run)
{
    if (!nx_run_is_over(job, run)) {
        room->next[room->next_count++] = *run;
    }
}

/* ---- One level ---- */

/* Of runs that have got to a column, leaves those places that have a value there; the
 * others go on to the next column. */
static void
split_runs(const nx_run_job *job, nx_run_room *room)
{
    size_t kept = 0;
    for (size_t i = 0; i < room->count; i++) {
        nx_run run = room->now[i];
        const nx_order_column *column = &job->columns[run.column];
        if (run.offset == 0 && column->missing != NULL) {
            size_t present;
            nx_run_split(column, job->places + run.begin, run.end - run.begin,
                         (int64_t *)room->scratch, &present);
            const nx_run gone = {run.begin + present, run.end, run.column + 1, 0};
            add_next(job, room, &gone);
            run.end = run.begin + present;
        }
        room->now[kept] = run;
        kept += run.end - run.begin > 1;
    }
    room->count = kept;
}

/* Orders a run whose keys are known, and adds what is equal to the runs to come. */
static nx_status
order_run(const nx_run_job *job, nx_run_room *room, const nx_run *run, uint64_t *keys,
          nx_error *error)
{
    const size_t n = run->end - run->begin;
    nx_order_places(keys, job->places + run->begin, n, room->scratch);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && keys[end] == keys[first];) {
            end++;
        }
        if (end - first > 1) {
            nx_run ties = {.begin = run->begin + first, .end = run->begin + end};
            const nx_status status =
                nx_run_of_ties(job, run, keys[first], &ties, error);
            if (status != NX_OK) {
                return status;
            }
            add_next(job, room, &ties);
        }
    }
    return NX_OK;
}

/* The places of some runs, in the scratch; returns how many. */
static size_t
collect(const nx_run_job *job, const nx_run_room *room, size_t first, size_t end)
{
    int64_t *const to = (int64_t *)room->scratch;
    size_t n = 0;
    for (size_t i = first; i < end; i++) {
        const nx_run *run = &room->now[i];
        const size_t count = run->end - run->begin;
        memcpy(to + n, job->places + run->begin, count * sizeof *to);
        n += count;
    }
    return n;
}

static nx_status
order_level(const nx_run_job *job, nx_run_room *room, nx_error *error)
{
    nx_status status = NX_OK;
    for (size_t first = 0, end; first < room->count && status == NX_OK; first = end) {
        const nx_run *const runs = room->now;
        for (end = first + 1; end < room->count &&
                              runs[end].column == runs[first].column &&
                              runs[end].offset == runs[first].offset;) {
            end++;
        }
        const size_t n = collect(job, room, first, end);
        uint64_t *keys = room->keys;
        status = nx_run_keys(&job->columns[runs[first].column], runs[first].offset,
                             (const int64_t *)room->scratch, n, keys, error);
        for (size_t i = first; i < end && status == NX_OK; i++) {
            status = order_run(job, room, &runs[i], keys, error);
            keys += runs[i].end - runs[i].begin;
        }
    }
    return status;
}

nx_status
nx_run_order(const nx_run_job *job, nx_run_room *room, nx_error *error)
{
    nx_status status = NX_OK;
    while (room->count > 0 && status == NX_OK) {
        room->next_count = 0;
        split_runs(job, room);
        status = order_level(job, room, error);
        nx_run *const over = room->now;
        room->now = room->next;
        room->next = over;
        room->count = room->next_count;
    }
    return status;
}
