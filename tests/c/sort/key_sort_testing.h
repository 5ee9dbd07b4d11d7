/* Tests of key_sort32.c and key_sort64.c, which set KEY, KEY_BITS, JOB and NAME. */

#include <stdlib.h>

#include "base/alloc.h"
#include "sort/key_sort.h"

/* Keys in memory, and where sorted ones are put. */
typedef struct key_case {
    const KEY *keys;
    KEY *sorted;
    size_t n;
} key_case;

static const KEY *
load_case(const void *context, size_t first, size_t n, KEY *block)
{
    const key_case *keys = context;
    if (first % 2 == 0) { /* both ways to answer */
        return keys->keys + first;
    }
    return memcpy(block, keys->keys + first, n * sizeof *block);
}

static nx_status
emit_case(const void *context, size_t place, size_t n, const KEY *keys, nx_error *error)
{
    const key_case *into = context;
    (void)error;
    memcpy(into->sorted + place, keys, n * sizeof *keys);
    return NX_OK;
}

static int
compare(const void *a, const void *b)
{
    const KEY x = *(const KEY *)a, y = *(const KEY *)b;
    return (x > y) - (x < y);
}

static void
check_sort(const key_case *given, unsigned threads, int whole_bits)
{
    const size_t n = given->n;
    KEY least = n == 0 ? 0 : given->keys[0], most = least;
    for (size_t i = 0; i < n; i++) {
        least = given->keys[i] < least ? given->keys[i] : least;
        most = given->keys[i] > most ? given->keys[i] : most;
    }
    /* A room of its own, at every place in a cache line. */
    KEY *room = nx_alloc(n + 16, sizeof *room), *expected = nx_alloc(n, sizeof *room);
    memcpy(expected, given->keys, n * sizeof *expected);
    qsort(expected, n, sizeof *expected, compare);
    const JOB job = {load_case, emit_case, given,      n,
                     least,     most,      whole_bits, room + (n + threads) % 16};
    CHECK_INT(NAME(nx_key_sort)(&job, threads, NULL, NULL), NX_OK);
    CHECK(memcmp(given->sorted, expected, n * sizeof *expected) == 0);
    nx_free(room);
    nx_free(expected);
}

static void
test_every_shape_length_and_number_of_threads(void)
{
    uint64_t random = 1;
    for (int shape = 0; shape < KEY_SHAPES; shape++) {
        for (size_t l = 0; l < SORT_LENGTHS && nx_test_failures() == 0; l++) {
            const size_t n = sort_lengths[l];
            KEY *keys = nx_alloc(n, sizeof *keys), *sorted = nx_alloc(n, sizeof *keys);
            for (size_t i = 0; i < n; i++) {
                keys[i] = (KEY)shaped_key(shape, i, n, &random);
            }
            const key_case given = {.keys = keys, .sorted = sorted, .n = n};
            check_sort(&given, 1, 0);
            check_sort(&given, l % 2 == 0 ? 2 : 8, 0);
            nx_free(keys);
            nx_free(sorted);
        }
    }
}

/* Enough for several pieces, buckets that are distributed again, and lines. */
static void
check_many(int shape, unsigned threads)
{
    const size_t n = 600000;
    uint64_t random = 2;
    KEY *keys = nx_alloc(n, sizeof *keys), *sorted = nx_alloc(n, sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        keys[i] = (KEY)shaped_key(shape, i, n, &random);
    }
    const key_case given = {.keys = keys, .sorted = sorted, .n = n};
    check_sort(&given, threads, 0);
    nx_free(keys);
    nx_free(sorted);
}

static void
test_many_keys(void)
{
    for (int shape = 0; shape < KEY_SHAPES && nx_test_failures() == 0; shape++) {
        check_many(shape, 1);
        check_many(shape, 4);
    }
}

static void
test_few_keys_within_bounds(void)
{
    uint64_t random = 3;
    for (int shape = 0; shape < KEY_SHAPES; shape++) {
        for (size_t l = 1; l < SORT_LENGTHS && sort_lengths[l] <= NX_KEYS_FEW; l++) {
            const size_t n = sort_lengths[l];
            KEY *keys = nx_alloc(n, sizeof *keys),
                *expected = nx_alloc(n, sizeof *keys);
            void *room = nx_alloc(n, NX_FEW_ROOM);
            for (size_t i = 0; i < n; i++) {
                keys[i] = (KEY)shaped_key(shape, i, n, &random);
            }
            memcpy(expected, keys, n * sizeof *keys);
            qsort(expected, n, sizeof *keys, compare);
            const KEY bounds[2][2] = {{expected[0], expected[n - 1]}, {0, (KEY)-1}};
            for (int b = 0; b < 2; b++) {
                const KEY *sorted =
                    NAME(nx_key_sort_few)(keys, n, bounds[b][0], bounds[b][1], room);
                CHECK(memcmp(sorted, expected, n * sizeof *keys) == 0);
            }
            nx_free(keys);
            nx_free(expected);
            nx_free(room);
        }
    }
}

