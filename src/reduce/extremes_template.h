/* The loops over items of every type, as compilers make vectors of them.
 *
 * A file that includes this is compiled for one instruction set and defines the engine
 * from NX_EXTREMES_TYPES.
 */
#include <stdbool.h>

#include "base/bits.h"
#include "reduce/extremes.h"

/* Keys of items: the bits of floats as described in extremes.h. The mask is made
 * without a shift of signed numbers, which vectors of 64 bits have not. */
#define SAME(x)       (x)
#define HALF_KEY(x)   ((int16_t)((x) ^ ((x) < 0 ? 0x7FFF : 0)))
#define FLOAT_KEY(x)  ((x) ^ ((x) < 0 ? INT32_MAX : 0))
#define DOUBLE_KEY(x) ((x) ^ ((x) < 0 ? INT64_MAX : 0))

/* What a key is as a signed integer of 64 bits, in the same order. */
#define PLAIN(key)  ((int64_t)(key))
#define BIASED(key) ((int64_t)((key) ^ UINT64_C(1) << 63))

#define EXTREMES(name, type, key_of, plain_of)                                   \
    static void along_##name(const void *items, size_t n, nx_extremes *extremes) \
    {                                                                            \
        const type *const x = items;                                             \
        type least = (type)key_of(x[0]), most = least;                           \
        for (size_t i = 1; i < n; i++) {                                         \
            const type key = (type)key_of(x[i]);                                 \
            least = key < least ? key : least;                                   \
            most = key > most ? key : most;                                      \
        }                                                                        \
        const int64_t low = plain_of(least), high = plain_of(most);              \
        extremes->least = low < extremes->least ? low : extremes->least;         \
        extremes->most = high > extremes->most ? high : extremes->most;          \
    }                                                                            \
    static void across_##name(const void *items, size_t n, void *least_keys,     \
                              void *most_keys)                                   \
    {                                                                            \
        const type *const x = items;                                             \
        type *const least = least_keys, *const most = most_keys;                 \
        for (size_t i = 0; i < n; i++) {                                         \
            const type key = (type)key_of(x[i]);                                 \
            least[i] = key < least[i] ? key : least[i];                          \
            most[i] = key > most[i] ? key : most[i];                             \
        }                                                                        \
    }

/* The same of a type with NaN, whose keys are below `low` or above `high`. Returns how
 * many items are none. */
#define EXTREMES_SKIPPING(name, type, key_of, low, high)                         \
    static size_t along_skipping_##name(const void *items, size_t n,             \
                                        nx_extremes *extremes)                   \
    {                                                                            \
        const type *const x = items;                                             \
        type least = (high), most = (low);                                       \
        type left_out = 0; /* less one for each: n fits */                       \
        for (size_t i = 0; i < n; i++) {                                         \
            const type key = (type)key_of(x[i]);                                 \
            const bool nan = key < (low) || key > (high);                        \
            const type small = nan ? (high) : key, large = nan ? (low) : key;    \
            left_out = (type)(left_out + (nan ? 1 : 0));                         \
            least = small < least ? small : least;                               \
            most = large > most ? large : most;                                  \
        }                                                                        \
        if ((size_t)left_out < n) {                                              \
            extremes->least = least < extremes->least ? least : extremes->least; \
            extremes->most = most > extremes->most ? most : extremes->most;      \
        }                                                                        \
        return n - (size_t)left_out;                                             \
    }

EXTREMES_SKIPPING(float16, int16_t, HALF_KEY, -1 - 0x7C00, 0x7C00)
EXTREMES_SKIPPING(float32, int32_t, FLOAT_KEY, -1 - 0x7F800000, 0x7F800000)
EXTREMES_SKIPPING(float64, int64_t, DOUBLE_KEY, -1 - INT64_C(0x7FF0000000000000),
                  INT64_C(0x7FF0000000000000))
EXTREMES_SKIPPING(time, int64_t, SAME, INT64_MIN + 1, INT64_MAX)

EXTREMES(int8, int8_t, SAME, PLAIN)
EXTREMES(uint8, uint8_t, SAME, PLAIN)
EXTREMES(int16, int16_t, SAME, PLAIN)
EXTREMES(uint16, uint16_t, SAME, PLAIN)
EXTREMES(int32, int32_t, SAME, PLAIN)
EXTREMES(uint32, uint32_t, SAME, PLAIN)
EXTREMES(int64, int64_t, SAME, PLAIN)
EXTREMES(uint64, uint64_t, SAME, BIASED)
EXTREMES(float16, int16_t, HALF_KEY, PLAIN)
EXTREMES(float32, int32_t, FLOAT_KEY, PLAIN)
EXTREMES(float64, int64_t, DOUBLE_KEY, PLAIN)

#define NX_EXTREMES_TYPES                                                            \
    {                                                                                \
        [NX_ITEM_BOOL] = {along_uint8, across_uint8},                                \
        [NX_ITEM_INT8] = {along_int8, across_int8},                                  \
        [NX_ITEM_UINT8] = {along_uint8, across_uint8},                               \
        [NX_ITEM_INT16] = {along_int16, across_int16},                               \
        [NX_ITEM_UINT16] = {along_uint16, across_uint16},                            \
        [NX_ITEM_INT32] = {along_int32, across_int32},                               \
        [NX_ITEM_UINT32] = {along_uint32, across_uint32},                            \
        [NX_ITEM_INT64] = {along_int64, across_int64},                               \
        [NX_ITEM_UINT64] = {along_uint64, across_uint64},                            \
        [NX_ITEM_TIME] = {along_int64, across_int64, along_skipping_time},           \
        [NX_ITEM_FLOAT16] = {along_float16, across_float16, along_skipping_float16}, \
        [NX_ITEM_FLOAT32] = {along_float32, across_float32, along_skipping_float32}, \
        [NX_ITEM_FLOAT64] = {along_float64, across_float64, along_skipping_float64}, \
    }
