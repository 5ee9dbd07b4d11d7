/* The keys of a long run are put into order by nx_order_keys and gone through for ties.
 * A worker that meets a short run of them orders it on the spot; long ones are left for
 * later.
 *
 * The result does not depend on the number of threads, as runs do not overlap, and what
 * becomes of one depends on nothing else. */
#include "sort/long_run.h"

#include <string.h>

#include "base/alloc.h"
#include "sort/order.h"
#include "sort/row_sort.h"

/* ---- Rooms ---- */

nx_status
nx_rows_room(nx_rows_job *job, unsigned worker, nx_run_room **room, nx_error *error)
{
    *room = &job->rooms[worker];
    return (*room)->keys != NULL ? NX_OK
                                 : nx_run_room_make(*room, job->room_places, error);
}

nx_status
nx_rows_finish(nx_rows_job *job, nx_run_room *room, nx_error *error)
{
    room->places = 0;
    return nx_run_order(&job->runs, room, error);
}

static nx_status
leave(nx_rows_job *job, const nx_run *run, nx_error *error)
{
    nx_status status = NX_OK;
    while (atomic_flag_test_and_set_explicit(&job->locked, memory_order_acquire)) {
    }
    if (job->left_count == job->left_capacity) {
        const size_t capacity = job->left_capacity == 0 ? 16 : 2 * job->left_capacity;
        nx_run *left =
            nx_realloc(job->left, job->left_capacity, capacity, sizeof *left);
        if (left == NULL) {
            status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order rows");
        }
        else {
            job->left = left;
            job->left_capacity = capacity;
        }
    }
    if (status == NX_OK) {
        job->left[job->left_count++] = *run;
    }
    atomic_flag_clear_explicit(&job->locked, memory_order_release);
    return status;
}

nx_status
nx_rows_take(nx_rows_job *job, nx_run_room *room, const nx_run *run, nx_error *error)
{
    const size_t n = run->end - run->begin;
    nx_status status = NX_OK;
    if (nx_run_is_over(&job->runs, run)) {
        return NX_OK;
    }
    if (n > NX_SHORT_RUN) {
        return leave(job, run, error);
    }
    if (room->places + n > job->room_places) {
        status = nx_rows_finish(job, room, error);
    }
    room->now[room->count++] = *run;
    room->places += n;
    return status;
}

/* ---- Order ---- */

static nx_status
arrange_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const nx_long_run *run = context;
    size_t first;
    const size_t n = nx_long_piece(run, piece, &first);
    (void)worker;
    (void)error;
    for (size_t i = first; i < first + n; i++) {
        const int64_t from = run->order[i];
        run->places[i] =
            run->in_turn ? (int64_t)run->run.begin + from : run->before[from];
        run->more[i] = run->keys[from];
    }
    return NX_OK;
}

/* The run of positions first .. end - 1, whose keys are equal. */
static nx_status
take_ties(const nx_long_run *run, nx_run_room *room, size_t first, size_t end,
          nx_error *error)
{
    const nx_order_column *column = nx_long_column(run);
    const uint64_t key = run->more[first];
    nx_run ties = {run->run.begin + first, run->run.begin + end, run->next_column, 0};
    nx_status status = NX_OK;
    if (run->packed) {
        return nx_rows_take(run->job, room, &ties, error);
    }
    if (column->texts == NULL || !nx_text_has_alphabet(column->texts)) {
        status = nx_run_of_ties(&run->job->runs, &run->run, key, &ties, error);
    }
    else if (nx_text_key_is_last(column->texts, &run->alphabet, run->run.offset,
                                 column->descending ? ~key : key)) {
        ties.column = run->run.column + 1;
    }
    else {
        ties.column = run->run.column;
        ties.offset = run->run.offset + run->alphabet.units;
    }
    return status != NX_OK ? status : nx_rows_take(run->job, room, &ties, error);
}

static nx_status
order_ties_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const nx_long_run *run = context;
    const uint64_t *const keys = run->more;
    size_t first;
    size_t end = nx_long_piece(run, piece, &first);
    nx_run_room *room;
    nx_status status = nx_rows_room(run->job, worker, &room, error);
    end += first;
    while (first > 0 && first < end && keys[first] == keys[first - 1]) {
        first++; /* a run that begins in the piece before */
    }
    for (size_t last; first < end && status == NX_OK; first = last) {
        for (last = first + 1; last < run->n && keys[last] == keys[first];) {
            last++;
        }
        if (last - first > 1) {
            status = take_ties(run, room, first, last, error);
        }
    }
    return status != NX_OK ? status : nx_rows_finish(run->job, room, error);
}

