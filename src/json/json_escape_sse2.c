/* json_escape.h with vectors of 16 bytes, which every x86-64 processor has. */
#include "json/json_escape_engines.h"

#ifdef NX_JSON_SSE2

#include <string.h>

enum {
    BLOCK = 16
};

NX_INLINE void
copy_block(uint8_t *out, const uint8_t *text)
{
    memcpy(out, text, BLOCK);
}

NX_INLINE uint64_t
mark_block(uint8_t *out, const uint8_t *text)
{
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)text);
    _mm_storeu_si128((__m128i *)(void *)out, x);
    return (uint64_t)(unsigned)_mm_movemask_epi8(nx_json_special16(x));
}

#include "json/json_escape_template.h"

const nx_json_escaper nx_json_escaper_sse2 = {"sse2", escape};

#else
typedef int nx_json_escape_sse2_is_empty; /* ISO C forbids an empty file */
#endif
