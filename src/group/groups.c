/* One worker alone needs nothing but its table. With several, every group of every
 * worker goes into one more table at the end, so threads pay where groups are few
 * beside items. How many there are is guessed from a first part, which one thread does
 * alone: items that are new there at some rate are taken to be new at that rate to the
 * end, though the rate can be expected to fall. */
#include "group/groups.h"

#include <string.h>

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

#include "base/alloc.h"

enum {
    FEWEST_GROUPS = 16,
    FAR_ITEMS = 1 << 19,  /* whose codes take 4 MiB, most of a cache ... */
    FAR_GROUPS = 1 << 16, /* ... that so many groups could make use of */
    SAMPLE_PIECES = 2,    /* that are done alone, at least ... */
    SAMPLE_PART = 16,     /* ... and one in so many */
    MOST_WORKERS = 1024
};

/* ---- Groups ---- */

void
nx_groups_clear(nx_groups *groups)
{
    nx_free(groups->first);
    nx_free(groups->counts);
    memset(groups, 0, sizeof *groups);
}

/* Room for `wanted` groups. */
static nx_status
make_room(nx_groups *groups, size_t wanted, nx_error *error)
{
    const size_t old = groups->capacity;
    size_t capacity = old == 0 ? FEWEST_GROUPS : old * 2;
    capacity = capacity < wanted ? wanted : capacity;
    int64_t *first = nx_realloc(groups->first, old, capacity, sizeof *first);
    if (first == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu groups",
                            capacity);
    }
    groups->first = first;
    if (groups->want_counts) {
        int64_t *counts = nx_realloc(groups->counts, old, capacity, sizeof *counts);
        if (counts == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu groups",
                                capacity);
        }
        memset(counts + old, 0, (capacity - old) * sizeof *counts);
        groups->counts = counts;
    }
    groups->capacity = capacity;
    return NX_OK;
}

nx_status
nx_groups_add(nx_groups *groups, const uint32_t *numbers, size_t n, size_t count,
              int64_t place, const int64_t *places, nx_error *error)
{
    if (count >= groups->capacity) {
        /* One more, for the place that is written in vain at the end. */
        const nx_status status = make_room(groups, count + 1, error);
        if (status != NX_OK) {
            return status;
        }
    }
    size_t known = groups->count;
    for (size_t i = 0; known < count; i++) {
        groups->first[known] = places == NULL ? place + (int64_t)i : places[i];
        known += numbers[i] == known;
    }
    groups->count = known;
    if (groups->want_counts) {
        for (size_t i = 0; i < n; i++) {
            groups->counts[numbers[i]]++;
        }
    }
    return NX_OK;
}

void
nx_groups_add_missing(nx_groups *groups, size_t first, size_t n, const int64_t *places,
                      size_t kept)
{
    size_t i = 0;
    if (kept == n) {
        return;
    }
    while (i < kept && places[i] == (int64_t)(first + i)) {
        i++;
    }
    if (groups->missing == 0) {
        groups->first_missing = (int64_t)(first + i);
    }
    groups->missing += (int64_t)(n - kept);
}

nx_status
nx_groups_insert_missing(nx_groups *groups, int64_t *codes, size_t n, size_t *number,
                         nx_error *error)
{
    if (groups->count >= groups->capacity) {
        const nx_status status = make_room(groups, groups->count + 1, error);
        if (status != NX_OK) {
            return status;
        }
    }
    size_t low = 0, high = groups->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (groups->first[middle] < groups->first_missing) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    const int64_t own = (int64_t)low;
    const size_t behind = groups->count++ - low;
    memmove(groups->first + low + 1, groups->first + low,
            behind * sizeof groups->first[0]);
    groups->first[low] = groups->first_missing;
    if (groups->want_counts) {
        memmove(groups->counts + low + 1, groups->counts + low,
                behind * sizeof groups->counts[0]);
        groups->counts[low] = groups->missing;
    }
    for (size_t i = 0; codes != NULL && i < n; i++) {
        codes[i] = codes[i] < 0 ? own : codes[i] + (codes[i] >= own);
    }
    *number = low;
    return NX_OK;
}

