#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "text/pattern_class.h"
#include "text/utf8.h"

enum {
    POINTS = 0x110000
};

/* Random bits in stretches, so that pages are empty, full and mixed. */
static uint8_t *
random_bits(size_t size, uint64_t *seed)
{
    uint8_t *const bits = calloc(size, 1);
    for (size_t at = 0; at < size;) {
        const size_t left = size - at, wanted = nx_test_random(seed) % 3000;
        const size_t n = wanted < left ? wanted : left;
        const unsigned kind = (unsigned)(nx_test_random(seed) % 4);
        for (size_t i = 0; i < n; i++) {
            bits[at + i] = kind == 0   ? 0xFF
                           : kind == 1 ? (uint8_t)nx_test_random(seed)
                                       : 0;
        }
        at += n + 1;
    }
    return bits;
}

static bool
bit(const uint8_t *bits, uint32_t value)
{
    return bits[value / 8] >> value % 8 & 1;
}

static void
test_every_code_point_is_as_its_bit_says(void)
{
    uint64_t seed = 1;
    for (int round = 0; round < 6; round++) {
        uint8_t *const bits = random_bits(NX_CHARSET_POINTS, &seed);
        nx_charset set;
        CHECK(nx_charset_init(&set, bits, NX_CHARSET_POINTS));
        for (uint32_t point = 0; point < POINTS && nx_test_failures() == 0; point++) {
            uint8_t text[4];
            const size_t n = nx_utf8_encode(&point, 1, text);
            if (n == SIZE_MAX) {
                continue; /* a surrogate */
            }
            const size_t size = nx_charset_member(&set, text, text + n);
            CHECK_INT(size, bit(bits, point) ? n : 0);
        }
        nx_charset_clear(&set);
        free(bits);
    }
}

static void
test_every_byte_is_as_its_bit_says(void)
{
    uint64_t seed = 2;
    for (int round = 0; round < 50; round++) {
        uint8_t bits[NX_CHARSET_BYTES];
        nx_charset set;
        for (size_t i = 0; i < sizeof bits; i++) {
            bits[i] = (uint8_t)nx_test_random(&seed);
        }
        CHECK(nx_charset_init(&set, bits, sizeof bits));
        for (uint32_t value = 0; value < 256; value++) {
            const uint8_t byte = (uint8_t)value;
            CHECK_INT(nx_charset_member(&set, &byte, &byte + 1), bit(bits, value));
        }
        nx_charset_clear(&set);
    }
}

/* What stands where in a text of random characters: which begin where, and which are
 * in the set. */
typedef struct marked {
    uint8_t *text;
    size_t n, characters;
    size_t starts[65];
    bool in[64];
} marked;

static marked
random_text(const uint8_t *bits, uint64_t *seed)
{
    static const uint32_t firsts[] = {'a', 0xE0, 0x2100, 0x1F600, 0};
    marked made = {.characters = nx_test_random(seed) % 64};
    uint8_t bytes[256];
    for (size_t i = 0; i < made.characters; i++) {
        const uint32_t point =
            firsts[nx_test_random(seed) % 5] + (uint32_t)(nx_test_random(seed) % 8);
        made.starts[i] = made.n;
        made.in[i] = bit(bits, point);
        made.n += nx_utf8_encode(&point, 1, bytes + made.n);
    }
    made.starts[made.characters] = made.n;
    made.text = malloc(made.n + (made.n == 0)); /* its exact size, for ASan */
    memcpy(made.text, bytes, made.n);
    return made;
}

static void
check_text(const nx_charset *set, const marked *text, uint64_t *seed)
{
    const uint8_t *const end = text->text + text->n;
    size_t runs = 0;
    for (size_t i = 0; i <= text->characters; i++) {
        const uint8_t *const start = text->text + text->starts[i];
        size_t next = i, stop = i, count;
        while (next < text->characters && !text->in[next]) {
            next++;
        }
        CHECK(nx_charset_find(set, start, end) == text->text + text->starts[next]);
        const size_t most = nx_test_random(seed) % 2 ? SIZE_MAX : 3;
        while (stop < text->characters && text->in[stop] && stop - i < most) {
            stop++;
        }
        CHECK(nx_charset_span(set, start, end, most, &count) ==
              text->text + text->starts[stop]);
        CHECK_INT(count, stop - i);
        runs += i < text->characters && text->in[i] && (i == 0 || !text->in[i - 1]);
    }
    CHECK_INT(nx_charset_runs(set, text->text, text->n), runs);
}

static void
test_spans_and_runs(void)
{
    uint64_t seed = 3;
    for (int round = 0; round < 60 && nx_test_failures() == 0; round++) {
        uint8_t *const bits = calloc(NX_CHARSET_POINTS, 1);
        nx_charset set;
        for (int i = 0; i < 6; i++) {
            static const uint32_t pages[] = {'a' / 8,     0xE0 / 8, 0x2100 / 8,
                                             0x1F600 / 8, 0,        'i' / 8};
            bits[pages[i]] = (uint8_t)nx_test_random(&seed);
        }
        if (round % 4 == 0) { /* ASCII alone */
            bits[0xE0 / 8] = bits[0x2100 / 8] = bits[0x1F600 / 8] = 0;
        }
        CHECK(nx_charset_init(&set, bits, NX_CHARSET_POINTS));
        for (int i = 0; i < 50; i++) {
            marked text = random_text(bits, &seed);
            check_text(&set, &text, &seed);
            free(text.text);
        }
        nx_charset_clear(&set);
        free(bits);
    }
}

/* Text that is no UTF-8 is read inside its bounds, and always comes to its end. */
static void
test_broken_text_does_no_harm(void)
{
    uint64_t seed = 4;
    uint8_t *const bits = random_bits(NX_CHARSET_POINTS, &seed);
    nx_charset set;
    CHECK(nx_charset_init(&set, bits, NX_CHARSET_POINTS));
    for (int round = 0; round < 20000; round++) {
        const size_t n = nx_test_random(&seed) % 9;
        uint8_t *const text = malloc(n + (n == 0));
        size_t count;
        for (size_t i = 0; i < n; i++) {
            text[i] = (uint8_t)(nx_test_random(&seed) | 0x80);
        }
        const uint8_t *const end = text + n;
        CHECK(nx_charset_span(&set, text, end, SIZE_MAX, &count) <= end);
        CHECK(count <= n);
        CHECK(nx_charset_find(&set, text, end) <= end);
        CHECK(nx_charset_runs(&set, text, n) <= n);
        free(text);
    }
    nx_charset_clear(&set);
    free(bits);
}

static bool
make_set(void *context)
{
    nx_charset set;
    if (!nx_charset_init(&set, context, NX_CHARSET_POINTS)) {
        return false;
    }
    nx_charset_clear(&set);
    return true;
}

static void
test_allocation_failures(void)
{
    uint64_t seed = 5;
    uint8_t *const bits = random_bits(NX_CHARSET_POINTS, &seed);
    nx_test_alloc_failures(make_set, bits, 10);
    free(bits);
}

const nx_test nx_suite_pattern_class[] = {
    NX_TEST(test_every_code_point_is_as_its_bit_says),
    NX_TEST(test_every_byte_is_as_its_bit_says),
    NX_TEST(test_spans_and_runs),
    NX_TEST(test_broken_text_does_no_harm),
    NX_TEST(test_allocation_failures),
    {0},
};
