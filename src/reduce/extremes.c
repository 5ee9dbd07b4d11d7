/* Extremes by the portable engine, the choice among engines, and keys. */
#include "reduce/extremes.h"

#include <string.h>

#include "reduce/extremes_engines.h"
#include "reduce/extremes_template.h"

static const nx_extremes_engine portable = {
    .name = "portable",
    .types = NX_EXTREMES_TYPES,
};

static const nx_extremes_engine *engine = &portable;

const nx_extremes_engine *
nx_extremes_in_use(void)
{
    return engine;
}

const nx_extremes_engine *
nx_extremes_engine_for(nx_cpu cpu)
{
#ifdef NX_EXTREMES_AVX2
    if (cpu & NX_CPU_AVX2) {
        return &nx_extremes_engine_avx2;
    }
#endif
    (void)cpu;
    return &portable;
}

void
nx_extremes_init(nx_cpu cpu)
{
    engine = nx_extremes_engine_for(cpu);
}

/* ---- Keys ---- */

static bool
has_unsigned_keys(nx_item_type type)
{
    return type == NX_ITEM_BOOL || type == NX_ITEM_UINT8 || type == NX_ITEM_UINT16 ||
           type == NX_ITEM_UINT32 || type == NX_ITEM_UINT64;
}

void
nx_extremes_begin(nx_item_type type, size_t n, void *least, void *most)
{
    const size_t size = nx_item_size(type);
    if (has_unsigned_keys(type)) {
        memset(least, 0xFF, n * size);
        memset(most, 0, n * size);
        return;
    }
    const int64_t low = size == 8   ? INT64_MIN
                        : size == 4 ? INT32_MIN
                        : size == 2 ? INT16_MIN
                                    : INT8_MIN;
    const int64_t high = -1 - low;
    const int32_t high4 = (int32_t)high, low4 = (int32_t)low;
    const int16_t high2 = (int16_t)high, low2 = (int16_t)low;
    const int8_t high1 = (int8_t)high, low1 = (int8_t)low;
    const void *const highs[] = {[1] = &high1, [2] = &high2, [4] = &high4, [8] = &high};
    const void *const lows[] = {[1] = &low1, [2] = &low2, [4] = &low4, [8] = &low};
    for (size_t i = 0; i < n; i++) {
        memcpy((char *)least + i * size, highs[size], size);
        memcpy((char *)most + i * size, lows[size], size);
    }
}

int64_t
nx_extremes_key(nx_item_type type, const void *keys, size_t i)
{
    switch (type) {
        case NX_ITEM_BOOL:
        case NX_ITEM_UINT8:
            return ((const uint8_t *)keys)[i];
        case NX_ITEM_INT8:
            return ((const int8_t *)keys)[i];
        case NX_ITEM_UINT16:
            return ((const uint16_t *)keys)[i];
        case NX_ITEM_INT16:
        case NX_ITEM_FLOAT16:
            return ((const int16_t *)keys)[i];
        case NX_ITEM_UINT32:
            return ((const uint32_t *)keys)[i];
        case NX_ITEM_INT32:
        case NX_ITEM_FLOAT32:
            return ((const int32_t *)keys)[i];
        case NX_ITEM_UINT64:
            return BIASED(((const uint64_t *)keys)[i]);
        default:
            return ((const int64_t *)keys)[i];
    }
}

/* The key of infinity. */
static int64_t
infinity_of(nx_item_type type)
{
    return type == NX_ITEM_FLOAT16   ? 0x7C00
           : type == NX_ITEM_FLOAT32 ? 0x7F800000
                                     : INT64_C(0x7FF0000000000000);
}

bool
nx_extremes_is_nan(nx_item_type type, int64_t key)
{
    if (type < NX_ITEM_FLOAT16) {
        return type == NX_ITEM_TIME && key == INT64_MIN;
    }
    return key > infinity_of(type) || key < -1 - infinity_of(type);
}

/* The bits of NaN as results have it. */
static int64_t
nan_of(nx_item_type type)
{
    return type == NX_ITEM_FLOAT16   ? 0x7E00
           : type == NX_ITEM_FLOAT32 ? 0x7FC00000
                                     : INT64_C(0x7FF8000000000000);
}

void
nx_extremes_item(nx_item_type type, int64_t key, void *item)
{
    if (type == NX_ITEM_BOOL) {
        key = key != 0;
    }
    else if (type == NX_ITEM_UINT64) {
        key ^= INT64_MIN;
    }
    else if (type >= NX_ITEM_FLOAT16) {
        const int64_t turned = type == NX_ITEM_FLOAT16   ? INT16_MAX
                               : type == NX_ITEM_FLOAT32 ? INT32_MAX
                                                         : INT64_MAX;
        key = nx_extremes_is_nan(type, key) ? nan_of(type)
              : key < 0                     ? key ^ turned
                                            : key;
    }
    const int8_t key1 = (int8_t)key;
    const int16_t key2 = (int16_t)key;
    const int32_t key4 = (int32_t)key;
    const void *const keys[] = {[1] = &key1, [2] = &key2, [4] = &key4, [8] = &key};
    const size_t size = nx_item_size(type);
    memcpy(item, keys[size], size);
}
