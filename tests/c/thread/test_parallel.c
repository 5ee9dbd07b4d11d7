#include "harness.h"

#include "base/alloc.h"
#include "thread/parallel.h"
#include "thread/pool.h"
#include "thread_testing.h"

enum {
    MAX_ITEMS = 1000,
    MAX_WORKERS = 8
};

/* What the bodies of this file share; each test uses the part it needs. */
typedef struct {
    atomic_int runs[MAX_ITEMS];     /* how often each item ran */
    atomic_int inside[MAX_WORKERS]; /* bodies inside, by worker number */
    atomic_int total;
    atomic_int misuse; /* broken promises seen from inside a body */
    unsigned threads;
    const size_t *failing; /* items that fail, ended by SIZE_MAX */
    nx_cancel *cancel;     /* set by item `cancel_at` */
    size_t cancel_at;
} shared;

static nx_status
count_item(void *context, size_t item, unsigned worker, nx_error *error)
{
    shared *s = context;
    (void)error;
    atomic_fetch_add(&s->total, 1);
    atomic_fetch_add(&s->runs[item], 1);
    if (worker >= s->threads || atomic_fetch_add(&s->inside[worker], 1) != 0) {
        atomic_fetch_add(&s->misuse, 1);
        return NX_OK;
    }
    atomic_fetch_sub(&s->inside[worker], 1);
    return NX_OK;
}

static void
test_every_item_runs_once(void)
{
    static const size_t counts[] = {0, 1, 2, 7, 8, 9, MAX_ITEMS};
    for (unsigned threads = 0; threads <= MAX_WORKERS; threads++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            shared s = {.threads = threads == 0 ? 1 : threads};
            CHECK_INT(nx_parallel_for(counts[c], threads, count_item, &s, NULL, NULL),
                      NX_OK);
            CHECK_INT(s.total, counts[c]);
            CHECK_INT(s.misuse, 0);
            for (size_t i = 0; i < MAX_ITEMS; i++) {
                CHECK_INT(s.runs[i], i < counts[c]);
            }
        }
    }
}

static void
test_one_thread_or_one_item_needs_no_pool(void)
{
    nx_pool_shutdown();
    shared s = {.threads = 8};
    CHECK_INT(nx_parallel_for(100, 1, count_item, &s, NULL, NULL), NX_OK);
    CHECK_INT(nx_parallel_for(100, 0, count_item, &s, NULL, NULL), NX_OK);
    CHECK_INT(nx_parallel_for(1, 8, count_item, &s, NULL, NULL), NX_OK);
    CHECK_INT(nx_parallel_for(0, 8, count_item, &s, NULL, NULL), NX_OK);
    CHECK_INT(nx_pool_size(), 0);
    CHECK_INT(nx_parallel_for(3, 8, count_item, &s, NULL, NULL), NX_OK);
    CHECK_INT(nx_pool_size(), 2);
}

static nx_status
check_order(void *context, size_t item, unsigned worker, nx_error *error)
{
    size_t *expected = context;
    (void)worker;
    if (item != *expected) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0, "item %zu", item);
    }
    ++*expected;
    return NX_OK;
}

static void
test_serial_loop_goes_in_order(void)
{
    size_t expected = 0;
    CHECK_INT(nx_parallel_for(500, 1, check_order, &expected, NULL, NULL), NX_OK);
    CHECK_INT(expected, 500);
}

/* ---- Errors ---- */

static nx_status
fail_some(void *context, size_t item, unsigned worker, nx_error *error)
{
    shared *s = context;
    (void)count_item(context, item, worker, error);
    for (const size_t *failing = s->failing; *failing != SIZE_MAX; failing++) {
        if (item == *failing) {
            /* The earlier the item, the later it fails. */
            pause_ms(item < 100 ? 5 : 0);
            (void)nx_error_set(error, NX_ERR_VALUE, 300 + (int)item, "item %zu", item);
            error->record = item;
            return NX_ERR_VALUE;
        }
    }
    return NX_OK;
}