/* Codes that no cache has room for go past them, so that the table stays there. */
static void
stream_codes(int64_t *codes, const uint32_t *numbers, size_t n)
{
    size_t i = 0;
#if defined(__SSE4_1__)
    for (; i < n && (uintptr_t)(codes + i) % sizeof(__m128i) != 0; i++) {
        codes[i] = numbers[i];
    }
    for (; i + 2 <= n; i += 2) {
        const __m128i *from = (const __m128i *)(const void *)(numbers + i);
        _mm_stream_si128((__m128i *)(void *)(codes + i),
                         _mm_cvtepu32_epi64(_mm_loadl_epi64(from)));
    }
    _mm_sfence(); /* other threads may read them */
#endif
    for (; i < n; i++) {
        codes[i] = numbers[i];
    }
}

void
nx_group_put_codes(int64_t *codes, size_t first, size_t n, const uint32_t *numbers,
                   const int64_t *places, size_t kept, bool far)
{
    if (kept == n && far) {
        stream_codes(codes + first, numbers, n);
        return;
    }
    if (kept == n) {
        for (size_t i = 0; i < n; i++) {
            codes[first + i] = numbers[i];
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        codes[first + i] = -1;
    }
    for (size_t i = 0; i < kept; i++) {
        codes[places[i]] = numbers[i];
    }
}

/* ---- Batches ---- */

/* The number of items of a piece. */
static size_t
items_of(const nx_group_job *job, size_t piece)
{
    const size_t left = job->items - piece * job->piece_items;
    return left < job->piece_items ? left : job->piece_items;
}

nx_status
nx_group_piece(const nx_group_job *job, nx_group_worker *worker, size_t piece,
               nx_group_batch *batch, nx_error *error)
{
    const size_t start = piece * job->piece_items, end = start + items_of(job, piece);
    nx_status status = NX_OK;
    for (size_t at = start; at < end && status == NX_OK; at += NX_TABLE_BATCH) {
        const size_t n = end - at < NX_TABLE_BATCH ? end - at : NX_TABLE_BATCH;
        status = batch(job, worker, at, n, error);
    }
    return status;
}

nx_status
nx_group_note(const nx_group_job *job, nx_group_worker *worker, size_t first, size_t n,
              const uint32_t *numbers, size_t count, const int64_t *places, size_t kept,
              nx_error *error)
{
    const nx_status status = nx_groups_add(&worker->groups, numbers, kept, count,
                                           (int64_t)first, places, error);
    if (status != NX_OK) {
        return status;
    }
    nx_groups_add_missing(&worker->groups, first, n, places, kept);
    if (job->codes != NULL) {
        nx_group_put_codes(job->codes, first, n, numbers, places, kept,
                           job->items >= FAR_ITEMS && count >= FAR_GROUPS);
    }
    return NX_OK;
}

/* ---- A run of several workers ---- */

typedef struct group_run {
    const nx_group_job *job;
    nx_group_worker *workers;
    uint32_t **maps;  /* by worker: its numbers to those of all; NULL before merging */
    uint16_t *owners; /* by piece: the worker that took it; NULL if nobody asks */
    size_t offset;    /* the piece that item 0 of the loop is */
} group_run;

static nx_status
run_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    group_run *run = context;
    const size_t piece = run->offset + item;
    nx_group_worker *own = &run->workers[worker];
    if (run->owners != NULL) {
        run->owners[piece] = (uint16_t)worker;
    }
    return run->job->run(run->job, own, piece, error);
}

static nx_status
renumber_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const group_run *run = context;
    const uint32_t *map = run->maps[run->owners[piece]];
    int64_t *codes = run->job->codes + piece * run->job->piece_items;
    const size_t n = items_of(run->job, piece);
    (void)worker;
    (void)error;
    for (size_t i = 0; i < n; i++) {
        codes[i] = codes[i] < 0 ? -1 : (int64_t)map[codes[i]];
    }
    return NX_OK;
}

/* The worker whose next group was seen first, and up to where its groups come before
 * all others; `workers` if all are through. */
