#include "harness.h"

#include "base/alloc.h"
#include "json/json_escape.h"
#include "json/json_escape_engines.h"

enum {
    LONGEST = 200
};

/* A second implementation, a byte at a time. */
static size_t
escape_plainly(const uint8_t *text, size_t n, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t c = text[i];
        const char *const letters = "b\bt\tn\nf\fr\r\"\"\\\\";
        const char *named = NULL;
        for (const char *pair = letters; *pair != 0; pair += 2) {
            named = (uint8_t)pair[1] == c ? pair : named;
        }
        if (named != NULL) {
            length += (size_t)sprintf(out + length, "\\%c", named[0]);
        }
        else if (c < 0x20) {
            length += (size_t)sprintf(out + length, "\\u%04x", c);
        }
        else {
            out[length++] = (char)c;
        }
    }
    return length;
}

static void
check(uint8_t *(*escape)(uint8_t *, const uint8_t *, size_t), const uint8_t *text,
      size_t n)
{
    static char expected[LONGEST * NX_JSON_ESCAPE_LONGEST + 1];
    const size_t length = escape_plainly(text, n, expected);
    /* Of its exact size, for the address sanitizer. */
    uint8_t *const exact = nx_alloc(n, 1);
    uint8_t *const out = nx_alloc(n * NX_JSON_ESCAPE_LONGEST + NX_JSON_ESCAPE_SPARE, 1);
    memcpy(exact, text, n);
    const uint8_t *const end = escape(out, exact, n);
    CHECK_INT(end - out, length);
    CHECK(memcmp(out, expected, length) == 0);
    nx_free(out);
    nx_free(exact);
}

static uint8_t *
escape_inline(uint8_t *out, const uint8_t *text, size_t n)
{
    return nx_json_escape(out, text, n);
}

static void
check_all(const uint8_t *text, size_t n)
{
    check(nx_json_escaper_portable.escape, text, n);
#ifdef NX_JSON_SSE2
    check(nx_json_escaper_sse2.escape, text, n);
#endif
#ifdef NX_JSON_AVX2
    if (nx_cpu_detect() & NX_CPU_AVX2) {
        check(nx_json_escaper_avx2.escape, text, n);
    }
#endif
    check(escape_inline, text, n);
}

static void
test_every_byte_at_every_place(void)
{
    uint8_t text[LONGEST];
    for (size_t n = 1; n <= 70; n += n < 20 ? 1 : 7) {
        for (size_t at = 0; at < n; at++) {
            for (int byte = 0; byte < 256; byte += at % 5 == 0 ? 1 : 11) {
                memset(text, 'a', n);
                text[at] = (uint8_t)byte;
                check_all(text, n);
            }
        }
    }
}

static void
test_random_bytes_of_every_length(void)
{
    uint64_t seed = 1;
    uint8_t text[LONGEST];
    static const uint8_t often[] = {'"',  '\\', '\n', 0,    0x1F,
                                    0x20, 0x7F, 0x80, 0xFF, '!'};
    for (size_t n = 0; n < LONGEST; n++) {
        for (int round = 0; round < 20; round++) {
            for (size_t i = 0; i < n; i++) {
                const uint64_t r = nx_test_random(&seed);
                const bool special = (int)(r % 20) < round;
                text[i] =
                    special ? often[r >> 32 & 7] : (uint8_t)('a' + (r >> 40) % 26);
            }
            check_all(text, n);
        }
    }
}

static void
test_the_variants_that_are_picked(void)
{
#ifdef NX_JSON_SSE2
    CHECK_STR(nx_json_escaper_for(0)->name, "sse2");
#else
    CHECK_STR(nx_json_escaper_for(0)->name, "portable");
#endif
#ifdef NX_JSON_AVX2
    CHECK_STR(nx_json_escaper_for(NX_CPU_AVX2)->name, "avx2");
#endif
    nx_json_escape_init(0);
    CHECK_STR(nx_json_escape_name(), nx_json_escaper_for(0)->name);
    nx_json_escape_init(nx_cpu_detect());
}

const nx_test nx_suite_json_escape[] = {
    NX_TEST(test_every_byte_at_every_place),
    NX_TEST(test_random_bytes_of_every_length),
    NX_TEST(test_the_variants_that_are_picked),
    {0},
};
