/* Runs the suites of suites.h; see harness.h. */
#include "harness.h"

#include <stdarg.h>
#include <stdatomic.h>

#include "base/alloc.h"

#define SUITE(folder, stem) extern const nx_test nx_suite_##stem[];
#include "suites.h"
#undef SUITE

static const struct {
    const char *folder;
    const char *stem;
    const nx_test *tests;
} suites[] = {
#define SUITE(folder, stem) {#folder, #stem, nx_suite_##stem},
#include "suites.h"
#undef SUITE
};

enum {
    PRINTED_FAILURES = 8
};
static int failures;

void
nx_test_fail(const char *file, int line, const char *format, ...)
{
    failures++;
    if (failures > PRINTED_FAILURES) {
        return;
    }
    va_list args;
    va_start(args, format);
    printf("    %s:%d: ", file, line);
    vprintf(format, args);
    printf("\n");
    va_end(args);
}

int
nx_test_failures(void)
{
    return failures;
}

uint64_t
nx_test_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Several threads may allocate at once: each allocation has a number of its own. */
typedef struct {
    atomic_long countdown;
    atomic_bool fired;
} fail_nth;

static bool
fail_nth_hook(void *context, size_t bytes)
{
    fail_nth *state = context;
    (void)bytes;
    if (atomic_fetch_sub(&state->countdown, 1) == 1) {
        atomic_store(&state->fired, true);
        return false;
    }
    return true;
}

void
nx_test_alloc_failures(bool (*body)(void *context), void *context, int max_rounds)
{
    const size_t before = nx_alloc_live_blocks();
    for (int n = 1; n <= max_rounds; n++) {
        fail_nth state;
        atomic_init(&state.countdown, n);
        atomic_init(&state.fired, false);
        nx_alloc_set_hook(fail_nth_hook, &state);
        const bool succeeded = body(context);
        nx_alloc_set_hook(NULL, NULL);
        if (nx_alloc_live_blocks() != before) {
            nx_test_fail(__FILE__, __LINE__, "round %d: %zu blocks before, %zu after",
                         n, before, nx_alloc_live_blocks());
            return;
        }
        if (!atomic_load(&state.fired)) {
            if (!succeeded) {
                nx_test_fail(__FILE__, __LINE__, "round %d: failed without cause", n);
            }
            return;
        }
    }
    nx_test_fail(__FILE__, __LINE__, "no success after %d rounds", max_rounds);
}

static bool
wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(name, argv[i]) != NULL) {
            return true;
        }
    }
    return argc <= 1;
}

int
main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    for (size_t s = 0; s < sizeof suites / sizeof suites[0]; s++) {
        for (const nx_test *test = suites[s].tests; test->name != NULL; test++) {
            char name[256];
            snprintf(name, sizeof name, "%s/%s/%s", suites[s].folder, suites[s].stem,
                     test->name);
            if (!wanted(name, argc, argv)) {
                continue;
            }
            failures = 0;
            test->run();
            if (failures == 0) {
                passed++;
            }
            else {
                failed++;
                printf("FAILED %s (%d checks)\n", name, failures);
            }
            fflush(stdout);
        }
    }
    if (passed + failed == 0) {
        printf("no test matches\n");
        failed = 1;
    }
    printf("C: %d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
