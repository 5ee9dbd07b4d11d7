/* Rows that are in order, or of few different values, are told apart first
 * (sort/easy_row.h); all others are sorted by their keys.
 *
 * A key does not tell the two zeros from each other, nor one NaN from another. Where
 * there are any in the result, they are read once more from the source, in the order
 * they have there, which is what a stable sort would leave them in. */
#include "sort/row_sort.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/easy_row.h"
#include "sort/key_scan.h"
#include "sort/sort_engine.h"

enum {
    FEW_VALUES = 256 /* whose room is on the stack */
};

typedef struct row_job {
    const nx_sort_source *source;
    size_t length, size; /* values; bytes of one */
    bool descending;
    uint8_t *values;
    uint64_t least; /* key */
} row_job;

static const uint8_t *
address(const nx_sort_source *source, size_t i)
{
    return (const uint8_t *)source->values + (ptrdiff_t)i * source->step;
}

/* ---- Zeros and NaN ---- */

/* The bits of value i. */
NX_INLINE uint64_t
bits_at(const nx_sort_source *source, size_t i, size_t size)
{
    uint8_t bytes[8] = {0};
    const uint8_t *value = address(source, i);
    for (size_t b = 0; b < size; b++) {
        bytes[b] = value[source->swapped ? size - 1 - b : b];
    }
    if (size == 2) {
        uint16_t bits;
        memcpy(&bits, bytes, sizeof bits);
        return bits;
    }
    if (size == 4) {
        uint32_t bits;
        memcpy(&bits, bytes, sizeof bits);
        return bits;
    }
    uint64_t bits;
    memcpy(&bits, bytes, sizeof bits);
    return bits;
}

NX_INLINE void
put_bits(uint8_t *to, uint64_t bits, size_t size)
{
    if (size == 2) {
        const uint16_t half = (uint16_t)bits;
        memcpy(to, &half, sizeof half);
    }
    else if (size == 4) {
        const uint32_t single = (uint32_t)bits;
        memcpy(to, &single, sizeof single);
    }
    else {
        memcpy(to, &bits, sizeof bits);
    }
}

/* Copies the zeros and NaN of a source to where they belong, in their order: `zeros`
 * and `nans` of them. */
NX_INLINE void
restore(const nx_sort_source *source, size_t n, size_t size, uint64_t infinity,
        uint8_t *zero, size_t zeros, uint8_t *nan, size_t nans)
{
    const uint64_t magnitude_bits = (UINT64_C(1) << (8 * size - 1)) - 1;
    for (size_t i = 0; i < n && (zeros | nans) != 0; i++) {
        const uint64_t bits = bits_at(source, i, size);
        const uint64_t magnitude = bits & magnitude_bits;
        if (NX_UNLIKELY(magnitude == 0)) {
            put_bits(zero, bits, size);
            zero += size;
            zeros--;
        }
        else if (NX_UNLIKELY(magnitude > infinity)) {
            put_bits(nan, bits, size);
            nan += size;
            nans--;
        }
    }
}

/* Sorted keys: an array of them, or those of sorted values. */
typedef struct sorted_keys {
    const uint64_t *wide;
    const uint32_t *narrow;
    const nx_sort_source *values;
    bool descending;
} sorted_keys;

static uint64_t
key_at(const sorted_keys *sorted, size_t i)
{
    uint64_t key;
    if (sorted->wide != NULL) {
        return sorted->wide[i];
    }
    if (sorted->narrow != NULL) {
        return sorted->narrow[i];
    }
    nx_sort_keys(sorted->values, i, 1, sorted->descending, &key);
    return key;
}

/* How many of n sorted keys are below `key`. */
static size_t
count_below(const sorted_keys *sorted, size_t n, uint64_t key)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (key_at(sorted, middle) < key) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low;
}

