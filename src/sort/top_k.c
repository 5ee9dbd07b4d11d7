/* A worker keeps candidates: at first all it sees, and as soon as there are twice as
 * many as wanted, the best of them, the last of which is the bar for all that follow.
 * Most items do not pass it, and that is all that happens to them. As workers take
 * pieces in increasing order, an item that is as good as the bar comes too late.
 *
 * The candidates of all workers are put together at the end. The result is made of the
 * best by key and place, whoever found them. */
#include "sort/top_k.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/order.h"
#include "sort/order_runs.h"

enum {
    BLOCK = 1024,    /* keys that are made at a time */
    PIECE = 1 << 16, /* items that a worker takes at a time */
    SPARE = 1024,    /* candidates beside twice those wanted */
    FEW_KEYS = 16,   /* that are selected from by insertion */
    PASSES = 16,     /* over all keys, before they are selected from by bytes */
    MANY_PART = 4    /* of more than one in so many, all are ordered */
};

/* ---- Selection ---- */

NX_INLINE uint64_t
median_of_three(uint64_t a, uint64_t b, uint64_t c)
{
    const uint64_t low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

static void
insert_keys(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const uint64_t key = keys[i];
        size_t to = i;
        for (; to > 0 && keys[to - 1] > key; to--) {
            keys[to] = keys[to - 1];
        }
        keys[to] = key;
    }
}

/* Puts keys below the pivot first, then those equal to it, then the others; there is
 * one that is equal. Without branches on keys. */
static void
partition(uint64_t *keys, size_t n, uint64_t pivot, size_t *below, size_t *not_above)
{
    size_t low = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t key = keys[i];
        keys[i] = keys[low];
        keys[low] = key;
        low += key < pivot;
    }
    size_t middle = low;
    for (size_t i = low; i < n; i++) {
        const uint64_t key = keys[i];
        keys[i] = keys[middle];
        keys[middle] = key;
        middle += key == pivot;
    }
    *below = low;
    *not_above = middle;
}

/* A pivot. It is drawn, as inputs tend to be in some order, from a state that is the
 * same at every call. */
static uint64_t
pick(const uint64_t *keys, size_t n, uint64_t *state)
{
    uint64_t drawn[3];
    for (size_t i = 0; i < 3; i++) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        drawn[i] = keys[(*state >> 33) % n];
    }
    return median_of_three(drawn[0], drawn[1], drawn[2]);
}

/* Selection from the highest byte on, in eight passes whatever the keys are. */
static uint64_t
select_by_bytes(uint64_t *keys, size_t n, size_t k)
{
    for (int shift = 56; shift >= 0 && n > 1; shift -= 8) {
        size_t counts[256] = {0}, digit = 0, kept = 0;
        for (size_t i = 0; i < n; i++) {
            counts[keys[i] >> shift & 0xFF]++;
        }
        for (; k >= counts[digit]; digit++) {
            k -= counts[digit];
        }
        for (size_t i = 0; i < n; i++) {
            const uint64_t key = keys[i];
            keys[kept] = key;
            kept += (key >> shift & 0xFF) == digit;
        }
        n = counts[digit];
    }
    return keys[0];
}

/* Pivots can be foreseen by who makes the keys: with bad ones it is given up. */
uint64_t
nx_select_key(uint64_t *keys, size_t n, size_t k)
{
    uint64_t state = n;
    size_t left = n <= SIZE_MAX / PASSES ? PASSES * n : SIZE_MAX;
    while (n > FEW_KEYS) {
        size_t below, not_above;
        if (n > left) {
            return select_by_bytes(keys, n, k);
        }
        left -= n;
        const uint64_t pivot = pick(keys, n, &state);
        partition(keys, n, pivot, &below, &not_above);
        if (k < below) {
            n = below;
        }
        else if (k < not_above) {
            return pivot;
        }
        else {
            keys += not_above;
            n -= not_above;
            k -= not_above;
        }
    }
    insert_keys(keys, n);
    return keys[k];
}

/* ---- Candidates ---- */

typedef struct candidates {
    uint64_t *keys;
    int64_t *places;
    uint64_t *scratch;
    size_t count, room;
    uint64_t bar; /* what comes later must be less, once it is set */
    bool is_set;
} candidates;

static void
clear_candidates(candidates *c)
{
    nx_free(c->keys);
    nx_free(c->places);
    nx_free(c->scratch);
    *c = (candidates){.keys = NULL};
}

