/* The keys of a long run are put into order by nx_order_keys and gone through for ties.
 * A worker that meets a short run of them orders it on the spot; long ones are left for
 * later.
 *
 * As the keys of a column with few different values decide little, what they leave of
 * the 64 bits is filled with bits of the columns that follow. Of texts that begin alike
 * the beginning is skipped, and a look at all of them shows which characters there are:
 * keys hold more of few.
 *
 * The result does not depend on the number of threads, as runs do not overlap, and what
 * becomes of one depends on nothing else. */
#include "sort/order_long.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/order.h"
#include "sort/text_alphabet.h"

enum {
    PIECE = 1 << 14, /* places that a worker takes at a time */
    SAMPLE = 64,     /* texts that show whether all may begin alike */
    LEAST_BITS = 9,  /* of keys of texts */
    MOST_PACKED = 56 /* bits of keys, above which those of no column are added */
};

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

/* ---- One run ---- */

typedef struct long_run {
    nx_rows_job *job;
    nx_run run;
    int64_t *places; /* the part of the order that is the run's */
    size_t n;
    uint64_t *keys;       /* by position in the order made so far */
    uint64_t *more;       /* keys of a further column, then the keys in their order */
    int64_t *order;       /* positions in order of their keys */
    int64_t *before;      /* the places as they were, and scratch */
    uint64_t (*spans)[2]; /* by worker: the least and the greatest key */
    nx_text_alphabet alphabet; /* of keys of texts, if they have one */
    bool packed;               /* the keys are of several columns ... */
    size_t next_column;        /* ... and this one tells ties of them apart */
} long_run;

static void
end_long(long_run *run)
{
    nx_free(run->keys);
    nx_free(run->more);
    nx_free(run->order);
    nx_free(run->before);
    nx_free(run->spans);
}

static nx_status
begin_long(nx_rows_job *job, const nx_run *run, long_run *made, nx_error *error)
{
    const size_t n = run->end - run->begin;
    *made = (long_run){
        .job = job,
        .run = *run,
        .places = job->runs.places + run->begin,
        .n = n,
        .keys = nx_alloc(n, sizeof *made->keys),
        .more = nx_alloc(n, sizeof *made->more),
        .order = nx_alloc(n, sizeof *made->order),
        .before = nx_alloc(n, sizeof *made->before),
        .spans = nx_alloc(job->threads, sizeof *made->spans),
    };
    if (made->keys == NULL || made->more == NULL || made->order == NULL ||
        made->before == NULL || made->spans == NULL) {
        end_long(made);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu rows", n);
    }
    return NX_OK;
}

static size_t
piece_of(const long_run *run, size_t piece, size_t *first)
{
    *first = piece * PIECE;
    return run->n - *first < PIECE ? run->n - *first : PIECE;
}

static nx_status
run_pieces(nx_parallel_body body, void *context, const long_run *run, nx_error *error)
{
    return nx_parallel_for((run->n - 1) / PIECE + 1, run->job->threads, body, context,
                           run->job->wait, error);
}

static const nx_order_column *
column_of(const long_run *run)
{
    return &run->job->runs.columns[run->run.column];
}

/* ---- What texts have in common ---- */

typedef struct common_pass {
    const long_run *run;
    nx_text_common *found; /* by worker */
} common_pass;

static nx_status
find_common_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const common_pass *pass = context;
    const long_run *run = pass->run;
    nx_text_common *found = &pass->found[worker], common;
    size_t first;
    const size_t n = piece_of(run, piece, &first);
    if (found->offset == run->run.offset && !found->equal) {
        return NX_OK;
    }
    const nx_status status =
        nx_text_find_common(column_of(run)->texts, run->places[0], run->places + first,
                            n, run->run.offset, &common, error);
    if (status == NX_OK) {
        found->equal &= common.equal;
        found->offset = common.offset < found->offset ? common.offset : found->offset;
    }
    return status;
}

/* Whether a few texts of a run have no more in common than it says. */
static nx_status
look_at_sample(const long_run *run, nx_text_common *common, nx_error *error)
{
    int64_t sample[SAMPLE];
    for (size_t i = 0; i < SAMPLE; i++) {
        sample[i] = run->places[run->n / SAMPLE * i];
    }
    return nx_text_find_common(column_of(run)->texts, run->places[run->n - 1], sample,
                               SAMPLE, run->run.offset, common, error);
}

