/* json_escape.h with vectors of 32 bytes. */
#include <immintrin.h>
#include <string.h>

#include "json/json_escape_engines.h"

enum {
    BLOCK = 32
};

static uint32_t
copy_block(uint8_t *out, const uint8_t *text)
{
    const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)text);
    _mm256_storeu_si256((__m256i *)(void *)out, x);
    const __m256i control =
        _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1F)), x);
    const __m256i marks = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')),
                                          _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')));
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(control, marks));
}

#include "json/json_escape_template.h"

const nx_json_escaper nx_json_escaper_avx2 = {"avx2", escape};
