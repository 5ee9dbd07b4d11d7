/* Items are turned into 64-bit keys a batch at a time and numbered by a table. Where
 * the keys span a range that a table can have a slot for each of (all integers of 16
 * bits, years, codes, row numbers), no hash is needed; whether they do is seen by a
 * pass over the values, which is given up as soon as they do not. */
#include "group/group_numbers.h"

#include <string.h>

#include "base/bits.h"

enum {
    PIECE_ITEMS = 1 << 16,
    RANGE_STEP = 1 << 12 /* items between two looks at the range */
};

/* A range of keys that is worth a slot for each. */
#define SMALL_RANGE ((uint64_t)1 << 16)
#define MOST_RANGE  ((uint64_t)1 << 26)

typedef struct number_source {
    const nx_number_items *items;
    bool direct;
    uint64_t least;
    size_t range;
} number_source;

/* ---- Keys ---- */

/* The bits of a float as a key: one zero, one NaN. */
NX_INLINE uint64_t
float_key(uint64_t bits, int width)
{
    const uint64_t sign = UINT64_C(1) << (width - 1);
    const uint64_t infinity = width == 64   ? UINT64_C(0x7FF0000000000000)
                              : width == 32 ? UINT64_C(0x7F800000)
                                            : UINT64_C(0x7C00);
    const uint64_t magnitude = bits & (sign - 1);
    bits = magnitude == 0 ? 0 : bits;
    return magnitude > infinity ? infinity + 1 : bits;
}

/* Whether values are keys as they are. */
NX_INLINE bool
is_key(nx_key_kind kind)
{
    return kind == NX_KEY_64 || kind == NX_KEY_TIME;
}

/* Keys of items first .. first + n - 1. */
static void
load_keys(const nx_number_items *items, size_t first, size_t n, uint64_t *keys)
{
#define KEYS_OF(type, key)                                        \
    do {                                                          \
        const type *values = (const type *)items->values + first; \
        for (size_t i = 0; i < n; i++) {                          \
            keys[i] = key;                                        \
        }                                                         \
    } while (0)
    switch (items->kind) {
        case NX_KEY_BOOL:
            KEYS_OF(uint8_t, values[i] != 0);
            break;
        case NX_KEY_8:
            KEYS_OF(uint8_t, values[i]);
            break;
        case NX_KEY_16:
            KEYS_OF(uint16_t, values[i]);
            break;
        case NX_KEY_32:
            /* Widened with their sign, so that those around 0 are near each other. */
            KEYS_OF(int32_t, (uint64_t)(int64_t)values[i]);
            break;
        case NX_KEY_FLOAT16:
            KEYS_OF(uint16_t, float_key(values[i], 16));
            break;
        case NX_KEY_FLOAT32:
            KEYS_OF(uint32_t, float_key(values[i], 32));
            break;
        case NX_KEY_FLOAT64:
            KEYS_OF(uint64_t, float_key(values[i], 64));
            break;
        default:
            memcpy(keys, (const uint64_t *)items->values + first, n * sizeof *keys);
    }
#undef KEYS_OF
}

/* The key of what is missing by its value; false if every value is one. */
static bool
missing_key(const nx_number_items *items, uint64_t *key)
{
    switch (items->kind) {
        case NX_KEY_FLOAT16:
            *key = UINT64_C(0x7C01);
            break;
        case NX_KEY_FLOAT32:
            *key = UINT64_C(0x7F800001);
            break;
        case NX_KEY_FLOAT64:
            *key = UINT64_C(0x7FF0000000000001);
            break;
        case NX_KEY_TIME:
            *key = (uint64_t)INT64_MIN;
            break;
        default:
            return false;
    }
    return items->skip_nan;
}

/* Leaves the keys of items that are not missing, and their places; returns how many. */
static size_t
drop_missing(const nx_number_items *items, size_t first, size_t n, uint64_t *keys,
             int64_t *places)
{
    uint64_t missing = 0;
    const bool by_value = missing_key(items, &missing);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const bool skipped = (by_value && keys[i] == missing) ||
                             (items->missing != NULL && items->missing[first + i] != 0);
        keys[kept] = keys[i];
        places[kept] = (int64_t)(first + i);
        kept += !skipped;
    }
    return kept;
}

/* ---- Pieces ---- */

static nx_status
run_batch(const nx_group_job *job, nx_group_worker *worker, size_t first, size_t n,
          nx_error *error)
{
    const nx_number_items *items = ((const number_source *)job->source)->items;
    uint64_t keys[NX_TABLE_BATCH];
    int64_t places[NX_TABLE_BATCH];
    uint32_t numbers[NX_TABLE_BATCH];
    const uint64_t *given = keys;
    const bool may_miss = items->missing != NULL || missing_key(items, keys);
    size_t kept = n;
    if (!may_miss && is_key(items->kind)) {
        given = (const uint64_t *)items->values + first;
    }
    else {
        load_keys(items, first, n, keys);
    }
    if (may_miss) {
        kept = drop_missing(items, first, n, keys, places);
    }
    const nx_status status =
        nx_number_table_put(&worker->table.numbers, given, kept, numbers, error);
    return status != NX_OK ? status
                           : nx_group_note(job, worker, first, n, numbers,
                                           worker->table.numbers.count,
                                           may_miss ? places : NULL, kept, error);
}