/* Moves the offset of a run of texts to where they differ; *equal if they do not. */
static nx_status
skip_common(long_run *run, bool *equal, nx_error *error)
{
    nx_text_common all = {0};
    *equal = false;
    nx_status status = look_at_sample(run, &all, error);
    if (status != NX_OK || (all.offset == run->run.offset && !all.equal)) {
        return status;
    }
    const unsigned threads = run->job->threads;
    common_pass pass = {run, nx_alloc(threads, sizeof *pass.found)};
    if (pass.found == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order rows");
    }
    for (unsigned i = 0; i < threads; i++) {
        pass.found[i] = (nx_text_common){SIZE_MAX, true};
    }
    status = run_pieces(find_common_piece, &pass, run, error);
    all = (nx_text_common){SIZE_MAX, true};
    for (unsigned i = 0; i < threads; i++) {
        all.offset =
            pass.found[i].offset < all.offset ? pass.found[i].offset : all.offset;
        all.equal &= pass.found[i].equal;
    }
    nx_free(pass.found);
    run->run.offset = all.offset;
    *equal = all.equal;
    return status;
}

/* ---- Keys ---- */

typedef struct keys_pass {
    const long_run *run;
    size_t column, offset;
    const nx_text_alphabet *alphabet; /* NULL for words and numbers */
    nx_seen_bytes *seen;              /* by worker */
    uint64_t *keys;
} keys_pass;

static const nx_order_column *
column_of_pass(const keys_pass *pass)
{
    return &pass->run->job->runs.columns[pass->column];
}

static nx_status
see_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const keys_pass *pass = context;
    size_t first;
    const size_t n = piece_of(pass->run, piece, &first);
    return nx_text_see(column_of_pass(pass)->texts, pass->run->places + first, n,
                       pass->offset, &pass->seen[worker], error);
}

/* The alphabet of the texts of a column. */
static nx_status
find_alphabet(keys_pass *pass, nx_text_alphabet *alphabet, nx_error *error)
{
    const unsigned threads = pass->run->job->threads;
    pass->seen = nx_alloc_zeroed(threads, sizeof *pass->seen);
    if (pass->seen == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order rows");
    }
    const nx_status status = run_pieces(see_piece, pass, pass->run, error);
    for (unsigned i = 1; i < threads; i++) {
        for (size_t byte = 0; byte < sizeof pass->seen->seen; byte++) {
            pass->seen[0].seen[byte] |= pass->seen[i].seen[byte];
        }
    }
    /* What nx_order_keys sorts at once is a key beside a place. */
    const unsigned most_bits = (unsigned)nx_clz64(pass->run->n - 1);
    nx_text_alphabet_make(column_of_pass(pass)->texts, pass->seen,
                          most_bits < LEAST_BITS ? LEAST_BITS : most_bits, alphabet);
    pass->alphabet = alphabet;
    nx_free(pass->seen);
    return status;
}

/* Writes the keys of some places. */
static nx_status
write_keys(const keys_pass *pass, const int64_t *places, size_t n, uint64_t *keys,
           nx_error *error)
{
    const nx_order_column *column = column_of_pass(pass);
    if (pass->alphabet == NULL) {
        return nx_run_keys(column, pass->offset, places, n, keys, error);
    }
    const nx_status status = nx_text_keys(column->texts, pass->alphabet, places, n,
                                          pass->offset, keys, error);
    for (size_t i = 0; i < n && column->descending; i++) {
        keys[i] = ~keys[i];
    }
    return status;
}

static nx_status
make_keys_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const keys_pass *pass = context;
    const long_run *run = pass->run;
    size_t first;
    const size_t n = piece_of(run, piece, &first);
    uint64_t *const keys = pass->keys + first;
    const nx_status status = write_keys(pass, run->places + first, n, keys, error);
    if (status != NX_OK) {
        return status;
    }
    uint64_t least = keys[0], greatest = keys[0];
    for (size_t i = 1; i < n; i++) {
        least = keys[i] < least ? keys[i] : least;
        greatest = keys[i] > greatest ? keys[i] : greatest;
    }
    uint64_t *const span = run->spans[worker];
    span[0] = least < span[0] ? least : span[0];
    span[1] = greatest > span[1] ? greatest : span[1];
    return NX_OK;
}

/* The keys of one column, and the least and the greatest of them. Texts get an
 * alphabet, if they can have one. */
static nx_status
make_keys(const long_run *run, size_t column, size_t offset, uint64_t *keys,
          nx_text_alphabet *alphabet, uint64_t *least, uint64_t *greatest,
          nx_error *error)
{
    keys_pass pass = {run, column, offset, NULL, NULL, keys};
    const nx_sort_texts *texts = column_of_pass(&pass)->texts;
    nx_status status = NX_OK;
    if (texts != NULL && nx_text_has_alphabet(texts)) {
        status = find_alphabet(&pass, alphabet, error);
    }
    if (status != NX_OK) {
        return status;
    }
    for (unsigned i = 0; i < run->job->threads; i++) {
        run->spans[i][0] = UINT64_MAX;
        run->spans[i][1] = 0;
    }
    status = run_pieces(make_keys_piece, &pass, run, error);
    *least = UINT64_MAX;
    *greatest = 0;
    for (unsigned i = 0; i < run->job->threads; i++) {
        *least = run->spans[i][0] < *least ? run->spans[i][0] : *least;
        *greatest = run->spans[i][1] > *greatest ? run->spans[i][1] : *greatest;
    }
    return status;
}

