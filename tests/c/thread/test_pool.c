#include "harness.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "thread/pool.h"
#include "thread_testing.h"

#if defined(__linux__)
#include <dirent.h>
#endif

/* A job whose helpers stay inside until the gate opens. */
typedef struct {
    nx_mutex lock;
    nx_cond changed;
    bool open;
    unsigned entered;
    uint64_t numbers; /* bit n: a helper had worker number n */
    bool all_workers; /* nx_pool_is_worker() held on every helper */
    bool signals_blocked;
} gate;

static void
gate_init(gate *g, bool open)
{
    *g = (gate){.open = open, .all_workers = true, .signals_blocked = true};
    nx_mutex_init(&g->lock);
    CHECK(nx_cond_init(&g->changed));
}

static bool
interrupt_blocked(void)
{
#if defined(_WIN32)
    return true;
#else
    static const int asynchronous[] = {SIGINT,  SIGTERM, SIGHUP,  SIGALRM, SIGUSR1,
                                       SIGUSR2, SIGCHLD, SIGPIPE, SIGPROF, SIGWINCH};
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    for (size_t i = 0; i < sizeof asynchronous / sizeof asynchronous[0]; i++) {
        if (!sigismember(&blocked, asynchronous[i])) {
            return false;
        }
    }
    return !sigismember(&blocked, SIGSEGV);
#endif
}

static void
pass_gate(void *context, unsigned worker)
{
    gate *g = context;
    nx_mutex_lock(&g->lock);
    g->entered++;
    g->numbers |= UINT64_C(1) << worker;
    g->all_workers = g->all_workers && nx_pool_is_worker();
    g->signals_blocked = g->signals_blocked && interrupt_blocked();
    nx_cond_broadcast(&g->changed);
    while (!g->open) {
        nx_cond_wait(&g->changed, &g->lock, NX_WAIT_FOREVER);
    }
    nx_mutex_unlock(&g->lock);
}

static void
gate_await(gate *g, unsigned entered)
{
    nx_mutex_lock(&g->lock);
    while (g->entered < entered) {
        nx_cond_wait(&g->changed, &g->lock, NX_WAIT_FOREVER);
    }
    nx_mutex_unlock(&g->lock);
}

static void
gate_open(gate *g)
{
    nx_mutex_lock(&g->lock);
    g->open = true;
    nx_cond_broadcast(&g->changed);
    nx_mutex_unlock(&g->lock);
}

/* Runs one job on exactly `helpers` helpers at once; checks that they all came. */
static void
run_gathering(unsigned helpers)
{
    gate g;
    gate_init(&g, false);
    nx_pool_job *job = nx_pool_submit(pass_gate, &g, helpers);
    CHECK(job != NULL);
    if (job == NULL) {
        return;
    }
    gate_await(&g, helpers);
    gate_open(&g);
    CHECK(nx_pool_join(job, NX_WAIT_FOREVER));
    CHECK_INT(g.entered, helpers);
    CHECK(g.numbers == (UINT64_C(2) << helpers) - 2);
    CHECK(g.all_workers);
    CHECK(g.signals_blocked);
}

#if defined(__linux__)
static nx_thread_result NX_THREAD_CALL
do_nothing(void *context)
{
    (void)context;
    return 0;
}

static unsigned
threads_of_process(void)
{
    unsigned threads = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) {
        return 0;
    }
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        threads += task->d_name[0] != '.';
    }
    closedir(tasks);
    return threads;
}
#endif

static void
test_no_thread_before_the_first_job_nor_after_shutdown(void)
{
    nx_pool_shutdown();
    CHECK_INT(nx_pool_size(), 0);
    CHECK(!nx_pool_is_worker());
#if defined(__linux__)
    nx_thread first; /* a sanitizer adds a thread of its own to the first one */
    CHECK(nx_thread_create(&first, do_nothing, NULL, (size_t)1 << 20));
    nx_thread_join(first);
    pause_ms(50);
    const unsigned before = threads_of_process();
    run_gathering(3);
    CHECK_INT(nx_pool_size(), 3);
    CHECK_INT(threads_of_process(), before + 3);
    nx_pool_shutdown();
    CHECK_INT(nx_pool_size(), 0);
    /* A joined thread leaves /proc a moment after pthread_join returns. */
    for (int i = 0; i < 1000 && threads_of_process() > before; i++) {
        pause_ms(1);
    }
    CHECK_INT(threads_of_process(), before);
#endif
}

