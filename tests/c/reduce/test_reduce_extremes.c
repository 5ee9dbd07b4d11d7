#include "reduce_testing.h"

#include "reduce/extremes.h"
#include "reduce/reduce_extremes.h"

enum {
    ROWS = 3000,
    WIDE = 5,
    ALL = ROWS * WIDE
};

static void
with_every_engine(void (*check)(void))
{
    nx_extremes_init(0);
    check();
    nx_extremes_init(nx_cpu_detect());
    check();
}

static double items[ALL];
static uint8_t flags[ALL];

static void
check_way(bool across, bool flagged, bool skip, unsigned threads)
{
    double least[ROWS], most[ROWS];
    int64_t taken[ROWS];
    nx_reduce_view view;
    nx_error error;
    view_of_doubles(&view, items, across ? WIDE : ROWS, across ? 1 : WIDE,
                    across ? ROWS : WIDE, across ? WIDE : 1);
    view.skip_nan = skip;
    view.data[NX_OF_TAKEN] = flagged ? (const char *)flags : NULL;
    view.kept[0].steps[NX_OF_TAKEN] = across ? 1 : WIDE;
    view.reduced[0].steps[NX_OF_TAKEN] = across ? WIDE : 1;
    const nx_extremes_request request = {&view, least, most, taken};
    CHECK_INT(nx_reduce_extremes(&request, threads, NULL, &error), NX_OK);
    for (size_t o = 0; o < view.outputs; o++) {
        double low = (double)INFINITY, high = -(double)INFINITY;
        int64_t count = 0;
        bool nan = false;
        for (size_t i = 0; i < view.length; i++) {
            const size_t at = across ? i * WIDE + o : o * WIDE + i;
            if ((flagged && !flags[at]) || (skip && isnan(items[at]))) {
                continue;
            }
            count++;
            nan |= isnan(items[at]);
            low = items[at] < low ? items[at] : low;
            high = items[at] > high ? items[at] : high;
        }
        nan |= count == 0;
        CHECK_INT(taken[o], count);
        CHECK_SAME(least[o], nan ? (double)NAN : low);
        CHECK_SAME(most[o], nan ? (double)NAN : high);
    }
}

static void
check_ways(void)
{
    uint64_t seed = 1;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < ALL; i++) {
            const uint64_t r = nx_test_random(&seed);
            items[i] = random_double(&seed) + 0.0; /* no -0.0: a loop takes either */
            if (r % 1000 < (round == 1 ? 1 : round == 2 ? 400 : 0)) {
                items[i] = r & 1024 ? (double)NAN : -(double)NAN;
            }
            flags[i] = r >> 20 & 3 ? (uint8_t)(r >> 30 | 1) : 0;
        }
        for (int way = 0; way < 8; way++) {
            check_way(way & 1, way & 2, way & 4, 1);
            check_way(way & 1, way & 2, way & 4, 3);
        }
    }
}

static void
test_extremes_of_doubles(void)
{
    with_every_engine(check_ways);
}

static void
test_zeros_have_an_order(void)
{
    const double x[4] = {0.0, -0.0, 0.0, -0.0};
    double least, most;
    nx_reduce_view view;
    nx_error error;
    view_of_doubles(&view, x, 1, 1, 4, 1);
    const nx_extremes_request request = {.view = &view, .least = &least, .most = &most};
    CHECK_INT(nx_reduce_extremes(&request, 1, NULL, &error), NX_OK);
    CHECK_SAME(least, -0.0);
    CHECK_SAME(most, 0.0);
}

/* Any order of bytes, and pieces on several threads. */
static void
check_times(void)
{
    enum {
        LENGTH = 300000
    };
    int64_t *const x = malloc(LENGTH * sizeof *x);
    uint64_t seed = 2;
    for (size_t i = 0; i < LENGTH; i++) {
        x[i] = (int64_t)nx_test_random(&seed) >> 8;
    }
    x[LENGTH - 7] = INT64_MAX;
    x[LENGTH / 2] = INT64_MIN;
    for (int skip = 0; skip < 2; skip++) {
        for (unsigned threads = 1; threads <= 4; threads += 3) {
            int64_t least, most, taken;
            nx_error error;
            nx_reduce_view view;
            view_of_doubles(&view, (const double *)(const void *)x, 1, 1, LENGTH, 1);
            view.type = NX_ITEM_TIME;
            view.skip_nan = skip;
            const nx_extremes_request request = {&view, &least, &most, &taken};
            CHECK_INT(nx_reduce_extremes(&request, threads, NULL, &error), NX_OK);
            CHECK(most == (skip ? INT64_MAX : INT64_MIN));
            CHECK((least == INT64_MIN) == !skip);
            CHECK_INT(taken, LENGTH - skip);
        }
    }
    free(x);
}

static void
test_times(void)
{
    with_every_engine(check_times);
}

static bool
reduce_with_failures(void *context)
{
    static double wide[600 * 2000];
    static double least[600];
    nx_reduce_view view;
    nx_error error;
    (void)context;
    view_of_doubles(&view, wide, 600, 1, 2000, 600);
    const nx_extremes_request request = {.view = &view, .least = least};
    const nx_status status = nx_reduce_extremes(&request, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_no_memory(void)
{
    CHECK(reduce_with_failures(NULL));
    nx_test_alloc_failures(reduce_with_failures, NULL, 40);
}

const nx_test nx_suite_reduce_extremes[] = {
    NX_TEST(test_extremes_of_doubles),
    NX_TEST(test_zeros_have_an_order),
    NX_TEST(test_times),
    NX_TEST(test_no_memory),
    {0},
};
