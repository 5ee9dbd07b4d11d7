/* What the CSV tests share: sources of every kind, and the scanners to try. */
#ifndef NX_TESTS_CSV_TESTING_H
#define NX_TESTS_CSV_TESTING_H

#include "harness.h"

#include <stdlib.h>

#ifdef _WIN32
#include <io.h>
#define fileno _fileno
#endif

#include "base/cpu.h"
#include "csv/csv_scan.h"
#include "csv/csv_source.h"

static const nx_csv_dialect comma = {.delimiter = ',', .quote = '"', .quoting = true};

/* The dialects of comma and quote: each mode with and without doubled quotes. */
enum {
    QUOTED_DIALECTS = 6
};

static inline nx_csv_dialect
quoted_dialect(size_t i)
{
    return (nx_csv_dialect){.delimiter = ',',
                            .quote = '"',
                            .quoting = true,
                            .no_doubling = i % 2 == 1,
                            .mode = (nx_csv_mode)(i / 2 % 3)};
}

/* Text number `number` of all texts of n letters of an alphabet; returns the number
 * less the digits used. */
static inline size_t
numbered_text(const char *alphabet, size_t number, uint8_t *text, size_t n)
{
    const size_t letters = strlen(alphabet);
    for (size_t i = 0; i < n; i++, number /= letters) {
        text[i] = (uint8_t)alphabet[number % letters];
    }
    return number;
}

typedef enum source_kind {
    IN_PLACE,  /* memory that nobody writes to */
    WRITABLE,  /* memory that has to be copied */
    FROM_FILE, /* an open descriptor */
    SOURCE_KINDS
} source_kind;

typedef struct test_source {
    nx_csv_source source;
    uint8_t *copy; /* of exactly as many bytes, so that tools see a load too far */
    FILE *file;
} test_source;

/* Ended by close_source, also when it failed (and failed the test). */
static inline bool
open_source(test_source *s, source_kind kind, const void *text, size_t n)
{
    *s = (test_source){.source = {.descriptor = -1, .size = n}};
    if (kind == FROM_FILE) {
        s->file = tmpfile();
        const bool written =
            s->file != NULL && fwrite(text, 1, n, s->file) == n && fflush(s->file) == 0;
        CHECK(written);
        s->source.descriptor = written ? fileno(s->file) : -1;
        return written;
    }
    s->copy = malloc(n == 0 ? 1 : n);
    CHECK(s->copy != NULL);
    if (s->copy == NULL) {
        return false;
    }
    if (n > 0) {
        memcpy(s->copy, text, n);
    }
    s->source.memory = s->copy;
    s->source.writable = kind == WRITABLE;
    return true;
}

static inline void
close_source(test_source *s)
{
    free(s->copy);
    if (s->file != NULL) {
        fclose(s->file);
    }
}

enum {
    MOST_SCANNERS = 3
};

/* Sets of processor features that choose different code, as far as this machine has
 * them; returns how many. */
static inline int
all_cpus(nx_cpu cpus[MOST_SCANNERS])
{
    const nx_cpu all = nx_cpu_detect();
    int count = 0;
    cpus[count++] = 0;
    if (all & NX_CPU_AVX512) {
        cpus[count++] = all & ~(nx_cpu)NX_CPU_AVX512;
    }
    if (all & NX_CPU_AVX2) {
        cpus[count++] = all;
    }
    return count;
}

/* The scanners that this machine can run; returns how many. */
static inline int
all_scanners(const nx_csv_scanner *scanners[MOST_SCANNERS])
{
    static nx_cpu cpus[MOST_SCANNERS]; /* asking a processor can be slow */
    static int count;
    if (count == 0) {
        count = all_cpus(cpus);
    }
    for (int i = 0; i < count; i++) {
        scanners[i] = nx_csv_scanner_for(cpus[i]);
    }
    return count;
}

/* A number below `bound`. */
static inline size_t
pick(uint64_t *random, size_t bound)
{
    return (size_t)(nx_test_random(random) >> 33) % bound;
}

/* Fills text[0..n) from an alphabet; its letters may repeat to weigh more. */
static inline void
random_text(uint64_t *random, const char *alphabet, uint8_t *text, size_t n)
{
    const size_t letters = strlen(alphabet);
    for (size_t i = 0; i < n; i++) {
        text[i] = (uint8_t)alphabet[pick(random, letters)];
    }
}

/* A text for messages: what cannot be printed becomes \r, \n or a dot. At most
 * the last of four texts is kept. */
static inline const char *
shown(const uint8_t *text, size_t n)
{
    static char buffers[4][512];
    static int turn;
    char *buffer = buffers[turn++ & 3];
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof buffers[0] - 4; i++) {
        const char *escape = text[i] == '\n' ? "\\n" : text[i] == '\r' ? "\\r" : NULL;
        if (escape != NULL) {
            buffer[used++] = escape[0];
            buffer[used++] = escape[1];
        }
        else {
            buffer[used++] = text[i] < ' ' || text[i] > '~' ? '.' : (char)text[i];
        }
    }
    buffer[used] = '\0';
    return buffer;
}

#endif