static unsigned
next_worker(const group_run *run, unsigned workers, const size_t *next, size_t *end)
{
    unsigned best = workers;
    int64_t least = INT64_MAX, second = INT64_MAX;
    for (unsigned w = 0; w < workers; w++) {
        const nx_groups *groups = &run->workers[w].groups;
        if (next[w] < groups->count) {
            const int64_t first = groups->first[next[w]];
            if (best == workers || first < least) {
                second = least;
                least = first;
                best = w;
            }
            else if (first < second) {
                second = first;
            }
        }
    }
    if (best < workers) {
        const nx_groups *groups = &run->workers[best].groups;
        size_t at = next[best] + 1;
        while (at < groups->count && at < next[best] + NX_TABLE_BATCH &&
               groups->first[at] < second) {
            at++;
        }
        *end = at;
    }
    return best;
}

/* Puts groups first .. end - 1 of a worker into the result. */
static nx_status
merge_some(group_run *run, unsigned worker, size_t first, size_t end,
           nx_group_worker *result, nx_error *error)
{
    const nx_groups *from = &run->workers[worker].groups;
    uint32_t *numbers = run->maps[worker] + first;
    nx_status status = run->job->move(run->job, &run->workers[worker], first,
                                      end - first, result, numbers, error);
    if (status == NX_OK) {
        size_t count = result->groups.count;
        for (size_t i = 0; i < end - first; i++) {
            count = numbers[i] < count ? count : (size_t)numbers[i] + 1;
        }
        status = nx_groups_add(&result->groups, numbers, end - first, count, 0,
                               from->first + first, error);
    }
    if (status == NX_OK && from->want_counts) {
        for (size_t i = first; i < end; i++) {
            /* One of them is counted by nx_groups_add. */
            result->groups.counts[run->maps[worker][i]] += from->counts[i] - 1;
        }
    }
    return status;
}

static nx_status
merge(group_run *run, unsigned workers, nx_group_worker *result, nx_error *error)
{
    size_t next[MOST_WORKERS] = {0}, end = 0;
    for (unsigned w = 0; w < workers; w++) {
        const nx_groups *groups = &run->workers[w].groups;
        run->maps[w] = nx_alloc(groups->count, sizeof *run->maps[w]);
        if (run->maps[w] == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to merge groups");
        }
        if (groups->missing > 0 &&
            (result->groups.missing == 0 ||
             groups->first_missing < result->groups.first_missing)) {
            result->groups.first_missing = groups->first_missing;
        }
        result->groups.missing += groups->missing;
    }
    nx_status status = NX_OK;
    unsigned worker;
    while (status == NX_OK &&
           (worker = next_worker(run, workers, next, &end)) < workers) {
        status = merge_some(run, worker, next[worker], end, result, error);
        next[worker] = end;
    }
    return status;
}

/* What a first part has shown. */
typedef struct group_sample {
    size_t pieces;
    size_t half, whole; /* different groups after one half of them, and after all */
} group_sample;

/* Whether more workers save more than merging their groups costs. */
static bool
worth_threads(const nx_group_job *job, unsigned threads, group_sample sample)
{
    const double items = (double)job->items;
    const double seen = (double)(sample.pieces * job->piece_items);
    const double rate = (double)(sample.whole - sample.half) / (seen / 2);
    const double share = items / threads;
    const double more = share > seen ? rate * (share - seen) : 0;
    const double merged = threads * ((double)sample.whole + more);
    /* To move a group takes about twice the time of an item. */
    return 2 * merged < items - share;
}

/* Runs pieces first .. end - 1 on some threads. */
static nx_status
run_pieces(group_run *run, size_t first, size_t end, unsigned threads,
           const nx_wait *wait, nx_error *error)
{
    run->offset = first;
    return nx_parallel_for(end - first, threads, run_piece, run, wait, error);
}

static nx_status
run_merged(group_run *run, unsigned workers, const nx_wait *wait,
           nx_group_worker *result, nx_error *error)
{
    const nx_group_job *job = run->job;
    result->groups.want_counts = job->want_counts;
    nx_status status = job->begin(job, result, error);
    if (status == NX_OK) {
        status = merge(run, workers, result, error);
    }
    if (status == NX_OK && job->codes != NULL) {
        status =
            nx_parallel_for(job->pieces, workers, renumber_piece, run, wait, error);
    }
    return status;
}

/* Runs the pieces from `done` on by several workers, of which the first has done those
 * before. */
