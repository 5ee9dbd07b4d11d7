#include "reduce_testing.h"

#include "reduce/extremes.h"
#include "reduce/lanes.h"

static void
with_every_engine(void (*check)(void))
{
    nx_extremes_init(0);
    check();
    nx_extremes_init(nx_cpu_detect());
    check();
}

static const nx_extremes none = {INT64_MAX, INT64_MIN};

static nx_extremes
along(nx_item_type type, const void *items, size_t n)
{
    nx_extremes found = none;
    nx_extremes_in_use()->types[type].along(items, n, &found);
    return found;
}

/* Floats of every kind in their order. */
static const double ordered[] = {-INFINITY, -1e300,    -1.5, -0x1p-1074, -0.0,
                                 0.0,       0x1p-1074, 1.5,  1e300,      INFINITY};

static void
check_doubles(void)
{
    enum {
        COUNT = sizeof ordered / sizeof ordered[0]
    };
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = i; j < COUNT; j++) {
            for (size_t n = 2; n < 70; n += 7) {
                double items[70], least, most;
                for (size_t k = 0; k < n; k++) {
                    items[k] = ordered[k % 2 ? i : j];
                }
                const nx_extremes found = along(NX_ITEM_FLOAT64, items, n);
                nx_extremes_item(NX_ITEM_FLOAT64, found.least, &least);
                nx_extremes_item(NX_ITEM_FLOAT64, found.most, &most);
                CHECK_SAME(least, ordered[i]);
                CHECK_SAME(most, ordered[j]);
                CHECK(!nx_extremes_is_nan(NX_ITEM_FLOAT64, found.least));
                CHECK(!nx_extremes_is_nan(NX_ITEM_FLOAT64, found.most));
                /* One NaN of either sign is beyond all. */
                items[n / 2] = i % 2 ? (double)NAN : -(double)NAN;
                const nx_extremes with_nan = along(NX_ITEM_FLOAT64, items, n);
                CHECK(nx_extremes_is_nan(NX_ITEM_FLOAT64, with_nan.least) ||
                      nx_extremes_is_nan(NX_ITEM_FLOAT64, with_nan.most));
            }
        }
    }
}

static void
test_order_of_doubles(void)
{
    with_every_engine(check_doubles);
}

/* Items of every type against a loop over what they are as numbers. */
static void
check_types(void)
{
    enum {
        MOST = 100
    };
    uint64_t seed = 1;
    for (nx_item_type type = NX_ITEM_BOOL; type <= NX_ITEM_FLOAT64; type++) {
        const size_t size = nx_item_size(type);
        const nx_extremes_loops *const loops = &nx_extremes_in_use()->types[type];
        for (size_t n = 1; n < MOST; n++) {
            uint64_t items[MOST], least[MOST], most[MOST];
            nx_extremes wanted = none, joined = none, left = none;
            size_t nans = 0;
            for (size_t i = 0; i < n; i++) {
                items[i] = nx_test_random(&seed);
            }
            for (size_t i = 0; i < n; i++) {
                const nx_extremes one = along(type, (const char *)items + i * size, 1);
                CHECK(one.least == one.most);
                joined.least = one.least < joined.least ? one.least : joined.least;
                joined.most = one.most > joined.most ? one.most : joined.most;
                if (nx_extremes_is_nan(type, one.least)) {
                    nans++;
                    continue;
                }
                wanted.least = one.least < wanted.least ? one.least : wanted.least;
                wanted.most = one.most > wanted.most ? one.most : wanted.most;
                /* Keys give their items back. */
                uint64_t back = 0;
                nx_extremes_item(type, one.least, &back);
                CHECK(type == NX_ITEM_BOOL ||
                      memcmp(&back, (const char *)items + i * size, size) == 0);
            }
            const nx_extremes all = along(type, items, n);
            CHECK(all.least == joined.least && all.most == joined.most);
            if (loops->along_skipping != NULL) {
                CHECK_INT(loops->along_skipping(items, n, &left), n - nans);
                CHECK(left.least == wanted.least && left.most == wanted.most);
            }
            nx_extremes_begin(type, n, least, most);
            loops->across(items, n, least, most);
            for (size_t i = 0; i < n; i++) {
                const nx_extremes one = along(type, (const char *)items + i * size, 1);
                CHECK(nx_extremes_key(type, least, i) == one.least);
                CHECK(nx_extremes_key(type, most, i) == one.most);
            }
        }
    }
}

static void
test_every_type(void)
{
    with_every_engine(check_types);
}

static void
test_order_of_integers(void)
{
    const int8_t bytes[3] = {-128, 127, 0};
    const uint64_t longs[3] = {UINT64_MAX, 0, UINT64_C(1) << 63};
    const uint16_t halves[3] = {0x3C00, 0xBC00, 0x0001}; /* 1, -1, 2^-24 */
    uint64_t item = 0;
    nx_extremes_item(NX_ITEM_INT8, along(NX_ITEM_INT8, bytes, 3).least, &item);
    CHECK_INT((int8_t)item, -128);
    nx_extremes_item(NX_ITEM_UINT64, along(NX_ITEM_UINT64, longs, 3).most, &item);
    CHECK(item == UINT64_MAX);
    nx_extremes_item(NX_ITEM_UINT64, along(NX_ITEM_UINT64, longs, 3).least, &item);
    CHECK(item == 0);
    uint16_t half;
    nx_extremes_item(NX_ITEM_FLOAT16, along(NX_ITEM_FLOAT16, halves, 3).least, &half);
    CHECK_INT(half, 0xBC00);
    nx_extremes_item(NX_ITEM_FLOAT16, along(NX_ITEM_FLOAT16, halves, 3).most, &half);
    CHECK_INT(half, 0x3C00);
}

static void
test_nan_has_one_form(void)
{
    const float nans[2] = {-NAN, NAN};
    float item;
    uint32_t bits;
    nx_extremes_item(NX_ITEM_FLOAT32, along(NX_ITEM_FLOAT32, nans, 2).least, &item);
    memcpy(&bits, &item, sizeof bits);
    CHECK_INT(bits, 0x7FC00000);
    CHECK(nx_extremes_is_nan(NX_ITEM_TIME, INT64_MIN));
    CHECK(!nx_extremes_is_nan(NX_ITEM_INT64, INT64_MIN));
    CHECK(!nx_extremes_is_nan(NX_ITEM_UINT64, INT64_MIN));
}

const nx_test nx_suite_extremes[] = {
    NX_TEST(test_order_of_doubles),
    NX_TEST(test_every_type),
    NX_TEST(test_order_of_integers),
    NX_TEST(test_nan_has_one_form),
    {0},
};
