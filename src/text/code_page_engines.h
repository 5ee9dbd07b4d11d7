/* The engines of code pages and what they share; for their sources alone. */
#ifndef NX_TEXT_CODE_PAGE_ENGINES_H
#define NX_TEXT_CODE_PAGE_ENGINES_H

#include <string.h>

#include "base/bits.h"
#include "text/code_page.h"

/* Byte by byte, for any page and any n. Four sums, so that none waits for another. */
NX_INLINE size_t
code_page_measure_bytes(const nx_code_page *page, const uint8_t *text, size_t n)
{
    size_t a = 0, b = 0, c = 0, d = 0, i = 0;
    for (; i + 4 <= n; i += 4) {
        a += page->length[text[i]];
        b += page->length[text[i + 1]];
        c += page->length[text[i + 2]];
        d += page->length[text[i + 3]];
    }
    for (; i < n; i++) {
        a += page->length[text[i]];
    }
    return a + b + c + d;
}

/* Four bytes are written for each byte of text, of which the next one overwrites those
 * that do not count. What is written last has to end where the text ends: it is written
 * to its length, since another thread may write what is behind. Every byte has one byte
 * in UTF-8 at least, so the last three have no room for more. */
NX_INLINE uint8_t *
code_page_write_bytes(const nx_code_page *page, const uint8_t *text, size_t n,
                      uint8_t *out)
{
    size_t i = 0;
    for (; i + NX_CODE_PAGE_LONGEST <= n; i++) {
        memcpy(out, page->text[text[i]], NX_CODE_PAGE_LONGEST);
        out += page->length[text[i]];
    }
    for (; i < n; i++) {
        memcpy(out, page->text[text[i]], page->length[text[i]]);
        out += page->length[text[i]];
    }
    return out;
}

extern const nx_code_page_engine nx_code_page_engine_portable;

#if defined(__x86_64__) || defined(_M_X64)
#define NX_CODE_PAGE_AVX2 1
extern const nx_code_page_engine nx_code_page_engine_avx2;
#endif

#endif
