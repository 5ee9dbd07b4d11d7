#include "reduce_testing.h"

#include <fenv.h>

#include "base/alloc.h"
#include "reduce/reduce_sums.h"
#include "thread/pool.h"

enum {
    LENGTH = 400000,
    WIDE = 10
};

static double *items;

static void
count_done(void *context, size_t output, size_t count)
{
    (void)output;
    atomic_fetch_add((atomic_size_t *)context, count);
}

/* Sums along either axis of an array; the outputs that were said to be done. */
static size_t
sum_all(bool across, unsigned threads, double *sums, int64_t *taken, int *flags)
{
    nx_reduce_view view;
    nx_error error;
    atomic_size_t done;
    const size_t length = across ? LENGTH / WIDE : LENGTH;
    const size_t outputs = across ? WIDE : 1;
    atomic_init(&done, 0);
    view_of_doubles(&view, items, outputs, 1, length, across ? WIDE : 1);
    view.skip_nan = taken != NULL;
    const nx_sums_request request = {
        .view = &view,
        .terms = {2, {NX_TERM_ITEM, NX_TERM_SQUARE}, NULL},
        .sums = sums,
        .taken = taken,
        .done = count_done,
        .context = &done,
    };
    CHECK_INT(nx_sums(&request, threads, NULL, flags, &error), NX_OK);
    return atomic_load(&done);
}

static void
check_threads(void)
{
    items = random_doubles(LENGTH, 1);
    for (int way = 0; way < 4; way++) {
        double first[2 * WIDE] = {0}, sums[2 * WIDE] = {0};
        int64_t taken[WIDE];
        int flags = 0;
        const bool across = way & 1;
        items[LENGTH / 2] = way & 2 ? (double)NAN : 1.0;
        for (unsigned threads = 1; threads <= 8; threads++) {
            double *const to = threads == 1 ? first : sums;
            CHECK_INT(sum_all(across, threads, to, way & 2 ? taken : NULL, &flags),
                      across ? WIDE : 1);
            CHECK(threads == 1 || memcmp(first, sums, sizeof sums) == 0);
            CHECK(!(way & 2) || taken[0] == (across ? LENGTH / WIDE : LENGTH) - 1);
        }
        if (way == 0) {
            CHECK_SAME(first[0], slow_sum(items, LENGTH));
        }
        CHECK_INT(flags & (FE_INVALID | FE_OVERFLOW), 0);
    }
    /* Flags of any thread are told. */
    int flags = 0;
    double sums[2 * WIDE];
    items[LENGTH / 3] = 1e200;
    (void)sum_all(false, 4, sums, NULL, &flags);
    CHECK((flags & FE_OVERFLOW) != 0);
    CHECK_INT(flags & FE_INVALID, 0);
    free(items);
}

static void
test_threads_give_the_same_bits(void)
{
    with_every_lanes(check_threads);
}

static bool
sum_with_failures(void *context)
{
    nx_reduce_view view;
    nx_error error;
    double sum = -1;
    int64_t taken;
    int flags = 0;
    view_of_doubles(&view, context, 1, 1, LENGTH, 1);
    const nx_sums_request request = {.view = &view,
                                     .terms = {1, {NX_TERM_ITEM}, NULL},
                                     .sums = &sum,
                                     .taken = &taken};
    const nx_status status = nx_sums(&request, 2, NULL, &flags, &error);
    if (status != NX_OK) {
        CHECK_INT(status, NX_ERR_MEMORY);
        CHECK_STR(error.msg, "no memory for partial sums");
        return false;
    }
    CHECK_SAME(sum, slow_sum(context, LENGTH));
    CHECK_INT(taken, LENGTH);
    return true;
}

static void
test_no_memory(void)
{
    double *const x = random_doubles(LENGTH, 2);
    CHECK(sum_with_failures(x)); /* makes the threads */
    nx_test_alloc_failures(sum_with_failures, x, 20);
    free(x);
}

static bool
say_no(void *context)
{
    (void)context;
    return false;
}

static void
test_a_sum_is_cancelled(void)
{
    enum {
        LONG = 1 << 27
    };
    static const double one = 1;
    nx_reduce_view view;
    nx_error error;
    nx_cancel cancel;
    double sum;
    int flags = 0;
    atomic_init(&cancel.requested, false);
    const nx_wait wait = {.poll = say_no, .interval_ms = 1, .cancel = &cancel};
    view_of_doubles(&view, &one, 1, 1, LONG, 0);
    const nx_sums_request request = {
        .view = &view, .terms = {1, {NX_TERM_ITEM}, NULL}, .sums = &sum};
    CHECK_INT(nx_sums(&request, 2, &wait, &flags, &error), NX_ERR_CANCELLED);
    CHECK_INT(nx_sums(&request, 2, NULL, &flags, &error), NX_OK);
    CHECK_SAME(sum, LONG);
}

const nx_test nx_suite_reduce_sums[] = {
    NX_TEST(test_threads_give_the_same_bits),
    NX_TEST(test_no_memory),
    NX_TEST(test_a_sum_is_cancelled),
    {0},
};
