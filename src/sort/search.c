/* Needles are searched for sixteen at a time, in step: the processor waits for sixteen
 * places of memory at once, and nothing branches on what stands there. Where the
 * needles of a batch ascend, the first and the last one are looked up before and the
 * others in between; and the first one near the last one of the batch before.
 *
 * Floats are compared as they are. For that, NaN at the end of the items is found first
 * and left out of the search. */
#include "sort/search.h"

#include <string.h>

#include "base/bits.h"
#include "sort/search_bound.h"

enum {
    BATCH = 16,
    PIECE = 1 << 12 /* needles that a worker takes at a time */
};

typedef struct search_pass {
    const nx_sort_source *items;
    const int64_t *sorter;
    size_t n;       /* items */
    size_t present; /* of floats, those that are not NaN; else all */
    const nx_sort_source *needles;
    size_t count;
    bool right;
    int64_t *found;
} search_pass;

/* How batches of one kind of items are searched: begin[i] becomes the number of items
 * below bounds[i], which is in begin[i] .. begin[i] + length. */
typedef void search_batch(const search_pass *pass, size_t length, size_t count,
                          const uint64_t *bounds, size_t *begin);

/* ---- One kind ---- */

NX_INLINE const uint8_t *
item_at(const search_pass *pass, size_t i)
{
    const ptrdiff_t place =
        (ptrdiff_t)(pass->sorter == NULL ? (int64_t)i : pass->sorter[i]);
    return (const uint8_t *)pass->items->values + place * pass->items->step;
}

/* What an item is compared as: itself, or its key. */
#define KEY_TIME(value, width) (((value) ^ UINT64_C(1) << (width - 1)) - 1)
#define KEY_HALF(value, width) half_key(value)
#define ITSELF(value, width)   (value)

/* The key of a float16 that is not NaN. */
NX_INLINE uint64_t
half_key(uint64_t bits)
{
    return (bits & 0x8000) != 0 ? 0x10000 - bits : 0x8000 + bits;
}

