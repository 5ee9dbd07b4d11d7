#include "harness.h"

#include <stdlib.h>

#include "text/slow_utf8.h"
#include "text/utf8.h"

static void
check_prefix(const uint8_t *text, size_t n)
{
    const size_t expected = slow_prefix(text, n),
                 actual = nx_utf8_valid_prefix(text, n);
    if (actual != expected) {
        nx_test_fail(__FILE__, __LINE__,
                     "%02x %02x %02x %02x... (%zu): %zu, expected %zu", text[0],
                     text[1], text[2], text[3], n, actual, expected);
    }
}

static size_t
encode(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code & 0x3F));
    return 4;
}

static void
test_every_code_point_and_its_truncations(void)
{
    for (uint32_t code = 0; code <= 0x1FFFFF; code++) {
        uint8_t text[64];
        const size_t before = code % 37;
        memset(text, 'a', sizeof text);
        const size_t n = encode(code, text + before);
        const bool valid = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        CHECK_INT(nx_utf8_valid_prefix(text, before + n + 3),
                  valid ? before + n + 3 : before);
        for (size_t cut = 0; cut < n; cut++) {
            CHECK_INT(nx_utf8_valid_prefix(text, before + cut), before);
        }
        if (nx_test_failures() > 8) {
            return;
        }
    }
}

static void
test_all_texts_of_three_bytes(void)
{
    uint8_t text[4] = {0};
    for (uint32_t bytes = 0; bytes < UINT32_C(1) << 24; bytes++) {
        text[0] = (uint8_t)(bytes >> 16);
        text[1] = (uint8_t)(bytes >> 8);
        text[2] = (uint8_t)bytes;
        if ((bytes & 0x808080) != 0) {
            check_prefix(text, 3);
        }
    }
}

static void
test_four_byte_sequences_at_their_limits(void)
{
    static const uint8_t tails[] = {0x00, 0x7F, 0x80, 0x81, 0xBF, 0xC0, 0xE0, 0xFF};
    for (unsigned lead = 0xE0; lead <= 0xFF; lead++) {
        for (unsigned second = 0; second <= 0xFF; second++) {
            for (size_t i = 0; i < sizeof tails * sizeof tails; i++) {
                const uint8_t text[5] = {(uint8_t)lead, (uint8_t)second,
                                         tails[i / sizeof tails],
                                         tails[i % sizeof tails], 'x'};
                check_prefix(text, 4);
                check_prefix(text, 5);
            }
        }
    }
}

static void
test_overlong_forms_of_every_length(void)
{
    static const uint8_t nul[][4] = {
        {0xC0, 0x80}, {0xE0, 0x80, 0x80}, {0xF0, 0x80, 0x80, 0x80}};
    static const uint8_t least[][4] = {
        {0xC1, 0xBF}, {0xE0, 0x9F, 0xBF}, {0xF0, 0x8F, 0xBF, 0xBF}};
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(nx_utf8_valid_prefix(nul[i], i + 2), 0);
        CHECK_INT(nx_utf8_valid_prefix(least[i], i + 2), 0);
    }
}

static void
test_random_mixtures(void)
{
    uint64_t seed = 18;
    for (int round = 0; round < 100000; round++) {
        uint8_t text[128 + 4];
        size_t n = 0;
        while (n < 100) {
            const uint64_t r = nx_test_random(&seed);
            static const uint32_t limits[4] = {0x80, 0x800, 0x10000, 0x110000};
            uint32_t code = (uint32_t)(r >> 8) % limits[r % 4];
            code = code >= 0xD800 && code < 0xE000 ? 'x' : code;
            size_t run = (r >> 40) % 3 == 0 ? (r >> 42) % 24 : 0;
            n += encode(code, text + n);
            while (run-- > 0 && n < 100) {
                text[n++] = 'y';
            }
        }
        CHECK_INT(nx_utf8_valid_prefix(text, n), n);
        const uint64_t r = nx_test_random(&seed);
        text[r % n] = (uint8_t)(r >> 8);
        check_prefix(text, n);
        check_prefix(text, (size_t)(r >> 16) % (n + 1));
    }
}

