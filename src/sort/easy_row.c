/* A row is taken to be in order if its first block is. It is copied, and while it is,
 * compared; where that fails, the rest is left alone.
 *
 * A row is taken to have a narrow range if a sample has. Its values are counted in a
 * window around that range, until one is found outside. Then each value is written as
 * often as it was counted. */
#include "sort/easy_row.h"

#include <stdatomic.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/sort_engine.h"

enum {
    BLOCK = 1024,
    SAMPLE = 256,
    VALUES_PER_COUNT = 2,   /* of a window, at least */
    TABLES = 2,             /* of counts, so that equal neighbours need not wait */
    KEYS_PER_PART = 1 << 12 /* whose values a worker writes at a time */
};

/* Keys of the widest window. */
#define MOST_KEYS ((size_t)1 << 16)

/* Rows from so many bytes on are written past the caches. */
#define FAR_BYTES ((size_t)4 << 20)

/* Values that are copied or counted at a time, between two polls. */
#define PIECE ((size_t)1 << 19)

typedef struct easy_job {
    const nx_sort_source *source;
    size_t length, size; /* values; bytes of one */
    bool descending;
    uint8_t *values;
    atomic_bool failed; /* it is no such row */
    /* A row in order. */
    nx_sort_source from; /* the end to begin with */
    bool falls;
    /* A narrow range. */
    uint64_t least; /* key of the window */
    bool is_raw;    /* differences of values are those of keys: values are counted */
    uint64_t least_value; /* then: that of the window */
    size_t window;        /* keys */
    size_t slots;         /* of a table of counts: a power of two, not less */
    uint32_t *counts;     /* by piece and key */
    size_t *places;       /* by key: where its values begin */
} easy_job;

static size_t
piece_size(const easy_job *job, size_t piece)
{
    const size_t left = job->length - piece * PIECE;
    return left < PIECE ? left : PIECE;
}

/* ---- In order ---- */

/* How many of n keys are less than the one before. */
static size_t
count_falls(const nx_sort_source *source, size_t first, size_t n, bool descending)
{
    union {
        uint64_t wide[BLOCK + 1];
        uint32_t narrow[BLOCK + 1];
    } keys;
    if (nx_sort_kind_size(source->kind) == 8) {
        nx_sort_keys(source, first, n, descending, keys.wide);
        return nx_sort_engine_now()->falls64(keys.wide, n);
    }
    nx_sort_keys32(source, first, n, descending, keys.narrow);
    return nx_sort_engine_now()->falls32(keys.narrow, n);
}

static void
copy_values(const nx_sort_source *source, size_t first, size_t n, size_t size,
            uint8_t *to)
{
    const uint8_t *from =
        (const uint8_t *)source->values + (ptrdiff_t)first * source->step;
    if (source->step == (ptrdiff_t)size && !source->swapped) {
        memcpy(to, from, n * size);
    }
    else if (source->step == -8 && size == 8 && !source->swapped) {
        for (size_t i = 0; i < n; i++) {
            memcpy(to + 8 * i, from - 8 * (ptrdiff_t)i, 8);
        }
    }
    else {
        for (size_t i = 0; i < n; i++, from += source->step, to += size) {
            for (size_t b = 0; b < size; b++) {
                to[b] = from[source->swapped ? size - 1 - b : b];
            }
        }
    }
}

static nx_status
copy_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    easy_job *job = context;
    const size_t first = piece * PIECE, end = first + piece_size(job, piece);
    (void)worker;
    (void)error;
    for (size_t i = first; i < end; i += BLOCK) {
        const size_t n = end - i < BLOCK ? end - i : BLOCK;
        const size_t pairs = n - (i == 0); /* with the last key of the block before */
        const size_t start = job->falls ? job->length - i - n : i + n - pairs - 1;
        const size_t falls =
            count_falls(job->source, start, pairs + 1, job->descending);
        if (falls != (job->falls ? pairs : 0) ||
            atomic_load_explicit(&job->failed, memory_order_relaxed)) {
            atomic_store_explicit(&job->failed, true, memory_order_relaxed);
            break;
        }
        copy_values(&job->from, i, n, job->size, job->values + i * job->size);
    }
    return NX_OK;
}