static nx_status
order_by_keys(nx_long_run *run, nx_error *error)
{
    const nx_rows_job *job = run->job;
    run->in_turn = run->places[0] == (int64_t)run->run.begin;
    for (size_t i = 0; i < run->n; i++) {
        run->in_turn &= run->places[i] == run->places[0] + (int64_t)i;
        run->before[i] = run->places[i];
    }
    nx_status status =
        nx_order_keys(run->keys, run->n, run->order, job->threads, job->wait, error);
    status = status == NX_OK ? nx_long_pieces(arrange_piece, run, run, error) : status;
    return status == NX_OK ? nx_long_pieces(order_ties_piece, run, run, error) : status;
}

/* ---- Texts that are sorted as they are ---- */

typedef struct sink_pass {
    const nx_text_sink *sink;
    const nx_long_run *run;
    nx_sorted_texts texts;
} sink_pass;

static nx_status
sink_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const sink_pass *pass = context;
    size_t first;
    const size_t n = nx_long_piece(pass->run, piece, &first);
    (void)worker;
    return pass->sink->put(pass->sink->context, &pass->texts, first, n, error);
}

/* Whether the keys of a run hold all there is of its texts. */
static bool
fits_sink(const nx_long_run *run)
{
    const nx_sort_texts *texts = nx_long_column(run)->texts;
    return run->job->sink != NULL && texts != NULL && nx_text_has_alphabet(texts) &&
           run->longest <= run->alphabet.units;
}

static nx_status
write_to_sink(nx_long_run *run, nx_error *error)
{
    nx_rows_job *job = run->job;
    const nx_sort_texts *texts = nx_long_column(run)->texts;
    const nx_sort_source keys = {run->keys, sizeof *run->keys, NX_SORT_U64, false};
    const size_t unit = texts->order == NX_TEXT_BY_POINTS ? 4 : 1;
    sink_pass pass = {
        .sink = job->sink,
        .run = run,
        .texts = {.alphabet = run->alphabet,
                  .keys = run->more,
                  .descending = nx_long_column(run)->descending,
                  .longest = run->longest},
    };
    nx_status status =
        texts->load(texts->context, run->places, 1, &pass.texts.prefix, error);
    pass.texts.prefix.length = run->run.offset * unit;
    if (status == NX_OK) {
        status = nx_sort_row(&keys, run->n, false, run->more, job->threads, job->wait,
                             error);
    }
    if (status == NX_OK) {
        const bool serial = run->run.offset + run->longest > job->sink->inside;
        status =
            nx_parallel_for((run->n - 1) / NX_LONG_PIECE + 1, serial ? 1 : job->threads,
                            sink_piece, &pass, job->wait, error);
    }
    job->written = status == NX_OK;
    return status;
}

/* ---- A run ---- */

/* Orders what has a value in the column of the run, two places at least. */
static nx_status
order_present(nx_long_run *run, nx_error *error)
{
    const nx_order_column *column = nx_long_column(run);
    uint64_t least = 0, greatest = 0;
    bool equal = false;
    nx_status status =
        column->texts == NULL ? NX_OK : nx_long_skip_common(run, &equal, error);
    if (status == NX_OK && !equal) {
        status = nx_long_keys(run, &least, &greatest, error);
        equal = column->texts == NULL && least == greatest;
    }
    if (status != NX_OK) {
        return status;
    }
    if (equal) {
        const nx_run next = {run->run.begin, run->run.begin + run->n,
                             run->run.column + 1, 0};
        return nx_run_is_over(&run->job->runs, &next) ? NX_OK
                                                      : leave(run->job, &next, error);
    }
    if (fits_sink(run)) {
        return write_to_sink(run, error);
    }
    if (column->texts == NULL) {
        status = nx_long_pack(run, least, greatest - least, error);
    }
    return status == NX_OK ? order_by_keys(run, error) : status;
}

nx_status
nx_order_long(nx_rows_job *job, const nx_run *run, nx_error *error)
{
    nx_long_run made;
    nx_status status = nx_long_begin(job, run, &made, error);
    if (status != NX_OK) {
        return status;
    }
    const nx_order_column *column = nx_long_column(&made);
    if (run->offset == 0 && column->missing != NULL) {
        nx_run_split(column, made.places, made.n, made.before, &made.n);
        const nx_run gone = {run->begin + made.n, run->end, run->column + 1, 0};
        if (!nx_run_is_over(&job->runs, &gone)) {
            status = leave(job, &gone, error);
        }
    }
    if (status == NX_OK && made.n > 1) {
        status = order_present(&made, error);
    }
    nx_long_end(&made);
    return status;
}
