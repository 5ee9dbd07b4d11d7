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

typedef enum key_map {
    MAP_UNSIGNED,
    MAP_SIGNED,
    MAP_FLOAT,
    MAP_TIME
} key_map;

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

NX_INLINE bool
has_last(key_map map)
{
    return map == MAP_FLOAT || map == MAP_TIME;
}

/* The bits of infinity; greater magnitudes are NaN. */
NX_INLINE uint64_t
infinity_of(int width)
{
    return width == 64   ? UINT64_C(0x7FF0000000000000)
           : width == 32 ? UINT64_C(0x7F800000)
                         : UINT64_C(0x7C00);
}

NX_INLINE uint64_t
swap_bytes(uint64_t x, int width)
{
    uint64_t swapped = 0;
    for (int i = 0; i < width; i += 8) {
        swapped = swapped << 8 | (x >> i & 0xFF);
    }
    return swapped;
}

#define KEY        uint64_t
#define NAME(stem) stem##_64
#include "sort/key_map_template.h"
#undef KEY
#undef NAME

#define KEY        uint32_t
#define NAME(stem) stem##_32
#include "sort/key_map_template.h"
#undef KEY
#undef NAME

void
nx_sort_keys(const nx_sort_source *source, size_t first, size_t n, bool descending,
             uint64_t *keys)
{
#define KEYS(kind, width, map)                                             \
    case kind:                                                             \
        keys_of_source_64(source, first, n, width, map, descending, keys); \
        break
    switch (source->kind) {
        KEYS(NX_SORT_U8, 8, MAP_UNSIGNED);
        KEYS(NX_SORT_U16, 16, MAP_UNSIGNED);
        KEYS(NX_SORT_U32, 32, MAP_UNSIGNED);
        KEYS(NX_SORT_U64, 64, MAP_UNSIGNED);
        KEYS(NX_SORT_I8, 8, MAP_SIGNED);
        KEYS(NX_SORT_I16, 16, MAP_SIGNED);
        KEYS(NX_SORT_I32, 32, MAP_SIGNED);
        KEYS(NX_SORT_I64, 64, MAP_SIGNED);
        KEYS(NX_SORT_F16, 16, MAP_FLOAT);
        KEYS(NX_SORT_F32, 32, MAP_FLOAT);
        KEYS(NX_SORT_F64, 64, MAP_FLOAT);
        KEYS(NX_SORT_TIME, 64, MAP_TIME);
    }
#undef KEYS
}

void
nx_sort_keys32(const nx_sort_source *source, size_t first, size_t n, bool descending,
               uint32_t *keys)
{
#define KEYS(kind, width, map)                                             \
    case kind:                                                             \
        keys_of_source_32(source, first, n, width, map, descending, keys); \
        break
    switch (source->kind) {
        KEYS(NX_SORT_U8, 8, MAP_UNSIGNED);
        KEYS(NX_SORT_U16, 16, MAP_UNSIGNED);
        KEYS(NX_SORT_U32, 32, MAP_UNSIGNED);
        KEYS(NX_SORT_I8, 8, MAP_SIGNED);
        KEYS(NX_SORT_I16, 16, MAP_SIGNED);
        KEYS(NX_SORT_I32, 32, MAP_SIGNED);
        KEYS(NX_SORT_F16, 16, MAP_FLOAT);
        KEYS(NX_SORT_F32, 32, MAP_FLOAT);
        default: /* wider ones are not asked for */
            break;
    }
#undef KEYS
}

void
nx_sort_values(nx_sort_kind kind, const uint64_t *keys, size_t n, bool descending,
               void *values)
{
#define VALUES(kind, width, map)                               \
    case kind:                                                 \
        values_of_64(keys, n, width, map, descending, values); \
        break
    switch (kind) {
        VALUES(NX_SORT_U8, 8, MAP_UNSIGNED);
        VALUES(NX_SORT_U16, 16, MAP_UNSIGNED);
        VALUES(NX_SORT_U32, 32, MAP_UNSIGNED);
        VALUES(NX_SORT_U64, 64, MAP_UNSIGNED);
        VALUES(NX_SORT_I8, 8, MAP_SIGNED);
        VALUES(NX_SORT_I16, 16, MAP_SIGNED);
        VALUES(NX_SORT_I32, 32, MAP_SIGNED);
        VALUES(NX_SORT_I64, 64, MAP_SIGNED);
        VALUES(NX_SORT_F16, 16, MAP_FLOAT);
        VALUES(NX_SORT_F32, 32, MAP_FLOAT);
        VALUES(NX_SORT_F64, 64, MAP_FLOAT);
        VALUES(NX_SORT_TIME, 64, MAP_TIME);
    }
#undef VALUES
}

void
nx_sort_values32(nx_sort_kind kind, const uint32_t *keys, size_t n, bool descending,
                 void *values)
{
#define VALUES(kind, width, map)                               \
    case kind:                                                 \
        values_of_32(keys, n, width, map, descending, values); \
        break
    switch (kind) {
        VALUES(NX_SORT_U8, 8, MAP_UNSIGNED);
        VALUES(NX_SORT_U16, 16, MAP_UNSIGNED);
        VALUES(NX_SORT_U32, 32, MAP_UNSIGNED);
        VALUES(NX_SORT_I8, 8, MAP_SIGNED);
        VALUES(NX_SORT_I16, 16, MAP_SIGNED);
        VALUES(NX_SORT_I32, 32, MAP_SIGNED);
        VALUES(NX_SORT_F16, 16, MAP_FLOAT);
        VALUES(NX_SORT_F32, 32, MAP_FLOAT);
        default: /* wider ones are not asked for */
            break;
    }
#undef VALUES
}
