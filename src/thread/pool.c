/* One lock, two condition variables, a queue of jobs.
 *
 * A job asks for up to n helpers. It waits in the queue while it still has
 * openings; an idle worker takes an opening of the first job, and the job leaves
 * the queue with its last opening or when its owner joins it, whichever comes
 * first. The owner works too, so a job that no worker ever takes still gets done:
 * that is why a busy pool, a failed thread and a failed allocation need no
 * handling beyond "fewer helpers".
 *
 * Fork. The child has one thread and a copy of the pool's memory in whatever
 * state the other threads left it, locks included. Its atfork handler therefore
 * takes no lock: it makes the pool's state new. Nothing of it is allocated, so
 * nothing leaks (a job in flight belongs to its owner: if the owner is the thread
 * that forked, it finds the generation changed and frees it). */
#include "thread/pool.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/sanitizer.h"
#include "thread/thread.h"

/* Fixed, since the system default ranges from 128 KiB (musl) to 8 MiB and more;
 * sanitizers multiply the size of frames. */
#if defined(NX_ASAN) || defined(NX_TSAN)
#define STACK_SIZE ((size_t)8 << 20)
#else
#define STACK_SIZE ((size_t)1 << 20)
#endif

struct nx_pool_job {
    nx_pool_run run;
    void *context;
    nx_pool_job *next;   /* in the queue */
    unsigned openings;   /* helpers that may still join; 0: not in the queue */
    unsigned joined;     /* helpers that ever joined */
    unsigned running;    /* helpers inside run() */
    unsigned generation; /* of the pool that took the job */
};

static struct {
    nx_mutex lock;        /* guards what follows, but for the atomics */
    nx_cond work_offered; /* a job was queued, or stopping was set */
    nx_cond work_done;    /* some job has no helper inside any more */
    bool conds_made;
    bool stopping;
    nx_pool_job *first; /* the queue */
    nx_thread threads[NX_POOL_MAX_WORKERS];
    atomic_uint size;
} pool = {.lock = NX_MUTEX_INIT};

/* Outside `pool`, as they outlive a fork. */
static atomic_uint generation;
static atomic_bool fork_handler_set;
static bool (*create_hook)(void *context);
static void *create_hook_context;

static NX_THREAD_LOCAL bool is_worker;

/* ---- Fork ---- */

#if !defined(_WIN32)
static void
reset_in_child(void)
{
    nx_mutex_init(&pool.lock); /* perhaps held by a thread that is no more */
    pool.conds_made = false;
    pool.stopping = false;
    pool.first = NULL;
    atomic_store(&pool.size, 0);
    atomic_fetch_add(&generation, 1);
}
#endif

/* Called before the lock is first taken, so that no fork can find it held with
 * no handler set. Two threads may both get here first: resetting twice is
 * harmless, waiting for each other across a fork would not be. */
static bool
ensure_fork_handler(void)
{
#if !defined(_WIN32)
    if (!atomic_load(&fork_handler_set)) {
        if (pthread_atfork(NULL, NULL, reset_in_child) != 0) {
            return false;
        }
        atomic_store(&fork_handler_set, true);
    }
#endif
    return true;
}

/* ---- Queue; the caller holds the lock ---- */

static void
enqueue(nx_pool_job *job)
{
    nx_pool_job **link = &pool.first;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = job;
}

/* Closes the job's openings and takes it out of the queue, if it is there. */
static void
dequeue(nx_pool_job *job)
{
    job->openings = 0;
    nx_pool_job **link = &pool.first;
    while (*link != NULL && *link != job) {
        link = &(*link)->next;
    }
    if (*link == job) {
        *link = job->next;
    }
}

/* ---- Workers ---- */

/* Debuggers and profilers show the name; Linux takes at most 15 characters. */
static void
name_this_thread(unsigned number)
{
    char name[24];
    snprintf(name, sizeof name, "nx-worker-%u", number);
#if defined(__linux__)
    (void)pthread_setname_np(pthread_self(), name);
#elif defined(__APPLE__)
    (void)pthread_setname_np(name);
#else
    (void)name;
#endif
}

/* Takes an opening of `job`, runs it, reports back. Holds the lock on entry and
 * on return; the job may be gone then. */
static void
help_with(nx_pool_job *job)
{
    const unsigned worker = ++job->joined;
    job->running++;
    if (--job->openings == 0) {
        dequeue(job);
    }
    nx_mutex_unlock(&pool.lock);
    job->run(job->context, worker);
    nx_mutex_lock(&pool.lock);
    if (--job->running == 0) {
        nx_cond_broadcast(&pool.work_done);
    }
}