/* Copies a row that is in order, or falls strictly: from its last value on. */
static nx_status
copy_ordered(easy_job *job, bool falls, unsigned threads, const nx_wait *wait,
             bool *is_done, nx_error *error)
{
    job->falls = falls;
    job->from = *job->source;
    if (falls) {
        job->from.values = (const uint8_t *)job->source->values +
                           (ptrdiff_t)(job->length - 1) * job->source->step;
        job->from.step = -job->source->step;
    }
    const nx_status status = nx_parallel_for((job->length + PIECE - 1) / PIECE, threads,
                                             copy_piece, job, wait, error);
    *is_done = status == NX_OK && !atomic_load(&job->failed);
    return status;
}

/* ---- A narrow range ---- */

/* Sets a window of keys around those of a sample; false if it would be too wide to be
 * counted. */
static bool
find_window(easy_job *job)
{
    uint64_t least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        const size_t place = (size_t)((double)i / SAMPLE * (double)job->length);
        uint64_t key;
        nx_sort_keys(job->source, place, 1, job->descending, &key);
        least = key < least ? key : least;
        most = key > most ? key : most;
        if (most - least >= MOST_KEYS) {
            return false;
        }
    }
    const uint64_t all = nx_sort_last_key(job->source->kind);
    job->window = BLOCK;
    while (job->window < MOST_KEYS && job->window < 2 * (most - least + 1)) {
        job->window *= 2;
    }
    job->window = job->window - 1 > all ? (size_t)all + 1 : job->window;
    job->slots = BLOCK;
    while (job->slots < job->window) {
        job->slots *= 2;
    }
    const uint64_t margin = (job->window - (most - least + 1)) / 2;
    const uint64_t highest = all - (job->window - 1);
    job->least = least < margin ? 0 : least - margin;
    job->least = job->least > highest ? highest : job->least;
    /* Keys of integers and times are their bits and a constant, modulo 2^64. */
    const nx_sort_source *source = job->source;
    job->is_raw = job->size == 8 && source->kind != NX_SORT_F64 && !job->descending &&
                  source->step == 8 && !source->swapped &&
                  (uintptr_t)source->values % 8 == 0;
    nx_sort_values(source->kind, &job->least, 1, false, &job->least_value);
    return job->window * VALUES_PER_COUNT <= job->length;
}

/* Counts keys by their distance from the least one, modulo a power of two. Returns the
 * bits that are set in any distance: where they are below that power, so is each. */
static uint64_t
count_keys(const uint64_t *keys, size_t n, uint64_t least, size_t mask,
           uint32_t *counts, uint32_t *others)
{
    uint64_t bits = 0;
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const uint64_t one = keys[i] - least, other = keys[i + 1] - least;
        bits |= one | other;
        counts[one & mask]++;
        others[other & mask]++;
    }
    if (i < n) {
        const uint64_t one = keys[i] - least;
        bits |= one;
        counts[one & mask]++;
    }
    return bits;
}

static nx_status
count_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    easy_job *job = context;
    const size_t first = piece * PIECE, n = piece_size(job, piece);
    const uint64_t least = job->is_raw ? job->least_value : job->least;
    uint32_t *counts = job->counts + piece * TABLES * job->slots;
    uint64_t block[BLOCK];
    (void)worker;
    (void)error;
    memset(counts, 0, TABLES * job->slots * sizeof *counts);
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t m = n - i < BLOCK ? n - i : BLOCK;
        const uint64_t *keys = block;
        if (job->is_raw) {
            keys = (const uint64_t *)job->source->values + first + i;
        }
        else {
            nx_sort_keys(job->source, first + i, m, job->descending, block);
        }
        const uint64_t bits =
            count_keys(keys, m, least, job->slots - 1, counts, counts + job->slots);
        if (bits >= job->window ||
            atomic_load_explicit(&job->failed, memory_order_relaxed)) {
            atomic_store_explicit(&job->failed, true, memory_order_relaxed);
            break;
        }
    }
    return NX_OK;
}

/* Writes a value over and over into some bytes. `pattern` holds it as often as it fits;
 * with `far` past the caches, which could not hold the row. */
