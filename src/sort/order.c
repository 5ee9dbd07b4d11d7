/* Runs of equal items are short as a rule: a few are inserted one by one, some are
 * merged, many are distributed by those digits of their keys that differ. */
#include "sort/order.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"

enum {
    BLOCK = 12,  /* items that are inserted before blocks are merged */
    MANY = 2048, /* from here on by digits */
    DIGIT_BITS = 8,
    DIGITS = 1 << DIGIT_BITS
};

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
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t size = n - i < BLOCK ? n - i : BLOCK;
        insert(items.keys + i, items.places + i, size);
    }
    run from = items, to = room;
    for (size_t width = BLOCK; width < n; width *= 2) {
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

/* ---- A whole array ---- */

nx_status
nx_order_keys(const uint64_t *keys, size_t n, int64_t *order, unsigned threads,
              const nx_wait *wait, nx_error *error)
{
    (void)threads;
    (void)wait;
    uint64_t *room = nx_alloc(n, 3 * sizeof *room);
    if (room == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to order %zu items", n);
    }
    for (size_t i = 0; i < n; i++) {
        room[i] = keys[i];
        order[i] = (int64_t)i;
    }
    nx_order_places(room, order, n, room + n);
    nx_free(room);
    return NX_OK;
}
