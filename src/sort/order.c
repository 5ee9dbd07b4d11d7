/* A key and the place of its item share a word of 64 bits: the place below, as much of
 * the key as there is room for above. Sorting words (sort/key_sort.h) is several times
 * faster than sorting places by what they point to, and stable, as no two words are
 * equal. With a million items the words hold the upper 44 bits of the range that the
 * keys have, which tells most of them apart. Runs of words that differ in the place
 * alone are then ordered by their whole keys: short ones by nx_order_places, long ones
 * by words again, which hold the bits that the first ones had no room for. */
#include "sort/order.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/key_scan.h"
#include "sort/key_sort.h"

enum {
    FEWER = 16,  /* values of a row that are inserted without more ado */
    MERGED = 12, /* items that are inserted before blocks are merged */
    MANY = 2048, /* from here on by digits */
    DIGIT_BITS = 8,
    DIGITS = 1 << DIGIT_BITS,
    LONG_RUN = 1 << 13 /* of words; from here on by words again */
};

/* Items that are named at a time, between two polls. */
#define PIECE ((size_t)1 << 20)

/* Keys, and the places that belong to them. */
typedef struct run {
    uint64_t *keys;
    int64_t *places;
} run;

/* ---- A few ---- */

static void
insert(uint64_t *keys, int64_t *places, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const uint64_t key = keys[i];
        const int64_t place = places[i];
        size_t to = i;
        for (; to > 0 && keys[to - 1] > key; to--) {
            keys[to] = keys[to - 1];
            places[to] = places[to - 1];
        }
        keys[to] = key;
        places[to] = place;
    }
}

/* ---- Some ---- */

/* Merges from[begin .. middle) and from[middle .. end) to the same places of `to`. */
static void
merge(run from, size_t begin, size_t middle, size_t end, run to)
{
    size_t left = begin, right = middle;
    for (size_t i = begin; i < end; i++) {
        const bool takes_right =
            left == middle || (right < end && from.keys[right] < from.keys[left]);
        const size_t next = takes_right ? right : left;
        to.keys[i] = from.keys[next];
        to.places[i] = from.places[next];
        right += takes_right;
        left += !takes_right;
    }
}

static void
copy(run to, run from, size_t n)
{
    memcpy(to.keys, from.keys, n * sizeof *to.keys);
    memcpy(to.places, from.places, n * sizeof *to.places);
}

static void
merge_sort(run items, run room, size_t n)
{
    for (size_t i = 0; i < n; i += MERGED) {
        const size_t size = n - i < MERGED ? n - i : MERGED;
        insert(items.keys + i, items.places + i, size);
    }
    run from = items, to = room;
    for (size_t width = MERGED; width < n; width *= 2) {
        for (size_t i = 0; i < n; i += 2 * width) {
            const size_t middle = n - i < width ? n : i + width;
            merge(from, i, middle, n - middle < width ? n : middle + width, to);
        }
        const run swapped = from;
        from = to;
        to = swapped;
    }
    if (from.keys != items.keys) {
        copy(items, from, n);
    }
}

/* ---- Many ---- */

/* One round: `to` are the items of `from` by one digit of their keys. */
static void
distribute(run from, size_t n, int shift, run to)
{
    size_t starts[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        starts[(from.keys[i] >> shift & (DIGITS - 1)) + 1]++;
    }
    for (size_t i = 1; i < DIGITS; i++) {
        starts[i] += starts[i - 1];
    }
    for (size_t i = 0; i < n; i++) {
        const size_t at = starts[from.keys[i] >> shift & (DIGITS - 1)]++;
        to.keys[at] = from.keys[i];
        to.places[at] = from.places[i];
    }
}

static void
distribute_all(run items, run room, size_t n)
{
    uint64_t differ = 0;
    for (size_t i = 1; i < n; i++) {
        differ |= items.keys[i] ^ items.keys[0];
    }
    run from = items, to = room;
    for (int shift = 0; shift < 64; shift += DIGIT_BITS) {
        if ((differ >> shift & (DIGITS - 1)) != 0) {
            distribute(from, n, shift, to);
            const run swapped = from;
            from = to;
            to = swapped;
        }
    }
    if (from.keys != items.keys) {
        copy(items, from, n);
    }
}

