/* What a scan of the values shows decides: values in order are copied, falling ones
 * copied backwards, those of a narrow range counted, all others sorted by their keys.
 *
 * A key does not tell the two zeros from each other, nor one NaN from another. Where
 * there are any in the result, they are read once more from the source, in the order
 * they have there, which is what a stable sort would leave them in. */
#include "sort/row_sort.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/key_scan.h"

/* Ranges of so many keys are counted, if there are several values for each. */
#define MOST_COUNTS ((size_t)1 << 16)

enum {
    VALUES_PER_COUNT = 2,
    KEYS_PER_PART = 1 << 12 /* keys whose values a worker writes at a time */
};

/* Values that are copied or counted at a time, between two polls. */
#define PIECE ((size_t)1 << 20)

typedef struct row_job {
    const nx_sort_source *source;
    size_t length, size; /* values; bytes of one */
    bool descending;
    uint8_t *values;
    uint64_t least;   /* key */
    size_t range;     /* keys, if they are counted */
    uint32_t *counts; /* by piece and key */
    size_t *places;   /* by key: where its values begin */
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

static uint64_t
key_at(const nx_sort_source *source, size_t i, bool descending)
{
    uint64_t key;
    nx_sort_keys(source, i, 1, descending, &key);
    return key;
}

/* How many of the sorted values have keys below `key`. */
static size_t
count_below(const nx_sort_source *sorted, size_t n, bool descending, uint64_t key)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (key_at(sorted, middle, descending) < key) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low;
}

/* Gives sorted floats the zeros and NaN that their source has. */
static void
restore_floats(const nx_sort_source *source, size_t n, bool descending, void *values)
{
    static const double no_value = 0;
    const nx_sort_kind kind = source->kind;
    if (!nx_sort_kind_has_last(kind) || kind == NX_SORT_TIME) {
        return;
    }
    const size_t size = nx_sort_kind_size(kind);
    const nx_sort_source sorted = {values, (ptrdiff_t)size, kind, false};
    const nx_sort_source zero_source = {&no_value, (ptrdiff_t)size, kind, false};
    const uint64_t zero = key_at(&zero_source, 0, descending);
    const uint64_t last = size == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
    const size_t first_zero = count_below(&sorted, n, descending, zero);
    const size_t zeros_end =
        first_zero < n && key_at(&sorted, first_zero, descending) == zero
            ? count_below(&sorted, n, descending, zero + 1)
            : first_zero;
    const size_t first_nan = key_at(&sorted, n - 1, descending) == last
                                 ? count_below(&sorted, n, descending, last)
                                 : n;
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

void
nx_sort_short_row(const nx_sort_source *source, size_t n, bool descending, void *values,
                  nx_row_room *room)
{
    if (n == 0) {
        return;
    }
    if (nx_sort_kind_size(source->kind) == 8) {
        uint64_t *keys = room->keys, least, most;
        nx_sort_keys(source, 0, n, descending, keys);
        least = most = keys[0];
        for (size_t i = 1; i < n; i++) {
            least = keys[i] < least ? keys[i] : least;
            most = keys[i] > most ? keys[i] : most;
        }
        nx_sort_values(source->kind,
                       nx_key_sort_few64(keys, n, least, most, &room->few), n,
                       descending, values);
    }
    else {
        uint32_t *keys = (uint32_t *)(void *)room->keys, least, most;
        nx_sort_keys32(source, 0, n, descending, keys);
        least = most = keys[0];
        for (size_t i = 1; i < n; i++) {
            least = keys[i] < least ? keys[i] : least;
            most = keys[i] > most ? keys[i] : most;
        }
        nx_sort_values32(source->kind,
                         nx_key_sort_few32(keys, n, least, most, &room->few), n,
                         descending, values);
    }
    restore_floats(source, n, descending, values);
}

/* ---- Values in order ---- */

static void
copy_values(const nx_sort_source *source, size_t first, size_t n, size_t size,
            uint8_t *to)
{
    const uint8_t *from = address(source, first);
    if (source->step == (ptrdiff_t)size && !source->swapped) {
        memcpy(to, from, n * size);
        return;
    }
    for (size_t i = 0; i < n; i++, from += source->step, to += size) {
        for (size_t b = 0; b < size; b++) {
            to[b] = from[source->swapped ? size - 1 - b : b];
        }
    }
}

static nx_status
copy_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const row_job *job = context;
    const size_t first = piece * PIECE, left = job->length - first;
    (void)worker;
    (void)error;
    copy_values(job->source, first, left < PIECE ? left : PIECE, job->size,
                job->values + first * job->size);
    return NX_OK;
}