static void
test_helpers_get_numbers_of_their_own_and_blocked_signals(void)
{
    run_gathering(1);
    run_gathering(5);
    run_gathering(2);
    CHECK(!nx_pool_is_worker());
}

static void
test_pool_grows_and_does_not_shrink(void)
{
    nx_pool_shutdown();
    run_gathering(2);
    CHECK_INT(nx_pool_size(), 2);
    run_gathering(6);
    CHECK_INT(nx_pool_size(), 6);
    run_gathering(1);
    CHECK_INT(nx_pool_size(), 6);
}

static void
test_shutdown_and_restart(void)
{
    for (int round = 0; round < 20; round++) {
        run_gathering(3);
        nx_pool_shutdown();
        nx_pool_shutdown();
        CHECK_INT(nx_pool_size(), 0);
    }
}

static void
test_join_times_out_while_a_helper_is_inside(void)
{
    gate g;
    gate_init(&g, false);
    nx_pool_job *job = nx_pool_submit(pass_gate, &g, 2);
    gate_await(&g, 2);
    CHECK(!nx_pool_join(job, 0));
    const uint64_t start = nx_clock_ms();
    CHECK(!nx_pool_join(job, 20));
    CHECK(nx_clock_ms() - start >= 19);
    gate_open(&g);
    CHECK(nx_pool_join(job, NX_WAIT_FOREVER));
}

static void
test_helpers_that_come_late_never_join(void)
{
    nx_pool_shutdown();
    gate busy, late;
    gate_init(&busy, false);
    gate_init(&late, true);
    nx_pool_job *first = nx_pool_submit(pass_gate, &busy, 2);
    gate_await(&busy, 2); /* every worker is taken */
    nx_pool_job *second = nx_pool_submit(pass_gate, &late, 2);
    CHECK(second != NULL);
    CHECK(nx_pool_join(second, 0));
    gate_open(&busy);
    CHECK(nx_pool_join(first, NX_WAIT_FOREVER));
    run_gathering(2);
    CHECK_INT(late.entered, 0);
}

static void
test_no_job_without_helpers(void)
{
    gate g;
    gate_init(&g, true);
    CHECK(nx_pool_submit(pass_gate, &g, 0) == NULL);
}

static void
test_failed_threads_mean_fewer_helpers(void)
{
    nx_pool_shutdown();
    const size_t before = nx_alloc_live_blocks();
    int left = 0;
    gate g;
    gate_init(&g, true);
    nx_pool_set_create_hook(allow_some, &left);
    CHECK(nx_pool_submit(pass_gate, &g, 4) == NULL);
    CHECK_INT(nx_pool_size(), 0);
    CHECK_INT(nx_alloc_live_blocks(), before);
    left = 2;
    nx_pool_job *job = nx_pool_submit(pass_gate, &g, 4);
    CHECK(job != NULL);
    CHECK_INT(nx_pool_size(), 2);
    CHECK(nx_pool_join(job, NX_WAIT_FOREVER));
    nx_pool_set_create_hook(NULL, NULL);
    run_gathering(4);
    CHECK_INT(nx_pool_size(), 4);
}

static bool
refuse(void *context, size_t bytes)
{
    (void)context, (void)bytes;
    return false;
}

static void
test_no_memory_means_no_job(void)
{
    gate g;
    gate_init(&g, true);
    nx_alloc_set_hook(refuse, NULL);
    CHECK(nx_pool_submit(pass_gate, &g, 2) == NULL);
    nx_alloc_set_hook(NULL, NULL);
}