static nx_status
make_candidates(candidates *c, size_t k, size_t rows, nx_error *error)
{
    const size_t wanted = 2 * k + SPARE;
    *c = (candidates){.room = wanted < rows + 1 ? wanted : rows + 1};
    c->keys = nx_alloc(c->room, sizeof *c->keys);
    c->places = nx_alloc(c->room, sizeof *c->places);
    c->scratch = nx_alloc(c->room, sizeof *c->scratch);
    if (c->keys == NULL || c->places == NULL || c->scratch == NULL) {
        clear_candidates(c);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the %zu best", k);
    }
    return NX_OK;
}

/* Leaves the k best candidates, of equal ones the first, in the order they have. */
static void
keep_best(candidates *c, size_t k)
{
    if (c->count <= k) {
        return;
    }
    memcpy(c->scratch, c->keys, c->count * sizeof *c->keys);
    c->bar = nx_select_key(c->scratch, c->count, k - 1);
    c->is_set = true;
    size_t below = 0, kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        below += c->keys[i] < c->bar;
    }
    size_t equal = k - below; /* that are kept */
    for (size_t i = 0; i < c->count; i++) {
        const bool is_equal = c->keys[i] == c->bar && equal > 0;
        const bool keep = c->keys[i] < c->bar || is_equal;
        c->keys[kept] = c->keys[i];
        c->places[kept] = c->places[i];
        equal -= is_equal;
        kept += keep;
    }
    c->count = kept;
}

NX_INLINE void
add(candidates *c, size_t k, uint64_t key, int64_t place)
{
    c->keys[c->count] = key;
    c->places[c->count++] = place;
    if (c->count == c->room) {
        keep_best(c, k);
    }
}

/* Offers items first .. first + n - 1, n at most BLOCK. */
static void
offer(const nx_order_column *column, size_t first, size_t n, size_t k, candidates *c)
{
    uint64_t keys[BLOCK];
    const uint8_t *missing = column->missing == NULL ? NULL : column->missing + first;
    nx_sort_keys(column->numbers, first, n, column->descending, keys);
    size_t i = 0;
    for (; i < n && !c->is_set; i++) {
        if (missing == NULL || missing[i] == 0) {
            add(c, k, keys[i], (int64_t)(first + i));
        }
    }
    for (; i < n; i++) {
        if (NX_UNLIKELY(keys[i] < c->bar) && (missing == NULL || missing[i] == 0)) {
            add(c, k, keys[i], (int64_t)(first + i));
        }
    }
}

static void
offer_range(const nx_order_column *column, size_t first, size_t end, size_t k,
            candidates *c)
{
    for (; first < end; first += BLOCK) {
        offer(column, first, end - first < BLOCK ? end - first : BLOCK, k, c);
    }
}

/* ---- A lane ---- */

/* Adds the first `wanted` items from `base` on that have no value to places. */
static void
add_missing(const uint8_t *missing, size_t base, size_t wanted, int64_t *places)
{
    for (size_t row = 0; wanted > 0; row++) {
        *places = (int64_t)row;
        places += missing[base + row] != 0;
        wanted -= missing[base + row] != 0;
    }
}

/* Writes the k best of a lane whose candidates are known. */
static nx_status
finish_lane(const nx_order_column *column, size_t base, size_t k, candidates *c,
            int64_t *places, nx_error *error)
{
    keep_best(c, k);
    const size_t n = c->count;
    uint64_t *scratch = nx_alloc(n, 2 * sizeof *scratch);
    if (scratch == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the %zu best", k);
    }
    nx_order_places(c->keys, c->places, n, scratch);
    nx_free(scratch);
    for (size_t i = 0; i < n; i++) {
        places[i] = c->places[i] - (int64_t)base;
    }
    if (n < k) {
        add_missing(column->missing, base, k - n, places + n);
    }
    return NX_OK;
}

typedef struct top_pass {
    const nx_order_column *column;
    size_t lanes, rows, k;
    size_t piece_lanes;
    size_t base; /* of the lane, where there is one at a time */
    int64_t *places;
    candidates *found; /* by worker */
} top_pass;

static nx_status
top_of_lanes(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const top_pass *pass = context;
    candidates *c = &pass->found[worker];
    const size_t first = piece * pass->piece_lanes, left = pass->lanes - first;
    const size_t end = first + (left < pass->piece_lanes ? left : pass->piece_lanes);
    nx_status status =
        c->keys == NULL ? make_candidates(c, pass->k, pass->rows, error) : NX_OK;
    for (size_t lane = first; lane < end && status == NX_OK; lane++) {
        const size_t base = lane * pass->rows;
        c->count = 0;
        c->is_set = false;
        offer_range(pass->column, base, base + pass->rows, pass->k, c);
        status = finish_lane(pass->column, base, pass->k, c,
                             pass->places + lane * pass->k, error);
    }
    return status;
}

