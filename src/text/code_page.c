#include "text/code_page.h"

/* ---- Eight bytes at a time ---- */

#define PAGE_BLOCK 8
#define PAGE_BITS  8

#include "text/code_page_engines.h"

NX_INLINE uint64_t
high_bytes(const uint8_t *text)
{
    return nx_load64le(text) & 0x8080808080808080U;
}

NX_INLINE void
copy_block(const uint8_t *text, uint8_t *out)
{
    memcpy(out, text, PAGE_BLOCK);
}

#include "text/code_page_template.h"

const nx_code_page_engine nx_code_page_engine_portable = {
    .name = "portable", .measure = measure, .write = write_text};

/* ---- Which one ---- */

static const nx_code_page_engine *engine = &nx_code_page_engine_portable;

const nx_code_page_engine *
nx_code_page_engine_for(nx_cpu cpu)
{
#if defined(NX_CODE_PAGE_AVX2)
    if (cpu & NX_CPU_AVX2) {
        return &nx_code_page_engine_avx2;
    }
#endif
    (void)cpu;
    return &nx_code_page_engine_portable;
}

void
nx_code_page_init(nx_cpu cpu)
{
    engine = nx_code_page_engine_for(cpu);
}

const char *
nx_code_page_engine_name(void)
{
    return engine->name;
}

/* ---- Calls ---- */

void
nx_code_page_end(nx_code_page *page)
{
    page->has_ascii = true;
    for (int byte = 0; byte < 0x80; byte++) {
        page->has_ascii &= page->length[byte] == 1 && page->text[byte][0] == byte;
    }
}

size_t
nx_code_page_measure(const nx_code_page *page, const uint8_t *text, size_t n)
{
    return page->has_ascii ? engine->measure(page, text, n)
                           : code_page_measure_bytes(page, text, n);
}

void
nx_code_page_write(const nx_code_page *page, const uint8_t *text, size_t n,
                   uint8_t *out)
{
    if (page->has_ascii) {
        engine->write(page, text, n, out);
        return;
    }
    code_page_write_bytes(page, text, n, out);
}
