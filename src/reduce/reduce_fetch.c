#include "reduce/reduce_fetch.h"

#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "number/half.h"

static bool
is_aligned(const char *at, size_t size)
{
    return (uintptr_t)at % size == 0;
}

/* ---- Items where they are not in a row ---- */

NX_INLINE uint16_t
swap16(uint16_t x)
{
    return (uint16_t)(x << 8 | x >> 8);
}

NX_INLINE uint32_t
swap32(uint32_t x)
{
    return (uint32_t)swap16((uint16_t)x) << 16 | swap16((uint16_t)(x >> 16));
}

NX_INLINE uint64_t
swap64(uint64_t x)
{
    return (uint64_t)swap32((uint32_t)x) << 32 | swap32((uint32_t)(x >> 32));
}

/* Items of `size` bytes; compiled for every size and order. */
NX_INLINE void
gather(uint8_t *to, const char *at, ptrdiff_t step, size_t n, size_t size, bool swapped)
{
    for (size_t i = 0; i < n; i++, at += step, to += size) {
        if (size == 1) {
            *to = (uint8_t)*at;
        }
        else if (size == 2) {
            uint16_t x;
            memcpy(&x, at, sizeof x);
            x = swapped ? swap16(x) : x;
            memcpy(to, &x, sizeof x);
        }
        else if (size == 4) {
            uint32_t x;
            memcpy(&x, at, sizeof x);
            x = swapped ? swap32(x) : x;
            memcpy(to, &x, sizeof x);
        }
        else {
            uint64_t x;
            memcpy(&x, at, sizeof x);
            x = swapped ? swap64(x) : x;
            memcpy(to, &x, sizeof x);
        }
    }
}

const void *
nx_fetch_items(const nx_reduce_view *view, const char *at, ptrdiff_t step, size_t n,
               void *buffer)
{
    const size_t size = nx_item_size(view->type);
    const bool swapped = view->swapped && size > 1;
    if (step == (ptrdiff_t)size && !swapped) {
        if (is_aligned(at, size)) {
            return at;
        }
        memcpy(buffer, at, n * size);
        return buffer;
    }
    switch (size) {
        case 1:
            gather(buffer, at, step, n, 1, false);
            break;
        case 2:
            swapped ? gather(buffer, at, step, n, 2, true)
                    : gather(buffer, at, step, n, 2, false);
            break;
        case 4:
            swapped ? gather(buffer, at, step, n, 4, true)
                    : gather(buffer, at, step, n, 4, false);
            break;
        default:
            swapped ? gather(buffer, at, step, n, 8, true)
                    : gather(buffer, at, step, n, 8, false);
            break;
    }
    return buffer;
}

const uint8_t *
nx_fetch_flags(const char *at, ptrdiff_t step, size_t n, uint8_t *buffer)
{
    if (step == 1 || n == 1) {
        return (const uint8_t *)at;
    }
    if (step == 0) {
        memset(buffer, *(const uint8_t *)at, n);
        return buffer;
    }
    gather(buffer, at, step, n, 1, false);
    return buffer;
}

/* ---- Doubles ---- */

static void
convert(double *to, const void *from, nx_item_type type, size_t n)
{
    switch (type) {
        case NX_ITEM_BOOL:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const uint8_t *)from)[i] != 0;
            }
            break;
        case NX_ITEM_INT8:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const int8_t *)from)[i];
            }
            break;
        case NX_ITEM_UINT8:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const uint8_t *)from)[i];
            }
            break;
        case NX_ITEM_INT16:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const int16_t *)from)[i];
            }
            break;
        case NX_ITEM_UINT16:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const uint16_t *)from)[i];
            }
            break;
        case NX_ITEM_INT32:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const int32_t *)from)[i];
            }
            break;
        case NX_ITEM_UINT32:
            for (size_t i = 0; i < n; i++) {
                to[i] = ((const uint32_t *)from)[i];
            }
            break;
        case NX_ITEM_UINT64:
            for (size_t i = 0; i < n; i++) {
                to[i] = (double)((const uint64_t *)from)[i];
            }
            break;
        case NX_ITEM_FLOAT16:
            for (size_t i = 0; i < n; i++) {
                to[i] = (double)nx_float_of_half(((const uint16_t *)from)[i]);
            }
            break;
        default: /* int64 and times */
            for (size_t i = 0; i < n; i++) {
                to[i] = (double)((const int64_t *)from)[i];
            }
            break;
    }
}