static nx_status
top_of_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const top_pass *pass = context;
    candidates *c = &pass->found[worker];
    const size_t first = piece * PIECE, left = pass->rows - first;
    const size_t end = first + (left < PIECE ? left : PIECE);
    if (c->keys == NULL) {
        const nx_status status = make_candidates(c, pass->k, pass->rows, error);
        if (status != NX_OK) {
            return status;
        }
    }
    offer_range(pass->column, pass->base + first, pass->base + end, pass->k, c);
    return NX_OK;
}

/* Puts the candidates of all workers together, in the order of their places. */
static nx_status
merge_candidates(const top_pass *pass, unsigned threads, candidates *all,
                 nx_error *error)
{
    size_t count = 0;
    for (unsigned i = 0; i < threads; i++) {
        keep_best(&pass->found[i], pass->k);
        count += pass->found[i].count;
    }
    nx_status status = make_candidates(all, count, SIZE_MAX - 1, error);
    uint64_t *scratch = status == NX_OK ? nx_alloc(count, 2 * sizeof *scratch) : NULL;
    if (scratch == NULL) {
        clear_candidates(all);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the %zu best",
                            pass->k);
    }
    for (unsigned i = 0; i < threads; i++) {
        const candidates *c = &pass->found[i];
        for (size_t j = 0; j < c->count; j++, all->count++) {
            /* By place first; keys go along. */
            all->scratch[all->count] = (uint64_t)c->places[j];
            all->places[all->count] = (int64_t)c->keys[j];
        }
    }
    nx_order_places(all->scratch, all->places, count, scratch);
    for (size_t i = 0; i < count; i++) {
        all->keys[i] = (uint64_t)all->places[i];
        all->places[i] = (int64_t)all->scratch[i];
    }
    nx_free(scratch);
    return NX_OK;
}

/* The lane from pass->base on, by all workers. */
static nx_status
top_of_long_lane(top_pass *pass, unsigned threads, const nx_wait *wait, nx_error *error)
{
    for (unsigned i = 0; i < threads; i++) {
        pass->found[i].count = 0;
        pass->found[i].is_set = false;
    }
    const nx_status status = nx_parallel_for((pass->rows - 1) / PIECE + 1, threads,
                                             top_of_piece, pass, wait, error);
    if (status != NX_OK || threads == 1) {
        return status != NX_OK ? status
                               : finish_lane(pass->column, pass->base, pass->k,
                                             &pass->found[0], pass->places, error);
    }
    candidates all = {.keys = NULL};
    nx_status merged = merge_candidates(pass, threads, &all, error);
    if (merged == NX_OK) {
        merged =
            finish_lane(pass->column, pass->base, pass->k, &all, pass->places, error);
    }
    clear_candidates(&all);
    return merged;
}

/* ---- All lanes ---- */

nx_status
nx_top_k_by_order(const nx_order_column *column, size_t lanes, size_t rows, size_t k,
                  int64_t *places, unsigned threads, const nx_wait *wait,
                  nx_error *error)
{
    int64_t *order = nx_alloc(lanes * rows, sizeof *order);
    if (order == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu rows",
                            lanes * rows);
    }
    const nx_status status =
        nx_order_rows(column, 1, lanes, rows, order, NULL, threads, wait, error);
    for (size_t lane = 0; lane < lanes && status == NX_OK; lane++) {
        memcpy(places + lane * k, order + lane * rows, k * sizeof *places);
    }
    nx_free(order);
    return status;
}

nx_status
nx_top_k_numbers(const nx_order_column *column, size_t lanes, size_t rows, size_t k,
                 int64_t *places, unsigned threads, const nx_wait *wait,
                 nx_error *error)
{
    threads += threads == 0;
    if (lanes == 0 || k == 0) {
        return NX_OK;
    }
    if (k > rows / MANY_PART && rows > SPARE) {
        return nx_top_k_by_order(column, lanes, rows, k, places, threads, wait, error);
    }
    top_pass pass = {
        column, lanes, rows,   k,
        1,      0,     places, nx_alloc_zeroed(threads, sizeof *pass.found)};
    if (pass.found == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the %zu best", k);
    }
    nx_status status = NX_OK;
    if (rows <= PIECE) {
        pass.piece_lanes = PIECE / rows;
        status = nx_parallel_for((lanes - 1) / pass.piece_lanes + 1, threads,
                                 top_of_lanes, &pass, wait, error);
    }
    for (size_t lane = 0; rows > PIECE && lane < lanes && status == NX_OK; lane++) {
        pass.base = lane * rows;
        pass.places = places + lane * k;
        status = top_of_long_lane(&pass, threads, wait, error);
    }
    for (unsigned i = 0; i < threads; i++) {
        clear_candidates(&pass.found[i]);
    }
    nx_free(pass.found);
    return status;
}