static void
test_smallest_failing_item_wins(void)
{
    static const size_t failing[] = {150, 52, 51, 101, 99, SIZE_MAX};
    for (int round = 0; round < 30; round++) {
        const unsigned threads = 1 + (unsigned)round % MAX_WORKERS;
        shared s = {.threads = threads, .failing = failing};
        nx_error error = {0};
        CHECK_INT(nx_parallel_for(MAX_ITEMS, threads, fail_some, &s, NULL, &error),
                  NX_ERR_VALUE);
        CHECK_INT(error.status, NX_ERR_VALUE);
        CHECK_INT(error.code, 351);
        CHECK_INT(error.record, 51);
        CHECK_STR(error.msg, "item 51");
        for (size_t i = 0; i <= 51; i++) {
            CHECK_INT(s.runs[i], 1);
        }
        if (threads == 1) {
            CHECK_INT(s.total, 52);
        }
    }
}

static nx_status
fail_at_three(void *context, size_t item, unsigned worker, nx_error *error)
{
    (void)count_item(context, item, worker, error);
    if (item == 3) {
        return nx_error_set(error, NX_ERR_VALUE, 0, "three");
    }
    pause_ms(1);
    return NX_OK;
}

static void
test_items_after_a_failure_are_not_started(void)
{
    shared s = {.threads = 4};
    CHECK_INT(nx_parallel_for(MAX_ITEMS, 4, fail_at_three, &s, NULL, NULL),
              NX_ERR_VALUE);
    for (size_t i = 0; i <= 3; i++) {
        CHECK_INT(s.runs[i], 1);
    }
    CHECK(s.total < MAX_ITEMS); /* those that had begun, and no more */
}

static nx_status
fail_silently(void *context, size_t item, unsigned worker, nx_error *error)
{
    (void)context, (void)worker, (void)error;
    return item == 2 ? NX_ERR_MEMORY : NX_OK;
}

static void
test_unfilled_error_gets_the_name_of_its_status(void)
{
    nx_error error = {0};
    CHECK_INT(nx_parallel_for(10, 2, fail_silently, NULL, NULL, &error), NX_ERR_MEMORY);
    CHECK_INT(error.status, NX_ERR_MEMORY);
    CHECK_STR(error.msg, "memory");
    CHECK_INT(nx_parallel_for(10, 2, fail_silently, NULL, NULL, NULL), NX_ERR_MEMORY);
}

static void
test_success_leaves_the_error_record_alone(void)
{
    nx_error error;
    memset(&error, 0x5A, sizeof error);
    const nx_error before = error;
    shared s = {.threads = 2};
    CHECK_INT(nx_parallel_for(10, 2, count_item, &s, NULL, &error), NX_OK);
    CHECK(memcmp(&error, &before, sizeof error) == 0);
}

/* ---- Cancelling and polling ---- */

static nx_status
cancel_at_item(void *context, size_t item, unsigned worker, nx_error *error)
{
    shared *s = context;
    (void)count_item(context, item, worker, error);
    if (item == s->cancel_at) {
        atomic_store(&s->cancel->requested, true);
    }
    return NX_OK;
}

static void
test_cancel_token_stops_the_loop(void)
{
    for (unsigned threads = 1; threads <= MAX_WORKERS; threads *= 2) {
        nx_cancel cancel = {false};
        const nx_wait wait = {.cancel = &cancel};
        shared s = {.threads = threads, .cancel = &cancel, .cancel_at = 20};
        nx_error error = {0};
        CHECK_INT(
            nx_parallel_for(MAX_ITEMS, threads, cancel_at_item, &s, &wait, &error),
            NX_ERR_CANCELLED);
        CHECK_INT(error.status, NX_ERR_CANCELLED);
        CHECK(nx_wait_cancelled(&wait));
        if (threads == 1) {
            CHECK_INT(s.total, 21);
        }
    }
    CHECK(!nx_wait_cancelled(NULL));
    CHECK(!nx_wait_cancelled(&(nx_wait){0}));
}

static void
test_token_set_beforehand_runs_nothing(void)
{
    nx_cancel cancel = {true};
    const nx_wait wait = {.cancel = &cancel};
    shared s = {.threads = 4};
    CHECK_INT(nx_parallel_for(100, 4, count_item, &s, &wait, NULL), NX_ERR_CANCELLED);
    CHECK_INT(nx_parallel_for(0, 4, count_item, &s, &wait, NULL), NX_ERR_CANCELLED);
    CHECK_INT(s.total, 0);
}