const double *
nx_fetch_doubles(const nx_reduce_view *view, const char *at, ptrdiff_t step, size_t n,
                 double *buffer)
{
    const nx_item_type type = view->type;
    if (type == NX_ITEM_FLOAT64) {
        return nx_fetch_items(view, at, step, n, buffer);
    }
    if (type == NX_ITEM_FLOAT32 && step == sizeof(float) && !view->swapped) {
        nx_lanes()->widen(buffer, at, n);
        return buffer;
    }
    uint64_t items[NX_LANES_BLOCK];
    const void *const plain = nx_fetch_items(view, at, step, n, items);
    if (type == NX_ITEM_FLOAT32) {
        nx_lanes()->widen(buffer, plain, n);
    }
    else {
        convert(buffer, plain, type, n);
    }
    return buffer;
}

/* ---- Runs ---- */

/* Writes the flags of the items that are not left out of a pair. */
static const uint8_t *
flags_of_pairs(const double *x, const double *y, size_t n, const uint8_t *taken,
               bool skip_nan, uint8_t *flags)
{
    for (size_t i = 0; i < n; i++) {
        flags[i] = (taken == NULL || taken[i] != 0) &&
                   (!skip_nan || !(isnan(x[i]) || isnan(y[i])));
    }
    return flags;
}

/* Leaves out what is to be left out. */
static void
take_run(const nx_reduce_view *view, const nx_reduce_run *run, nx_fetch_fill fill,
         double *counts, nx_fetch_room *room, size_t first, nx_fetched *got)
{
    static const double zero = 0;
    const nx_lanes_engine *const engine = nx_lanes();
    double *const x = room->x + first, *const y = room->y + first;
    const char *const flags = run->at[NX_OF_TAKEN];
    const size_t n = run->n;
    bool skip_nan = view->skip_nan;
    const uint8_t *taken =
        flags == NULL ? NULL
                      : nx_fetch_flags(flags, run->steps[NX_OF_TAKEN], n, room->flags);
    if (run->at[NX_OF_FACTORS] != NULL) {
        taken = flags_of_pairs(got->x, got->y, n, taken, skip_nan, room->flags);
        skip_nan = false;
        (void)engine->take(y, got->y, n, taken, false, &zero, false, NULL);
    }
    got->taken =
        engine->take(x, got->x, n, taken, skip_nan, fill.values, fill.each, counts);
    got->x = x;
    got->y = run->at[NX_OF_FACTORS] != NULL ? y : x;
}

/* Items in the room, where they have to go. */
static const double *
moved(double *to, const double *from, size_t n)
{
    if (from != to) {
        memcpy(to, from, n * sizeof *to);
    }
    return to;
}

nx_fetched
nx_fetch_run(const nx_reduce_view *view, const nx_reduce_run *run, nx_fetch_fill fill,
             double *counts, nx_fetch_room *room, size_t first, bool in_room)
{
    const bool pairs = run->at[NX_OF_FACTORS] != NULL;
    nx_fetched got = {.taken = run->n};
    got.x = nx_fetch_doubles(view, run->at[NX_OF_ITEMS], run->steps[NX_OF_ITEMS],
                             run->n, room->x + first);
    got.y = !pairs
                ? got.x
                : nx_fetch_doubles(view, run->at[NX_OF_FACTORS],
                                   run->steps[NX_OF_FACTORS], run->n, room->y + first);
    if (nx_reduce_view_skips(view)) {
        take_run(view, run, fill, counts, room, first, &got);
    }
    else if (in_room) {
        got.x = moved(room->x + first, got.x, run->n);
        got.y = pairs ? moved(room->y + first, got.y, run->n) : got.x;
    }
    return got;
}
