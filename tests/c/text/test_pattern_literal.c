#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "text/pattern_literal.h"

typedef size_t finder(const nx_literal *literal, const uint8_t *text, size_t n,
                      size_t from);

static finder *const finders[] = {nx_literal_find_portable, nx_literal_find};

/* The definition. */
static size_t
slow_find(const uint8_t *literal, size_t m, const uint8_t *text, size_t n, size_t from)
{
    for (size_t at = from; at + m <= n; at++) {
        if (memcmp(text + at, literal, m) == 0) {
            return at;
        }
    }
    return NX_NOT_FOUND;
}

/* Bytes of their exact size, for ASan. */
static uint8_t *
copy_of(const void *bytes, size_t n)
{
    uint8_t *const copy = malloc(n + (n == 0));
    memcpy(copy, bytes, n);
    return copy;
}

static void
check(const uint8_t *bytes, size_t m, const uint8_t *given, size_t n)
{
    nx_literal literal;
    uint8_t *const text = copy_of(given, n);
    CHECK(nx_literal_init(&literal, bytes, m));
    for (size_t from = 0; from <= n + 1; from++) {
        const size_t expected = slow_find(bytes, m, text, n, from);
        for (size_t f = 0; f < sizeof finders / sizeof finders[0]; f++) {
            CHECK_INT(finders[f](&literal, text, n, from), expected);
        }
    }
    nx_literal_clear(&literal);
    free(text);
}

static void
test_literals_in_texts_of_every_length(void)
{
    uint64_t seed = 1;
    for (size_t n = 0; n <= 100; n++) {
        for (int round = 0; round < 30 && nx_test_failures() == 0; round++) {
            const unsigned letters = round % 3 == 0 ? 256 : 2;
            uint8_t text[100], literal[40];
            for (size_t i = 0; i < n; i++) {
                text[i] = (uint8_t)(nx_test_random(&seed) % letters);
            }
            const size_t m = 1 + nx_test_random(&seed) % sizeof literal;
            for (size_t i = 0; i < m; i++) {
                literal[i] = (uint8_t)(nx_test_random(&seed) % letters);
            }
            if (m <= n && round % 2 == 0) { /* one that is there */
                memcpy(literal, text + nx_test_random(&seed) % (n - m + 1), m);
            }
            check(literal, m, text, n);
        }
    }
}

static void
test_literals_at_every_place(void)
{
    uint8_t text[80];
    for (size_t m = 1; m <= 20; m++) {
        for (size_t at = 0; at + m <= sizeof text && nx_test_failures() == 0; at++) {
            memset(text, 'a', sizeof text);
            text[at + m - 1] = 'b';
            check(text + at, m, text, sizeof text);
        }
    }
}

/* Comparing at every place would take hours. */
static void
test_hostile_texts_take_linear_time(void)
{
    enum {
        TEXT = 1 << 23,
        LITERAL = 1 << 19
    };
    uint8_t *const text = malloc(TEXT), *const bytes = malloc(LITERAL);
    nx_literal literal;
    memset(text, 'a', TEXT);
    memset(bytes, 'a', LITERAL);
    bytes[LITERAL / 2] = 'b';
    CHECK(nx_literal_init(&literal, bytes, LITERAL));
    for (size_t f = 0; f < sizeof finders / sizeof finders[0]; f++) {
        CHECK(finders[f](&literal, text, TEXT, 0) == NX_NOT_FOUND);
        text[TEXT - LITERAL / 2] = 'b';
        CHECK_INT(finders[f](&literal, text, TEXT, 0), TEXT - LITERAL);
        text[TEXT - LITERAL / 2] = 'a';
    }
    nx_literal_clear(&literal);
    free(text);
    free(bytes);
}

/* The borders take over after enough failures, at any place of a block. */
static void
test_borders_go_on_where_comparing_stopped(void)
{
    enum {
        TEXT = 4000,
        LITERAL = 300
    };
    uint8_t text[TEXT], bytes[LITERAL];
    memset(bytes, 'a', LITERAL);
    bytes[100] = 'b';
    for (size_t at = 0; at + LITERAL <= TEXT && nx_test_failures() == 0; at += 7) {
        nx_literal literal;
        memset(text, 'a', TEXT);
        memcpy(text + at, bytes, LITERAL);
        CHECK(nx_literal_init(&literal, bytes, LITERAL));
        CHECK_INT(nx_literal_find_portable(&literal, text, TEXT, 0), at);
        CHECK_INT(nx_literal_find(&literal, text, TEXT, 0), at);
        nx_literal_clear(&literal);
    }
}

static bool
make_literal(void *context)
{
    nx_literal literal;
    (void)context;
    if (!nx_literal_init(&literal, (const uint8_t *)"abc", 3)) {
        return false;
    }
    nx_literal_clear(&literal);
    return true;
}

static void
test_allocation_failures(void)
{
    nx_test_alloc_failures(make_literal, NULL, 10);
}

const nx_test nx_suite_pattern_literal[] = {
    NX_TEST(test_literals_in_texts_of_every_length),
    NX_TEST(test_literals_at_every_place),
    NX_TEST(test_hostile_texts_take_linear_time),
    NX_TEST(test_borders_go_on_where_comparing_stopped),
    NX_TEST(test_allocation_failures),
    {0},
};