static nx_thread_result NX_THREAD_CALL
cancel_soon(void *context)
{
    nx_cancel *cancel = context;
    pause_ms(20);
    atomic_store(&cancel->requested, true);
    return 0;
}

static nx_status
run_until_cancelled(void *context, size_t item, unsigned worker, nx_error *error)
{
    const nx_wait *wait = context;
    (void)item, (void)worker;
    while (!nx_wait_cancelled(wait)) {
        pause_ms(1);
    }
    return nx_error_set(error, NX_ERR_VALUE, 0, "cancelled wins over this");
}

static void
test_another_thread_cancels(void)
{
    for (unsigned threads = 1; threads <= 4; threads++) {
        nx_cancel cancel = {false};
        const nx_wait wait = {.cancel = &cancel};
        nx_thread other;
        CHECK(nx_thread_create(&other, cancel_soon, &cancel, (size_t)1 << 20));
        CHECK_INT(nx_parallel_for(MAX_ITEMS, threads, run_until_cancelled,
                                  (void *)&wait, &wait, NULL),
                  NX_ERR_CANCELLED);
        nx_thread_join(other);
    }
}

typedef struct {
    int calls;
    int allowed; /* polls that say go on */
    bool on_worker;
    uint64_t last_ms;
    uint64_t shortest_gap;
    nx_progress *progress;
    uint64_t last_done;
    bool went_back;
} poll_log;

static bool
logging_poll(void *context)
{
    poll_log *log = context;
    const uint64_t now = nx_clock_ms();
    if (log->calls > 0 && now - log->last_ms < log->shortest_gap) {
        log->shortest_gap = now - log->last_ms;
    }
    log->last_ms = now;
    log->on_worker = log->on_worker || nx_pool_is_worker();
    if (log->progress != NULL) {
        const uint64_t done = atomic_load(&log->progress->done);
        log->went_back = log->went_back || done < log->last_done;
        log->last_done = done;
    }
    return ++log->calls <= log->allowed;
}

static nx_status
pause_two_ms(void *context, size_t item, unsigned worker, nx_error *error)
{
    (void)item, (void)worker, (void)error;
    pause_ms(2);
    nx_wait_advance(context, 10);
    return NX_OK;
}

static void
test_poll_comes_at_intervals_on_the_calling_thread(void)
{
    for (unsigned threads = 1; threads <= 4; threads++) {
        poll_log log = {.allowed = INT32_MAX, .shortest_gap = UINT64_MAX};
        nx_progress progress = {.total = 1000};
        log.progress = &progress;
        const nx_wait wait = {.poll = logging_poll,
                              .context = &log,
                              .interval_ms = 10,
                              .progress = &progress};
        CHECK_INT(
            nx_parallel_for(100, threads, pause_two_ms, (void *)&wait, &wait, NULL),
            NX_OK);
        CHECK(log.calls >= 1);
        CHECK(!log.on_worker);
        CHECK(log.shortest_gap >= 10);
        CHECK(!log.went_back);
        CHECK_INT(progress.done, 1000);
    }
    nx_wait_advance(NULL, 1);
    nx_wait_advance(&(nx_wait){0}, 1);
}

static void
test_poll_that_says_no_cancels(void)
{
    for (unsigned threads = 1; threads <= 4; threads++) {
        poll_log log = {.allowed = 2, .shortest_gap = UINT64_MAX};
        nx_cancel cancel = {false};
        const nx_wait wait = {
            .poll = logging_poll, .context = &log, .interval_ms = 5, .cancel = &cancel};
        CHECK_INT(nx_parallel_for(100000, threads, pause_two_ms, NULL, &wait, NULL),
                  NX_ERR_CANCELLED);
        CHECK_INT(log.calls, 3);
        CHECK(nx_wait_cancelled(&wait));
    }
}

/* One item each: the caller's ends when the helper has the other, which only a
 * cancel ends. From then on the caller has nothing to do but wait. */
typedef struct {
    const nx_wait *wait;
    atomic_bool helper_inside;
    uint64_t until_ms;
} long_helper;

