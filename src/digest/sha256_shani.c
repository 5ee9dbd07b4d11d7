/* SHA-256 with the SHA extensions of x86.
 *
 * sha256rnds2 does two rounds on a state in two registers, ABEF and CDGH, and has a
 * latency of four cycles but a throughput of two: a second, independent message goes in
 * between for free.
 */
#include <immintrin.h>

#include "base/bits.h"
#include "digest/sha256_engines.h"

typedef __m128i sha_vector;

typedef struct sha_lane {
    sha_vector state[2]; /* ABEF, CDGH */
    sha_vector w[4];     /* the last sixteen words of the message schedule */
} sha_lane;

/* words[0..7] = a..h to the two registers, highest word first. */
NX_INLINE void
load_state(sha_lane *l, const nx_sha256_state *state)
{
    const __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)state->words);
    const __m128i hgfe =
        _mm_loadu_si128((const __m128i *)(const void *)(state->words + 4));
    const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    l->state[0] = _mm_alignr_epi8(cdab, efgh, 8);
    l->state[1] = _mm_blend_epi16(efgh, cdab, 0xF0);
}

NX_INLINE void
store_state(const sha_lane *l, nx_sha256_state *state)
{
    const __m128i feba = _mm_shuffle_epi32(l->state[0], 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(l->state[1], 0xB1);
    _mm_storeu_si128((__m128i *)(void *)state->words,
                     _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(void *)(state->words + 4),
                     _mm_alignr_epi8(dchg, feba, 8));
}

/* Four rounds, number 4 * group and on. `group` is a constant once unrolled. */
NX_INLINE void
four_rounds(sha_lane *l, const uint8_t *block, int group)
{
    const __m128i big_endian =
        _mm_set_epi64x(INT64_C(0x0C0D0E0F08090A0B), INT64_C(0x0405060700010203));
    __m128i *const w = l->w;
    const int now = group & 3;
    if (group < 4) {
        const __m128i *const source =
            (const __m128i *)(const void *)(block + 16 * group);
        w[now] = _mm_shuffle_epi8(_mm_loadu_si128(source), big_endian);
    }
    else {
        const __m128i last = w[(group + 3) & 3];
        const __m128i seventh = _mm_alignr_epi8(last, w[(group + 2) & 3], 4);
        w[now] = _mm_sha256msg1_epu32(w[now], w[(group + 1) & 3]);
        w[now] = _mm_sha256msg2_epu32(_mm_add_epi32(w[now], seventh), last);
    }
    const __m128i *const constants = (const __m128i *)(const void *)nx_sha256_constants;
    const __m128i sum = _mm_add_epi32(w[now], _mm_load_si128(constants + group));
    l->state[1] = _mm_sha256rnds2_epu32(l->state[1], l->state[0], sum);
    l->state[0] =
        _mm_sha256rnds2_epu32(l->state[0], l->state[1], _mm_shuffle_epi32(sum, 0x0E));
}

NX_INLINE sha_vector
add_vectors(sha_vector a, sha_vector b)
{
    return _mm_add_epi32(a, b);
}

NX_INLINE void
store_digest(const sha_lane *l, uint8_t *digest)
{
    const __m128i big_endian =
        _mm_set_epi64x(INT64_C(0x0C0D0E0F08090A0B), INT64_C(0x0405060700010203));
    const __m128i feba = _mm_shuffle_epi32(l->state[0], 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(l->state[1], 0xB1);
    const __m128i dcba = _mm_blend_epi16(feba, dchg, 0xF0);
    const __m128i hgfe = _mm_alignr_epi8(dchg, feba, 8);
    _mm_storeu_si128((__m128i *)(void *)digest, _mm_shuffle_epi8(dcba, big_endian));
    _mm_storeu_si128((__m128i *)(void *)(digest + 16),
                     _mm_shuffle_epi8(hgfe, big_endian));
}

#include "digest/sha256_lanes_template.h"

const nx_sha256_engine nx_sha256_engine_shani = {"shani", compress_one, compress_two,
                                                 hash_single};
