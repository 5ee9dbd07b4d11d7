/* Data-parallel loops over the process-wide pool.
 *
 * nx_parallel_for runs `body` once for every item, on up to `threads` threads
 * of which the caller is one. Items are handed out in increasing order. With
 * one thread there is no pool and no other thread. Nested calls (from a body)
 * run on the calling thread alone. Several threads may run loops at the same
 * time; they share the workers. Results must depend on the item only, never on
 * the worker that took it.
 */
#ifndef NX_THREAD_PARALLEL_H
#define NX_THREAD_PARALLEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Asks running loops to stop: any thread may set it, workers look at it
 * between items (and inside long ones). */
typedef struct nx_cancel {
    atomic_bool requested;
} nx_cancel;

/* Counts finished work in units the caller chooses (bytes, rows). */
typedef struct nx_progress {
    atomic_uint_fast64_t done;
    uint64_t total;
} nx_progress;

/* How the calling thread spends its waiting. Every `interval_ms` or so (50 if
 * 0), between items and while others finish, `poll` is called on the calling
 * thread, first after one interval; false cancels the loop and also sets
 * `cancel`, for the bodies to see. A nested loop on a worker thread never polls.
 * All members may be NULL. */
typedef struct nx_wait {
    bool (*poll)(void *context);
    void *context;
    unsigned interval_ms;
    nx_cancel *cancel;
    nx_progress *progress;
} nx_wait;

/* One item of work. `worker` is in [0, threads) and names scratch space that
 * no other running item uses. */
typedef nx_status (*nx_parallel_body)(void *context, size_t item, unsigned worker,
                                      nx_error *error);

/* Runs `body` for items 0 .. count-1. `threads` 0 means 1; `wait` may be NULL.
 *
 * First error wins, by item: the status and error of the smallest item that
 * failed are returned, and items after it are not started. Items before it
 * still run, so the answer does not depend on scheduling.
 *
 * Cancelled wins over all: a loop whose poll returned false, or whose token is
 * set by the time it would return, joins every worker and returns
 * NX_ERR_CANCELLED, even if an item failed or all were done. (A poll that says
 * false has left an exception behind, which the caller must find again.)
 *
 * If threads or memory for them cannot be had, fewer are used, down to one. In
 * the child of a fork made inside the loop (by body or poll, on the calling
 * thread) the other workers are gone: the result there is NX_ERR_CANCELLED. */
NX_MUST_CHECK nx_status nx_parallel_for(size_t count, unsigned threads,
                                        nx_parallel_body body, void *context,
                                        const nx_wait *wait, nx_error *error);

/* True when someone asked to stop; `wait` may be NULL. Cheap: one relaxed
 * load. For bodies with long items. */
bool nx_wait_cancelled(const nx_wait *wait);

/* Adds finished work to the progress counter, if there is one; `wait` may be
 * NULL. Bodies call it; nx_parallel_for does not know their units. */
void nx_wait_advance(const nx_wait *wait, uint64_t amount);

#endif