static void
test_parts_between_limits(void)
{
    uint64_t random = 6;
    for (int shape = 0; shape < KEY_SHAPES; shape++) {
        for (size_t l = 1; l < SORT_LENGTHS && sort_lengths[l] <= NX_KEYS_FEW; l++) {
            const size_t n = sort_lengths[l];
            KEY *keys = nx_alloc(n, sizeof *keys),
                *expected = nx_alloc(n, sizeof *keys);
            void *room = nx_alloc(n, NX_FEW_ROOM);
            for (size_t i = 0; i < n; i++) {
                keys[i] = (KEY)shaped_key(shape, i, n, &random);
            }
            memcpy(expected, keys, n * sizeof *keys);
            qsort(expected, n, sizeof *keys, compare);
            /* Limits between keys, at keys, equal ones, and outside of all. */
            const KEY limits[] = {l % 3 == 0 ? 0 : expected[n / 3],
                                  l % 2 == 0 ? expected[n / 3] : expected[n / 2],
                                  l % 4 == 0 ? (KEY)-1 : expected[n - 1]};
            NAME(nx_key_sort_parts)(keys, n, limits, room);
            CHECK(memcmp(keys, expected, n * sizeof *keys) == 0);
            nx_free(keys);
            nx_free(expected);
            nx_free(room);
        }
    }
}

static nx_status
emit_whole(const void *context, size_t place, size_t n, const KEY *keys,
           nx_error *error)
{
    const key_case *into = context;
    (void)error;
    for (size_t i = 0; i < n; i++) {
        into->sorted[place + i] = keys[i];
    }
    into->sorted[place] |= 1; /* a call begins here */
    return NX_OK;
}

static void
test_keys_of_one_prefix_come_in_one_call(void)
{
    enum {
        WHOLE = 17
    };
    uint64_t random = 4;
    const size_t n = 100000;
    KEY *keys = nx_alloc(n, sizeof *keys), *room = nx_alloc(n, sizeof *keys);
    KEY *sorted = nx_alloc(n, sizeof *keys);
    for (int prefixes = 1; prefixes <= 1 << 12; prefixes *= 8) {
        for (size_t i = 0; i < n; i++) {
            const KEY prefix = (KEY)(nx_test_random(&random) % (unsigned)prefixes);
            const KEY skewed = prefix >> (nx_test_random(&random) % 12);
            keys[i] = skewed << WHOLE | (KEY)(i << 1 & ((1u << WHOLE) - 1));
        }
        const key_case given = {.keys = keys, .sorted = sorted, .n = n};
        const JOB job = {load_case, emit_whole,   &given, n,
                         0,         (KEY)-1 >> 1, WHOLE,  room};
        CHECK_INT(NAME(nx_key_sort)(&job, 2, NULL, NULL), NX_OK);
        for (size_t i = 1; i < n; i++) {
            const bool begins = (sorted[i] & 1) != 0;
            CHECK(!begins || sorted[i] >> WHOLE != sorted[i - 1] >> WHOLE);
        }
    }
    nx_free(keys);
    nx_free(room);
    nx_free(sorted);
}

static bool
sort_failing(void *context)
{
    const key_case *given = context;
    const JOB job = {load_case, emit_case, given, given->n,
                     0,         (KEY)-1,   0,     given->sorted};
    nx_error error = {0};
    const nx_status status = NAME(nx_key_sort)(&job, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    uint64_t random = 5;
    const size_t n = 60000;
    KEY *keys = nx_alloc(n, sizeof *keys), *sorted = nx_alloc(n, sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        keys[i] = (KEY)shaped_key(11, i, n, &random);
    }
    key_case given = {.keys = keys, .sorted = sorted, .n = n};
    (void)sort_failing(&given); /* starts the threads of the pool */
    nx_test_alloc_failures(sort_failing, &given, 500);
    nx_free(keys);
    nx_free(sorted);
}