static void
fill(uint8_t *to, const uint8_t pattern[16], size_t bytes, bool far)
{
    /* Values are aligned to their size, so that each piece of 16 begins with one. */
    const size_t head = (size_t)(-(uintptr_t)to % 16),
                 first = head < bytes ? head : bytes;
    memcpy(to, pattern, first);
    to += first;
    bytes -= first;
#if defined(__SSE2__)
    if (far) {
        const __m128i piece = _mm_loadu_si128((const __m128i *)(const void *)pattern);
        for (; bytes >= 16; bytes -= 16, to += 16) {
            _mm_stream_si128((__m128i *)(void *)to, piece);
        }
    }
#else
    (void)far;
#endif
    for (; bytes >= 16; bytes -= 16, to += 16) {
        memcpy(to, pattern, 16);
    }
    memcpy(to, pattern, bytes);
}

/* Writes the values of some keys, each as often as it was counted. */
static nx_status
write_part(void *context, size_t part, unsigned worker, nx_error *error)
{
    const easy_job *job = context;
    const size_t first = part * KEYS_PER_PART, left = job->window - first;
    const size_t end = first + (left < KEYS_PER_PART ? left : KEYS_PER_PART);
    const bool far = job->length * job->size >= FAR_BYTES;
    (void)worker;
    (void)error;
    for (size_t i = first; i < end; i++) {
        const size_t n = job->places[i + 1] - job->places[i];
        uint64_t keys[16];
        uint8_t pattern[16];
        if (n > 0) {
            for (size_t k = 0; k < 16 / job->size; k++) {
                keys[k] = job->least + i;
            }
            nx_sort_values(job->source->kind, keys, 16 / job->size, job->descending,
                           pattern);
            fill(job->values + job->places[i] * job->size, pattern, n * job->size, far);
        }
    }
#if defined(__SSE2__)
    _mm_sfence();
#endif
    return NX_OK;
}

/* From counts to places. */
static void
add_counts(easy_job *job, size_t pieces)
{
    size_t sum = 0;
    for (size_t i = 0; i < job->window; i++) {
        job->places[i] = sum;
        for (size_t table = 0; table < TABLES * pieces; table++) {
            sum += job->counts[table * job->slots + i];
        }
    }
    job->places[job->window] = sum;
}

static nx_status
count_narrow(easy_job *job, unsigned threads, const nx_wait *wait, bool *is_done,
             nx_error *error)
{
    const size_t pieces = (job->length + PIECE - 1) / PIECE;
    const size_t parts = (job->window + KEYS_PER_PART - 1) / KEYS_PER_PART;
    job->counts = nx_alloc(pieces, TABLES * job->slots * sizeof *job->counts);
    job->places = nx_alloc(job->window + 1, sizeof *job->places);
    nx_status status = NX_OK;
    if (job->counts == NULL || job->places == NULL) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    else {
        status = nx_parallel_for(pieces, threads, count_piece, job, wait, error);
    }
    if (status == NX_OK && !atomic_load(&job->failed)) {
        add_counts(job, pieces);
        status = nx_parallel_for(parts, threads, write_part, job, wait, error);
        *is_done = true;
    }
    nx_free(job->counts);
    nx_free(job->places);
    return status;
}

nx_status
nx_sort_easy_row(const nx_sort_source *source, size_t n, bool descending, void *values,
                 unsigned threads, const nx_wait *wait, bool *is_done, nx_error *error)
{
    easy_job job = {
        .source = source,
        .length = n,
        .size = nx_sort_kind_size(source->kind),
        .descending = descending,
        .values = values,
    };
    atomic_init(&job.failed, false);
    *is_done = false;
    const size_t few = n < BLOCK ? n : BLOCK;
    const size_t falls = count_falls(source, 0, few, descending);
    if (falls == 0 || falls == few - 1) {
        const nx_status status =
            copy_ordered(&job, falls != 0, threads, wait, is_done, error);
        if (status != NX_OK || *is_done) {
            return status;
        }
        atomic_store(&job.failed, false);
    }
    return find_window(&job) ? count_narrow(&job, threads, wait, is_done, error)
                             : NX_OK;
}