/* Copies all values, from the last one on if they fall. */
static nx_status
copy_all(row_job *job, bool falls, unsigned threads, const nx_wait *wait,
         nx_error *error)
{
    nx_sort_source backwards = *job->source;
    if (falls) {
        backwards.values = address(job->source, job->length - 1);
        backwards.step = -backwards.step;
        job->source = &backwards;
    }
    return nx_parallel_for((job->length + PIECE - 1) / PIECE, threads, copy_piece, job,
                           wait, error);
}

/* ---- Counting ---- */

static nx_status
count_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const row_job *job = context;
    const size_t first = piece * PIECE, left = job->length - first;
    const size_t n = left < PIECE ? left : PIECE;
    uint32_t *counts = job->counts + piece * job->range;
    uint64_t keys[NX_KEY_BLOCK];
    (void)worker;
    (void)error;
    memset(counts, 0, job->range * sizeof *counts);
    for (size_t i = 0; i < n; i += NX_KEY_BLOCK) {
        const size_t m = n - i < NX_KEY_BLOCK ? n - i : NX_KEY_BLOCK;
        nx_sort_keys(job->source, first + i, m, job->descending, keys);
        for (size_t k = 0; k < m; k++) {
            counts[keys[k] - job->least]++;
        }
    }
    return NX_OK;
}

/* Writes the values of some keys, each as often as it was counted. */
static nx_status
write_counted(void *context, size_t part, unsigned worker, nx_error *error)
{
    const row_job *job = context;
    const size_t first = part * KEYS_PER_PART, left = job->range - first;
    const size_t end = first + (left < KEYS_PER_PART ? left : KEYS_PER_PART);
    uint64_t keys[NX_KEY_BLOCK];
    size_t n = 0, place = job->places[first];
    (void)worker;
    (void)error;
    for (size_t key = first; key < end; key++) {
        size_t count = job->places[key + 1] - job->places[key];
        while (count > 0) {
            const size_t m = count < NX_KEY_BLOCK - n ? count : NX_KEY_BLOCK - n;
            for (size_t i = 0; i < m; i++) {
                keys[n + i] = job->least + key;
            }
            n += m;
            count -= m;
            if (n == NX_KEY_BLOCK) {
                nx_sort_values(job->source->kind, keys, n, job->descending,
                               job->values + place * job->size);
                place += n;
                n = 0;
            }
        }
    }
    nx_sort_values(job->source->kind, keys, n, job->descending,
                   job->values + place * job->size);
    return NX_OK;
}

/* Sorts values of a narrow range by counting how often each occurs. */
static nx_status
count_all(row_job *job, unsigned threads, const nx_wait *wait, nx_error *error)
{
    const size_t pieces = (job->length + PIECE - 1) / PIECE;
    const size_t parts = (job->range + KEYS_PER_PART - 1) / KEYS_PER_PART;
    job->counts = nx_alloc(pieces, job->range * sizeof *job->counts);
    job->places = nx_alloc(job->range + 1, sizeof *job->places);
    nx_status status = NX_OK;
    if (job->counts == NULL || job->places == NULL) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    if (status == NX_OK) {
        status = nx_parallel_for(pieces, threads, count_piece, job, wait, error);
    }
    if (status == NX_OK) {
        size_t sum = 0;
        for (size_t key = 0; key < job->range; key++) {
            job->places[key] = sum;
            for (size_t p = 0; p < pieces; p++) {
                sum += job->counts[p * job->range + key];
            }
        }
        job->places[job->range] = sum;
        status = nx_parallel_for(parts, threads, write_counted, job, wait, error);
    }
    nx_free(job->counts);
    nx_free(job->places);
    return status;
}

/* ---- All others ---- */

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
sort_long_row(const nx_sort_source *source, size_t n, bool descending, void *values,
              unsigned threads, const nx_wait *wait, nx_error *error)
{
    nx_key_scan scan;
    nx_status status = nx_scan_keys(source, n, descending, threads, wait, &scan, error);
    if (status != NX_OK) {
        return status;
    }
    row_job job = {
        .source = source,
        .length = n,
        .size = nx_sort_kind_size(source->kind),
        .descending = descending,
        .values = values,
        .least = scan.least,
    };
    if (scan.ascends || scan.falls) {
        return copy_all(&job, !scan.ascends, threads, wait, error);
    }
    if (scan.most - scan.least < MOST_COUNTS &&
        (scan.most - scan.least + 1) * VALUES_PER_COUNT <= n) {
        job.range = (size_t)(scan.most - scan.least + 1);
        status = count_all(&job, threads, wait, error);
    }
    else if (job.size < 8) {
        status = sort_narrow(&job, scan.most, threads, wait, error);
    }
    else {
        status = sort_wide(&job, scan.most, threads, wait, error);
    }
    if (status == NX_OK) {
        restore_floats(source, n, descending, values);
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
    nx_row_room *room = nx_alloc(1, sizeof *room);
    if (room == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    nx_sort_short_row(source, n, descending, values, room);
    nx_free(room);
    return NX_OK;
}
