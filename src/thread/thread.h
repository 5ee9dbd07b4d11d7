/* Mutex, condition variable, thread and clock: POSIX threads or Win32.
 *
 * Just what the pool needs, inline, under names that both systems share. Waits
 * are measured on the monotonic clock. C11 <threads.h> is not used: macOS has
 * none, and it can neither set a stack size nor block signals.
 */
#ifndef NX_THREAD_THREAD_H
#define NX_THREAD_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A thread's function: `static nx_thread_result NX_THREAD_CALL f(void *argument)`,
 * which ends with `return 0`. */
#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <process.h>
typedef unsigned nx_thread_result;
#define NX_THREAD_CALL __stdcall
#else
#include <pthread.h>
#include <signal.h>
#include <time.h>
typedef void *nx_thread_result;
#define NX_THREAD_CALL
#endif
typedef nx_thread_result(NX_THREAD_CALL *nx_thread_function)(void *argument);

#if defined(_MSC_VER)
#define NX_THREAD_LOCAL __declspec(thread)
#else
#define NX_THREAD_LOCAL _Thread_local
#endif

#define NX_WAIT_FOREVER UINT32_MAX

#if defined(_WIN32)

typedef SRWLOCK nx_mutex;
typedef CONDITION_VARIABLE nx_cond;
typedef HANDLE nx_thread;
#define NX_MUTEX_INIT SRWLOCK_INIT

static inline void
nx_mutex_init(nx_mutex *mutex)
{
    InitializeSRWLock(mutex);
}
static inline void
nx_mutex_destroy(nx_mutex *mutex)
{
    (void)mutex;
}
static inline void
nx_mutex_lock(nx_mutex *mutex)
{
    AcquireSRWLockExclusive(mutex);
}
static inline void
nx_mutex_unlock(nx_mutex *mutex)
{
    ReleaseSRWLockExclusive(mutex);
}
static inline bool
nx_cond_init(nx_cond *cond)
{
    InitializeConditionVariable(cond);
    return true;
}
static inline void
nx_cond_destroy(nx_cond *cond)
{
    (void)cond; /* nothing is held */
}
static inline void
nx_cond_signal(nx_cond *cond)
{
    WakeConditionVariable(cond);
}
static inline void
nx_cond_broadcast(nx_cond *cond)
{
    WakeAllConditionVariable(cond);
}
static inline void
nx_cond_wait(nx_cond *cond, nx_mutex *mutex, uint32_t timeout_ms)
{
    SleepConditionVariableSRW(cond, mutex, timeout_ms, 0);
}
static inline bool
nx_thread_create(nx_thread *thread, nx_thread_function function, void *argument,
                 size_t stack_size)
{
    *thread = (HANDLE)_beginthreadex(NULL, (unsigned)stack_size, function, argument,
                                     STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    return *thread != NULL;
}
static inline void
nx_thread_join(nx_thread thread)
{
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}
static inline uint64_t
nx_clock_ms(void)
{
    return GetTickCount64();
}
static inline uint64_t
nx_clock_ns(void)
{
    LARGE_INTEGER ticks, frequency;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)((double)ticks.QuadPart * (1e9 / (double)frequency.QuadPart));
}

#else

typedef pthread_mutex_t nx_mutex;
typedef pthread_cond_t nx_cond;
typedef pthread_t nx_thread;
#define NX_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER

static inline void
nx_mutex_init(nx_mutex *mutex)
{
    pthread_mutex_init(mutex, NULL);
}
static inline void
nx_mutex_destroy(nx_mutex *mutex)
{
    pthread_mutex_destroy(mutex);
}
static inline void
nx_mutex_lock(nx_mutex *mutex)
{
    pthread_mutex_lock(mutex);
}
static inline void
nx_mutex_unlock(nx_mutex *mutex)
{
    pthread_mutex_unlock(mutex);
}
static inline bool
nx_cond_init(nx_cond *cond)
{
#if defined(__APPLE__)
    return pthread_cond_init(cond, NULL) == 0;
#else
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return false;
    }
    const bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                      pthread_cond_init(cond, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
#endif
}
static inline void
nx_cond_destroy(nx_cond *cond)
{
    pthread_cond_destroy(cond);
}
static inline void
nx_cond_signal(nx_cond *cond)
{
    pthread_cond_signal(cond);
}
static inline void
nx_cond_broadcast(nx_cond *cond)
{
    pthread_cond_broadcast(cond);
}
/* Waits until woken or `timeout_ms` (or NX_WAIT_FOREVER) is over; may wake for no
 * reason. */
static inline void
nx_cond_wait(nx_cond *cond, nx_mutex *mutex, uint32_t timeout_ms)
{
    if (timeout_ms == NX_WAIT_FOREVER) {
        pthread_cond_wait(cond, mutex);
        return;
    }
    struct timespec when = {0};
#if defined(__APPLE__)
    when.tv_sec = timeout_ms / 1000;
    when.tv_nsec = (long)(timeout_ms % 1000) * 1000000;
    pthread_cond_timedwait_relative_np(cond, mutex, &when);
#else
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += timeout_ms / 1000;
    when.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(cond, mutex, &when);
#endif
}
/* Starts a thread that has every signal blocked from its first instruction on,
 * but for those that report a fault of the thread itself: blocked, they would
 * kill the process before a crash reporter could speak. */
static inline bool
nx_thread_create(nx_thread *thread, nx_thread_function function, void *argument,
                 size_t stack_size)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sigdelset(&blocked, faults[i]);
    }
    (void)pthread_attr_setstacksize(&attributes, stack_size);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    const bool made = pthread_create(thread, &attributes, function, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return made;
}
static inline void
nx_thread_join(nx_thread thread)
{
    pthread_join(thread, NULL);
}
static inline uint64_t
nx_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
static inline uint64_t
nx_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
#endif
