/* Words with 32-byte vectors. */
#include "text/words_engines.h"

#include <immintrin.h>

#include "text/words_spaces.h"

/* ---- White space of one byte ---- */

/* A byte of white space is what the table has for its lower four bits, but for 1C and
 * 1D, whose places 0C and 0D have. A byte from 80 on finds 0. */
NX_INLINE __m256i
narrow_of(__m256i x, nx_word_rule rule)
{
    const char e = rule == NX_WORDS_STR ? 0x1E : 0, f = rule == NX_WORDS_STR ? 0x1F : 0;
    const __m256i table = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, e, f));
    const __m256i found = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, x), x);
    if (rule == NX_WORDS_BYTES) {
        return found;
    }
    const __m256i even = _mm256_and_si256(x, _mm256_set1_epi8((char)0xFE));
    return _mm256_or_si256(found, _mm256_cmpeq_epi8(even, _mm256_set1_epi8(0x1C)));
}

NX_INLINE uint32_t
bits_of(__m256i x)
{
    return (uint32_t)_mm256_movemask_epi8(x);
}

NX_INLINE uint64_t
join(__m256i low, __m256i high)
{
    return bits_of(low) | (uint64_t)bits_of(high) << 32;
}

NX_INLINE __m256i
load(const uint8_t *text)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

/* Bytes C2, and E0 to E3. */
NX_INLINE __m256i
wide_leads(__m256i x)
{
    const __m256i family = _mm256_and_si256(x, _mm256_set1_epi8((char)0xFC));
    return _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8((char)0xC2)),
                           _mm256_cmpeq_epi8(family, _mm256_set1_epi8((char)0xE0)));
}

NX_INLINE bool
has_wide_lead(__m256i low, __m256i high)
{
    return bits_of(_mm256_or_si256(low, high)) != 0 &&
           bits_of(_mm256_or_si256(wide_leads(low), wide_leads(high))) != 0;
}

NX_INLINE uint64_t
narrow_spaces(const uint8_t *text, nx_word_rule rule, bool *wide)
{
    const __m256i low = load(text), high = load(text + 32);
    *wide = rule == NX_WORDS_STR && has_wide_lead(low, high);
    return join(narrow_of(low, rule), narrow_of(high, rule));
}

/* Two overlapping parts of a short text, `half` bytes each, as one vector. */
NX_INLINE __m256i
load_short(const uint8_t *text, size_t n, size_t half)
{
    const uint8_t *const last = text + n - half;
    if (half == 16) {
        return _mm256_set_m128i(_mm_loadu_si128((const __m128i *)(const void *)last),
                                _mm_loadu_si128((const __m128i *)(const void *)text));
    }
    uint64_t low = 0, high = 0;
    if (half == 8) {
        low = nx_load64le(text);
        high = nx_load64le(last);
    }
    else if (half == 4) {
        low = nx_load32le(text) | (uint64_t)nx_load32le(last) << 32;
    }
    else {
        low = half == 2 ? text[0] | (uint64_t)text[1] << 8 | (uint64_t)last[0] << 16 |
                              (uint64_t)last[1] << 24
                        : text[0];
    }
    return _mm256_set_epi64x(0, 0, (long long)high, (long long)low);
}

NX_INLINE uint64_t
short_spaces(const uint8_t *text, size_t n, nx_word_rule rule, bool *wide)
{
    if (n >= 32) {
        const __m256i low = load(text), high = load(text + n - 32);
        *wide = rule == NX_WORDS_STR && has_wide_lead(low, high);
        return bits_of(narrow_of(low, rule)) | (uint64_t)bits_of(narrow_of(high, rule))
                                                   << (n - 32);
    }
    const size_t half = n >= 16 ? 16 : n >= 8 ? 8 : n >= 4 ? 4 : n >= 2 ? 2 : 1;
    const __m256i x = load_short(text, n, half);
    const uint64_t spaces = bits_of(narrow_of(x, rule));
    *wide = rule == NX_WORDS_STR && has_wide_lead(x, x);
    return (spaces & lowest_bits(half)) | spaces >> half << (n - half);
}

/* ---- White space of two and three bytes ---- */

NX_INLINE __m256i
equal(__m256i x, int byte)
{
    return _mm256_cmpeq_epi8(x, _mm256_set1_epi8((char)byte));
}

