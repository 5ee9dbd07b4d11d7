/* The loop is one counter and one bound.
 *
 * Every worker takes the next item from an atomic counter and stops when that
 * item is not below `bound`, which starts as the number of items and drops to
 * the smallest item that failed. Items are taken in increasing order, so when
 * item k fails every smaller one was already taken, and whoever took it runs it:
 * `bound` ends as the smallest failing item whatever the scheduling was. */
#include "thread/parallel.h"

#include "thread/pool.h"
#include "thread/thread.h"

enum {
    DEFAULT_INTERVAL_MS = 50
};

/* A loop in flight; lives on the stack of its caller. */
typedef struct parallel_loop {
    nx_parallel_body body;
    void *context;
    const nx_wait *wait;
    atomic_size_t next;    /* the next item to hand out */
    atomic_size_t bound;   /* items from here on are not started */
    atomic_bool stopped;   /* a poll returned false, or the token was set */
    bool helped;           /* by a pool ... */
    unsigned generation;   /* ... of this generation */
    nx_mutex failure_lock; /* guards the two below, and lowering `bound` */
    nx_status failure;
    nx_error failure_error;
} parallel_loop;

/* The caller's clockwork; on its stack, no other thread looks at it. */
typedef struct poll_timer {
    bool (*poll)(void *context); /* NULL: nothing to call */
    uint64_t due_ms;
} poll_timer;

/* True while this thread is inside a loop: loops begun now run serially. */
static NX_THREAD_LOCAL bool inside_loop;

bool
nx_wait_cancelled(const nx_wait *wait)
{
    return wait != NULL && wait->cancel != NULL &&
           atomic_load_explicit(&wait->cancel->requested, memory_order_relaxed);
}

void
nx_wait_advance(const nx_wait *wait, uint64_t amount)
{
    if (wait != NULL && wait->progress != NULL) {
        atomic_fetch_add_explicit(&wait->progress->done, amount, memory_order_relaxed);
    }
}

/* ---- Stopping and polling ---- */

static bool
is_stopped(parallel_loop *loop)
{
    if (atomic_load_explicit(&loop->stopped, memory_order_relaxed)) {
        return true;
    }
    if (nx_wait_cancelled(loop->wait)) {
        atomic_store_explicit(&loop->stopped, true, memory_order_relaxed);
        return true;
    }
    return false;
}

static uint32_t
interval_of(const nx_wait *wait)
{
    return wait->interval_ms == 0 ? DEFAULT_INTERVAL_MS : wait->interval_ms;
}

static poll_timer
timer_start(const nx_wait *wait)
{
    poll_timer timer = {0};
    if (wait != NULL && wait->poll != NULL && !nx_pool_is_worker()) {
        timer.poll = wait->poll;
        timer.due_ms = nx_clock_ms() + interval_of(wait);
    }
    return timer;
}

/* True in the child of a fork made inside the loop: the helpers are gone. */
static bool
has_forked(const parallel_loop *loop)
{
    return loop->helped && nx_pool_generation() != loop->generation;
}

/* Polls if it is time to; a poll that says no stops the loop. */
static void
timer_tick(poll_timer *timer, parallel_loop *loop)
{
    if (timer->poll == NULL || nx_clock_ms() < timer->due_ms) {
        return;
    }
    const nx_wait *wait = loop->wait;
    if (!timer->poll(wait->context)) {
        atomic_store_explicit(&loop->stopped, true, memory_order_relaxed);
        if (wait->cancel != NULL) {
            atomic_store_explicit(&wait->cancel->requested, true, memory_order_relaxed);
        }
        timer->poll = NULL; /* it has said what it had to say */
        return;
    }
    if (has_forked(loop)) {
        /* No item may wait for one that a lost helper had. */
        atomic_store_explicit(&loop->stopped, true, memory_order_relaxed);
    }
    timer->due_ms = nx_clock_ms() + interval_of(wait);
}

/* ---- Working ---- */

static void
record_failure(parallel_loop *loop, size_t item, nx_status status, nx_error *error)
{
    if (error->status != status) { /* the body left the record unfilled */
        (void)nx_error_set(error, status, 0, "%s", nx_status_name(status));
    }
    nx_mutex_lock(&loop->failure_lock);
    if (item < atomic_load(&loop->bound)) {
        atomic_store(&loop->bound, item);
        loop->failure = status;
        loop->failure_error = *error;
    }
    nx_mutex_unlock(&loop->failure_lock);
}

/* Runs items until there are none left; `timer` is the caller's, else NULL. */
static void
run_items(parallel_loop *loop, unsigned worker, poll_timer *timer)
{
    nx_error error;
    while (!is_stopped(loop)) {
        const size_t item = atomic_fetch_add(&loop->next, 1);
        if (item >= atomic_load(&loop->bound)) {
            return;
        }
        error.status = NX_OK;
        const nx_status status = loop->body(loop->context, item, worker, &error);
        if (status != NX_OK) {
            record_failure(loop, item, status, &error);
        }
        if (timer != NULL) {
            timer_tick(timer, loop);
        }
    }
}

/* What a worker of the pool does with a loop. */
static void
help(void *context, unsigned worker)
{
    inside_loop = true;
    run_items(context, worker, NULL);
    inside_loop = false;
}

/* Waits for the helpers, polling meanwhile. */
static void
join_helpers(parallel_loop *loop, nx_pool_job *job, poll_timer *timer)
{
    uint32_t timeout;
    do {
        timer_tick(timer, loop);
        timeout = NX_WAIT_FOREVER;
        if (timer->poll != NULL) {
            const uint64_t now = nx_clock_ms();
            timeout = timer->due_ms > now ? (uint32_t)(timer->due_ms - now) : 0;
        }
    } while (!nx_pool_join(job, timeout));
}

static nx_status
result_of(parallel_loop *loop, nx_error *error)
{
    if (has_forked(loop)) {
        return nx_error_set(error, NX_ERR_CANCELLED, 0,
                            "the process was forked inside a parallel loop");
    }
    if (is_stopped(loop)) {
        return nx_error_set(error, NX_ERR_CANCELLED, 0, "cancelled");
    }
    if (loop->failure != NX_OK && error != NULL) {
        *error = loop->failure_error;
    }
    return loop->failure;
}

nx_status
nx_parallel_for(size_t count, unsigned threads, nx_parallel_body body, void *context,
                const nx_wait *wait, nx_error *error)
{
    parallel_loop loop = {.body = body, .context = context, .wait = wait};
    atomic_init(&loop.next, 0);
    atomic_init(&loop.bound, count);
    atomic_init(&loop.stopped, false);
    nx_mutex_init(&loop.failure_lock);
    poll_timer timer = timer_start(wait);

    const bool nested = inside_loop || nx_pool_is_worker();
    loop.generation = nx_pool_generation();
    unsigned workers = nested ? 1 : threads;
    if (workers > count) {
        workers = (unsigned)count;
    }
    nx_pool_job *job = workers > 1 ? nx_pool_submit(help, &loop, workers - 1) : NULL;
    loop.helped = job != NULL;

    const bool outer = inside_loop;
    inside_loop = true;
    run_items(&loop, 0, &timer);
    inside_loop = outer;

    if (job != NULL) {
        join_helpers(&loop, job, &timer);
    }
    nx_mutex_destroy(&loop.failure_lock);
    return result_of(&loop, error);
}
