/* The process-wide pool of worker threads behind nx_parallel_for.
 *
 * Lazy: no thread exists before the first parallel call. Workers block every
 * signal, never touch Python and sleep when idle. A fork leaves the child
 * with no pool and the next call makes a new one. The pool grows to the
 * largest number of threads asked for and never shrinks before shutdown.
 */
#ifndef NX_THREAD_POOL_H
#define NX_THREAD_POOL_H

#include <stdbool.h>

/* A job the pool runs: `run(context, worker)` is called once per helper
 * thread that joins, with worker numbers 1, 2, ... */
typedef void (*nx_pool_run)(void *context, unsigned worker);
typedef struct nx_pool_job nx_pool_job;

/* Offers a job to up to `helpers` worker threads, starting threads as needed.
 * Returns NULL when none could be made: the caller then works alone. */
nx_pool_job *nx_pool_submit(nx_pool_run run, void *context, unsigned helpers);

/* Waits up to `timeout_ms` for every helper to be done with the job; helpers
 * that have not joined yet never will. True: all done and the job is freed. */
bool nx_pool_join(nx_pool_job *job, unsigned timeout_ms);

/* True on a worker thread of the pool. */
bool nx_pool_is_worker(void);

/* Number of live worker threads. */
unsigned nx_pool_size(void);

/* Ends all workers and joins them; the next submit starts anew. Must not run
 * while a parallel loop does. */
void nx_pool_shutdown(void);

/* Test hook: when it returns false, creating a thread fails. NULL removes it. */
void nx_pool_set_create_hook(bool (*hook)(void *context), void *context);

#endif