/* The bound of a key, to compare floats with: NaN if all of them are below. */
NX_INLINE double
double_bound(uint64_t key)
{
    const uint64_t sign = UINT64_C(1) << 63;
    const uint64_t bits = key >= sign ? key - sign : sign | (sign - key);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

NX_INLINE float
float_bound(uint64_t key)
{
    const uint64_t top = UINT32_MAX, sign = UINT64_C(1) << 31;
    const uint64_t inside = key < top ? key : top;
    const uint32_t bits =
        (uint32_t)(inside >= sign ? inside - sign : sign | (sign - inside));
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#define KEY_BOUND(key) (key)
#define BOUND_I8(key)  ((int64_t)(key) - 0x80)
#define BOUND_I16(key) ((int64_t)(key) - 0x8000)
#define BOUND_I32(key) ((int64_t)(key) - 0x80000000)
#define BOUND_I64(key) ((int64_t)((key) ^ UINT64_C(1) << 63))

/* `like` is the type of what is compared. A bound that is NaN is above all items. */
#define DEFINE_SEARCH(name, type, width, key, like, bound)                            \
    NX_INLINE like name##_item(const search_pass *pass, size_t i)                     \
    {                                                                                 \
        type value;                                                                   \
        memcpy(&value, item_at(pass, i), sizeof value);                               \
        return key((like)value, width);                                               \
    }                                                                                 \
                                                                                      \
    NX_INLINE void name##_steps(const search_pass *pass, size_t length, size_t count, \
                                const like *limits, size_t *begin)                    \
    {                                                                                 \
        for (; length > 1; length -= length / 2) {                                    \
            const size_t half = length / 2;                                           \
            for (size_t i = 0; i < count; i++) {                                      \
                const like at = name##_item(pass, begin[i] + half - 1);               \
                begin[i] += half & (0 - (size_t)!(at >= limits[i]));                  \
            }                                                                         \
        }                                                                             \
        for (size_t i = 0; i < count && length == 1; i++) {                           \
            begin[i] += !(name##_item(pass, begin[i]) >= limits[i]);                  \
        }                                                                             \
    }                                                                                 \
                                                                                      \
    static void name(const search_pass *pass, size_t length, size_t count,            \
                     const uint64_t *bounds, size_t *begin)                           \
    {                                                                                 \
        like limits[BATCH];                                                           \
        for (size_t i = 0; i < count; i++) {                                          \
            limits[i] = bound(bounds[i]);                                             \
        }                                                                             \
        if (count == BATCH) { /* a loop of known length */                            \
            name##_steps(pass, length, BATCH, limits, begin);                         \
        }                                                                             \
        else {                                                                        \
            name##_steps(pass, length, count, limits, begin);                         \
        }                                                                             \
    }

DEFINE_SEARCH(search_u8, uint8_t, 8, ITSELF, uint64_t, KEY_BOUND)
DEFINE_SEARCH(search_u16, uint16_t, 16, ITSELF, uint64_t, KEY_BOUND)
DEFINE_SEARCH(search_u32, uint32_t, 32, ITSELF, uint64_t, KEY_BOUND)
DEFINE_SEARCH(search_u64, uint64_t, 64, ITSELF, uint64_t, KEY_BOUND)
DEFINE_SEARCH(search_i8, int8_t, 8, ITSELF, int64_t, BOUND_I8)
DEFINE_SEARCH(search_i16, int16_t, 16, ITSELF, int64_t, BOUND_I16)
DEFINE_SEARCH(search_i32, int32_t, 32, ITSELF, int64_t, BOUND_I32)
DEFINE_SEARCH(search_i64, int64_t, 64, ITSELF, int64_t, BOUND_I64)
DEFINE_SEARCH(search_f16, uint16_t, 16, KEY_HALF, uint64_t, KEY_BOUND)
DEFINE_SEARCH(search_f32, float, 32, ITSELF, float, float_bound)
DEFINE_SEARCH(search_f64, double, 64, ITSELF, double, double_bound)
DEFINE_SEARCH(search_time, uint64_t, 64, KEY_TIME, uint64_t, KEY_BOUND)

static search_batch *const searches[] = {
    [NX_SORT_U8] = search_u8,   [NX_SORT_U16] = search_u16,
    [NX_SORT_U32] = search_u32, [NX_SORT_U64] = search_u64,
    [NX_SORT_I8] = search_i8,   [NX_SORT_I16] = search_i16,
    [NX_SORT_I32] = search_i32, [NX_SORT_I64] = search_i64,
    [NX_SORT_F16] = search_f16, [NX_SORT_F32] = search_f32,
    [NX_SORT_F64] = search_f64, [NX_SORT_TIME] = search_time,
};

/* ---- Batches ---- */

static bool
ascend(const uint64_t *bounds, size_t n)
{
    bool all = true;
    for (size_t i = 1; i < n; i++) {
        all &= bounds[i - 1] <= bounds[i];
    }
    return all;
}

/* The number of items below a bound, which is `from` or more, and close to it rather
 * than far. */
static size_t
gallop(const search_pass *pass, search_batch *search, size_t from, uint64_t bound)
{
    size_t step = 1;
    while (step <= pass->present - from) {
        size_t last = from + step - 1; /* whether all up to this one are below */
        const size_t item = last;
        search(pass, 1, 1, &bound, &last);
        if (last == item) {
            break;
        }
        from += step;
        step *= 2;
    }
    const size_t left = pass->present - from;
    size_t begin = from;
    search(pass, step - 1 < left ? step - 1 : left, 1, &bound, &begin);
    return begin;
}

/* Searches for a batch. *from and *before: the last needle of the batch before and
 * where it was found, if the needles ascend. */
static void
find_batch(const search_pass *pass, search_batch *search, const uint64_t *bounds,
           size_t n, size_t *begin, size_t *from, uint64_t *before)
{
    if (!ascend(bounds, n)) {
        memset(begin, 0, n * sizeof *begin);
        search(pass, pass->present, n, bounds, begin);
        *from = 0;
        *before = 0;
        return;
    }
    if (bounds[0] < *before) {
        *from = 0;
    }
    begin[0] = gallop(pass, search, *from, bounds[0]);
    begin[n - 1] = gallop(pass, search, begin[0], bounds[n - 1]);
    for (size_t i = 1; i + 1 < n; i++) {
        begin[i] = begin[0];
    }
    if (n > 2) {
        search(pass, begin[n - 1] - begin[0], n - 2, bounds + 1, begin + 1);
    }
    *from = begin[n - 1];
    *before = bounds[n - 1];
}

static nx_status
search_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const search_pass *pass = context;
    search_batch *const search = searches[pass->items->kind];
    const size_t start = piece * PIECE, left = pass->count - start;
    const size_t end = start + (left < PIECE ? left : PIECE);
    const uint64_t top = UINT64_MAX >> (64 - 8 * nx_sort_kind_size(pass->items->kind));
    size_t from = 0;
    uint64_t before = 0;
    (void)worker;
    (void)error;
    for (size_t first = start; first < end; first += BATCH) {
        const size_t n = end - first < BATCH ? end - first : BATCH;
        uint64_t bounds[BATCH];
        uint8_t beyond[BATCH];
        size_t begin[BATCH];
        nx_search_bounds(pass->items->kind, pass->needles, first, n, pass->right,
                         bounds, beyond);
        find_batch(pass, search, bounds, n, begin, &from, &before);
        for (size_t i = 0; i < n; i++) {
            pass->found[first + i] =
                (int64_t)(beyond[i] || bounds[i] > top ? pass->n : begin[i]);
        }
    }
    return NX_OK;
}

/* The items before those that are NaN. */
static size_t
count_present(const search_pass *pass)
{
    size_t low = 0, high = pass->n;
    const nx_sort_kind kind = pass->items->kind;
    const uint64_t top = UINT64_MAX >> (64 - 8 * nx_sort_kind_size(kind));
    while (low < high && nx_sort_kind_has_last(kind) && kind != NX_SORT_TIME) {
        const size_t middle = low + (high - low) / 2;
        const nx_sort_source item = {item_at(pass, middle), 0, kind, false};
        uint64_t key;
        nx_sort_keys(&item, 0, 1, false, &key);
        high = key == top ? middle : high;
        low = key == top ? low : middle + 1;
    }
    return high;
}

nx_status
nx_search_numbers(const nx_sorted_items *items, const nx_sort_source *needles,
                  size_t count, bool right, int64_t *found, unsigned threads,
                  const nx_wait *wait, nx_error *error)
{
    search_pass pass = {
        .items = items->column->numbers,
        .sorter = items->sorter,
        .n = items->n,
        .needles = needles,
        .count = count,
        .right = right,
        .found = found,
    };
    pass.present = count_present(&pass);
    return nx_parallel_for((count + PIECE - 1) / PIECE, threads, search_piece, &pass,
                           wait, error);
}
