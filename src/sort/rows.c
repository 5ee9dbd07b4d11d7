/* A few long rows are sorted one after another, each by all threads; many rows are
 * divided among the threads. A long row whose values are far apart is copied first, as
 * it is read several times; a result that is not in one piece is made in one and then
 * copied. */
#include "sort/rows.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/order.h"
#include "sort/row_sort.h"

enum {
    ROWS_PER_THREAD = 4 /* from so many on, threads divide rows */
};

/* Values of rows that a worker takes at a time. */
#define CHUNK_VALUES ((size_t)1 << 15)

/* A row from this size on may have the threads to itself. */
#define LONG_ROW ((size_t)1 << 17)

typedef struct row_room {
    uint8_t *values;   /* of a row, in one piece; NULL if not needed */
    uint8_t *result;   /* of a row, in one piece; NULL if not needed */
    nx_row_room *room; /* for short rows, NULL for long ones */
} row_room;

typedef struct rows_job {
    const nx_sort_rows *rows;
    bool is_order, descending;
    size_t count; /* rows */
    size_t chunk; /* rows that are taken at a time */
    size_t value_size, result_size;
    bool copies_values, copies_result;
    row_room *rooms; /* by worker */
} rows_job;

/* The source and the result of a row. */
static void
find_row(const rows_job *job, size_t row, nx_sort_source *source, uint8_t **result)
{
    const nx_sort_rows *rows = job->rows;
    ptrdiff_t from = 0, to = 0;
    for (int d = rows->dimensions; d-- > 0;) {
        const ptrdiff_t at = (ptrdiff_t)(row % rows->shape[d]);
        row /= rows->shape[d];
        from += at * rows->source_steps[d];
        to += at * rows->result_steps[d];
    }
    *source = rows->source;
    source->values = (const uint8_t *)rows->source.values + from;
    *result = rows->result + to;
}

static void
copy_apart(uint8_t *to, ptrdiff_t to_step, const uint8_t *from, ptrdiff_t from_step,
           size_t n, size_t size)
{
#define COPY(bytes)                                                    \
    for (size_t i = 0; i < n; i++, to += to_step, from += from_step) { \
        memcpy(to, from, bytes);                                       \
    }                                                                  \
    break
    switch (size) {
        case 1:
            COPY(1);
        case 2:
            COPY(2);
        case 4:
            COPY(4);
        default:
            COPY(8);
    }
#undef COPY
}

static nx_status
sort_one(const rows_job *job, const nx_sort_source *source, void *result,
         nx_row_room *room, unsigned threads, const nx_wait *wait, nx_error *error)
{
    const size_t n = job->rows->length;
    if (job->is_order) {
        return room != NULL
                   ? nx_order_few(source, n, job->descending, result, room, error)
                   : nx_order_values(source, n, job->descending, result, threads, wait,
                                     error);
    }
    if (room != NULL) {
        nx_sort_short_row(source, n, job->descending, result, room);
        return NX_OK;
    }
    return nx_sort_row(source, n, job->descending, result, threads, wait, error);
}

static nx_status
sort_row_at(const rows_job *job, size_t row, const row_room *room, unsigned threads,
            const nx_wait *wait, nx_error *error)
{
    nx_sort_source source;
    uint8_t *result;
    const size_t n = job->rows->length;
    find_row(job, row, &source, &result);
    if (job->copies_values) {
        copy_apart(room->values, (ptrdiff_t)job->value_size, source.values, source.step,
                   n, job->value_size);
        source.values = room->values;
        source.step = (ptrdiff_t)job->value_size;
    }
    uint8_t *made = job->copies_result ? room->result : result;
    const nx_status status =
        sort_one(job, &source, made, room->room, threads, wait, error);
    if (status == NX_OK && job->copies_result) {
        copy_apart(result, job->rows->result_step, made, (ptrdiff_t)job->result_size, n,
                   job->result_size);
    }
    return status;
}

static nx_status
sort_chunk(void *context, size_t chunk, unsigned worker, nx_error *error)
{
    const rows_job *job = context;
    const size_t first = chunk * job->chunk, left = job->count - first;
    const size_t end = first + (left < job->chunk ? left : job->chunk);
    nx_status status = NX_OK;
    for (size_t row = first; row < end && status == NX_OK; row++) {
        status = sort_row_at(job, row, job->rooms + worker, 1, NULL, error);
    }
    return status;
}

static void
free_rooms(rows_job *job, unsigned workers)
{
    for (unsigned i = 0; job->rooms != NULL && i < workers; i++) {
        nx_free(job->rooms[i].values);
        nx_free(job->rooms[i].result);
        nx_free(job->rooms[i].room);
    }
    nx_free(job->rooms);
}

static bool
make_rooms(rows_job *job, unsigned workers)
{
    const size_t n = job->rows->length;
    job->rooms = nx_alloc_zeroed(workers, sizeof *job->rooms);
    bool is_made = job->rooms != NULL;
    for (unsigned i = 0; i < workers && is_made; i++) {
        row_room *room = job->rooms + i;
        if (job->copies_values) {
            is_made = (room->values = nx_alloc(n, job->value_size)) != NULL;
        }
        if (is_made && job->copies_result) {
            is_made = (room->result = nx_alloc(n, job->result_size)) != NULL;
        }
        if (is_made && n <= NX_KEYS_FEW) {
            is_made = (room->room = nx_alloc(1, sizeof *room->room)) != NULL;
        }
    }
    return is_made;
}

static nx_status
run(rows_job *job, unsigned threads, const nx_wait *wait, nx_error *error)
{
    const nx_sort_rows *rows = job->rows;
    job->count = 1;
    for (int d = 0; d < rows->dimensions; d++) {
        job->count *= rows->shape[d];
    }
    if (job->count == 0 || rows->length == 0) {
        return NX_OK;
    }
    threads = threads == 0 ? 1 : threads;
    const bool one_by_one = job->count == 1 || (rows->length >= LONG_ROW &&
                                                job->count / ROWS_PER_THREAD < threads);
    const unsigned workers = one_by_one ? 1 : threads;
    job->value_size = nx_sort_kind_size(rows->source.kind);
    job->copies_values =
        rows->length > NX_KEYS_FEW && rows->source.step != (ptrdiff_t)job->value_size;
    job->copies_result = rows->result_step != (ptrdiff_t)job->result_size;
    job->chunk = CHUNK_VALUES / rows->length + 1;
    nx_status status = NX_OK;
    if (!make_rooms(job, workers)) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    else if (one_by_one) {
        for (size_t row = 0; row < job->count && status == NX_OK; row++) {
            status = sort_row_at(job, row, job->rooms, threads, wait, error);
        }
    }
    else {
        status = nx_parallel_for((job->count + job->chunk - 1) / job->chunk, threads,
                                 sort_chunk, job, wait, error);
    }
    free_rooms(job, workers);
    return status;
}

nx_status
nx_sort_every_row(const nx_sort_rows *rows, bool descending, unsigned threads,
                  const nx_wait *wait, nx_error *error)
{
    rows_job job = {
        .rows = rows,
        .descending = descending,
        .result_size = nx_sort_kind_size(rows->source.kind),
    };
    return run(&job, threads, wait, error);
}

nx_status
nx_order_every_row(const nx_sort_rows *rows, bool descending, unsigned threads,
                   const nx_wait *wait, nx_error *error)
{
    rows_job job = {
        .rows = rows,
        .is_order = true,
        .descending = descending,
        .result_size = sizeof(int64_t),
    };
    return run(&job, threads, wait, error);
}
