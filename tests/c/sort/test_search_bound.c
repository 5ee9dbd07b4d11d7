#include "harness.h"

#include <math.h>

#include "sort/search_bound.h"

/* A value of one kind, in the bytes of an array. */
static void
put(nx_sort_kind kind, double value, uint64_t integer, uint8_t *to)
{
    const float single = (float)value;
    switch (kind) {
        case NX_SORT_F64:
            memcpy(to, &value, 8);
            break;
        case NX_SORT_F32:
            memcpy(to, &single, 4);
            break;
        default: {
            const uint8_t one = (uint8_t)integer;
            const uint16_t two = (uint16_t)integer;
            const uint32_t four = (uint32_t)integer;
            const size_t size = nx_sort_kind_size(kind);
            memcpy(to,
                   size == 1   ? (const void *)&one
                   : size == 2 ? (const void *)&two
                   : size == 4 ? (const void *)&four
                               : (const void *)&integer,
                   size);
        }
    }
}

static uint64_t
key_of(nx_sort_kind kind, double value, uint64_t integer)
{
    uint8_t bytes[8];
    uint64_t key;
    put(kind, value, integer, bytes);
    const nx_sort_source source = {bytes, 8, kind, false};
    nx_sort_keys(&source, 0, 1, false, &key);
    return key;
}

#define TWO53 9007199254740992.0
#define TWO63 9223372036854775808.0
#define NONE  UINT64_MAX /* as a bound of these cases: there is none */

typedef struct bound_case {
    nx_sort_kind kind, needle_kind;
    double value;     /* of the needle, if it is a float */
    uint64_t integer; /* if not */
    uint64_t left, right;
} bound_case;

static void
check_case(const bound_case *c)
{
    uint8_t bytes[8];
    put(c->needle_kind, c->value, c->integer, bytes);
    const nx_sort_source needle = {bytes, 8, c->needle_kind, false};
    for (int right = 0; right < 2; right++) {
        const uint64_t expected = right ? c->right : c->left;
        /* The greatest key of 64 bits is NaN, which there is. */
        const bool is_nan = c->kind == NX_SORT_F64 && isnan(c->value);
        const bool none = expected == NONE && !(is_nan && !right) &&
                          !(c->integer == INT64_MAX && !right);
        uint64_t bound;
        uint8_t beyond;
        nx_search_bounds(c->kind, &needle, 0, 1, right != 0, &bound, &beyond);
        if (beyond != none || (!none && bound != expected)) {
            nx_test_fail(__FILE__, __LINE__,
                         "%g or %" PRIx64 " among %d, right %d: %" PRIx64 " beyond %d",
                         c->value, c->integer, (int)c->kind, right, bound, beyond);
        }
    }
}

