/* Needles are searched for sixteen at a time, in step: the processor waits for sixteen
 * places of memory at once, and nothing branches on what stands there. Where the
 * needles of a batch ascend, the first and the last one are looked up before and the
 * others in between; and the first one near the last one of the batch before. */
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
    size_t n;
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

/* Keys are those of sort_key.c, of values in the byte order of the machine. */
#define KEY_UNSIGNED(value, width) (value)
#define KEY_SIGNED(value, width)   ((value) ^ UINT64_C(1) << (width - 1))
#define KEY_TIME(value, width)     (((value) ^ UINT64_C(1) << (width - 1)) - 1)

NX_INLINE uint64_t
float_key(uint64_t bits, int width, uint64_t infinity)
{
    const uint64_t sign = UINT64_C(1) << (width - 1);
    const uint64_t magnitude = bits & (sign - 1);
    const uint64_t key = bits & sign ? sign - magnitude : sign + magnitude;
    return magnitude > infinity ? sign | (sign - 1) : key;
}
#define KEY_FLOAT(value, width)                            \
    float_key(value, width,                                \
              width == 64   ? UINT64_C(0x7FF0000000000000) \
              : width == 32 ? UINT64_C(0x7F800000)         \
                            : UINT64_C(0x7C00))

#define DEFINE_SEARCH(name, type, width, key)                              \
    NX_INLINE uint64_t name##_key(const search_pass *pass, size_t i)       \
    {                                                                      \
        type value;                                                        \
        memcpy(&value, item_at(pass, i), sizeof value);                    \
        return key((uint64_t)value, width);                                \
    }                                                                      \
                                                                           \
    static void name(const search_pass *pass, size_t length, size_t count, \
                     const uint64_t *bounds, size_t *begin)                \
    {                                                                      \
        for (; length > 1; length -= length / 2) {                         \
            const size_t half = length / 2;                                \
            for (size_t i = 0; i < count; i++) {                           \
                const uint64_t at = name##_key(pass, begin[i] + half - 1); \
                begin[i] += at < bounds[i] ? half : 0;                     \
            }                                                              \
        }                                                                  \
        for (size_t i = 0; i < count && length == 1; i++) {                \
            begin[i] += name##_key(pass, begin[i]) < bounds[i];            \
        }                                                                  \
    }

DEFINE_SEARCH(search_u8, uint8_t, 8, KEY_UNSIGNED)
DEFINE_SEARCH(search_u16, uint16_t, 16, KEY_UNSIGNED)
DEFINE_SEARCH(search_u32, uint32_t, 32, KEY_UNSIGNED)
DEFINE_SEARCH(search_u64, uint64_t, 64, KEY_UNSIGNED)
DEFINE_SEARCH(search_i8, uint8_t, 8, KEY_SIGNED)
DEFINE_SEARCH(search_i16, uint16_t, 16, KEY_SIGNED)
DEFINE_SEARCH(search_i32, uint32_t, 32, KEY_SIGNED)
DEFINE_SEARCH(search_i64, uint64_t, 64, KEY_SIGNED)
DEFINE_SEARCH(search_f16, uint16_t, 16, KEY_FLOAT)
DEFINE_SEARCH(search_f32, uint32_t, 32, KEY_FLOAT)
DEFINE_SEARCH(search_f64, uint64_t, 64, KEY_FLOAT)
DEFINE_SEARCH(search_time, uint64_t, 64, KEY_TIME)

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
    while (step <= pass->n - from) {
        size_t last = from + step - 1; /* whether all up to this one are below */
        const size_t item = last;
        search(pass, 1, 1, &bound, &last);
        if (last == item) {
            break;
        }
        from += step;
        step *= 2;
    }
    const size_t left = pass->n - from;
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
        search(pass, pass->n, n, bounds, begin);
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
            pass->found[first + i] = (int64_t)(beyond[i] ? pass->n : begin[i]);
        }
    }
    return NX_OK;
}

nx_status
nx_search_numbers(const nx_sorted_items *items, const nx_sort_source *needles,
                  size_t count, bool right, int64_t *found, unsigned threads,
                  const nx_wait *wait, nx_error *error)
{
    search_pass pass = {
        items->column->numbers, items->sorter, items->n, needles, count, right, found};
    return nx_parallel_for((count + PIECE - 1) / PIECE, threads, search_piece, &pass,
                           wait, error);
}
