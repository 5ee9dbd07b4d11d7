/* A signed integer becomes a key by flipping its sign bit. A float is sign and
 * magnitude: its magnitude counts up from the middle, or down if it is negative. A
 * time is an integer less one, so that INT64_MIN, which is none, wraps to the top.
 *
 * Falling keys are what is left to the greatest key, or to the one below it if that is
 * kept for what comes last; the wrap of 2^w - 2 - (2^w - 1) leaves the latter where it
 * is. */
#include "sort/sort_key.h"

#include <string.h>

#include "base/bits.h"

size_t
nx_sort_kind_size(nx_sort_kind kind)
{
    static const uint8_t sizes[] = {
        [NX_SORT_U8] = 1,  [NX_SORT_U16] = 2, [NX_SORT_U32] = 4, [NX_SORT_U64] = 8,
        [NX_SORT_I8] = 1,  [NX_SORT_I16] = 2, [NX_SORT_I32] = 4, [NX_SORT_I64] = 8,
        [NX_SORT_F16] = 2, [NX_SORT_F32] = 4, [NX_SORT_F64] = 8, [NX_SORT_TIME] = 8,
    };
    return sizes[kind];
}

bool
nx_sort_kind_has_last(nx_sort_kind kind)
{
    return kind >= NX_SORT_F16;
}

/* ---- Values ---- */

NX_INLINE uint64_t
swap_bytes(uint64_t x, int width)
{
    uint64_t swapped = 0;
    for (int i = 0; i < width; i += 8) {
        swapped = swapped << 8 | (x >> i & 0xFF);
    }
    return swapped;
}

/* The bits of a value of `width` bits. */
NX_INLINE uint64_t
load(const uint8_t *value, int width, bool swapped)
{
    uint64_t x;
    if (width == 8) {
        return *value;
    }
    if (width == 16) {
        uint16_t narrow;
        memcpy(&narrow, value, sizeof narrow);
        x = narrow;
    }
    else if (width == 32) {
        uint32_t narrow;
        memcpy(&narrow, value, sizeof narrow);
        x = narrow;
    }
    else {
        memcpy(&x, value, sizeof x);
    }
    return swapped ? swap_bytes(x, width) : x;
}

/* ---- Keys ---- */

typedef enum key_map {
    MAP_UNSIGNED,
    MAP_SIGNED,
    MAP_FLOAT,
    MAP_TIME
} key_map;

NX_INLINE uint64_t
key_of(uint64_t bits, int width, key_map map)
{
    const uint64_t sign = UINT64_C(1) << (width - 1), top = sign | (sign - 1);
    if (map == MAP_UNSIGNED) {
        return bits;
    }
    if (map == MAP_SIGNED) {
        return bits ^ sign;
    }
    if (map == MAP_TIME) {
        return (bits ^ sign) - 1;
    }
    const uint64_t infinity = width == 64   ? UINT64_C(0x7FF0000000000000)
                              : width == 32 ? UINT64_C(0x7F800000)
                                            : UINT64_C(0x7C00);
    const uint64_t magnitude = bits & (sign - 1);
    const uint64_t key = bits & sign ? sign - magnitude : sign + magnitude;
    return magnitude > infinity ? top : key;
}

NX_INLINE void
make_keys(const nx_sort_source *source, size_t first, size_t n, int width, key_map map,
          bool swapped, bool descending, uint64_t *keys)
{
    const uint64_t sign = UINT64_C(1) << (width - 1), top = sign | (sign - 1);
    const uint64_t from = map == MAP_UNSIGNED || map == MAP_SIGNED ? top : top - 1;
    const ptrdiff_t step = source->step;
    const uint8_t *value = (const uint8_t *)source->values + (ptrdiff_t)first * step;
    if (step == width / 8 && !swapped) { /* a loop that compilers make vectors of */
        for (size_t i = 0; i < n; i++) {
            const uint64_t key =
                key_of(load(value + i * (size_t)(width / 8), width, false), width, map);
            keys[i] = descending ? (from - key) & top : key;
        }
        return;
    }
    for (size_t i = 0; i < n; i++, value += step) {
        const uint64_t key = key_of(load(value, width, swapped), width, map);
        keys[i] = descending ? (from - key) & top : key;
    }
}

void
nx_sort_keys(const nx_sort_source *source, size_t first, size_t n, bool descending,
             uint64_t *keys)
{
    const bool swapped = source->swapped;
#define KEYS(width, map)                                                 \
    if (swapped) {                                                       \
        make_keys(source, first, n, width, map, true, descending, keys); \
    }                                                                    \
    else if (descending) {                                               \
        make_keys(source, first, n, width, map, false, true, keys);      \
    }                                                                    \
    else {                                                               \
        make_keys(source, first, n, width, map, false, false, keys);     \
    }                                                                    \
    break
    switch (source->kind) {
        case NX_SORT_U8:
            KEYS(8, MAP_UNSIGNED);
        case NX_SORT_U16:
            KEYS(16, MAP_UNSIGNED);
        case NX_SORT_U32:
            KEYS(32, MAP_UNSIGNED);
        case NX_SORT_U64:
            KEYS(64, MAP_UNSIGNED);
        case NX_SORT_I8:
            KEYS(8, MAP_SIGNED);
        case NX_SORT_I16:
            KEYS(16, MAP_SIGNED);
        case NX_SORT_I32:
            KEYS(32, MAP_SIGNED);
        case NX_SORT_I64:
            KEYS(64, MAP_SIGNED);
        case NX_SORT_F16:
            KEYS(16, MAP_FLOAT);
        case NX_SORT_F32:
            KEYS(32, MAP_FLOAT);
        case NX_SORT_F64:
            KEYS(64, MAP_FLOAT);
        default:
            KEYS(64, MAP_TIME);
    }
#undef KEYS
}