#if !defined(_WIN32)

static bool
use_fresh_pool(void *context)
{
    const unsigned *generation = context;
    const int failures = nx_test_failures();
    CHECK_INT(nx_pool_size(), 0);
    CHECK(nx_pool_generation() != *generation);
    run_gathering(3);
    nx_pool_shutdown();
    run_gathering(2);
    return nx_test_failures() == failures;
}

static void
test_child_of_a_fork_starts_anew(void)
{
    if (!child_is_possible()) {
        return;
    }
    unsigned generation = nx_pool_generation();
    run_gathering(4);
    CHECK(child_succeeds(use_fresh_pool, &generation));
    CHECK_INT(nx_pool_generation(), generation);
    run_gathering(4);
}

static void
test_fork_while_workers_are_busy(void)
{
    if (!child_is_possible()) {
        return;
    }
    gate g;
    gate_init(&g, false);
    nx_pool_job *job = nx_pool_submit(pass_gate, &g, 3);
    gate_await(&g, 3);
    unsigned generation = nx_pool_generation();
    CHECK(child_succeeds(use_fresh_pool, &generation));
    gate_open(&g);
    CHECK(nx_pool_join(job, NX_WAIT_FOREVER));
}

static bool
join_lost_job(void *context)
{
    return nx_pool_join(context, NX_WAIT_FOREVER);
}

static void
test_job_in_flight_is_over_in_the_child(void)
{
    if (!child_is_possible()) {
        return;
    }
    gate g;
    gate_init(&g, false);
    nx_pool_job *job = nx_pool_submit(pass_gate, &g, 2);
    gate_await(&g, 2);
    CHECK(child_succeeds(join_lost_job, job));
    gate_open(&g);
    CHECK(nx_pool_join(job, NX_WAIT_FOREVER));
}

/* Submits and joins without pause, so that a fork finds the lock held at times. */
static nx_thread_result NX_THREAD_CALL
hammer_pool(void *context)
{
    atomic_bool *stop = context;
    while (!atomic_load(stop)) {
        gate g;
        gate_init(&g, true);
        nx_pool_job *job = nx_pool_submit(pass_gate, &g, 2);
        while (job != NULL && !nx_pool_join(job, 1)) {
        }
    }
    return 0;
}

static void
test_fork_while_other_threads_use_the_pool(void)
{
    if (!child_may_allocate_while_others_do()) {
        return;
    }
    atomic_bool stop;
    atomic_init(&stop, false);
    nx_thread threads[2];
    for (int i = 0; i < 2; i++) {
        CHECK(nx_thread_create(&threads[i], hammer_pool, &stop, (size_t)1 << 20));
    }
    for (int round = 0; round < 40 && nx_test_failures() == 0; round++) {
        unsigned generation = nx_pool_generation();
        CHECK(child_succeeds(use_fresh_pool, &generation));
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        nx_thread_join(threads[i]);
    }
}

#endif

const nx_test nx_suite_pool[] = {
    NX_TEST(test_no_thread_before_the_first_job_nor_after_shutdown),
    NX_TEST(test_helpers_get_numbers_of_their_own_and_blocked_signals),
    NX_TEST(test_pool_grows_and_does_not_shrink),
    NX_TEST(test_shutdown_and_restart),
    NX_TEST(test_join_times_out_while_a_helper_is_inside),
    NX_TEST(test_helpers_that_come_late_never_join),
    NX_TEST(test_no_job_without_helpers),
    NX_TEST(test_failed_threads_mean_fewer_helpers),
    NX_TEST(test_no_memory_means_no_job),
#if !defined(_WIN32)
    NX_TEST(test_child_of_a_fork_starts_anew),
    NX_TEST(test_fork_while_workers_are_busy),
    NX_TEST(test_job_in_flight_is_over_in_the_child),
    NX_TEST(test_fork_while_other_threads_use_the_pool),
#endif
    {0},
};