static void
test_a_high_byte_in_every_place(void)
{
    for (size_t n = 0; n <= 100; n++) {
        /* A block of exactly this length: a sanitizer sees any read outside. */
        uint8_t *const text = malloc(n + (n == 0));
        memset(text, 0x7F, n);
        CHECK(nx_is_ascii(text, n));
        CHECK_INT(nx_utf8_valid_prefix(text, n), n);
        for (size_t at = 0; at < n; at++) {
            text[at] = 0x80;
            CHECK(!nx_is_ascii(text, n));
            CHECK_INT(nx_utf8_valid_prefix(text, n), at);
            text[at] = 0xF0; /* its tail is missing */
            CHECK_INT(nx_utf8_valid_prefix(text, n), at);
            text[at] = 0;
            CHECK(nx_is_ascii(text, n));
        }
        free(text);
    }
}

static size_t
put_sequence(uint8_t *p, uint32_t code)
{
    const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        p[i] = (uint8_t)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    p[0] = (uint8_t)(lead[length] | code);
    return length;
}

static void
test_code_points_are_counted_and_decoded(void)
{
    static const uint32_t limits[] = {0x80, 0x800, 0xD800, 0x10000, 0x110000};
    uint64_t seed = 22;
    for (int round = 0; round < 60000; round++) {
        uint32_t written[40], read[40];
        uint8_t bytes[160];
        const size_t count = nx_test_random(&seed) % 40;
        size_t n = 0;
        for (size_t i = 0; i < count; i++) {
            const uint64_t r = nx_test_random(&seed);
            written[i] = (uint32_t)((r >> 8) % limits[r % (round % 4 == 0 ? 5 : 1)]);
            written[i] = written[i] >> 11 == 0x1B ? 0xFFFF : written[i];
            n += put_sequence(bytes + n, written[i]);
        }
        uint8_t *const text = malloc(n + (n == 0));
        memcpy(text, bytes, n);
        CHECK_INT(nx_utf8_valid_prefix(text, n), n);
        CHECK_INT(nx_utf8_count(text, n), count);
        CHECK_INT(nx_utf8_decode(text, n, read), count);
        CHECK(memcmp(read, written, count * sizeof read[0]) == 0);
        free(text);
    }
}

/* Every number up to the limit and some beyond: what decodes to it, or no UTF-8. */
static void
test_every_code_point_is_encoded(void)
{
    for (uint32_t point = 0; point < 0x110100; point++) {
        uint8_t text[4], expected[8];
        const size_t n = nx_utf8_encode(&point, 1, text);
        if (point >> 11 == 0x1B || point > 0x10FFFF) {
            CHECK(n == SIZE_MAX);
            continue;
        }
        CHECK_INT(n, put_sequence(expected, point));
        CHECK(memcmp(text, expected, n) == 0);
    }
    const uint32_t several[] = {'a', 0, 0xE9, 0x20AC, 0x1F600}, bad = UINT32_MAX;
    uint8_t text[20];
    CHECK_INT(nx_utf8_encode(several, 5, text), 11);
    CHECK(memcmp(text, "a\0\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 11) == 0);
    CHECK_INT(nx_utf8_encode(several, 0, text), 0);
    CHECK(nx_utf8_encode(&bad, 1, text) == SIZE_MAX);
}

const nx_test nx_suite_utf8[] = {
    NX_TEST(test_every_code_point_and_its_truncations),
    NX_TEST(test_all_texts_of_three_bytes),
    NX_TEST(test_four_byte_sequences_at_their_limits),
    NX_TEST(test_overlong_forms_of_every_length),
    NX_TEST(test_random_mixtures),
    NX_TEST(test_a_high_byte_in_every_place),
    NX_TEST(test_code_points_are_counted_and_decoded),
    NX_TEST(test_every_code_point_is_encoded),
    {0},
};