static nx_status
run_on_threads(group_run *run, size_t done, unsigned threads, const nx_wait *wait,
               nx_group_worker *result, nx_error *error)
{
    const nx_group_job *job = run->job;
    nx_status status = NX_OK;
    for (unsigned w = 1; w < threads && status == NX_OK; w++) {
        run->workers[w].groups.want_counts = job->want_counts;
        status = job->begin(job, &run->workers[w], error);
    }
    run->maps = nx_alloc_zeroed(threads, sizeof *run->maps);
    run->owners = nx_alloc_zeroed(job->pieces, sizeof *run->owners);
    if (status == NX_OK && (run->maps == NULL || run->owners == NULL)) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for threads");
    }
    if (status == NX_OK) {
        status = run_pieces(run, done, job->pieces, threads, wait, error);
    }
    if (status == NX_OK) {
        status = run_merged(run, threads, wait, result, error);
    }
    for (unsigned w = 0; w < threads && run->maps != NULL; w++) {
        nx_free(run->maps[w]);
    }
    nx_free(run->maps);
    nx_free(run->owners);
    for (unsigned w = 0; w < threads; w++) {
        nx_group_end(job, &run->workers[w]);
    }
    return status;
}

/* One worker alone does the first part, and all of it if threads do not pay. */
static nx_status
run_alone_first(group_run *run, unsigned *threads, size_t *done, const nx_wait *wait,
                nx_error *error)
{
    const nx_group_job *job = run->job;
    const size_t share = job->pieces / SAMPLE_PART;
    group_sample sample = {share < SAMPLE_PIECES ? SAMPLE_PIECES : share, 0, 0};
    nx_status status = job->begin(job, &run->workers[0], error);
    *done = job->pieces;
    if (status == NX_OK && *threads > 1 && job->pieces >= 2 * sample.pieces) {
        status = run_pieces(run, 0, sample.pieces / 2, 1, wait, error);
        sample.half = run->workers[0].groups.count;
        if (status == NX_OK) {
            status = run_pieces(run, sample.pieces / 2, sample.pieces, 1, wait, error);
        }
        sample.whole = run->workers[0].groups.count;
        *done = sample.pieces;
        *threads = worth_threads(job, *threads, sample) ? *threads : 1;
    }
    else {
        *threads = 1;
        *done = 0;
    }
    return status;
}

nx_status
nx_group_run(const nx_group_job *job, unsigned threads, const nx_wait *wait,
             nx_group_worker *result, nx_error *error)
{
    threads = threads > MOST_WORKERS ? MOST_WORKERS : threads;
    threads = threads > job->pieces ? (unsigned)job->pieces : threads;
    threads = threads == 0 ? 1 : threads;
    nx_group_worker alone;
    nx_group_worker *workers = &alone;
    memset(&alone, 0, sizeof alone);
    if (threads > 1) {
        workers = nx_alloc_zeroed(threads, sizeof *workers);
    }
    group_run run = {.job = job, .workers = workers};
    size_t done = 0;
    memset(result, 0, sizeof *result);
    if (workers == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for workers");
    }
    workers[0].groups.want_counts = job->want_counts;
    nx_status status = run_alone_first(&run, &threads, &done, wait, error);
    if (status == NX_OK && threads > 1) {
        status = run_on_threads(&run, done, threads, wait, result, error);
    }
    else if (status == NX_OK) {
        status = run_pieces(&run, done, job->pieces, 1, wait, error);
        *result = workers[0];
        memset(&workers[0], 0, sizeof workers[0]);
    }
    nx_group_end(job, &workers[0]);
    if (status != NX_OK) {
        nx_group_end(job, result);
    }
    if (workers != &alone) {
        nx_free(workers);
    }
    return status;
}

nx_status
nx_group_run_for_groups(const nx_group_job *job, unsigned threads, const nx_wait *wait,
                        nx_groups *groups, nx_error *error)
{
    nx_group_worker all;
    const nx_status status = nx_group_run(job, threads, wait, &all, error);
    *groups = all.groups;
    if (status == NX_OK) {
        job->end(&all);
    }
    return status;
}

void
nx_group_end(const nx_group_job *job, nx_group_worker *worker)
{
    nx_groups_clear(&worker->groups);
    job->end(worker);
    memset(worker, 0, sizeof *worker);
}
