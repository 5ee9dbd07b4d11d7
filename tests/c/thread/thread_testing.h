/* What the tests of threads share: pauses, refused threads, forked children. */
#ifndef NX_TESTS_THREAD_TESTING_H
#define NX_TESTS_THREAD_TESTING_H

#include <stdbool.h>

#include "thread/thread.h"

/* Sleeps for at least `ms`. */
static inline void
pause_ms(unsigned ms)
{
    nx_mutex lock = NX_MUTEX_INIT;
    nx_cond never;
    if (!nx_cond_init(&never)) {
        return;
    }
    const uint64_t end = nx_clock_ms() + ms;
    nx_mutex_lock(&lock);
    for (uint64_t now = nx_clock_ms(); now < end; now = nx_clock_ms()) {
        nx_cond_wait(&never, &lock, (uint32_t)(end - now));
    }
    nx_mutex_unlock(&lock);
}

/* For nx_pool_set_create_hook: lets as many threads be made as `*left` says. */
static inline bool
allow_some(void *left)
{
    return (*(int *)left)-- > 0;
}

#if !defined(_WIN32)

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Fork with threads is beyond some tools: ThreadSanitizer ends a child that starts
 * threads, user-mode QEMU crashes in it (set NX_TEST_NO_FORK there). */
static inline bool
child_is_possible(void)
{
#if defined(__SANITIZE_THREAD__)
    return false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return false;
#endif
#endif
    return getenv("NX_TEST_NO_FORK") == NULL;
}

/* The allocator of AddressSanitizer (before LLVM 17) does not survive a fork while
 * another thread allocates. */
static inline bool
child_may_allocate_while_others_do(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return false;
#endif
#endif
    return child_is_possible();
}

enum {
    CHILD_SECONDS = 20 /* a child that hangs is ended, and the test fails */
};

/* True when `child` ends by itself, with success. */
static inline bool
child_succeeded(pid_t child)
{
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* Runs `body` in a child; true when it returns true there. */
static inline bool
child_succeeds(bool (*body)(void *context), void *context)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        alarm(CHILD_SECONDS);
        const bool good = body(context);
        fflush(stdout);
        _exit(good ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    return child_succeeded(child);
}

#endif
#endif