static nx_status
run_long_on_helpers(void *context, size_t item, unsigned worker, nx_error *error)
{
    long_helper *work = context;
    (void)item, (void)error;
    if (worker != 0) {
        atomic_store(&work->helper_inside, true);
    }
    while (nx_clock_ms() < work->until_ms &&
           !(worker == 0 ? work->helper_inside : nx_wait_cancelled(work->wait))) {
        pause_ms(1);
    }
    return NX_OK;
}

static void
test_poll_cancels_while_waiting_for_helpers(void)
{
    poll_log log = {.allowed = 3, .shortest_gap = UINT64_MAX};
    nx_cancel cancel = {false};
    const nx_wait wait = {
        .poll = logging_poll, .context = &log, .interval_ms = 20, .cancel = &cancel};
    long_helper work = {.wait = &wait, .until_ms = nx_clock_ms() + 20000};
    CHECK_INT(nx_parallel_for(2, 2, run_long_on_helpers, &work, &wait, NULL),
              NX_ERR_CANCELLED);
    CHECK_INT(log.calls, 4);
    CHECK(nx_clock_ms() < work.until_ms);
}

/* ---- Nesting and concurrency ---- */

static nx_status
check_same_thread(void *context, size_t item, unsigned worker, nx_error *error)
{
    shared *s = context;
    (void)item, (void)error;
    atomic_fetch_add(&s->total, 1);
    if (worker != 0) {
        atomic_fetch_add(&s->misuse, 1);
    }
    return NX_OK;
}

static nx_status
nest(void *context, size_t item, unsigned worker, nx_error *error)
{
    (void)item, (void)worker;
    poll_log log = {.allowed = INT32_MAX, .shortest_gap = UINT64_MAX};
    const nx_wait wait = {.poll = logging_poll, .context = &log, .interval_ms = 1};
    const nx_status status =
        nx_parallel_for(10, 4, check_same_thread, context, &wait, error);
    if (log.on_worker) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0, "polled on a worker");
    }
    return status;
}

static void
test_nested_loops_stay_on_their_thread(void)
{
    for (unsigned threads = 1; threads <= 4; threads++) {
        shared s = {0};
        CHECK_INT(nx_parallel_for(100, threads, nest, &s, NULL, NULL), NX_OK);
        CHECK_INT(s.total, 1000);
        CHECK_INT(s.misuse, 0);
    }
}

static nx_thread_result NX_THREAD_CALL
run_loops(void *context)
{
    atomic_int *wrong = context;
    static const size_t failing[] = {77, 33, SIZE_MAX};
    for (int round = 0; round < 20; round++) {
        shared s = {.threads = 4};
        if (nx_parallel_for(200, 4, count_item, &s, NULL, NULL) != NX_OK ||
            s.total != 200 || s.misuse != 0) {
            atomic_fetch_add(wrong, 1);
        }
        shared f = {.threads = 3, .failing = failing};
        nx_error error = {0};
        if (nx_parallel_for(200, 3, fail_some, &f, NULL, &error) != NX_ERR_VALUE ||
            error.record != 33) {
            atomic_fetch_add(wrong, 1);
        }
    }
    return 0;
}

static void
test_several_threads_run_loops_at_once(void)
{
    nx_pool_shutdown();
    atomic_int wrong;
    atomic_init(&wrong, 0);
    nx_thread threads[4];
    for (int i = 0; i < 4; i++) {
        CHECK(nx_thread_create(&threads[i], run_loops, &wrong, (size_t)1 << 20));
    }
    for (int i = 0; i < 4; i++) {
        nx_thread_join(threads[i]);
    }
    CHECK_INT(wrong, 0);
}

/* ---- Shortage ---- */

static void
test_threads_that_cannot_be_made_are_done_without(void)
{
    for (int allowed = 0; allowed < 4; allowed++) {
        nx_pool_shutdown();
        int left = allowed;
        nx_pool_set_create_hook(allow_some, &left);
        shared s = {.threads = 4};
        CHECK_INT(nx_parallel_for(MAX_ITEMS, 4, count_item, &s, NULL, NULL), NX_OK);
        nx_pool_set_create_hook(NULL, NULL);
        CHECK_INT(s.total, MAX_ITEMS);
        CHECK_INT(s.misuse, 0);
        CHECK_INT(nx_pool_size(), allowed < 3 ? allowed : 3);
    }
}

