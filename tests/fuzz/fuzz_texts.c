/* Fuzz target of encodings: UTF-8 judged, counted, decoded and encoded, and texts of
 * one byte a character made UTF-8.
 *
 * The slow parser of the tests judges UTF-8, one loop over the bytes what a code page
 * makes of them. Every text is cut in two as well, and both sides must be what they are
 * in the whole; every set of instructions and number of threads gives the same. */
#include "fuzz_checks.h"

#include "text/code_page_parallel.h"
#include "text/slow_utf8.h"
#include "text/utf8.h"

enum {
    CHOICES = 8, /* bytes before the text */
    LONGEST_TEXT = 4096
};

/* ---- UTF-8 ---- */

static void
check_prefix(const uint8_t *text, size_t n)
{
    uint8_t *const copy = exact_copy(text, n);
    const size_t valid = slow_prefix(copy, n);
    bool ascii = true;
    for (size_t i = 0; i < n; i++) {
        ascii = ascii && copy[i] < 0x80;
    }
    CHECK_INT(nx_utf8_valid_prefix(copy, n), valid);
    CHECK_INT(nx_is_ascii(copy, n), ascii);
    free(copy);
}

/* Code points of a valid text: as many as there are sequences, each of its length, and
 * the bytes again when encoded. */
static void
check_points(const uint8_t *text, size_t n)
{
    uint8_t *const copy = exact_copy(text, n);
    uint32_t *const points = malloc((n + (n == 0)) * sizeof *points);
    uint8_t *const again = malloc(4 * n + (n == 0));
    CHECK(points != NULL && again != NULL);
    size_t count = 0;
    for (size_t at = 0; at < n; count++) {
        at += slow_sequence(copy + at, n - at);
    }
    CHECK_INT(nx_utf8_count(copy, n), count);
    CHECK_INT(nx_utf8_decode(copy, n, points), count);
    for (size_t i = 0, at = 0; i < count; i++) {
        const size_t length = slow_sequence(copy + at, n - at);
        uint32_t point = length == 1 ? copy[at] : copy[at] & (0x7Fu >> length);
        for (size_t k = 1; k < length; k++) {
            point = point << 6 | (copy[at + k] & 0x3F);
        }
        CHECK_INT(points[i], point);
        at += length;
    }
    CHECK_INT(nx_utf8_encode(points, count, again), n);
    CHECK(n == 0 || memcmp(again, copy, n) == 0);
    free(again);
    free(points);
    free(copy);
}

/* Any numbers: what can be encoded is valid and decodes to them. */
static void
check_encoding(const uint8_t *bytes, size_t n)
{
    const size_t count = n / 4;
    uint32_t *const points = malloc((count + 1) * sizeof *points);
    uint8_t *const text = malloc(4 * count + 1);
    CHECK(points != NULL && text != NULL);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        memcpy(&points[i], bytes + 4 * i, 4);
        points[i] &= 0x1FFFFF; /* else hardly one is a code point */
        good = good && points[i] <= 0x10FFFF && points[i] >> 11 != 0x1B;
    }
    const size_t size = nx_utf8_encode(points, count, text);
    CHECK((size != SIZE_MAX) == good);
    if (good) {
        CHECK_INT(slow_prefix(text, size), size);
        CHECK_INT(nx_utf8_count(text, size), count);
        check_points(text, size);
    }
    free(text);
    free(points);
}

/* ---- Code pages ---- */

/* One to four bytes for each byte, ASCII perhaps itself. */
static void
make_page(nx_code_page *page, const uint8_t *chosen)
{
    uint32_t state = chosen[1] | (uint32_t)chosen[2] << 8;
    memset(page, 0xEE, sizeof *page);
    for (int byte = 0; byte < 256; byte++) {
        state = state * 1664525 + 1013904223;
        const bool itself = (chosen[0] & 1) != 0 && byte < 0x80;
        page->length[byte] = (uint8_t)(itself ? 1 : 1 + (state >> 24) % 4);
        for (int i = 0; i < page->length[byte]; i++) {
            page->text[byte][i] =
                (uint8_t)(itself ? byte : (int)(state >> 8 * (i & 1)));
        }
    }
    nx_code_page_end(page);
}

/* A text of the size that was measured, by the engine in use. For free(). */
static uint8_t *
written(const nx_code_page *page, const uint8_t *text, size_t n, size_t *size)
{
    *size = nx_code_page_measure(page, text, n);
    uint8_t *const out = malloc(*size + (*size == 0));
    CHECK(out != NULL);
    nx_code_page_write(page, text, n, out);
    return out;
}

static void
check_parallel(const nx_code_page *page, const uint8_t *text, size_t n,
               const uint8_t *expected, size_t size, const uint8_t *chosen)
{
    size_t measured = 7;
    nx_error error = {0};
    const unsigned threads = 1 + chosen[0] / 2 % 3u;
    CHECK_INT(
        nx_code_page_measure_parallel(page, text, n, threads, NULL, &measured, &error),
        NX_OK);
    CHECK_INT(measured, size);
    uint8_t *const out = malloc(size + (size == 0));
    CHECK(out != NULL);
    CHECK_INT(nx_code_page_write_parallel(page, text, n, (chosen[0] & 8) != 0, out,
                                          size, threads, NULL, &error),
              NX_OK);
    CHECK(size == 0 || memcmp(out, expected, size) == 0);
    free(out);
}

static void
check_page(const uint8_t *from, size_t n, const uint8_t *chosen)
{
    static const nx_cpu engines[] = {0, NX_CPU_AVX2};
    nx_code_page page;
    make_page(&page, chosen);
    uint8_t *const text = exact_copy(from, n);
    uint8_t *const expected = malloc(4 * n + (n == 0));
    CHECK(expected != NULL);
    size_t size = 0, first, second, all;
    for (size_t i = 0; i < n; i++) {
        memcpy(expected + size, page.text[text[i]], page.length[text[i]]);
        size += page.length[text[i]];
    }
    const size_t cut = n > 0 ? (chosen[3] | (size_t)chosen[4] << 8) % (n + 1) : 0;
    uint8_t *const tail = exact_copy(text + cut, n - cut);
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        nx_code_page_init(engines[i] & nx_cpu_detect());
        uint8_t *const whole = written(&page, text, n, &all);
        uint8_t *const begin = written(&page, text, cut, &first);
        uint8_t *const end = written(&page, tail, n - cut, &second);
        CHECK(all == size && first + second == size);
        CHECK(size == 0 || memcmp(whole, expected, size) == 0);
        CHECK(first == 0 || memcmp(begin, expected, first) == 0);
        CHECK(second == 0 || memcmp(end, expected + first, second) == 0);
        free(end);
        free(begin);
        free(whole);
        check_parallel(&page, text, n, expected, size, chosen);
    }
    free(tail);
    free(expected);
    free(text);
}

/* ---- The target ---- */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CHOICES || size - CHOICES > LONGEST_TEXT) {
        return 0;
    }
    const uint8_t *const text = data + CHOICES;
    const size_t n = size - CHOICES;
    /* Cut everywhere near one place, so that sequences are cut in all ways. */
    const size_t near = n > 0 ? (data[5] | (size_t)data[6] << 8) % (n + 1) : 0;
    check_prefix(text, n);
    for (size_t cut = near; cut <= n && cut < near + 8; cut++) {
        check_prefix(text, cut);
        check_prefix(text + cut, n - cut);
    }
    check_points(text, slow_prefix(text, n));
    check_encoding(text, n);
    check_page(text, n, data);
    return 0;
}
