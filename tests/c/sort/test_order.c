#include "harness.h"

#include "base/alloc.h"
#include "sort/order.h"

/* Lengths at which one way ends and another begins, and around powers of two. */
static const size_t lengths[] = {0,   1,   2,   3,    11,   12,   13,   23,   24,
                                 25,  48,  63,  64,   65,   100,  127,  128,  129,
                                 255, 256, 257, 1000, 2047, 2048, 2049, 5000, 20000};

enum {
    LENGTHS = sizeof lengths / sizeof lengths[0],
    SHAPES = 10
};

/* Keys of one of several shapes that are hard on some way of sorting. */
static uint64_t
key_at(int shape, size_t i, size_t n, uint64_t *random)
{
    const uint64_t word = nx_test_random(random);
    switch (shape) {
        case 0:
            return word;
        case 1:
            return word % 3;
        case 2:
            return i;
        case 3:
            return n - i;
        case 4:
            return 7;
        case 5: /* organ pipe */
            return i < n / 2 ? i : n - i;
        case 6: /* digits in the middle */
            return (word & 0xFFFF) << 24;
        case 7: /* sawtooth */
            return i % 37;
        case 8: /* equal but for the lowest bits */
            return UINT64_C(0xFFFFFFFFFFFFFF00) | (word & 0xFF);
        default: /* the greatest key, and others */
            return word % 2 != 0 ? UINT64_MAX : word;
    }
}

/* `places` orders `keys`, and equal keys by place. */
static void
check_order(const uint64_t *keys, const int64_t *places, size_t n)
{
    uint8_t *seen = nx_alloc_zeroed(n, 1);
    for (size_t i = 0; i < n && nx_test_failures() == 0; i++) {
        CHECK(places[i] >= 0 && (size_t)places[i] < n && !seen[places[i]]);
        if (nx_test_failures() != 0) {
            break;
        }
        seen[places[i]] = 1;
        if (i > 0) {
            const uint64_t before = keys[places[i - 1]], key = keys[places[i]];
            CHECK(before < key || (before == key && places[i - 1] < places[i]));
        }
    }
    nx_free(seen);
}

static void
test_whole_arrays_on_any_number_of_threads(void)
{
    uint64_t random = 1;
    for (int shape = 0; shape < SHAPES; shape++) {
        for (size_t l = 0; l < LENGTHS; l++) {
            const size_t n = lengths[l];
            uint64_t *keys = nx_alloc(n, sizeof *keys);
            int64_t *order = nx_alloc(n, sizeof *order);
            for (size_t i = 0; i < n; i++) {
                keys[i] = key_at(shape, i, n, &random);
            }
            for (unsigned threads = 1; threads <= 8; threads += threads) {
                CHECK_INT(nx_order_keys(keys, n, order, threads, NULL, NULL), NX_OK);
                check_order(keys, order, n);
            }
            nx_free(keys);
            nx_free(order);
        }
    }
}

static void
test_runs_with_places_of_their_own(void)
{
    uint64_t random = 2;
    for (int shape = 0; shape < SHAPES; shape++) {
        for (size_t l = 0; l < LENGTHS; l++) {
            const size_t n = lengths[l];
            uint64_t *keys = nx_alloc(n, sizeof *keys);
            uint64_t *moved = nx_alloc(n, sizeof *moved);
            uint64_t *scratch = nx_alloc(2 * n, sizeof *scratch);
            int64_t *places = nx_alloc(n, sizeof *places);
            for (size_t i = 0; i < n; i++) {
                moved[i] = keys[i] = key_at(shape, i, n, &random);
                places[i] = (int64_t)i;
            }
            nx_order_places(moved, places, n, n <= NX_ORDER_FEW ? NULL : scratch);
            check_order(keys, places, n);
            for (size_t i = 0; i < n; i++) {
                CHECK(moved[i] == keys[places[i]]);
            }
            nx_free(keys);
            nx_free(moved);
            nx_free(scratch);
            nx_free(places);
        }
    }
}

static bool
order_many(void *context)
{
    enum {
        MANY = 5000
    };
    int64_t *order = context;
    uint64_t keys[MANY];
    for (size_t i = 0; i < MANY; i++) {
        keys[i] = i * UINT64_C(0x9E3779B97F4A7C15);
    }
    nx_error error = {0};
    const nx_status status = nx_order_keys(keys, MANY, order, 1, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    int64_t order[5000];
    nx_test_alloc_failures(order_many, order, 20);
}

const nx_test nx_suite_order[] = {
    NX_TEST(test_whole_arrays_on_any_number_of_threads),
    NX_TEST(test_runs_with_places_of_their_own),
    NX_TEST(test_allocation_failures),
    {0},
};
