/* The process-wide pool of worker threads behind nx_parallel_for.
 *
 * Lazy: no thread exists before the first parallel call. Workers block every
 * signal (but the reports of their own faults), never touch Python and sleep
 * when idle. A fork leaves the child with no pool and the next call makes a
 * new one. The pool grows to the largest number of threads asked for, up to
 * NX_POOL_MAX_WORKERS, and never shrinks before shutdown. All functions may be
 * called from any thread.
 */
#ifndef NX_THREAD_POOL_H
#define NX_THREAD_POOL_H

#include <stdbool.h>
#include <stdint.h>

#define NX_POOL_MAX_WORKERS 1024

/* A job the pool runs: `run(context, worker)` is called once per helper
 * thread that joins, with worker numbers 1, 2, ... */
typedef void (*nx_pool_run)(void *context, unsigned worker);
typedef struct nx_pool_job nx_pool_job;

/* Offers a job to up to `helpers` worker threads, starting threads as needed;
 * jobs are served in the order they came. Returns NULL when there is no worker
 * and none could be made, or no memory: the caller then works alone. `context`
 * must stay valid until nx_pool_join returned true. */
nx_pool_job *nx_pool_submit(nx_pool_run run, void *context, unsigned helpers);

/* Waits up to `timeout_ms` (NX_WAIT_FOREVER: no limit) for every helper to be
 * done with the job; helpers that have not joined yet never will. True: all
 * done and the job is freed. Also true in the child of a fork that happened
 * after the submit: its helpers are gone. */
bool nx_pool_join(nx_pool_job *job, uint32_t timeout_ms);

/* True on a worker thread of the pool. */
bool nx_pool_is_worker(void);

/* Number of live worker threads. */
unsigned nx_pool_size(void);

/* A number that differs between a process and its forked children, so that work
 * in flight can tell that its helpers did not come along. */
unsigned nx_pool_generation(void);

/* Ends all workers and joins them; the next submit starts anew. Must not run
 * while a parallel loop or another shutdown does, nor on a worker. */
void nx_pool_shutdown(void);

/* Test hook: when it returns false, creating a thread fails. NULL removes it.
 * Set it only while no other thread uses the pool. */
void nx_pool_set_create_hook(bool (*hook)(void *context), void *context);

#endif
