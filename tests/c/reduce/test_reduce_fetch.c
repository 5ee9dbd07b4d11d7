#include "reduce_testing.h"

#include "number/half.h"
#include "reduce/reduce_fetch.h"

enum {
    COUNT = 50,
    ROOM = 4096
};

/* The value of an item, found in the plainest way. */
static double
slow_value(const uint8_t *at, nx_item_type type, bool swapped)
{
    const size_t size = nx_item_size(type);
    uint8_t bytes[8] = {0};
    for (size_t i = 0; i < size; i++) {
        bytes[i] = at[swapped ? size - 1 - i : i];
    }
    uint64_t u64;
    uint32_t u32;
    uint16_t u16;
    double f64;
    float f32;
    memcpy(&u64, bytes, 8);
    memcpy(&f64, bytes, 8);
    memcpy(&u32, bytes, 4);
    memcpy(&f32, bytes, 4);
    memcpy(&u16, bytes, 2);
    switch (type) {
        case NX_ITEM_BOOL:
            return bytes[0] != 0;
        case NX_ITEM_INT8:
            return (int8_t)bytes[0];
        case NX_ITEM_UINT8:
            return bytes[0];
        case NX_ITEM_INT16:
            return (int16_t)u16;
        case NX_ITEM_UINT16:
            return u16;
        case NX_ITEM_INT32:
            return (int32_t)u32;
        case NX_ITEM_UINT32:
            return u32;
        case NX_ITEM_UINT64:
            return (double)u64;
        case NX_ITEM_FLOAT16:
            return nx_double_of_half(u16);
        case NX_ITEM_FLOAT32:
            return (double)f32;
        case NX_ITEM_FLOAT64:
            return f64;
        default:
            return (double)(int64_t)u64;
    }
}

static void
check_doubles(void)
{
    uint64_t seed = 1;
    _Alignas(8) uint8_t memory[ROOM];
    for (size_t i = 0; i < ROOM; i++) {
        memory[i] = (uint8_t)nx_test_random(&seed);
    }
    for (nx_item_type type = NX_ITEM_BOOL; type <= NX_ITEM_FLOAT64; type++) {
        const ptrdiff_t size = (ptrdiff_t)nx_item_size(type);
        const ptrdiff_t steps[] = {size, -size, 0, 2 * size, 3 * size + 1, -17};
        for (int swapped = 0; swapped < 2; swapped++) {
            const nx_reduce_view view = {.type = type, .swapped = swapped};
            for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
                for (size_t offset = 0; offset < 9; offset++) {
                    double buffer[COUNT];
                    const uint8_t *const at = memory + ROOM / 2 + offset;
                    const double *const x = nx_fetch_doubles(&view, (const char *)at,
                                                             steps[s], COUNT, buffer);
                    for (size_t i = 0; i < COUNT; i++) {
                        CHECK_SAME(x[i], slow_value(at + (ptrdiff_t)i * steps[s], type,
                                                    swapped));
                    }
                }
            }
        }
    }
}

static void
test_items_of_every_type_order_and_step(void)
{
    with_every_lanes(check_doubles);
}

static void
test_items_in_place_are_not_copied(void)
{
    static const double x[4] = {1, 2, 3, 4};
    const nx_reduce_view view = {.type = NX_ITEM_FLOAT64};
    double buffer[4];
    CHECK(nx_fetch_doubles(&view, (const char *)x, 8, 4, buffer) == x);
    CHECK(nx_fetch_items(&view, (const char *)x, 8, 4, buffer) == x);
    CHECK(nx_fetch_items(&view, (const char *)x, 16, 2, buffer) == buffer);
    CHECK_SAME(buffer[1], 3);
}

static void
test_flags(void)
{
    static const char flags[] = {0, 1, 0, 2, 1};
    uint8_t buffer[5];
    CHECK(nx_fetch_flags(flags, 1, 5, buffer) == (const uint8_t *)flags);
    CHECK(nx_fetch_flags(flags, 9, 1, buffer) == (const uint8_t *)flags);
    CHECK_INT(nx_fetch_flags(flags + 4, -2, 3, buffer)[1], 0);
    CHECK_INT(nx_fetch_flags(flags + 3, 0, 5, buffer)[4], 2);
}

static void
check_runs(void)
{
    const double nan = (double)NAN, x[4] = {1, nan, 3, 4}, y[4] = {nan, 1, 2, 3};
    const char flags[4] = {1, 1, 0, 1};
    const double fill[4] = {-1, -2, -3, -4};
    const ptrdiff_t steps[NX_OPERANDS] = {8, 8, 1};
    nx_fetch_room room;
    nx_reduce_view view = {.type = NX_ITEM_FLOAT64};
    view.data[NX_OF_ITEMS] = (const char *)x;
    /* Nothing left out. */
    const nx_reduce_run plain = {view.data, steps, 4};
    nx_fetched got = nx_fetch_run(&view, &plain, (nx_fetch_fill){fill, false}, NULL,
                                  &room, 0, false);
    CHECK(got.x == x && got.y == x);
    CHECK_INT(got.taken, 4);
    got =
        nx_fetch_run(&view, &plain, (nx_fetch_fill){fill, false}, NULL, &room, 2, true);
    CHECK(got.x == room.x + 2 && got.y == got.x);
    CHECK_SAME(room.x[5], 4);
    /* Flags and NaN. */
    double counts[4] = {0};
    view.data[NX_OF_TAKEN] = flags;
    view.skip_nan = true;
    got = nx_fetch_run(&view, &plain, (nx_fetch_fill){fill, true}, counts, &room, 0,
                       false);
    CHECK_INT(got.taken, 2);
    CHECK_SAME(got.x[0], 1);
    CHECK_SAME(got.x[1], -2);
    CHECK_SAME(got.x[2], -3);
    CHECK_SAME(got.x[3], 4);
    CHECK_SAME(counts[0] + counts[3], 2);
    CHECK_SAME(counts[1] + counts[2], 0);
    /* Pairs are left out as a whole. */
    view.data[NX_OF_FACTORS] = (const char *)y;
    got = nx_fetch_run(&view, &plain, (nx_fetch_fill){fill, false}, NULL, &room, 0,
                       false);
    CHECK_INT(got.taken, 1);
    for (size_t i = 0; i < 4; i++) {
        CHECK_SAME(got.x[i], i == 3 ? 4 : -1);
        CHECK_SAME(got.y[i], i == 3 ? 3 : 0);
    }
}

static void
test_what_is_left_out_of_runs(void)
{
    with_every_lanes(check_runs);
}

const nx_test nx_suite_reduce_fetch[] = {
    NX_TEST(test_items_of_every_type_order_and_step),
    NX_TEST(test_items_in_place_are_not_copied),
    NX_TEST(test_flags),
    NX_TEST(test_what_is_left_out_of_runs),
    {0},
};