/* The last bytes of U+2000 to 200A, 2028, 2029 and 202F. */
NX_INLINE __m256i
ends_general_space(__m256i x)
{
    const __m256i above = _mm256_xor_si256(x, _mm256_set1_epi8((char)0x80));
    const __m256i width =
        _mm256_cmpeq_epi8(_mm256_min_epu8(above, _mm256_set1_epi8(0x0A)), above);
    const __m256i even = _mm256_and_si256(x, _mm256_set1_epi8((char)0xFE));
    return _mm256_or_si256(width, _mm256_or_si256(equal(even, 0xA8), equal(x, 0xAF)));
}

NX_INLINE __m256i
three_byte_starts(__m256i a, __m256i b, __m256i c)
{
    const __m256i b80 = equal(b, 0x80), c80 = equal(c, 0x80);
    const __m256i general =
        _mm256_or_si256(_mm256_and_si256(b80, ends_general_space(c)),
                        _mm256_and_si256(equal(b, 0x81), equal(c, 0x9F)));
    const __m256i ideographic = _mm256_and_si256(b80, c80);
    const __m256i ogham = _mm256_and_si256(equal(b, 0x9A), c80);
    return _mm256_or_si256(
        _mm256_and_si256(equal(a, 0xE2), general),
        _mm256_or_si256(_mm256_and_si256(equal(a, 0xE3), ideographic),
                        _mm256_and_si256(equal(a, 0xE1), ogham)));
}

NX_INLINE wide_starts
find_wide(const uint8_t *text)
{
    __m256i two[2], three[2];
    for (int i = 0; i < 2; i++) {
        const uint8_t *const p = text + 32 * i;
        const __m256i a = load(p), b = load(p + 1), c = load(p + 2);
        two[i] = _mm256_and_si256(equal(a, 0xC2),
                                  _mm256_or_si256(equal(b, 0x85), equal(b, 0xA0)));
        three[i] = three_byte_starts(a, b, c);
    }
    return (wide_starts){join(two[0], two[1]), join(three[0], three[1])};
}

/* ---- Code points ---- */

NX_INLINE __m256i
equal32(__m256i x, int point)
{
    return _mm256_cmpeq_epi32(x, _mm256_set1_epi32(point));
}

/* first <= x <= first + more */
NX_INLINE __m256i
in_range32(__m256i x, int first, int more)
{
    const __m256i above = _mm256_sub_epi32(x, _mm256_set1_epi32(first));
    return _mm256_cmpeq_epi32(_mm256_min_epu32(above, _mm256_set1_epi32(more)), above);
}

NX_INLINE __m256i
spaces_of_points(__m256i x)
{
    __m256i spaces = _mm256_or_si256(in_range32(x, 0x09, 4), in_range32(x, 0x1C, 4));
    /* Numbers that are negative here are no space either. */
    const __m256i beyond = _mm256_cmpgt_epi32(x, _mm256_set1_epi32(0x84));
    if (_mm256_testz_si256(beyond, beyond)) {
        return spaces;
    }
    static const int others[] = {0x85,   0xA0,   0x1680, 0x2028,
                                 0x2029, 0x202F, 0x205F, 0x3000};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        spaces = _mm256_or_si256(spaces, equal32(x, others[i]));
    }
    return _mm256_or_si256(spaces, in_range32(x, 0x2000, 0x0A));
}

NX_INLINE uint64_t
point_spaces(const uint32_t *points, size_t n)
{
    uint64_t spaces = 0;
    for (size_t i = 0; i < n; i += 8) {
        __m256i x;
        if (n - i >= 8) {
            x = _mm256_loadu_si256((const __m256i *)(const void *)(points + i));
        }
        else { /* the others are 0, and are not touched */
            const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            x = _mm256_maskload_epi32(
                (const int *)(const void *)(points + i),
                _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n - i)), lanes));
        }
        const int mask = _mm256_movemask_ps(_mm256_castsi256_ps(spaces_of_points(x)));
        spaces |= (uint64_t)(unsigned)mask << i;
    }
    return spaces;
}

#include "text/words_template.h"

const nx_words_engine nx_words_engine_avx2 = {"avx2", count_range, count_many,
                                              count_ucs4, cursor_next};