static void
test_numbers_among_integers(void)
{
    const double inf = (double)INFINITY, nan = (double)NAN;
    const bound_case cases[] = {
        {NX_SORT_I8, NX_SORT_F64, 3.5, 0, key_of(NX_SORT_I8, 0, 4), 0x84},
        {NX_SORT_I8, NX_SORT_F64, -3.5, 0, key_of(NX_SORT_I8, 0, (uint64_t)-3), 0x7D},
        {NX_SORT_I8, NX_SORT_F64, -3.0, 0, 0x7D, 0x7E},
        {NX_SORT_I8, NX_SORT_F64, -0.5, 0, 0x80, 0x80},
        {NX_SORT_I8, NX_SORT_F64, 127.0, 0, 0xFF, 0x100},
        {NX_SORT_I8, NX_SORT_F64, 127.5, 0, NONE, NONE},
        {NX_SORT_I8, NX_SORT_F64, -128.5, 0, 0, 0},
        {NX_SORT_I8, NX_SORT_F64, -1e300, 0, 0, 0},
        {NX_SORT_I8, NX_SORT_F64, nan, 0, NONE, NONE},
        {NX_SORT_I8, NX_SORT_I64, 0, (uint64_t)-129, 0, 0},
        {NX_SORT_I8, NX_SORT_U64, 0, 128, NONE, NONE},
        {NX_SORT_U8, NX_SORT_I16, 0, (uint64_t)-1, 0, 0},
        {NX_SORT_U8, NX_SORT_F32, -0.0, 0, 0, 1},
        {NX_SORT_U8, NX_SORT_I16, 0, 255, 255, 256},
        {NX_SORT_U8, NX_SORT_I16, 0, 256, NONE, NONE},
        {NX_SORT_I64, NX_SORT_U64, 0, UINT64_MAX, NONE, NONE},
        {NX_SORT_I64, NX_SORT_U64, 0, INT64_MAX, UINT64_MAX, NONE},
        {NX_SORT_I64, NX_SORT_F64, TWO63, 0, NONE, NONE},
        {NX_SORT_I64, NX_SORT_F64, -TWO63, 0, 0, 1},
        {NX_SORT_I64, NX_SORT_F64, -inf, 0, 0, 0},
        {NX_SORT_U64, NX_SORT_F64, TWO63, 0, UINT64_C(1) << 63,
         (UINT64_C(1) << 63) + 1},
        {NX_SORT_U64, NX_SORT_F64, 2 * TWO63, 0, NONE, NONE},
        {NX_SORT_U64, NX_SORT_I64, 0, (uint64_t)INT64_MIN, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(&cases[i]);
    }
}

static void
test_numbers_among_floats(void)
{
    const double inf = (double)INFINITY, nan = (double)NAN;
    const bound_case cases[] = {
        {NX_SORT_F64, NX_SORT_I64, 0, 9007199254740993,
         key_of(NX_SORT_F64, TWO53 + 2, 0), key_of(NX_SORT_F64, TWO53 + 2, 0)},
        {NX_SORT_F64, NX_SORT_I64, 0, (uint64_t)-9007199254740993,
         key_of(NX_SORT_F64, -TWO53, 0), key_of(NX_SORT_F64, -TWO53, 0)},
        {NX_SORT_F64, NX_SORT_I64, 0, 5, key_of(NX_SORT_F64, 5, 0),
         key_of(NX_SORT_F64, 5, 0) + 1},
        {NX_SORT_F64, NX_SORT_U64, 0, UINT64_MAX, key_of(NX_SORT_F64, 2 * TWO63, 0),
         key_of(NX_SORT_F64, 2 * TWO63, 0)},
        {NX_SORT_F64, NX_SORT_I64, 0, INT64_MAX, key_of(NX_SORT_F64, TWO63, 0),
         key_of(NX_SORT_F64, TWO63, 0)},
        {NX_SORT_F64, NX_SORT_I64, 0, (uint64_t)INT64_MIN,
         key_of(NX_SORT_F64, -TWO63, 0), key_of(NX_SORT_F64, -TWO63, 0) + 1},
        {NX_SORT_F64, NX_SORT_F32, nan, 0, UINT64_MAX, NONE},
        {NX_SORT_F32, NX_SORT_F64, nan, 0, UINT32_MAX, UINT64_C(1) << 32},
        {NX_SORT_F32, NX_SORT_F64, 0.1, 0, key_of(NX_SORT_F32, 0.1F, 0),
         key_of(NX_SORT_F32, 0.1F, 0)},
        {NX_SORT_F32, NX_SORT_F64, -0.1, 0, key_of(NX_SORT_F32, -0.1F, 0) + 1,
         key_of(NX_SORT_F32, -0.1F, 0) + 1},
        {NX_SORT_F32, NX_SORT_F64, 1e300, 0, key_of(NX_SORT_F32, inf, 0),
         key_of(NX_SORT_F32, inf, 0)},
        {NX_SORT_F32, NX_SORT_F64, -1e300, 0, key_of(NX_SORT_F32, -inf, 0) + 1,
         key_of(NX_SORT_F32, -inf, 0) + 1},
        {NX_SORT_F32, NX_SORT_F64, inf, 0, key_of(NX_SORT_F32, inf, 0),
         key_of(NX_SORT_F32, inf, 0) + 1},
        {NX_SORT_F32, NX_SORT_I32, 0, 16777217, key_of(NX_SORT_F32, 16777218.0, 0),
         key_of(NX_SORT_F32, 16777218.0, 0)},
        {NX_SORT_F16, NX_SORT_F64, 1.0, 0, 0x8000 + 0x3C00, 0x8000 + 0x3C01},
        {NX_SORT_F16, NX_SORT_F64, 1.0001, 0, 0x8000 + 0x3C01, 0x8000 + 0x3C01},
        {NX_SORT_F16, NX_SORT_F64, -1.0001, 0, 0x8000 - 0x3C00, 0x8000 - 0x3C00},
        {NX_SORT_F16, NX_SORT_F64, 65505.0, 0, 0x8000 + 0x7C00, 0x8000 + 0x7C00},
        {NX_SORT_F16, NX_SORT_F64, -1e9, 0, 0x8000 - 0x7BFF, 0x8000 - 0x7BFF},
        {NX_SORT_F16, NX_SORT_I64, 0, (uint64_t)-1, 0x8000 - 0x3C00, 0x8000 - 0x3BFF},
        {NX_SORT_F16, NX_SORT_F64, nan, 0, 0xFFFF, 0x10000},
        {NX_SORT_F16, NX_SORT_F64, -0.0, 0, 0x8000, 0x8001}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(&cases[i]);
    }
}

static void
test_swapped_needles(void)
{
    static const uint8_t bytes[] = {0xFF, 0xFE, 0x01, 0x02};
    const nx_sort_source needles = {bytes, 2, NX_SORT_I16, true};
    const uint16_t one = 1;
    uint8_t lowest;
    memcpy(&lowest, &one, 1);
    const bool little = lowest == 1;
    uint64_t bounds[2];
    uint8_t beyond[2];
    nx_search_bounds(NX_SORT_I32, &needles, 0, 2, false, bounds, beyond);
    CHECK(bounds[0] == (little ? 0x80000000 - 2 : 0x80000000 - 0x101));
    CHECK(bounds[1] == (little ? 0x80000102 : 0x80000201));
}

const nx_test nx_suite_search_bound[] = {
    NX_TEST(test_numbers_among_integers),
    NX_TEST(test_numbers_among_floats),
    NX_TEST(test_swapped_needles),
    {0},
};
