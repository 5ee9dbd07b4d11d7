/* The scanner with 32-byte vectors and carry-less multiplication. */
#include "json/json_scan.h"

#include <immintrin.h>

#include "base/bits.h"
#include "json/json_scan_word.h"

NX_INLINE uint64_t
top_bits(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

NX_INLINE uint64_t
equal_bytes(__m256i low, __m256i high, char byte)
{
    const __m256i splat = _mm256_set1_epi8(byte);
    return top_bits(_mm256_cmpeq_epi8(low, splat), _mm256_cmpeq_epi8(high, splat));
}

NX_INLINE __m256i
control_bytes(__m256i text)
{
    return _mm256_cmpeq_epi8(_mm256_min_epu8(text, _mm256_set1_epi8(0x1F)), text);
}

NX_INLINE __m256i
blank_bytes(__m256i text)
{
    /* The blank with these low four bits, or a byte that no text with them is: a byte
     * above 0x7F gives zero. */
    const __m256i blanks = _mm256_setr_epi8(
        ' ', -1, -1, -1, -1, -1, -1, -1, -1, '\t', -1, -1, -1, '\r', -1, -1, ' ', -1,
        -1, -1, -1, -1, -1, -1, -1, '\t', -1, -1, -1, '\r', -1, -1);
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(blanks, text), text);
}

NX_INLINE json_word
word_masks(const uint8_t *text)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)text);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    return (json_word){
        .quote = equal_bytes(low, high, '"'),
        .backslash = equal_bytes(low, high, '\\'),
        .comma = equal_bytes(low, high, ','),
        .lf = equal_bytes(low, high, '\n'),
        .control = top_bits(control_bytes(low), control_bytes(high)),
        .blank = top_bits(blank_bytes(low), blank_bytes(high)),
        .high = top_bits(low, high),
    };
}

/* Multiplying by all ones adds up, without carries, every bit at or below each
 * position. */
NX_INLINE uint64_t
prefix_xor(uint64_t mask)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)mask), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

NX_INLINE int
lowest_bit(uint64_t mask)
{
    return (int)_tzcnt_u64(mask);
}

#include "json/json_scan_template.h"

const nx_csv_scanner nx_json_scanner_avx2 = {"avx2", scan_index, scan_count};