/* Gives n sorted floats the zeros and NaN that their source has. */
static void
restore_floats(const nx_sort_source *source, size_t n, const sorted_keys *sorted,
               void *values)
{
    const nx_sort_kind kind = source->kind;
    const size_t size = nx_sort_kind_size(kind);
    const uint64_t zero = nx_sort_zero_key(kind, sorted->descending);
    const uint64_t last = nx_sort_last_key(kind);
    const size_t first_zero = count_below(sorted, n, zero);
    const size_t zeros_end = first_zero < n && key_at(sorted, first_zero) == zero
                                 ? count_below(sorted, n, zero + 1)
                                 : first_zero;
    const size_t first_nan =
        key_at(sorted, n - 1) == last ? count_below(sorted, n, last) : n;
    const size_t zeros = zeros_end - first_zero, nans = n - first_nan;
    uint8_t *at_zero = (uint8_t *)values + first_zero * size;
    uint8_t *at_nan = (uint8_t *)values + first_nan * size;
    if (size == 2) {
        restore(source, n, 2, UINT64_C(0x7C00), at_zero, zeros, at_nan, nans);
    }
    else if (size == 4) {
        restore(source, n, 4, UINT64_C(0x7F800000), at_zero, zeros, at_nan, nans);
    }
    else {
        restore(source, n, 8, UINT64_C(0x7FF0000000000000), at_zero, zeros, at_nan,
                nans);
    }
}

/* ---- Short rows ---- */

static const uint64_t *
sort_keys64(const nx_sort_source *source, size_t n, bool descending, uint64_t *keys)
{
    uint64_t least = keys[0], most = keys[0];
    nx_sort_engine_now()->bound64(keys, n, &least, &most);
    if (n > NX_FEW_FLOATS &&
        nx_sort_floats_are_apart(source->kind, least, most, descending)) {
        const uint64_t zero = nx_sort_zero_key(source->kind, descending);
        const uint64_t limits[] = {zero, zero + 1, nx_sort_last_key(source->kind)};
        nx_key_sort_parts64(keys, n, limits, keys + n);
        return keys;
    }
    return nx_key_sort_few64(keys, n, least, most, keys + n);
}

static const uint32_t *
sort_keys32(const nx_sort_source *source, size_t n, bool descending, uint32_t *keys)
{
    uint32_t least = keys[0], most = keys[0];
    nx_sort_engine_now()->bound32(keys, n, &least, &most);
    if (n > NX_FEW_FLOATS &&
        nx_sort_floats_are_apart(source->kind, least, most, descending)) {
        const uint32_t zero = (uint32_t)nx_sort_zero_key(source->kind, descending);
        const uint32_t limits[] = {zero, zero + 1,
                                   (uint32_t)nx_sort_last_key(source->kind)};
        nx_key_sort_parts32(keys, n, limits, keys + n);
        return keys;
    }
    return nx_key_sort_few32(keys, n, least, most, keys + n);
}

void
nx_sort_short_row(const nx_sort_source *source, size_t n, bool descending, void *values,
                  void *room)
{
    sorted_keys sorted = {.descending = descending};
    if (n == 0) {
        return;
    }
    if (nx_sort_kind_size(source->kind) == 8) {
        uint64_t *keys = room;
        nx_sort_keys(source, 0, n, descending, keys);
        sorted.wide = sort_keys64(source, n, descending, keys);
        nx_sort_values(source->kind, sorted.wide, n, descending, values);
    }
    else {
        uint32_t *keys = room;
        nx_sort_keys32(source, 0, n, descending, keys);
        sorted.narrow = sort_keys32(source, n, descending, keys);
        nx_sort_values32(source->kind, sorted.narrow, n, descending, values);
    }
    if (nx_sort_kind_is_float(source->kind)) {
        restore_floats(source, n, &sorted, values);
    }
}

/* ---- Long rows ---- */

static const uint64_t *
load_keys(const void *context, size_t first, size_t n, uint64_t *block)
{
    const row_job *job = context;
    nx_sort_keys(job->source, first, n, job->descending, block);
    return block;
}

static nx_status
emit_keys(const void *context, size_t place, size_t n, const uint64_t *keys,
          nx_error *error)
{
    const row_job *job = context;
    (void)error;
    nx_sort_values(job->source->kind, keys, n, job->descending,
                   job->values + place * job->size);
    return NX_OK;
}

