/* What the scanners of all instruction sets begin with: csv_scan_template.h says what
 * it is for. A file that has carry-less multiplication defines NX_CSV_CLMUL. */
#ifndef NX_CSV_CSV_SCAN_WORD_H
#define NX_CSV_CSV_SCAN_WORD_H

#include <stdint.h>

#include "base/bits.h"

/* The masks of 64 bytes of text, one bit a byte. */
typedef struct scan_word {
    uint64_t quote, delimiter, lf, cr, high;
} scan_word;

#ifdef NX_CSV_CLMUL
#include <immintrin.h>

/* Multiplying by all ones adds up, without carries, every bit at or below each
 * position. */
NX_INLINE uint64_t
prefix_xor(uint64_t mask)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)mask), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}
#endif

#endif
