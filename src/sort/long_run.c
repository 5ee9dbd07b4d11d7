/* As the keys of a column with few different values decide little, what they leave of
 * the 64 bits is filled with bits of the columns that follow. Of texts that begin alike
 * the beginning is skipped, and a look at all of them shows which characters there are:
 * keys hold more of few. */
#include "sort/long_run.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"

enum {
    SAMPLE = 64,     /* texts that show whether all may begin alike */
    LEAST_BITS = 9,  /* of keys of texts */
    MOST_PACKED = 56 /* bits of keys, above which those of no column are added */
};

/* ---- The run ---- */

void
nx_long_end(nx_long_run *run)
{
    nx_free(run->keys);
    nx_free(run->more);
    nx_free(run->order);
    nx_free(run->before);
    nx_free(run->spans);
}

nx_status
nx_long_begin(nx_rows_job *job, const nx_run *run, nx_long_run *made, nx_error *error)
{
    const size_t n = run->end - run->begin;
    *made = (nx_long_run){
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
        nx_long_end(made);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu rows", n);
    }
    return NX_OK;
}

size_t
nx_long_piece(const nx_long_run *run, size_t piece, size_t *first)
{
    *first = piece * NX_LONG_PIECE;
    return run->n - *first < NX_LONG_PIECE ? run->n - *first : NX_LONG_PIECE;
}

nx_status
nx_long_pieces(nx_parallel_body body, void *context, const nx_long_run *run,
               nx_error *error)
{
    return nx_parallel_for((run->n - 1) / NX_LONG_PIECE + 1, run->job->threads, body,
                           context, run->job->wait, error);
}

const nx_order_column *
nx_long_column(const nx_long_run *run)
{
    return &run->job->runs.columns[run->run.column];
}

/* ---- What texts have in common ---- */

typedef struct common_pass {
    const nx_long_run *run;
    nx_text_common *found; /* by worker */
} common_pass;

static nx_status
find_common_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const common_pass *pass = context;
    const nx_long_run *run = pass->run;
    nx_text_common *found = &pass->found[worker], common;
    size_t first;
    const size_t n = nx_long_piece(run, piece, &first);
    if (found->offset == run->run.offset && !found->equal) {
        return NX_OK;
    }
    const nx_status status =
        nx_text_find_common(nx_long_column(run)->texts, run->places[0],
                            run->places + first, n, run->run.offset, &common, error);
    if (status == NX_OK) {
        found->equal &= common.equal;
        found->offset = common.offset < found->offset ? common.offset : found->offset;
    }
    return status;
}

/* Whether a few texts of a run have no more in common than it says. */
static nx_status
look_at_sample(const nx_long_run *run, nx_text_common *common, nx_error *error)
{
    int64_t sample[SAMPLE];
    for (size_t i = 0; i < SAMPLE; i++) {
        sample[i] = run->places[run->n / SAMPLE * i];
    }
    return nx_text_find_common(nx_long_column(run)->texts, run->places[run->n - 1],
                               sample, SAMPLE, run->run.offset, common, error);
}

nx_status
nx_long_skip_common(nx_long_run *run, bool *equal, nx_error *error)
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
    status = nx_long_pieces(find_common_piece, &pass, run, error);
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
    const nx_long_run *run;
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
    const size_t n = nx_long_piece(pass->run, piece, &first);
    return nx_text_see(column_of_pass(pass)->texts, pass->run->places + first, n,
                       pass->offset, &pass->seen[worker], error);
}

/* The alphabet of the texts of a column. */
static nx_status
find_alphabet(keys_pass *pass, nx_text_alphabet *alphabet, size_t *longest,
              nx_error *error)
{
    const unsigned threads = pass->run->job->threads;
    pass->seen = nx_alloc_zeroed(threads, sizeof *pass->seen);
    if (pass->seen == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order rows");
    }
    const nx_status status = nx_long_pieces(see_piece, pass, pass->run, error);
    nx_seen_bytes *const all = pass->seen;
    for (unsigned i = 1; i < threads; i++) {
        const nx_seen_bytes *seen = &pass->seen[i];
        for (size_t byte = 0; byte < sizeof seen->seen; byte++) {
            all->seen[byte] |= seen->seen[byte];
        }
        all->longest = seen->longest > all->longest ? seen->longest : all->longest;
    }
    *longest = all->longest;
    const nx_sort_texts *texts = column_of_pass(pass)->texts;
    nx_text_alphabet_make(texts, all, 64, alphabet);
    if (pass->run->job->sink == NULL || *longest > alphabet->units) {
        /* What nx_order_keys sorts at once is a key beside a place. */
        const unsigned most_bits = (unsigned)nx_clz64(pass->run->n - 1);
        nx_text_alphabet_make(
            texts, all, most_bits < LEAST_BITS ? LEAST_BITS : most_bits, alphabet);
    }
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
    const nx_long_run *run = pass->run;
    size_t first;
    const size_t n = nx_long_piece(run, piece, &first);
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
make_keys(const nx_long_run *run, size_t column, size_t offset, uint64_t *keys,
          nx_text_alphabet *alphabet, size_t *longest, uint64_t *least,
          uint64_t *greatest, nx_error *error)
{
    keys_pass pass = {run, column, offset, NULL, NULL, keys};
    const nx_sort_texts *texts = column_of_pass(&pass)->texts;
    nx_status status = NX_OK;
    if (texts != NULL && nx_text_has_alphabet(texts)) {
        status = find_alphabet(&pass, alphabet, longest, error);
    }
    if (status != NX_OK) {
        return status;
    }
    for (unsigned i = 0; i < run->job->threads; i++) {
        run->spans[i][0] = UINT64_MAX;
        run->spans[i][1] = 0;
    }
    status = nx_long_pieces(make_keys_piece, &pass, run, error);
    *least = UINT64_MAX;
    *greatest = 0;
    for (unsigned i = 0; i < run->job->threads; i++) {
        *least = run->spans[i][0] < *least ? run->spans[i][0] : *least;
        *greatest = run->spans[i][1] > *greatest ? run->spans[i][1] : *greatest;
    }
    return status;
}

nx_status
nx_long_keys(nx_long_run *run, uint64_t *least, uint64_t *greatest, nx_error *error)
{
    return make_keys(run, run->run.column, run->run.offset, run->keys, &run->alphabet,
                     &run->longest, least, greatest, error);
}

/* ---- Keys of several columns ---- */

static unsigned
bits_of(uint64_t span)
{
    return span == 0 ? 0 : 64 - (unsigned)nx_clz64(span);
}

typedef struct pack_pass {
    const nx_long_run *run;
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
    const size_t n = nx_long_piece(pass->run, piece, &first);
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

nx_status
nx_long_pack(nx_long_run *run, uint64_t least, uint64_t span, nx_error *error)
{
    const nx_run_job *job = &run->job->runs;
    unsigned used = bits_of(span);
    nx_status status = NX_OK;
    pack_pass pass = {.run = run, .base = least};
    for (size_t i = run->run.column + 1;
         i < job->count && used < MOST_PACKED && job->columns[i].missing == NULL; i++) {
        nx_text_alphabet alphabet;
        size_t longest;
        uint64_t more_least, more_greatest;
        status = make_keys(run, i, 0, run->more, &alphabet, &longest, &more_least,
                           &more_greatest, error);
        if (status != NX_OK) {
            break;
        }
        const unsigned bits = bits_of(more_greatest - more_least);
        pass.up = bits < 64 - used ? bits : 64 - used;
        pass.more_base = more_least;
        pass.down = bits - pass.up;
        status = nx_long_pieces(pack_piece, &pass, run, error);
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
