#include "harness.h"

#include <math.h>

#include "base/alloc.h"
#include "sort/sort_key.h"

static uint64_t
key_at(const nx_sort_source *source, size_t place, bool descending)
{
    uint64_t key;
    nx_sort_keys(source, place, 1, descending, &key);
    return key;
}

/* Values in ascending order, those from `last` on being what comes last: keys ascend,
 * or fall, and those of the last are the greatest. Pairs named in `equal` by their
 * second place have one key. */
static void
check_ascending(nx_sort_kind kind, const void *values, size_t n, size_t last,
                size_t equal)
{
    const size_t size = nx_sort_kind_size(kind);
    const nx_sort_source source = {values, (ptrdiff_t)size, kind, false};
    const uint64_t top = size == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
    for (size_t i = 0; i < n; i++) {
        const uint64_t up = key_at(&source, i, false), down = key_at(&source, i, true);
        CHECK(up <= top && down <= top);
        if (i >= last) {
            CHECK(up == top && down == top);
        }
        else if (i > 0) {
            const uint64_t up_before = key_at(&source, i - 1, false);
            const uint64_t down_before = key_at(&source, i - 1, true);
            CHECK(i == equal ? up_before == up : up_before < up);
            CHECK(i == equal ? down_before == down : down_before > down);
        }
        if (i < last && nx_sort_kind_has_last(kind)) {
            CHECK(up < top && down < top);
        }
    }
}

#define ASCENDING(kind, type, ...)                         \
    do {                                                   \
        static const type values[] = {__VA_ARGS__};        \
        const size_t n = sizeof values / sizeof values[0]; \
        check_ascending(kind, values, n, n, n);            \
    } while (0)

static void
test_integers(void)
{
    ASCENDING(NX_SORT_U8, uint8_t, 0, 1, 127, 128, 255);
    ASCENDING(NX_SORT_I8, int8_t, -128, -127, -1, 0, 1, 127);
    ASCENDING(NX_SORT_U16, uint16_t, 0, 1, 255, 256, UINT16_MAX);
    ASCENDING(NX_SORT_I16, int16_t, INT16_MIN, -256, -1, 0, 1, INT16_MAX);
    ASCENDING(NX_SORT_U32, uint32_t, 0, 1, 65536, UINT32_MAX);
    ASCENDING(NX_SORT_I32, int32_t, INT32_MIN, -65536, -1, 0, 1, INT32_MAX);
    ASCENDING(NX_SORT_U64, uint64_t, 0, 1, UINT64_C(1) << 32, UINT64_MAX);
    ASCENDING(NX_SORT_I64, int64_t, INT64_MIN, -1, 0, 1, INT64_MAX);
}

static void
test_floats_and_times(void)
{
    static const double doubles[] = {-INFINITY, -1e300, -1.0,  -5e-324,  -0.0, 0.0,
                                     5e-324,    1.0,    1e300, INFINITY, NAN,  -NAN};
    check_ascending(NX_SORT_F64, doubles, 12, 10, 5);
    static const float floats[] = {-INFINITY, -1e30f, -1.0f, -1e-45f,  -0.0f, 0.0f,
                                   1e-45f,    1.0f,   1e30f, INFINITY, NAN,   -NAN};
    check_ascending(NX_SORT_F32, floats, 12, 10, 5);
    static const uint16_t halves[] = {0xFC00, 0xBC00, 0x8001, 0x8000, 0x0000,
                                      0x0001, 0x3C00, 0x7C00, 0x7C01, 0xFFFF};
    check_ascending(NX_SORT_F16, halves, 10, 8, 4);
    static const int64_t times[] = {INT64_MIN + 1, -1, 0, 1, INT64_MAX, INT64_MIN};
    check_ascending(NX_SORT_TIME, times, 6, 5, 6);
}

static void
test_steps_byte_orders_and_alignment(void)
{
    enum {
        N = 37
    };
    uint64_t random = 3, keys[N], expected[N];
    for (int kind = NX_SORT_U8; kind <= NX_SORT_TIME; kind++) {
        const size_t size = nx_sort_kind_size((nx_sort_kind)kind);
        uint8_t *plain = nx_alloc(N, size), *apart = nx_alloc(N, size + 3);
        for (size_t i = 0; i < N; i++) {
            for (size_t b = 0; b < size; b++) {
                const uint8_t byte = (uint8_t)nx_test_random(&random);
                plain[i * size + b] = byte;
                /* Backwards, swapped, and at odd addresses. */
                apart[(N - 1 - i) * (size + 3) + (size - 1 - b)] = byte;
            }
        }
        const nx_sort_source one = {plain, (ptrdiff_t)size, (nx_sort_kind)kind, false};
        const nx_sort_source other = {apart + (N - 1) * (size + 3),
                                      -(ptrdiff_t)(size + 3), (nx_sort_kind)kind, true};
        for (int descending = 0; descending < 2; descending++) {
            nx_sort_keys(&one, 0, N, descending, expected);
            nx_sort_keys(&other, 0, 5, descending, keys);
            nx_sort_keys(&other, 5, N - 5, descending, keys + 5);
            CHECK(memcmp(keys, expected, sizeof keys) == 0);
        }
        const nx_sort_source same = {plain, 0, (nx_sort_kind)kind, false};
        nx_sort_keys(&same, 0, N, false, keys);
        CHECK(keys[0] == keys[N - 1]);
        nx_free(plain);
        nx_free(apart);
    }
}

const nx_test nx_suite_sort_key[] = {
    NX_TEST(test_integers),
    NX_TEST(test_floats_and_times),
    NX_TEST(test_steps_byte_orders_and_alignment),
    {0},
};
