#include "order_testing.h"

#include "sort/top_k.h"

static void
test_selection(void)
{
    uint64_t random = 1;
    for (size_t n = 1; n < 400; n += n < 40 ? 1 : 37) {
        for (uint64_t most = 1; most < 1000000; most *= 10) {
            uint64_t keys[400], work[400];
            for (size_t i = 0; i < n; i++) {
                keys[i] = nx_test_random(&random) % most;
            }
            for (size_t k = 0; k < n; k += 1 + n / 7) {
                memcpy(work, keys, sizeof keys);
                const uint64_t found = nx_select_key(work, n, k);
                size_t less = 0, not_more = 0;
                for (size_t i = 0; i < n; i++) {
                    less += keys[i] < found;
                    not_more += keys[i] <= found;
                }
                CHECK(less <= k && k < not_more);
            }
        }
    }
}

/* Draws the places of the next pivot as nx_select_key does, and makes the keys there,
 * if they are none yet, the least of those to come. */
static uint64_t
bad_pivot(uint64_t **keys, size_t n, uint64_t *state, uint64_t *next)
{
    uint64_t drawn[3];
    for (size_t i = 0; i < 3; i++) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t *const key = keys[(*state >> 33) % n];
        *key = *key == UINT64_MAX ? (*next)++ : *key;
        drawn[i] = *key;
    }
    const uint64_t low = drawn[0] < drawn[1] ? drawn[0] : drawn[1];
    const uint64_t high = drawn[0] < drawn[1] ? drawn[1] : drawn[0];
    return drawn[2] < low ? low : drawn[2] > high ? high : drawn[2];
}

/* Keys of which every pivot is among the least: each is looked at again and again. */
static void
test_selection_from_hostile_keys(void)
{
    enum {
        KEYS = 3000
    };
    static uint64_t keys[KEYS], *at[KEYS];
    uint64_t state = KEYS, next = 1 << 20;
    for (size_t i = 0; i < KEYS; i++) {
        keys[i] = UINT64_MAX;
        at[i] = &keys[i];
    }
    for (size_t begin = 0; KEYS - begin > 16;) {
        const uint64_t pivot = bad_pivot(at + begin, KEYS - begin, &state, &next);
        for (int equal = 0; equal < 2; equal++) {
            for (size_t i = begin; i < KEYS; i++) {
                uint64_t *const key = at[i];
                at[i] = at[begin];
                at[begin] = key;
                begin += equal ? *key == pivot : *key < pivot;
            }
        }
    }
    for (size_t i = 0; i < KEYS; i++) {
        keys[i] = keys[i] == UINT64_MAX ? next++ : keys[i];
    }
    static uint64_t work[KEYS];
    for (size_t k = KEYS / 2; k < KEYS; k += 1 + KEYS / 9) {
        memcpy(work, keys, sizeof keys);
        CHECK_INT((int64_t)nx_select_key(work, KEYS, k), (1 << 20) + (int64_t)k);
    }
}

/* The first k of the whole order, on 1, 2 and 8 threads. */
static void
check(const nx_order_column *column, size_t lanes, size_t rows, size_t k)
{
    int64_t *order = malloc(lanes * rows * sizeof *order + 1);
    int64_t *places = malloc(lanes * k * sizeof *places + 1);
    CHECK_INT(nx_order_rows(column, 1, lanes, rows, order, NULL, 1, NULL, NULL), NX_OK);
    for (unsigned threads = 1; threads <= 8; threads += threads == 1 ? 1 : 6) {
        CHECK_INT(nx_top_k_numbers(column, lanes, rows, k, places, threads, NULL, NULL),
                  NX_OK);
        for (size_t i = 0; i < lanes * k && nx_test_failures() == 0; i++) {
            CHECK_INT(places[i], order[i / k * rows + i % k]);
        }
    }
    free(order);
    free(places);
}

static void
test_first_of_the_order(void)
{
    static const size_t shapes[][3] = {
        {1, 1, 1},         {1, 10, 3},      {1, 10, 10},     {50, 20, 2},
        {3, 5000, 7},      {1, 200000, 1},  {1, 200000, 9},  {2, 70000, 99},
        {1, 200000, 3000}, {1, 9000, 9000}, {1, 9000, 2250}, {1, 5, 0},
        {0, 5, 2}};
    enum {
        MOST = 210000
    };
    double *values = malloc(MOST * sizeof *values);
    uint8_t *missing = malloc(MOST);
    for (uint64_t kind = 0; kind < 4; kind++) {
        uint64_t random = kind;
        for (size_t i = 0; i < MOST; i++) {
            const uint64_t x = nx_test_random(&random);
            values[i] = kind == 0   ? (double)(x % 50)
                        : kind == 1 ? (double)i
                        : kind == 2 ? -(double)i
                                    : (double)x;
            if (kind != 1 && x >> 40 & 1) {
                memset(&values[i], 0xFF, sizeof values[i]); /* NaN */
            }
            missing[i] = kind != 0 || (x >> 20) % 64 != 0;
        }
        const nx_sort_source source = {values, 8, NX_SORT_F64, false};
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            const size_t *shape = shapes[s];
            for (int descending = 0; descending < 2; descending++) {
                nx_order_column column = {.numbers = &source,
                                          .descending = descending != 0};
                check(&column, shape[0], shape[1], shape[2]);
                column.missing = missing;
                check(&column, shape[0], shape[1], shape[2]);
            }
        }
    }
    free(values);
    free(missing);
}

static bool
top(void *context)
{
    enum {
        ROWS = 150000,
        K = 50
    };
    int64_t places[K];
    nx_error error;
    const nx_order_column column = {.numbers = context};
    const nx_status status =
        nx_top_k_numbers(&column, 1, ROWS, K, places, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    uint32_t *values = calloc(150000, sizeof *values);
    nx_sort_source source = {values, 4, NX_SORT_U32, false};
    (void)top(&source);
    nx_test_alloc_failures(top, &source, 40);
    free(values);
}

const nx_test nx_suite_top_k[] = {
    NX_TEST(test_selection),
    NX_TEST(test_selection_from_hostile_keys),
    NX_TEST(test_first_of_the_order),
    NX_TEST(test_allocation_failures),
    {0},
};