static bool
loop_succeeds(void *context)
{
    shared s = {.threads = 4};
    (void)context;
    return nx_parallel_for(100, 4, count_item, &s, NULL, NULL) == NX_OK &&
           s.total == 100;
}

static void
test_failed_allocations_mean_fewer_threads(void)
{
    nx_pool_shutdown();
    nx_test_alloc_failures(loop_succeeds, NULL, 3);
    CHECK_INT(nx_pool_size(), 3);
}

/* ---- Fork ---- */

#if !defined(_WIN32)

static bool
loop_starts_three_workers(void *context)
{
    return loop_succeeds(context) && nx_pool_size() == 3;
}

static void
test_child_runs_loops_after_the_parent_did(void)
{
    if (!child_is_possible()) {
        return;
    }
    CHECK(loop_succeeds(NULL));
    CHECK(child_succeeds(loop_starts_three_workers, NULL));
    CHECK(loop_succeeds(NULL));
}

typedef struct {
    pid_t child; /* 0 in the child */
    bool in_poll;
    bool forked;
} forking;

static void
fork_once(forking *state)
{
    if (!state->forked) {
        state->forked = true;
        state->child = fork();
        if (state->child == 0) {
            alarm(CHILD_SECONDS);
        }
    }
}

static bool
fork_in_poll(void *context)
{
    forking *state = context;
    if (state->in_poll) {
        fork_once(state);
    }
    return true;
}

static nx_status
fork_in_body(void *context, size_t item, unsigned worker, nx_error *error)
{
    forking *state = context;
    (void)item, (void)error;
    pause_ms(2);
    if (!state->in_poll && worker == 0) {
        fork_once(state);
    }
    return NX_OK;
}

/* The child's copy of the loop has lost its helpers and the items they held: it
 * must end, and must not claim success. */
static void
test_fork_inside_a_loop(void)
{
    if (!child_is_possible()) {
        return;
    }
    for (int in_poll = 0; in_poll < 2; in_poll++) {
        forking state = {.child = -1, .in_poll = in_poll != 0};
        const nx_wait wait = {
            .poll = fork_in_poll, .context = &state, .interval_ms = 10};
        fflush(stdout);
        const nx_status status =
            nx_parallel_for(50, 3, fork_in_body, &state, &wait, NULL);
        if (state.child == 0) {
            const bool good = status == NX_ERR_CANCELLED && loop_succeeds(NULL);
            _exit(good ? EXIT_SUCCESS : EXIT_FAILURE);
        }
        CHECK_INT(status, NX_OK);
        CHECK(child_succeeded(state.child));
    }
}

#endif

const nx_test nx_suite_parallel[] = {
    NX_TEST(test_every_item_runs_once),
    NX_TEST(test_one_thread_or_one_item_needs_no_pool),
    NX_TEST(test_serial_loop_goes_in_order),
    NX_TEST(test_smallest_failing_item_wins),
    NX_TEST(test_items_after_a_failure_are_not_started),
    NX_TEST(test_unfilled_error_gets_the_name_of_its_status),
    NX_TEST(test_success_leaves_the_error_record_alone),
    NX_TEST(test_cancel_token_stops_the_loop),
    NX_TEST(test_token_set_beforehand_runs_nothing),
    NX_TEST(test_another_thread_cancels),
    NX_TEST(test_poll_comes_at_intervals_on_the_calling_thread),
    NX_TEST(test_poll_that_says_no_cancels),
    NX_TEST(test_poll_cancels_while_waiting_for_helpers),
    NX_TEST(test_nested_loops_stay_on_their_thread),
    NX_TEST(test_several_threads_run_loops_at_once),
    NX_TEST(test_threads_that_cannot_be_made_are_done_without),
    NX_TEST(test_failed_allocations_mean_fewer_threads),
#if !defined(_WIN32)
    NX_TEST(test_child_runs_loops_after_the_parent_did),
    NX_TEST(test_fork_inside_a_loop),
#endif
    {0},
};