void
nx_order_places(uint64_t *keys, int64_t *places, size_t n, uint64_t *scratch)
{
    if (n <= NX_ORDER_FEW) {
        insert(keys, places, n);
        return;
    }
    const run items = {keys, places}, room = {scratch, (int64_t *)scratch + n};
    if (n < MANY) {
        merge_sort(items, room, n);
    }
    else {
        distribute_all(items, room, n);
    }
}

/* ---- Words ---- */

typedef struct order_job {
    const nx_sort_source *source;
    bool descending;
    uint64_t least; /* key */
    int place_bits; /* of a word */
    int dropped;    /* bits of the keys that words have no room for */
    int64_t *order;
    unsigned threads;
    const nx_wait *wait;
} order_job;

static const uint64_t *
load_words(const void *context, size_t first, size_t n, uint64_t *block)
{
    const order_job *job = context;
    const uint64_t least = job->least;
    const int dropped = job->dropped, place_bits = job->place_bits;
    nx_sort_keys(job->source, first, n, job->descending, block);
    for (size_t i = 0; i < n; i++) {
        block[i] = (block[i] - least) >> dropped << place_bits | (first + i);
    }
    return block;
}

/* The keys of items. */
static void
gather_keys(const order_job *job, const int64_t *places, size_t n, uint64_t *keys)
{
    for (size_t i = 0; i < n; i++) {
        nx_sort_keys(job->source, (size_t)places[i], 1, job->descending, keys + i);
    }
}

static bool
ascends(const uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (keys[i - 1] > keys[i]) {
            return false;
        }
    }
    return true;
}

/* Orders n places by their keys, with room for 3 * n words. */
static nx_status
order_long_run(const order_job *job, const uint64_t *keys, int64_t *places, size_t n,
               uint64_t *room, nx_error *error)
{
    int64_t *order = (int64_t *)room, *ordered = order + n;
    const nx_status status =
        nx_order_keys(keys, n, order, job->threads, job->wait, error);
    if (status == NX_OK) {
        for (size_t i = 0; i < n; i++) {
            ordered[i] = places[order[i]];
        }
        memcpy(places, ordered, n * sizeof *places);
    }
    return status;
}

/* Orders places, which ascend, by those bits of their keys that words do not have. */
static nx_status
order_run(const order_job *job, int64_t *places, size_t n, nx_error *error)
{
    uint64_t few[NX_ORDER_FEW];
    if (n <= NX_ORDER_FEW) {
        gather_keys(job, places, n, few);
        nx_order_places(few, places, n, NULL);
        return NX_OK;
    }
    uint64_t *keys = nx_alloc(n, 3 * sizeof *keys);
    if (keys == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu items", n);
    }
    nx_status status = NX_OK;
    gather_keys(job, places, n, keys);
    if (!ascends(keys, n)) { /* equal items as a rule do */
        if (n < LONG_RUN) {
            nx_order_places(keys, places, n, keys + n);
        }
        else {
            status = order_long_run(job, keys, places, n, keys + n, error);
        }
    }
    nx_free(keys);
    return status;
}

/* Writes the places of sorted words, and orders those of each run. */
static nx_status
emit_words(const void *context, size_t place, size_t n, const uint64_t *words,
           nx_error *error)
{
    const order_job *job = context;
    int64_t *order = job->order + place;
    const uint64_t mask = (UINT64_C(1) << job->place_bits) - 1;
    if (job->dropped == 0) {
        for (size_t i = 0; i < n; i++) {
            order[i] = (int64_t)(words[i] & mask);
        }
        return NX_OK;
    }
    nx_status status = NX_OK;
    uint64_t last = words[0];
    size_t begin = 0; /* of the present run */
    order[0] = (int64_t)(last & mask);
    for (size_t i = 1; i < n && status == NX_OK; i++) {
        const uint64_t word = words[i];
        if (NX_UNLIKELY((word ^ last) <= mask)) {
            order[i] = (int64_t)(word & mask);
            last = word;
            continue;
        }
        if (NX_UNLIKELY(i - begin > 1)) {
            status = order_run(job, order + begin, i - begin, error);
        }
        order[i] = (int64_t)(word & mask);
        last = word;
        begin = i;
    }
    return status == NX_OK && n - begin > 1
               ? order_run(job, order + begin, n - begin, error)
               : status;
}

/* ---- A whole array ---- */

