/* What fuzz targets share: checks that end the program, and copies of exact size. */
#ifndef NX_FUZZ_CHECKS_H
#define NX_FUZZ_CHECKS_H

#include "harness.h"

#include <stdarg.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The checks of the harness end the program: fuzzer and replay see it die. */
void
nx_test_fail(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    abort();
}

int
nx_test_failures(void)
{
    return 0;
}

uint64_t
nx_test_random(uint64_t *state)
{
    return ++*state;
}

/* Bytes in memory of exactly their size, so that the address sanitizer sees a read
 * beyond them. For free(). */
static inline uint8_t *
exact_copy(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n + (n == 0));
    CHECK(copy != NULL);
    if (n > 0) {
        memcpy(copy, bytes, n);
    }
    return copy;
}

#endif
