/* Code pages with 32-byte vectors. */
#include "text/code_page_engines.h"

#include <immintrin.h>

#define PAGE_BLOCK 32
#define PAGE_BITS  1

NX_INLINE __m256i
load(const uint8_t *text)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

NX_INLINE uint64_t
high_bytes(const uint8_t *text)
{
    return (uint32_t)_mm256_movemask_epi8(load(text));
}

NX_INLINE void
copy_block(const uint8_t *text, uint8_t *out)
{
    _mm256_storeu_si256((__m256i *)(void *)out, load(text));
}

#include "text/code_page_template.h"

const nx_code_page_engine nx_code_page_engine_avx2 = {
    .name = "avx2", .measure = measure, .write = write_text};
