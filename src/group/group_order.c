/* A few groups of many are kept in a heap while the counts are gone through; many are
 * sorted by radix, eleven bits of the count at a time, from the lowest: most counts are
 * small, so that one or two rounds are all. */
#include "group/group_order.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"

enum {
    HEAP_PART = 16, /* the heap is for one group in so many, or fewer ... */
    FEW = 256,      /* ... and for all of so few */
    FEWEST = 32,    /* groups that are sorted without memory of their own */
    DIGIT_BITS = 11,
    DIGITS = 1 << DIGIT_BITS
};

/* ---- A few ---- */

/* True if group a comes behind group b. */
NX_INLINE bool
behind(const int64_t *counts, int64_t a, int64_t b)
{
    return counts[a] < counts[b] || (counts[a] == counts[b] && a > b);
}

/* Puts `group` into the heap at `at`, whose children are heaps: the last group of all
 * is on top. */
static void
sift(const int64_t *counts, int64_t *heap, size_t n, size_t at, int64_t group)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && behind(counts, heap[child + 1], heap[child])) {
            child++;
        }
        if (behind(counts, group, heap[child])) {
            break;
        }
        heap[at] = heap[child];
    }
    heap[at] = group;
}

static void
order_few(const int64_t *counts, size_t n, size_t limit, int64_t *heap)
{
    for (size_t i = limit; i-- > 0;) {
        sift(counts, heap, limit, i, (int64_t)i);
    }
    for (size_t i = limit; i < n; i++) {
        if (counts[i] > counts[heap[0]]) {
            sift(counts, heap, limit, 0, (int64_t)i);
        }
    }
    /* The last one of those left goes to the end, again and again. */
    for (size_t left = limit; left > 1; left--) {
        const int64_t last = heap[0];
        sift(counts, heap, left - 1, 0, heap[left - 1]);
        heap[left - 1] = last;
    }
}

/* ---- Many ---- */

/* One round: `to` are the groups of `from` by a digit of their counts, falling, and
 * otherwise in the order they had. */
static void
sort_by_digit(const int64_t *counts, const int64_t *from, size_t n, int shift,
              int64_t *to)
{
    size_t starts[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        const size_t digit = ((uint64_t)counts[from[i]] >> shift) & (DIGITS - 1);
        starts[DIGITS - digit]++; /* one place up: ends become starts */
    }
    for (size_t i = 1; i <= DIGITS; i++) {
        starts[i] += starts[i - 1];
    }
    for (size_t i = 0; i < n; i++) {
        const size_t digit = ((uint64_t)counts[from[i]] >> shift) & (DIGITS - 1);
        to[starts[DIGITS - 1 - digit]++] = from[i];
    }
}

static nx_status
order_many(const int64_t *counts, size_t n, size_t limit, int64_t *order,
           nx_error *error)
{
    int64_t *rooms[2] = {nx_alloc(n, sizeof *order), nx_alloc(n, sizeof *order)};
    int64_t most = 0;
    int now = 0;
    if (rooms[0] == NULL || rooms[1] == NULL) {
        nx_free(rooms[0]);
        nx_free(rooms[1]);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort %zu groups", n);
    }
    for (size_t i = 0; i < n; i++) {
        rooms[0][i] = (int64_t)i;
        most = counts[i] > most ? counts[i] : most;
    }
    for (int shift = 0; shift < 63 && most >> shift != 0; shift += DIGIT_BITS) {
        sort_by_digit(counts, rooms[now], n, shift, rooms[!now]);
        now = !now;
    }
    memcpy(order, rooms[now], limit * sizeof *order);
    nx_free(rooms[0]);
    nx_free(rooms[1]);
    return NX_OK;
}

nx_status
nx_group_order(const int64_t *counts, size_t n, size_t limit, int64_t *order,
               nx_error *error)
{
    if (limit == 0) {
        return NX_OK;
    }
    if (limit <= n / HEAP_PART || n <= FEW) {
        order_few(counts, n, limit, order);
        return NX_OK;
    }
    return order_many(counts, n, limit, order, error);
}

/* Puts few groups in order where they are. */
static void
sort_few(int64_t *first, int64_t *counts, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const int64_t own_first = first[i], own_count = counts[i];
        size_t at = i;
        for (; at > 0 && counts[at - 1] < own_count; at--) {
            first[at] = first[at - 1];
            counts[at] = counts[at - 1];
        }
        first[at] = own_first;
        counts[at] = own_count;
    }
}

/* values[order[i]] for i from 0 to n - 1, with memory of their own; NULL without. */
static int64_t *
permuted(const int64_t *values, const int64_t *order, size_t n)
{
    int64_t *result = nx_alloc(n, sizeof *result);
    for (size_t i = 0; result != NULL && i < n; i++) {
        result[i] = values[order[i]];
    }
    return result;
}

nx_status
nx_groups_sort(nx_groups *groups, nx_error *error)
{
    const size_t n = groups->count;
    int64_t *first = NULL, *counts = NULL;
    if (n <= FEWEST) {
        sort_few(groups->first, groups->counts, n);
        return NX_OK;
    }
    int64_t *order = nx_alloc(n, sizeof *order);
    nx_status status = order == NULL
                           ? NX_ERR_MEMORY
                           : nx_group_order(groups->counts, n, n, order, error);
    if (status == NX_OK) {
        first = permuted(groups->first, order, n);
        counts = permuted(groups->counts, order, n);
    }
    nx_free(order);
    if (first == NULL || counts == NULL) {
        nx_free(first);
        nx_free(counts);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort %zu groups", n);
    }
    nx_free(groups->first);
    nx_free(groups->counts);
    groups->first = first;
    groups->counts = counts;
    groups->capacity = n;
    return NX_OK;
}