static nx_status
run_numbers(const nx_group_job *job, nx_group_worker *worker, size_t piece,
            nx_error *error)
{
    return nx_group_piece(job, worker, piece, run_batch, error);
}

static nx_status
begin_numbers(const nx_group_job *job, nx_group_worker *worker, nx_error *error)
{
    const number_source *source = job->source;
    if (source->direct) {
        return nx_number_table_begin_direct(&worker->table.numbers, source->least,
                                            source->range, error);
    }
    nx_number_table_begin(&worker->table.numbers, nx_hash_seed_first());
    return NX_OK;
}

static nx_status
move_numbers(const nx_group_job *job, const nx_group_worker *from, size_t first,
             size_t n, nx_group_worker *to, uint32_t *numbers, nx_error *error)
{
    const nx_number_items *items = ((const number_source *)job->source)->items;
    uint64_t keys[NX_TABLE_BATCH];
    for (size_t i = 0; i < n; i++) {
        load_keys(items, (size_t)from->groups.first[first + i], 1, &keys[i]);
    }
    return nx_number_table_put(&to->table.numbers, keys, n, numbers, error);
}

static void
end_numbers(nx_group_worker *worker)
{
    nx_number_table_clear(&worker->table.numbers);
}

/* ---- The range of the keys ---- */

/* Unites the range with that of some keys, taken with their signs. */
#define UNITE(type, skipped)                                      \
    do {                                                          \
        const type *values = (const type *)items->values + first; \
        for (size_t i = 0; i < n; i++) {                          \
            const int64_t value = values[i];                      \
            if (!(skipped)) {                                     \
                *low = value < *low ? value : *low;               \
                *high = value > *high ? value : *high;            \
            }                                                     \
        }                                                         \
    } while (0)

static void
unite_range(const nx_number_items *items, size_t first, size_t n, int64_t *low,
            int64_t *high)
{
    if (items->kind == NX_KEY_32) {
        UNITE(int32_t, false);
    }
    else if (items->kind == NX_KEY_TIME && items->skip_nan) {
        UNITE(int64_t, value == INT64_MIN);
    }
    else {
        UNITE(int64_t, false);
    }
}

/* The largest range that is worth a slot for each key: as every worker has a table of
 * its own, and there is one more for all, the tables together are no larger than a few
 * times the items, for any number of threads. */
static uint64_t
most_range(size_t items, unsigned threads)
{
    const uint64_t n = items, most = n < SMALL_RANGE / 2 ? n * 4 : n * 2;
    const uint64_t share = threads > 1 ? most / threads : most;
    return share < MOST_RANGE ? share : MOST_RANGE;
}

/* Finds out whether a slot for each key is worth its memory. */
static void
find_range(number_source *source, unsigned threads)
{
    const nx_number_items *items = source->items;
    const size_t n = items->length;
    if (items->kind == NX_KEY_BOOL || items->kind == NX_KEY_8 ||
        items->kind == NX_KEY_16 || items->kind == NX_KEY_FLOAT16) {
        source->range = items->kind <= NX_KEY_8 ? 1 << 8 : 1 << 16;
        /* Few items are not worth a table for 16 bits. */
        source->direct = n >= source->range / 64;
        return;
    }
    if (items->kind == NX_KEY_FLOAT32 || items->kind == NX_KEY_FLOAT64 || n == 0) {
        return;
    }
    const uint64_t most = most_range(n, threads);
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t first = 0; first < n; first += RANGE_STEP) {
        unite_range(items, first, n - first < RANGE_STEP ? n - first : RANGE_STEP, &low,
                    &high);
        if (low <= high && (uint64_t)high - (uint64_t)low >= most) {
            return;
        }
    }
    if (low <= high) {
        source->direct = true;
        source->least = (uint64_t)low;
        source->range = (size_t)((uint64_t)high - (uint64_t)low) + 1;
    }
}

/* ---- All of it ---- */

nx_status
nx_group_numbers(const nx_number_items *items, int64_t *codes, bool want_counts,
                 unsigned threads, const nx_wait *wait, nx_groups *groups,
                 nx_error *error)
{
    number_source source = {.items = items};
    find_range(&source, threads);
    const nx_group_job job = {
        .source = &source,
        .pieces = (items->length + PIECE_ITEMS - 1) / PIECE_ITEMS,
        .piece_items = PIECE_ITEMS,
        .items = items->length,
        .codes = codes,
        .want_counts = want_counts,
        .begin = begin_numbers,
        .run = run_numbers,
        .move = move_numbers,
        .end = end_numbers,
    };
    return nx_group_run_for_groups(&job, threads, wait, groups, error);
}
