/* json_escape.h with vectors of 16 bytes, which every x86-64 processor has. */
#include "json/json_escape_engines.h"

#ifdef NX_JSON_SSE2

#include <emmintrin.h>
#include <string.h>

enum {
    BLOCK = 16
};

static uint32_t
copy_block(uint8_t *out, const uint8_t *text)
{
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)text);
    _mm_storeu_si128((__m128i *)(void *)out, x);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x);
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(control, marks));
}

#include "json/json_escape_template.h"

const nx_json_escaper nx_json_escaper_sse2 = {"sse2", escape};

#else
typedef int nx_json_escape_sse2_is_empty; /* ISO C forbids an empty file */
#endif
