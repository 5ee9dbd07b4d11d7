/* Four keys of 64 bits, or eight of 32, at a time. AVX2 compares signed numbers of 64
 * bits only; with their top bits flipped, that is the order of unsigned ones. */
#include "sort/sort_engine.h"

#include <immintrin.h>

#include "base/bits.h"

NX_INLINE __m256i
load(const void *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

NX_INLINE void
store(void *to, __m256i x)
{
    _mm256_storeu_si256((__m256i *)to, x);
}

NX_INLINE __m256i
flip(__m256i x)
{
    return _mm256_xor_si256(x, _mm256_set1_epi64x(INT64_MIN));
}

static void
rank(nx_rank_lanes *lanes, size_t n)
{
    for (size_t lane = 0; lane < NX_RANKED_ROWS; lane += 4) {
        __m256i keys[NX_RANKED_LENGTH];
        for (size_t i = 0; i < n; i++) {
            const __m256i key = flip(load(&lanes->keys[i][lane]));
            __m256i rank_of_key = _mm256_set1_epi64x((long long)i);
            for (size_t j = 0; j < i; j++) {
                uint64_t *other = &lanes->ranks[j][lane];
                const __m256i is_less = _mm256_cmpgt_epi64(keys[j], key); /* 0 or -1 */
                store(other, _mm256_sub_epi64(load(other), is_less));
                rank_of_key = _mm256_add_epi64(rank_of_key, is_less);
            }
            keys[i] = key;
            store(&lanes->ranks[i][lane], rank_of_key);
        }
    }
}

static void
bound64(const uint64_t *keys, size_t n, uint64_t *least, uint64_t *most)
{
    __m256i low[2], high[2];
    uint64_t lows[4], highs[4];
    low[0] = low[1] = flip(_mm256_set1_epi64x((long long)*least));
    high[0] = high[1] = flip(_mm256_set1_epi64x((long long)*most));
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        for (int k = 0; k < 2; k++) {
            const __m256i four = flip(load(keys + i + 4 * k));
            low[k] = _mm256_blendv_epi8(low[k], four, _mm256_cmpgt_epi64(low[k], four));
            high[k] =
                _mm256_blendv_epi8(high[k], four, _mm256_cmpgt_epi64(four, high[k]));
        }
    }
    const __m256i both_low =
        _mm256_blendv_epi8(low[0], low[1], _mm256_cmpgt_epi64(low[0], low[1]));
    const __m256i both_high =
        _mm256_blendv_epi8(high[0], high[1], _mm256_cmpgt_epi64(high[1], high[0]));
    store(lows, flip(both_low));
    store(highs, flip(both_high));
    for (int k = 0; k < 4; k++) {
        *least = lows[k] < *least ? lows[k] : *least;
        *most = highs[k] > *most ? highs[k] : *most;
    }
    for (; i < n; i++) {
        *least = keys[i] < *least ? keys[i] : *least;
        *most = keys[i] > *most ? keys[i] : *most;
    }
}

static void
bound32(const uint32_t *keys, size_t n, uint32_t *least, uint32_t *most)
{
    __m256i low = _mm256_set1_epi32((int)*least), high = _mm256_set1_epi32((int)*most);
    uint32_t lows[8], highs[8];
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256i eight = load(keys + i);
        low = _mm256_min_epu32(low, eight);
        high = _mm256_max_epu32(high, eight);
    }
    store(lows, low);
    store(highs, high);
    for (int k = 0; k < 8; k++) {
        *least = lows[k] < *least ? lows[k] : *least;
        *most = highs[k] > *most ? highs[k] : *most;
    }
    for (; i < n; i++) {
        *least = keys[i] < *least ? keys[i] : *least;
        *most = keys[i] > *most ? keys[i] : *most;
    }
}

static uint64_t
spread64(const uint64_t *keys, size_t n, uint64_t least)
{
    const __m256i all_least = _mm256_set1_epi64x((long long)least);
    __m256i bits = _mm256_setzero_si256();
    uint64_t four[4];
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256i low = _mm256_sub_epi64(load(keys + i), all_least);
        const __m256i high = _mm256_sub_epi64(load(keys + i + 4), all_least);
        bits = _mm256_or_si256(bits, _mm256_or_si256(low, high));
    }
    store(four, bits);
    for (; i < n; i++) {
        four[0] |= keys[i] - least;
    }
    return four[0] | four[1] | four[2] | four[3];
}

static size_t
falls64(const uint64_t *keys, size_t n)
{
    size_t falls = 0, i = 1;
    for (; i + 4 <= n; i += 4) {
        const __m256i is_less =
            _mm256_cmpgt_epi64(flip(load(keys + i - 1)), flip(load(keys + i)));
        falls += (size_t)nx_popcount64(
            (uint64_t)_mm256_movemask_pd(_mm256_castsi256_pd(is_less)));
    }
    for (; i < n; i++) {
        falls += keys[i] < keys[i - 1];
    }
    return falls;
}

static size_t
falls32(const uint32_t *keys, size_t n)
{
    const __m256i top = _mm256_set1_epi32(INT32_MIN);
    size_t falls = 0, i = 1;
    for (; i + 8 <= n; i += 8) {
        const __m256i is_less =
            _mm256_cmpgt_epi32(_mm256_xor_si256(load(keys + i - 1), top),
                               _mm256_xor_si256(load(keys + i), top));
        falls += (size_t)nx_popcount64(
            (uint64_t)_mm256_movemask_ps(_mm256_castsi256_ps(is_less)));
    }
    for (; i < n; i++) {
        falls += keys[i] < keys[i - 1];
    }
    return falls;
}

const nx_sort_engine nx_sort_engine_avx2 = {
    .name = "avx2",
    .rank = rank,
    .bound64 = bound64,
    .bound32 = bound32,
    .spread64 = spread64,
    .falls64 = falls64,
    .falls32 = falls32,
};