static unsigned
bits_of(uint64_t span)
{
    return span == 0 ? 0 : 64 - (unsigned)nx_clz64(span);
}

typedef struct pack_pass {
    const long_run *run;
    uint64_t base;      /* of the keys so far ... */
    unsigned up;        /* ... that are moved up by so many bits */
    uint64_t more_base; /* of the keys that fill them ... */
    unsigned down;      /* ... moved down by so many */
} pack_pass;

static nx_status
pack_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const pack_pass *pass = context;
    size_t first;
    const size_t n = piece_of(pass->run, piece, &first);
    uint64_t *const keys = pass->run->keys + first;
    const uint64_t *const more = pass->run->more + first;
    (void)worker;
    (void)error;
    for (size_t i = 0; i < n; i++) {
        const uint64_t low = (more[i] - pass->more_base) >> pass->down;
        /* Nothing is left of keys that are all the same. */
        const uint64_t high = pass->up == 64 ? 0 : (keys[i] - pass->base) << pass->up;
        keys[i] = high | low;
    }
    return NX_OK;
}

/* Fills the bits that keys of least .. least + span do not use with those of the
 * columns that follow. */
static nx_status
pack_keys(long_run *run, uint64_t least, uint64_t span, nx_error *error)
{
    const nx_run_job *job = &run->job->runs;
    unsigned used = bits_of(span);
    nx_status status = NX_OK;
    pack_pass pass = {.run = run, .base = least};
    for (size_t i = run->run.column + 1;
         i < job->count && used < MOST_PACKED && job->columns[i].missing == NULL; i++) {
        nx_text_alphabet alphabet;
        uint64_t more_least, more_greatest;
        status = make_keys(run, i, 0, run->more, &alphabet, &more_least, &more_greatest,
                           error);
        if (status != NX_OK) {
            break;
        }
        const unsigned bits = bits_of(more_greatest - more_least);
        pass.up = bits < 64 - used ? bits : 64 - used;
        pass.more_base = more_least;
        pass.down = bits - pass.up;
        status = run_pieces(pack_piece, &pass, run, error);
        pass.base = 0;
        used += pass.up;
        run->packed = true;
        const bool whole = pass.down == 0 && job->columns[i].texts == NULL;
        run->next_column = i + whole;
        if (!whole || status != NX_OK) {
            break;
        }
    }
    return status;
}

/* ---- Order ---- */

static nx_status
arrange_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const long_run *run = context;
    size_t first;
    const size_t n = piece_of(run, piece, &first);
    (void)worker;
    (void)error;
    for (size_t i = first; i < first + n; i++) {
        const int64_t from = run->order[i];
        run->places[i] = run->before[from];
        run->more[i] = run->keys[from];
    }
    return NX_OK;
}

/* The run of positions first .. end - 1, whose keys are equal. */
static nx_status
take_ties(const long_run *run, nx_run_room *room, size_t first, size_t end,
          nx_error *error)
{
    const nx_order_column *column = column_of(run);
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
    const long_run *run = context;
    const uint64_t *const keys = run->more;
    size_t first;
    size_t end = piece_of(run, piece, &first);
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
order_by_keys(long_run *run, nx_error *error)
{
    const nx_rows_job *job = run->job;
    memcpy(run->before, run->places, run->n * sizeof *run->before);
    nx_status status =
        nx_order_keys(run->keys, run->n, run->order, job->threads, job->wait, error);
    status = status == NX_OK ? run_pieces(arrange_piece, run, run, error) : status;
    return status == NX_OK ? run_pieces(order_ties_piece, run, run, error) : status;
}

/* Orders what has a value in the column of the run, two places at least. */
static nx_status
order_present(long_run *run, nx_error *error)
{
    const nx_order_column *column = column_of(run);
    uint64_t least = 0, greatest = 0;
    bool equal = false;
    nx_status status = column->texts == NULL ? NX_OK : skip_common(run, &equal, error);
    if (status == NX_OK && !equal) {
        status = make_keys(run, run->run.column, run->run.offset, run->keys,
                           &run->alphabet, &least, &greatest, error);
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
    if (column->texts == NULL) {
        status = pack_keys(run, least, greatest - least, error);
    }
    return status == NX_OK ? order_by_keys(run, error) : status;
}

nx_status
nx_order_long(nx_rows_job *job, const nx_run *run, nx_error *error)
{
    long_run made;
    nx_status status = begin_long(job, run, &made, error);
    if (status != NX_OK) {
        return status;
    }
    const nx_order_column *column = column_of(&made);
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
    end_long(&made);
    return status;
}
