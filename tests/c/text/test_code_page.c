#include "harness.h"

#include <stdlib.h>

#include "text/code_page.h"

enum {
    LONGEST = 200
};

/* The features of one engine at a time. */
static const nx_cpu forced[] = {0, NX_CPU_AVX2};

/* What stands for a byte in these pages: one to four bytes. */
static void
make_page(nx_code_page *page, bool has_ascii, uint64_t *seed)
{
    memset(page, 0xEE, sizeof *page);
    for (int byte = 0; byte < 256; byte++) {
        const bool itself = has_ascii && byte < 0x80;
        page->length[byte] = (uint8_t)(itself ? 1 : 1 + nx_test_random(seed) % 4);
        for (int i = 0; i < page->length[byte]; i++) {
            page->text[byte][i] =
                (uint8_t)(itself ? (uint64_t)byte : nx_test_random(seed));
        }
    }
    nx_code_page_end(page);
}

/* The oracle; returns how many bytes were written. */
static size_t
write_slowly(const nx_code_page *page, const uint8_t *text, size_t n, uint8_t *out)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < page->length[text[i]]; k++) {
            out[size++] = page->text[text[i]][k];
        }
    }
    return size;
}

/* Text and output are blocks of their exact sizes, so that the address sanitizer sees
 * what is touched beyond them. */
static void
check(const nx_code_page *page, const uint8_t *from, size_t n)
{
    uint8_t expected[LONGEST * NX_CODE_PAGE_LONGEST];
    uint8_t *text = malloc(n + (n == 0));
    memcpy(text, from, n);
    const size_t size = write_slowly(page, text, n, expected);
    for (size_t i = 0; i < sizeof forced / sizeof forced[0]; i++) {
        nx_code_page_init(forced[i] & nx_cpu_detect_without(NULL));
        uint8_t *out = malloc(size + (size == 0));
        CHECK_INT(nx_code_page_measure(page, text, n), size);
        nx_code_page_write(page, text, n, out);
        CHECK(memcmp(out, expected, size) == 0);
        free(out);
    }
    nx_code_page_init(nx_cpu_detect());
    free(text);
}

static void
test_texts_of_every_length(void)
{
    uint64_t seed = 1;
    nx_code_page page;
    uint8_t text[LONGEST];
    for (int round = 0; round < 40; round++) {
        make_page(&page, round % 4 != 0, &seed);
        /* From ASCII alone over a few others to none at all. */
        const uint64_t share = (uint64_t)(round % 8) * 9;
        for (size_t i = 0; i < LONGEST; i++) {
            const uint64_t drawn = nx_test_random(&seed);
            text[i] = (uint8_t)(drawn % 0x80 | (drawn >> 8 & 63 ? 0 : 0x80));
            text[i] |= (uint8_t)((drawn >> 20) % 63 < share ? 0x80 : 0);
        }
        for (size_t n = 0; n <= LONGEST; n++) {
            check(&page, text + LONGEST - n, n);
        }
    }
}

static void
test_one_other_byte_at_every_place(void)
{
    uint64_t seed = 2;
    nx_code_page page;
    uint8_t text[100];
    make_page(&page, true, &seed);
    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        text[at] = 0xE9;
        check(&page, text, sizeof text);
    }
}

static void
test_which_pages_have_ascii(void)
{
    uint64_t seed = 3;
    nx_code_page page;
    make_page(&page, true, &seed);
    CHECK(page.has_ascii);
    page.text[0x7F][0] = 'x';
    nx_code_page_end(&page);
    CHECK(!page.has_ascii);
    make_page(&page, true, &seed);
    page.length[0] = 2;
    nx_code_page_end(&page);
    CHECK(!page.has_ascii);
}

static void
test_engines_have_names(void)
{
    nx_code_page_init(0);
    CHECK_STR(nx_code_page_engine_name(), "portable");
    if (nx_cpu_detect_without(NULL) & NX_CPU_AVX2) {
        nx_code_page_init(NX_CPU_AVX2);
        CHECK_STR(nx_code_page_engine_name(), "avx2");
    }
    nx_code_page_init(nx_cpu_detect());
}

const nx_test nx_suite_code_page[] = {
    NX_TEST(test_texts_of_every_length),
    NX_TEST(test_one_other_byte_at_every_place),
    NX_TEST(test_which_pages_have_ascii),
    NX_TEST(test_engines_have_names),
    {0},
};
