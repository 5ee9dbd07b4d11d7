/* The loops over text of which most is ASCII, for every instruction set.
 *
 * A file that includes this has defined
 *   PAGE_BLOCK              the bytes that are looked at at once
 *   high_bytes(text)        bit i * PAGE_BITS + PAGE_BITS - 1: byte i is not ASCII; no
 *                           other bit
 *   copy_block(text, out)   copies a block
 */
#include "text/code_page_engines.h"

static size_t
measure(const nx_code_page *page, const uint8_t *text, size_t n)
{
    size_t size = 0, i = 0;
    for (; n - i >= PAGE_BLOCK; i += PAGE_BLOCK) {
        size += NX_LIKELY(high_bytes(text + i) == 0)
                    ? PAGE_BLOCK
                    : code_page_measure_bytes(page, text + i, PAGE_BLOCK);
    }
    return size + code_page_measure_bytes(page, text + i, n - i);
}

/* A block is copied as if it were ASCII, and what is not is written over from the first
 * byte that is not on. There is room for the whole block, as there are as many bytes
 * left and each becomes one or more. */
static void
write_text(const nx_code_page *page, const uint8_t *text, size_t n, uint8_t *out)
{
    size_t i = 0;
    while (n - i >= PAGE_BLOCK) {
        const uint64_t high = high_bytes(text + i);
        copy_block(text + i, out);
        if (NX_LIKELY(high == 0)) {
            i += PAGE_BLOCK;
            out += PAGE_BLOCK;
            continue;
        }
        const size_t plain = (size_t)nx_ctz64(high) / PAGE_BITS;
        i += plain;
        out += plain;
        /* Text in another script goes on like this. */
        for (; n - i >= PAGE_BLOCK && text[i] >= 0x80; i++) {
            memcpy(out, page->text[text[i]], NX_CODE_PAGE_LONGEST);
            out += page->length[text[i]];
        }
    }
    code_page_write_bytes(page, text + i, n - i, out);
}
