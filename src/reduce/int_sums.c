/* What 1024 items add up to is known to fit in a type of the machine; numbers of 64
 * bits are added as two halves, which have room for the carries. So there is no branch
 * and no carry in the loops, and compilers make vectors of them. */
#include "reduce/int_sums.h"

#include "reduce/lanes.h"

#define LOW UINT64_C(0xFFFFFFFF)

/* The sum of items of a type, in another that 1024 of them fit in. */
#define SUM(name, type, sum_type)                                         \
    static void sum_##name(const void *items, size_t n, nx_wide_int *sum) \
    {                                                                     \
        const type *const x = items;                                      \
        sum_type all = 0;                                                 \
        for (size_t i = 0; i < n; i++) {                                  \
            all += x[i];                                                  \
        }                                                                 \
        nx_wide_add_int64(sum, (int64_t)all);                             \
    }

/* The sum of numbers of 64 bits as halves; `wide` is signed or not, as they are. */
#define SUM_HALVES(name, type, wide, number)                           \
    static void name(const void *items, const void *factors, size_t n, \
                     nx_wide_int *sum)                                 \
    {                                                                  \
        const type *const x = items, *const y = factors;               \
        int64_t high = 0;                                              \
        uint64_t low = 0;                                              \
        (void)y;                                                       \
        for (size_t i = 0; i < n; i++) {                               \
            const wide value = number;                                 \
            high += (int64_t)(value >> 32);                            \
            low += (uint64_t)value & LOW;                              \
        }                                                              \
        nx_wide_add_halves(sum, high, low);                            \
    }

/* The same into a sum for each item. */
#define ADD_HALVES(name, type, wide, number)                                          \
    static void name(const void *items, const void *factors, size_t n, int64_t *high, \
                     uint64_t *low)                                                   \
    {                                                                                 \
        const type *const x = items, *const y = factors;                              \
        (void)y;                                                                      \
        for (size_t i = 0; i < n; i++) {                                              \
            const wide value = number;                                                \
            high[i] += (int64_t)(value >> 32);                                        \
            low[i] += (uint64_t)value & LOW;                                          \
        }                                                                             \
    }

/* All loops of a type. */
#define LOOPS(name, type, wide)                                 \
    SUM_HALVES(dot_##name, type, wide, (wide)x[i] * (wide)y[i]) \
    ADD_HALVES(add_##name, type, wide, (wide)x[i])              \
    ADD_HALVES(add_dot_##name, type, wide, (wide)x[i] * (wide)y[i])

SUM(int8, int8_t, int32_t)
SUM(uint8, uint8_t, uint32_t)
SUM(int16, int16_t, int32_t)
SUM(uint16, uint16_t, uint32_t)
SUM(int32, int32_t, int64_t)
SUM(uint32, uint32_t, int64_t)
SUM_HALVES(sum_halves_int64, int64_t, int64_t, x[i])
SUM_HALVES(sum_halves_uint64, uint64_t, uint64_t, x[i])
LOOPS(int8, int8_t, int64_t)
LOOPS(uint8, uint8_t, uint64_t)
LOOPS(int16, int16_t, int64_t)
LOOPS(uint16, uint16_t, uint64_t)
LOOPS(int32, int32_t, int64_t)
LOOPS(uint32, uint32_t, uint64_t)
ADD_HALVES(add_int64, int64_t, int64_t, x[i])
ADD_HALVES(add_uint64, uint64_t, uint64_t, x[i])
SUM_HALVES(dot_small_int64, int64_t, int64_t, (int64_t)(int32_t)x[i] * (int32_t)y[i])

/* ---- Bools and 64 bits ---- */

static void
sum_bool(const void *items, size_t n, nx_wide_int *sum)
{
    const uint8_t *const x = items;
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++) {
        all += x[i] != 0;
    }
    nx_wide_add_int64(sum, all);
}

SUM_HALVES(dot_bool, uint8_t, uint64_t, (uint64_t)(x[i] != 0 && y[i] != 0))
ADD_HALVES(add_bool, uint8_t, uint64_t, (uint64_t)(x[i] != 0))
ADD_HALVES(add_dot_bool, uint8_t, uint64_t, (uint64_t)(x[i] != 0 && y[i] != 0))

static void
sum_int64(const void *items, size_t n, nx_wide_int *sum)
{
    sum_halves_int64(items, NULL, n, sum);
}

static void
sum_uint64(const void *items, size_t n, nx_wide_int *sum)
{
    sum_halves_uint64(items, NULL, n, sum);
}

/* True if all are numbers of 32 bits. */
static bool
are_small(const int64_t *x, size_t n)
{
    uint64_t beyond = 0;
    for (size_t i = 0; i < n; i++) {
        beyond |= ((uint64_t)x[i] + (UINT64_C(1) << 31)) >> 32;
    }
    return beyond == 0;
}

static void
dot_int64(const void *items, const void *factors, size_t n, nx_wide_int *sum)
{
    const int64_t *const x = items, *const y = factors;
    if (are_small(x, n) && (x == y || are_small(y, n))) {
        dot_small_int64(x, y, n, sum);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        nx_wide_add_product(sum, (uint64_t)x[i], (uint64_t)y[i], true);
    }
}

static void
dot_uint64(const void *items, const void *factors, size_t n, nx_wide_int *sum)
{
    const uint64_t *const x = items, *const y = factors;
    for (size_t i = 0; i < n; i++) {
        nx_wide_add_product(sum, x[i], y[i], false);
    }
}

/* ---- All ---- */

typedef struct int_loops {
    void (*sum)(const void *items, size_t n, nx_wide_int *sum);
    void (*dot)(const void *items, const void *factors, size_t n, nx_wide_int *sum);
    void (*add)(const void *items, const void *factors, size_t n, int64_t *high,
                uint64_t *low);
    void (*add_dot)(const void *items, const void *factors, size_t n, int64_t *high,
                    uint64_t *low);
} int_loops;

static const int_loops loops[] = {
    [NX_ITEM_BOOL] = {sum_bool, dot_bool, add_bool, add_dot_bool},
    [NX_ITEM_INT8] = {sum_int8, dot_int8, add_int8, add_dot_int8},
    [NX_ITEM_UINT8] = {sum_uint8, dot_uint8, add_uint8, add_dot_uint8},
    [NX_ITEM_INT16] = {sum_int16, dot_int16, add_int16, add_dot_int16},
    [NX_ITEM_UINT16] = {sum_uint16, dot_uint16, add_uint16, add_dot_uint16},
    [NX_ITEM_INT32] = {sum_int32, dot_int32, add_int32, add_dot_int32},
    [NX_ITEM_UINT32] = {sum_uint32, dot_uint32, add_uint32, add_dot_uint32},
    [NX_ITEM_INT64] = {sum_int64, dot_int64, add_int64, NULL},
    [NX_ITEM_UINT64] = {sum_uint64, dot_uint64, add_uint64, NULL},
    [NX_ITEM_TIME] = {sum_int64, dot_int64, add_int64, NULL},
};

void
nx_int_sum(nx_item_type type, const void *x, const void *y, size_t n, nx_wide_int *sum)
{
    if (y == NULL) {
        loops[type].sum(x, n, sum);
    }
    else {
        loops[type].dot(x, y, n, sum);
    }
}

void
nx_int_add(nx_item_type type, const void *x, const void *y, size_t n, int64_t *high,
           uint64_t *low)
{
    (y == NULL ? loops[type].add : loops[type].add_dot)(x, y, n, high, low);
}
