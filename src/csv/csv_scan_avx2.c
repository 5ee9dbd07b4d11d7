/* The scanner with 32-byte vectors and carry-less multiplication. */
#include "csv/csv_scan.h"

#include <immintrin.h>

#include "base/bits.h"
#define NX_CSV_CLMUL
#include "csv/csv_scan_word.h"

typedef struct scan_constants {
    __m256i quote, delimiter, lf, cr;
    uint64_t quoting;
} scan_constants;

NX_INLINE scan_constants
make_constants(const nx_csv_dialect *dialect)
{
    return (scan_constants){
        .quote = _mm256_set1_epi8((char)dialect->quote),
        .delimiter = _mm256_set1_epi8((char)dialect->delimiter),
        .lf = _mm256_set1_epi8('\n'),
        .cr = _mm256_set1_epi8('\r'),
        .quoting = dialect->quoting ? UINT64_MAX : 0,
    };
}

NX_INLINE uint64_t
top_bits(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

NX_INLINE uint64_t
equal_bytes(__m256i low, __m256i high, __m256i splat)
{
    return top_bits(_mm256_cmpeq_epi8(low, splat), _mm256_cmpeq_epi8(high, splat));
}

NX_INLINE scan_word
word_masks(const uint8_t *text, const scan_constants *constants)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)text);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    return (scan_word){
        .quote = equal_bytes(low, high, constants->quote) & constants->quoting,
        .delimiter = equal_bytes(low, high, constants->delimiter),
        .lf = equal_bytes(low, high, constants->lf),
        .cr = equal_bytes(low, high, constants->cr),
        .high = top_bits(low, high),
    };
}

NX_INLINE int
lowest_bit(uint64_t mask)
{
    return (int)_tzcnt_u64(mask);
}

#include "csv/csv_scan_template.h"

const nx_csv_scanner nx_csv_scanner_avx2 = {"avx2", scan_index, scan_count};
