/* A test harness in one page: named tests, checks that go on after a failure.
 *
 * A test file test_<stem>.c defines `static void test_something(void)` functions
 * and one `const nx_test nx_suite_<stem>[]` that lists them, ended by {0}; the
 * suite is named in suites.h. The runner takes substrings of "folder/stem/name"
 * as filters and closes with the line "C: N passed, N failed".
 */
#ifndef NX_TESTS_HARNESS_H
#define NX_TESTS_HARNESS_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct nx_test {
    const char *name;
    void (*run)(void);
} nx_test;

#define NX_TEST(function) {#function, function}

/* Marks the running test as failed and prints where and why (printf style).
 * Only the first few failures of a test are printed. */
void nx_test_fail(const char *file, int line, const char *format, ...)
#if defined(__GNUC__) || defined(__clang__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Failures of the running test so far; for loops that want to stop early. */
int nx_test_failures(void);

#define CHECK(condition)                                        \
    do {                                                        \
        if (!(condition)) {                                     \
            nx_test_fail(__FILE__, __LINE__, "%s", #condition); \
        }                                                       \
    } while (0)

#define CHECK_INT(actual, expected)                                                  \
    do {                                                                             \
        const int64_t actual_ = (int64_t)(actual);                                   \
        const int64_t expected_ = (int64_t)(expected);                               \
        if (actual_ != expected_) {                                                  \
            nx_test_fail(__FILE__, __LINE__, "%s is %" PRId64 ", expected %" PRId64, \
                         #actual, actual_, expected_);                               \
        }                                                                            \
    } while (0)

#define CHECK_STR(actual, expected)                                                    \
    do {                                                                               \
        const char *actual_ = (actual);                                                \
        const char *expected_ = (expected);                                            \
        if (strcmp(actual_, expected_) != 0) {                                         \
            nx_test_fail(__FILE__, __LINE__, "%s is \"%s\", expected \"%s\"", #actual, \
                         actual_, expected_);                                          \
        }                                                                              \
    } while (0)

/* A reproducible pseudo-random stream (splitmix64); seed it with any number. */
uint64_t nx_test_random(uint64_t *state);

/* Runs `body(context)` with the 1st, 2nd, ... n-th allocation failing until it
 * returns true (= succeeded with no failure injected any more). Fails the test
 * if blocks are left over after any round or if it takes over `max_rounds`. The
 * body may allocate on several threads, if all are at rest when it returns and
 * the threads of the pool were made before. */
void nx_test_alloc_failures(bool (*body)(void *context), void *context, int max_rounds);

#endif