typedef struct name_job {
    int64_t *order;
    size_t length;
    bool falls;
} name_job;

static nx_status
name_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const name_job *job = context;
    const size_t first = piece * PIECE, left = job->length - first;
    const size_t end = first + (left < PIECE ? left : PIECE);
    (void)worker;
    (void)error;
    for (size_t i = first; i < end; i++) {
        job->order[i] = (int64_t)(job->falls ? job->length - 1 - i : i);
    }
    return NX_OK;
}

/* The bits that numbers up to `most` take. */
static int
bits_of(uint64_t most)
{
    return most == 0 ? 0 : 64 - nx_clz64(most);
}

/* A job for n values whose keys are not outside of the bounds. */
static order_job
begin_order(const nx_sort_source *source, size_t n, bool descending, uint64_t least,
            uint64_t most, int64_t *order)
{
    const int place_bits = bits_of(n - 1), key_bits = bits_of(most - least);
    return (order_job){
        .source = source,
        .descending = descending,
        .least = least,
        .place_bits = place_bits,
        .dropped = key_bits + place_bits > 64 ? key_bits + place_bits - 64 : 0,
        .order = order,
        .threads = 1,
    };
}

/* The greatest word that there may be. */
static uint64_t
most_word(const order_job *job, uint64_t most)
{
    return (most - job->least) >> job->dropped << job->place_bits |
           ((UINT64_C(1) << job->place_bits) - 1);
}

nx_status
nx_order_few(const nx_sort_source *source, size_t n, bool descending, int64_t *order,
             nx_row_room *room, nx_error *error)
{
    uint64_t *keys = room->keys;
    nx_sort_keys(source, 0, n, descending, keys);
    if (n <= FEWER) {
        for (size_t i = 0; i < n; i++) {
            order[i] = (int64_t)i;
        }
        insert(keys, order, n);
        return NX_OK;
    }
    uint64_t least = keys[0], most = keys[0];
    for (size_t i = 1; i < n; i++) {
        least = keys[i] < least ? keys[i] : least;
        most = keys[i] > most ? keys[i] : most;
    }
    const order_job job = begin_order(source, n, descending, least, most, order);
    for (size_t i = 0; i < n; i++) {
        keys[i] = (keys[i] - least) >> job.dropped << job.place_bits | i;
    }
    return emit_words(&job, 0, n,
                      nx_key_sort_few64(keys, n, 0, most_word(&job, most), &room->few),
                      error);
}

static nx_status
order_short(const nx_sort_source *source, size_t n, bool descending, int64_t *order,
            nx_error *error)
{
    nx_row_room *room = nx_alloc(1, sizeof *room);
    if (room == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu items", n);
    }
    const nx_status status = nx_order_few(source, n, descending, order, room, error);
    nx_free(room);
    return status;
}

nx_status
nx_order_values(const nx_sort_source *source, size_t n, bool descending, int64_t *order,
                unsigned threads, const nx_wait *wait, nx_error *error)
{
    nx_key_scan scan;
    if (n <= NX_KEYS_FEW) {
        return n == 0 ? NX_OK : order_short(source, n, descending, order, error);
    }
    const nx_status status =
        nx_scan_keys(source, n, descending, threads, wait, &scan, error);
    if (status != NX_OK) {
        return status;
    }
    if (scan.ascends || scan.falls) {
        name_job name = {order, n, !scan.ascends};
        return nx_parallel_for((n + PIECE - 1) / PIECE, threads, name_piece, &name,
                               wait, error);
    }
    order_job job = begin_order(source, n, descending, scan.least, scan.most, order);
    job.threads = threads;
    job.wait = wait;
    const nx_key_job64 words = {
        .load = load_words,
        .emit = emit_words,
        .context = &job,
        .length = n,
        .most = most_word(&job, scan.most),
        .whole_bits = job.dropped == 0 ? 0 : job.place_bits,
        .room = (uint64_t *)order,
    };
    return nx_key_sort64(&words, threads, wait, error);
}

nx_status
nx_order_keys(const uint64_t *keys, size_t n, int64_t *order, unsigned threads,
              const nx_wait *wait, nx_error *error)
{
    const nx_sort_source source = {keys, sizeof *keys, NX_SORT_U64, false};
    return nx_order_values(&source, n, false, order, threads, wait, error);
}
