/* Short lanes are ordered by one worker each, as order_runs.c does it; long runs of
 * equal rows, and to begin with long lanes, by all workers (order_long.c). What these
 * leave is left here for later, as it may be long again. */
#include "sort/order_rows.h"

#include <string.h>

#include "base/alloc.h"
#include "sort/order_long.h"

/* ---- Lanes ---- */

typedef struct lanes_pass {
    nx_rows_job *job;
    size_t lanes, rows;
    size_t piece_lanes;
} lanes_pass;

static nx_status
order_lanes(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const lanes_pass *pass = context;
    nx_run_room *room;
    nx_status status = nx_rows_room(pass->job, worker, &room, error);
    const size_t first = piece * pass->piece_lanes, left = pass->lanes - first;
    const size_t end = first + (left < pass->piece_lanes ? left : pass->piece_lanes);
    for (size_t lane = first; lane < end && status == NX_OK; lane++) {
        const nx_run run = {lane * pass->rows, (lane + 1) * pass->rows, 0, 0};
        status = nx_rows_take(pass->job, room, &run, error);
    }
    return status != NX_OK ? status : nx_rows_finish(pass->job, room, error);
}

static nx_status
order_short_lanes(nx_rows_job *job, size_t lanes, size_t rows, nx_error *error)
{
    lanes_pass pass = {
        .job = job,
        .lanes = lanes,
        .rows = rows,
        .piece_lanes = NX_SHORT_RUN / rows,
    };
    return nx_parallel_for((lanes - 1) / pass.piece_lanes + 1, job->threads,
                           order_lanes, &pass, job->wait, error);
}

/* ---- Whole orders ---- */

/* Orders all runs that are left, and those that these leave. */
static nx_status
order_left(nx_rows_job *job, nx_error *error)
{
    nx_status status = NX_OK;
    while (job->left_count > 0 && status == NX_OK) {
        const nx_run run = job->left[--job->left_count];
        status = nx_order_long(job, &run, error);
    }
    return status;
}

static nx_status
begin_job(nx_rows_job *job, size_t places, nx_error *error)
{
    job->threads += job->threads == 0;
    job->room_places = places < NX_SHORT_RUN ? places : NX_SHORT_RUN;
    atomic_flag_clear(&job->locked);
    job->rooms = nx_alloc_zeroed(job->threads, sizeof *job->rooms);
    return job->rooms != NULL ? NX_OK
                              : nx_error_set(error, NX_ERR_MEMORY, 0,
                                             "no memory to order %zu rows", places);
}

static void
end_job(nx_rows_job *job)
{
    for (unsigned i = 0; i < job->threads && job->rooms != NULL; i++) {
        nx_run_room_clear(&job->rooms[i]);
    }
    nx_free(job->rooms);
    nx_free(job->left);
}

nx_status
nx_order_rows(const nx_order_column *columns, size_t count, size_t lanes, size_t rows,
              int64_t *order, uint8_t *begins, unsigned threads, const nx_wait *wait,
              nx_error *error)
{
    const size_t places = lanes * rows;
    nx_rows_job job = {
        .runs = {columns, count, order, begins}, .threads = threads, .wait = wait};
    for (size_t i = 0; i < places; i++) {
        order[i] = (int64_t)i;
    }
    if (begins != NULL) {
        memset(begins, 1, places);
    }
    if (places == 0) {
        return NX_OK;
    }
    nx_status status = begin_job(&job, places, error);
    if (status == NX_OK && rows <= NX_SHORT_RUN) {
        status = order_short_lanes(&job, lanes, rows, error);
    }
    for (size_t lane = 0; rows > NX_SHORT_RUN && lane < lanes && status == NX_OK;
         lane++) {
        const nx_run run = {lane * rows, (lane + 1) * rows, 0, 0};
        status =
            nx_run_is_over(&job.runs, &run) ? NX_OK : nx_order_long(&job, &run, error);
    }
    status = status == NX_OK ? order_left(&job, error) : status;
    end_job(&job);
    for (size_t lane = 1; lane < lanes && status == NX_OK; lane++) {
        for (size_t i = lane * rows; i < (lane + 1) * rows; i++) {
            order[i] -= (int64_t)(lane * rows);
        }
    }
    return status;
}

nx_status
nx_order_some(const nx_order_column *columns, size_t count, int64_t *places, size_t n,
              unsigned threads, const nx_wait *wait, nx_error *error)
{
    nx_rows_job job = {
        .runs = {columns, count, places, NULL}, .threads = threads, .wait = wait};
    const nx_run all = {0, n, 0, 0};
    if (n < 2 || count == 0) {
        return NX_OK;
    }
    nx_status status = begin_job(&job, n, error);
    if (status == NX_OK && n > NX_SHORT_RUN) {
        status = nx_order_long(&job, &all, error);
    }
    else if (status == NX_OK) {
        status = order_short_lanes(&job, 1, n, error);
    }
    status = status == NX_OK ? order_left(&job, error) : status;
    end_job(&job);
    return status;
}

nx_status
nx_order_or_sort_texts(const nx_order_column *column, size_t n,
                       const nx_text_sink *sink, int64_t *order, bool *written,
                       unsigned threads, const nx_wait *wait, nx_error *error)
{
    nx_rows_job job = {
        .runs = {column, 1, order, NULL},
        .threads = threads,
        .wait = wait,
        .sink = sink,
    };
    const nx_run all = {0, n, 0, 0};
    *written = false;
    if (n <= NX_SHORT_RUN) {
        return nx_order_rows(column, 1, 1, n, order, NULL, threads, wait, error);
    }
    for (size_t i = 0; i < n; i++) {
        order[i] = (int64_t)i;
    }
    nx_status status = begin_job(&job, n, error);
    status = status == NX_OK ? nx_order_long(&job, &all, error) : status;
    *written = job.written;
    job.sink = NULL; /* it is for all or for nothing */
    status = status == NX_OK ? order_left(&job, error) : status;
    end_job(&job);
    return status;
}
