#include "harness.h"

#include "number/pairs_fast.h"

#ifdef NX_DIGITS_SSE

enum {
    PAD = 64,
    MOST = 12
};

/* A text between bytes that must not matter. */
typedef struct padded {
    uint8_t bytes[PAD + MOST + PAD];
    const uint8_t *start, *end;
} padded;

static void
put(padded *text, const char *content, char around)
{
    const size_t n = strlen(content);
    memset(text->bytes, around, sizeof text->bytes);
    memcpy(text->bytes + PAD, content, n);
    text->start = text->bytes + PAD;
    text->end = text->start + n;
}

/* What an integer column takes at a glance, of at most eight digits. */
static bool
plain_integer(const padded *text, bool zeros, int64_t *value)
{
    const bool negative = *text->start == '-' && text->start < text->end;
    const size_t n = (size_t)(text->end - text->start) - negative;
    uint64_t magnitude = 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t byte = text->end[i - n];
        if (byte < '0' || byte > '9') {
            return false;
        }
        magnitude = magnitude * 10 + (uint64_t)(byte - '0');
    }
    *value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return n >= 1 && n <= NX_PAIR_BYTES && (zeros || n == 1 || text->end[-n] != '0');
}

/* The decimals with a point that a pair takes. */
static bool
plain_decimal(const padded *text, double *value)
{
    const bool negative = *text->start == '-' && text->start < text->end;
    const size_t n = (size_t)(text->end - text->start) - negative;
    return n >= 2 && n <= NX_PAIR_BYTES && text->end[-n] != '+' &&
           memchr(text->end - n, '.', n) != NULL &&
           nx_decimal_plain(text->start, text->end, value);
}

static void
check_pair(const padded *a, const padded *b)
{
    const nx_pair_text first = nx_pair_text_of(a->start, a->end);
    const nx_pair_text second = nx_pair_text_of(b->start, b->end);
    for (int zeros = 0; zeros < 2; zeros++) {
        int64_t got[2], one = 0, two = 0;
        const bool wanted =
            plain_integer(a, zeros != 0, &one) & plain_integer(b, zeros != 0, &two);
        CHECK_INT(nx_int_pair(first, second, zeros != 0, got), wanted);
        CHECK(!wanted || (got[0] == one && got[1] == two));
    }
    double got[2], wanted[2];
    const bool plain = plain_decimal(a, &wanted[0]) & plain_decimal(b, &wanted[1]);
    CHECK_INT(nx_decimal_pair(first, second, got), plain);
    CHECK(!plain || memcmp(got, wanted, sizeof got) == 0);
    if (nx_test_failures() > 0) {
        printf("      %.*s | %.*s\n", (int)(a->end - a->start), a->start,
               (int)(b->end - b->start), b->start);
    }
}

static void
test_pairs_equal_single_numbers(void)
{
    static const char *const texts[] = {
        "",          "-",         ".",        "-.",       "0",        "-0",
        "7",         "-7",        "00",       "007",      "-01",      "12345678",
        "-12345678", "123456789", "99999999", "10000000", "09999999", "1.",
        ".5",        "-.5",       "-0.0",     "0.107325", "1234567.", ".1234567",
        "-123.4567", "1.2.3",     "..",       "+5",       "+1.5",     "1e5",
        "1:0",       "1/0",       "1,5",      " 1.5",     "a.b",      "\xB0.\xB1",
        "804.11",    "123456.78", "4.26",     "00.5",     "0000000.", "-.0"};
    const size_t count = sizeof texts / sizeof texts[0];
    static const char around[] = {'0', '.', '-', '\xFF', ','};
    padded a, b;
    for (size_t i = 0; i < count && nx_test_failures() == 0; i++) {
        for (size_t j = 0; j < count; j++) {
            put(&a, texts[i], around[i % sizeof around]);
            put(&b, texts[j], around[j % sizeof around]);
            check_pair(&a, &b);
        }
    }
}

static void
test_pairs_of_random_letters(void)
{
    uint64_t random = 5;
    padded a, b;
    for (int round = 0; round < 300000 && nx_test_failures() == 0; round++) {
        padded *const both[2] = {&a, &b};
        for (int i = 0; i < 2; i++) {
            char text[MOST + 1] = {0};
            const size_t n = nx_test_random(&random) % 10;
            for (size_t at = 0; at < n; at++) {
                text[at] =
                    "0123456789012345678901234567.-"[nx_test_random(&random) % 30];
            }
            put(both[i], text, (char)('0' + round % 10));
        }
        check_pair(&a, &b);
    }
}

#endif

const nx_test nx_suite_pairs_fast[] = {
#ifdef NX_DIGITS_SSE
    NX_TEST(test_pairs_equal_single_numbers),
    NX_TEST(test_pairs_of_random_letters),
#endif
    {0},
};
