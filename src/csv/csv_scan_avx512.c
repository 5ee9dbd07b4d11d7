/* The scanner with 64-byte vectors: a comparison is a bit mask already, and the
 * positions of its bits are what is left of 0, 1, 2, ... when the others are taken
 * out. */
#include "csv/csv_scan.h"

#include <immintrin.h>

#include "base/bits.h"
#define NX_CSV_CLMUL
#include "csv/csv_scan_word.h"

typedef struct scan_constants {
    __m512i quote, delimiter, lf, cr;
    uint64_t quoting;
} scan_constants;

NX_INLINE scan_constants
make_constants(const nx_csv_dialect *dialect)
{
    return (scan_constants){
        .quote = _mm512_set1_epi8((char)dialect->quote),
        .delimiter = _mm512_set1_epi8((char)dialect->delimiter),
        .lf = _mm512_set1_epi8('\n'),
        .cr = _mm512_set1_epi8('\r'),
        .quoting = dialect->quoting ? UINT64_MAX : 0,
    };
}

NX_INLINE scan_word
word_masks(const uint8_t *text, const scan_constants *constants)
{
    const __m512i bytes = _mm512_loadu_si512(text);
    return (scan_word){
        .quote = _mm512_cmpeq_epi8_mask(bytes, constants->quote) & constants->quoting,
        .delimiter = _mm512_cmpeq_epi8_mask(bytes, constants->delimiter),
        .lf = _mm512_cmpeq_epi8_mask(bytes, constants->lf),
        .cr = _mm512_cmpeq_epi8_mask(bytes, constants->cr),
        .high = _mm512_movepi8_mask(bytes),
    };
}

/* Writes the positions of the set bits, sixteen at a time. */
NX_INLINE void
store_positions(uint64_t bits, size_t count, uint32_t at, uint32_t *ends)
{
    const __m512i all =
        _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48,
                        47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
                        31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i base = _mm512_set1_epi32((int)at);
    __m512i places = _mm512_maskz_compress_epi8(bits, all);
    for (;;) {
        const __m512i wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places));
        _mm512_storeu_si512(ends, _mm512_add_epi32(wide, base));
        if (NX_LIKELY(count <= 16)) {
            return;
        }
        count -= 16;
        ends += 16;
        places = _mm512_alignr_epi32(places, places, 4);
    }
}
#define NX_CSV_STORES_POSITIONS

#include "csv/csv_scan_template.h"

const nx_csv_scanner nx_csv_scanner_avx512 = {"avx512", scan_index, scan_count};
