#include "reduce_testing.h"

#include "number/half.h"
#include "reduce/square.h"

/* The square of an integer of any type, and whether it fits, by long arithmetic. */
static bool
slow_square(nx_item_type type, int64_t x, uint64_t *square)
{
    static const uint64_t most[] = {
        [NX_ITEM_INT8] = INT8_MAX,   [NX_ITEM_UINT8] = UINT8_MAX,
        [NX_ITEM_INT16] = INT16_MAX, [NX_ITEM_UINT16] = UINT16_MAX,
        [NX_ITEM_INT32] = INT32_MAX, [NX_ITEM_UINT32] = UINT32_MAX,
        [NX_ITEM_INT64] = INT64_MAX, [NX_ITEM_UINT64] = UINT64_MAX,
    };
    const bool is_signed = type == NX_ITEM_INT8 || type == NX_ITEM_INT16 ||
                           type == NX_ITEM_INT32 || type == NX_ITEM_INT64;
    const uint64_t size = is_signed && x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
    *square = size * size;
    return size <= UINT32_MAX && *square <= most[type];
}

static int64_t
load(const char *at, nx_item_type type)
{
    int64_t x = 0;
    memcpy(&x, at, nx_item_size(type)); /* tests of integers: little-endian or skip */
    const unsigned spare = 64 - 8 * (unsigned)nx_item_size(type);
    const bool is_signed = type == NX_ITEM_INT8 || type == NX_ITEM_INT16 ||
                           type == NX_ITEM_INT32 || type == NX_ITEM_INT64;
    return is_signed ? (int64_t)((uint64_t)x << spare) >> spare : x;
}

static bool
is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static void
test_integers_and_the_first_that_does_not_fit(void)
{
    enum {
        COUNT = 1500
    };
    uint64_t seed = 1;
    for (nx_item_type type = NX_ITEM_INT8; type <= NX_ITEM_UINT64; type++) {
        const size_t size = nx_item_size(type);
        for (int round = 0; round < 60 && is_little_endian(); round++) {
            int64_t items[2 * COUNT], squares[2 * COUNT];
            const size_t n = round % 3 == 0 ? COUNT : (size_t)round;
            const ptrdiff_t step = (ptrdiff_t)size * (1 + round % 2);
            const bool in_place = round % 5 == 0;
            const bool clean = round % 7 < 3;
            size_t first = n;
            for (size_t i = 0; i < n; i++) {
                const int64_t x = (int64_t)nx_test_random(&seed);
                const uint64_t small = (uint64_t)x >> (64 - 4 * size) >> 1;
                const bool any = !clean && x % 400 == 0;
                memcpy((char *)items + (ptrdiff_t)i * step,
                       any ? (const void *)&x : &small, size);
            }
            int64_t before[2 * COUNT];
            memcpy(before, items, sizeof items);
            char *const to = in_place ? (char *)items : (char *)squares;
            const size_t fitting =
                nx_square(type, (const char *)items, step, to, step, n, false);
            for (size_t i = n; i-- > 0;) {
                uint64_t square;
                const ptrdiff_t at = (ptrdiff_t)i * step;
                if (!slow_square(type, load((char *)before + at, type), &square)) {
                    first = i;
                }
                else {
                    CHECK(fitting < n || memcmp(to + at, &square, size) == 0);
                }
            }
            CHECK_INT(fitting, first);
        }
    }
}

static void
test_limits_of_integers(void)
{
    const int8_t bytes[4] = {11, -11, 12, -128};
    const int64_t longs[4] = {INT64_C(3037000499), -INT64_C(3037000499),
                              -INT64_C(3037000500), INT64_MIN};
    const uint64_t unsigneds[2] = {UINT32_MAX, (uint64_t)UINT32_MAX + 1};
    char to[8];
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(nx_square(NX_ITEM_INT8, (const char *)&bytes[i], 1, to, 1, 1, false),
                  i < 2);
        CHECK_INT(nx_square(NX_ITEM_INT64, (const char *)&longs[i], 8, to, 8, 1, false),
                  i < 2);
    }
    for (size_t i = 0; i < 2; i++) {
        CHECK_INT(
            nx_square(NX_ITEM_UINT64, (const char *)&unsigneds[i], 8, to, 8, 1, false),
            i < 1);
    }
}

static void
test_floats_of_every_width_near_and_far(void)
{
    enum {
        COUNT = 100
    };
    double x[COUNT + 1], y[COUNT + 9];
    float fx[COUNT + 1], fy[COUNT + 9];
    uint16_t hx[COUNT], hy[COUNT];
    uint64_t seed = 2;
    for (size_t i = 0; i <= COUNT; i++) {
        x[i] = random_double(&seed);
        fx[i] = (float)x[i];
        hx[i % COUNT] = nx_half_of_float(fx[i]);
    }
    for (size_t n = 0; n < COUNT; n++) {
        for (int far = 0; far < 2; far++) {
            const size_t shift = n % 8;
            y[shift + n] = 77;
            fy[shift + n] = 77;
            CHECK_INT(nx_square(NX_ITEM_FLOAT64, (const char *)(x + 1), 8,
                                (char *)(y + shift), 8, n, far),
                      n);
            CHECK_INT(nx_square(NX_ITEM_FLOAT32, (const char *)(fx + 1), 4,
                                (char *)(fy + shift), 4, n, far),
                      n);
            (void)nx_square(NX_ITEM_FLOAT16, (const char *)hx, 2, (char *)hy, 2, n,
                            far);
            for (size_t i = 0; i < n; i++) {
                const float half = nx_float_of_half(hx[i]);
                CHECK_SAME(y[shift + i], x[i + 1] * x[i + 1]);
                CHECK(fy[shift + i] == fx[i + 1] * fx[i + 1]);
                CHECK_INT(hy[i], nx_half_of_float(half * half));
            }
            CHECK_SAME(y[shift + n], 77);
            CHECK(fy[shift + n] == 77);
        }
    }
    (void)nx_square(NX_ITEM_FLOAT64, (const char *)(x + COUNT), -16, (char *)y, 24, 30,
                    true);
    CHECK_SAME(y[3 * 29], x[COUNT - 58] * x[COUNT - 58]);
    (void)nx_square(NX_ITEM_FLOAT32, (const char *)fx, 0, (char *)fy, 8, 30, true);
    CHECK(fy[2 * 29] == fx[0] * fx[0]);
}

const nx_test nx_suite_square[] = {
    NX_TEST(test_integers_and_the_first_that_does_not_fit),
    NX_TEST(test_limits_of_integers),
    NX_TEST(test_floats_of_every_width_near_and_far),
    {0},
};