static nx_thread_result NX_THREAD_CALL
worker_main(void *number)
{
    is_worker = true;
    name_this_thread((unsigned)(uintptr_t)number);
    nx_mutex_lock(&pool.lock);
    while (!pool.stopping) {
        if (pool.first != NULL) {
            help_with(pool.first);
        }
        else {
            nx_cond_wait(&pool.work_offered, &pool.lock, NX_WAIT_FOREVER);
        }
    }
    nx_mutex_unlock(&pool.lock);
    return 0;
}

/* Starts workers until there are `wanted` or one fails; the lock is held. */
static void
grow_to(unsigned wanted)
{
    unsigned size = atomic_load(&pool.size);
    while (size < wanted) {
        if (create_hook != NULL && !create_hook(create_hook_context)) {
            break;
        }
        if (!nx_thread_create(&pool.threads[size], worker_main,
                              (void *)(uintptr_t)(size + 1), STACK_SIZE)) {
            break;
        }
        atomic_store(&pool.size, ++size);
    }
}

/* Makes the condition variables and threads a job needs; the lock is held. */
static bool
ensure_workers(unsigned helpers)
{
    if (pool.stopping) {
        return false;
    }
    if (!pool.conds_made) {
        if (!nx_cond_init(&pool.work_offered) || !nx_cond_init(&pool.work_done)) {
            return false;
        }
        pool.conds_made = true;
    }
    grow_to(helpers);
    return atomic_load(&pool.size) > 0;
}

/* ---- The contract of pool.h ---- */

nx_pool_job *
nx_pool_submit(nx_pool_run run, void *context, unsigned helpers)
{
    if (helpers == 0 || !ensure_fork_handler()) {
        return NULL;
    }
    if (helpers > NX_POOL_MAX_WORKERS) {
        helpers = NX_POOL_MAX_WORKERS;
    }
    nx_pool_job *job = nx_alloc(1, sizeof *job);
    if (job == NULL) {
        return NULL;
    }
    nx_mutex_lock(&pool.lock);
    const bool ready = ensure_workers(helpers);
    if (ready) {
        const unsigned size = atomic_load(&pool.size);
        *job = (nx_pool_job){.run = run,
                             .context = context,
                             .openings = helpers < size ? helpers : size,
                             .generation = atomic_load(&generation)};
        enqueue(job);
        for (unsigned i = 0; i < job->openings; i++) {
            nx_cond_signal(&pool.work_offered); /* not the whole pool for a few */
        }
    }
    nx_mutex_unlock(&pool.lock);
    if (!ready) {
        nx_free(job);
        return NULL;
    }
    return job;
}

bool
nx_pool_join(nx_pool_job *job, uint32_t timeout_ms)
{
    if (job->generation != nx_pool_generation()) {
        nx_free(job);
        return true;
    }
    const uint64_t start = nx_clock_ms();
    nx_mutex_lock(&pool.lock);
    dequeue(job);
    while (job->running > 0) {
        if (timeout_ms == NX_WAIT_FOREVER) {
            nx_cond_wait(&pool.work_done, &pool.lock, NX_WAIT_FOREVER);
            continue;
        }
        const uint64_t passed = nx_clock_ms() - start;
        if (passed >= timeout_ms) {
            break;
        }
        nx_cond_wait(&pool.work_done, &pool.lock, timeout_ms - (uint32_t)passed);
    }
    const bool done = job->running == 0;
    nx_mutex_unlock(&pool.lock);
    if (done) {
        nx_free(job);
    }
    return done;
}

bool
nx_pool_is_worker(void)
{
    return is_worker;
}

unsigned
nx_pool_size(void)
{
    return atomic_load(&pool.size);
}

unsigned
nx_pool_generation(void)
{
    return atomic_load(&generation);
}

void
nx_pool_shutdown(void)
{
    const unsigned size = atomic_load(&pool.size);
    if (size == 0) {
        return;
    }
    nx_mutex_lock(&pool.lock);
    pool.stopping = true;
    nx_cond_broadcast(&pool.work_offered);
    nx_mutex_unlock(&pool.lock);
    for (unsigned i = 0; i < size; i++) {
        nx_thread_join(pool.threads[i]);
    }
    nx_mutex_lock(&pool.lock);
    pool.stopping = false;
    atomic_store(&pool.size, 0);
    nx_mutex_unlock(&pool.lock);
}

void
nx_pool_set_create_hook(bool (*hook)(void *context), void *context)
{
    create_hook = hook;
    create_hook_context = context;
}