static const uint32_t *
load_keys32(const void *context, size_t first, size_t n, uint32_t *block)
{
    const row_job *job = context;
    nx_sort_keys32(job->source, first, n, job->descending, block);
    return block;
}

static nx_status
emit_keys32(const void *context, size_t place, size_t n, const uint32_t *keys,
            nx_error *error)
{
    const row_job *job = context;
    (void)error;
    nx_sort_values32(job->source->kind, keys, n, job->descending,
                     job->values + place * job->size);
    return NX_OK;
}

static nx_status
sort_narrow(const row_job *job, uint64_t most, unsigned threads, const nx_wait *wait,
            nx_error *error)
{
    /* Values of two bytes and fewer have no room for keys. */
    uint32_t *room = job->size == sizeof *room ? (uint32_t *)(void *)job->values
                                               : nx_alloc(job->length, sizeof *room);
    if (room == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    const nx_key_job32 keys = {
        .load = load_keys32,
        .emit = emit_keys32,
        .context = job,
        .length = job->length,
        .least = (uint32_t)job->least,
        .most = (uint32_t)most,
        .room = room,
    };
    const nx_status status = nx_key_sort32(&keys, threads, wait, error);
    if (job->size != sizeof *room) {
        nx_free(room);
    }
    return status;
}

static nx_status
sort_wide(const row_job *job, uint64_t most, unsigned threads, const nx_wait *wait,
          nx_error *error)
{
    const nx_key_job64 keys = {
        .load = load_keys,
        .emit = emit_keys,
        .context = job,
        .length = job->length,
        .least = job->least,
        .most = most,
        .room = (uint64_t *)(void *)job->values,
    };
    return nx_key_sort64(&keys, threads, wait, error);
}

static nx_status
sort_hard_row(const nx_sort_source *source, size_t n, bool descending, void *values,
              unsigned threads, const nx_wait *wait, nx_error *error)
{
    nx_key_scan scan;
    const nx_status status =
        nx_scan_keys(source, n, descending, threads, wait, &scan, error);
    if (status != NX_OK) {
        return status;
    }
    const row_job job = {
        .source = source,
        .length = n,
        .size = nx_sort_kind_size(source->kind),
        .descending = descending,
        .values = values,
        .least = scan.least,
    };
    return job.size < 8 ? sort_narrow(&job, scan.most, threads, wait, error)
                        : sort_wide(&job, scan.most, threads, wait, error);
}

static nx_status
sort_long_row(const nx_sort_source *source, size_t n, bool descending, void *values,
              unsigned threads, const nx_wait *wait, nx_error *error)
{
    bool is_done;
    nx_status status =
        nx_sort_easy_row(source, n, descending, values, threads, wait, &is_done, error);
    if (status == NX_OK && !is_done) {
        status = sort_hard_row(source, n, descending, values, threads, wait, error);
    }
    if (status == NX_OK && nx_sort_kind_is_float(source->kind)) {
        const size_t size = nx_sort_kind_size(source->kind);
        const nx_sort_source made = {values, (ptrdiff_t)size, source->kind, false};
        const sorted_keys sorted = {.values = &made, .descending = descending};
        restore_floats(source, n, &sorted, values);
    }
    return status;
}

nx_status
nx_sort_row(const nx_sort_source *source, size_t n, bool descending, void *values,
            unsigned threads, const nx_wait *wait, nx_error *error)
{
    if (n > NX_KEYS_FEW) {
        return sort_long_row(source, n, descending, values, threads, wait, error);
    }
    uint64_t few[FEW_VALUES * NX_ROW_ROOM / sizeof(uint64_t)];
    void *room = n <= FEW_VALUES ? few : nx_alloc(n, NX_ROW_ROOM);
    if (room == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    nx_sort_short_row(source, n, descending, values, room);
    if (n > FEW_VALUES) {
        nx_free(room);
    }
    return NX_OK;
}
