/* SHA-256 with the SHA extensions of x86.
 *
 * sha256rnds2 does two rounds on a state in two registers, ABEF and CDGH, and has a
 * latency of four cycles but a throughput of two: a second, independent message goes in
 * between for free. A lane is written once, and the two-lane loop interleaves two of
 * them group by group, so that the compiler keeps all of it in registers.
 */
#include <immintrin.h>

#include "base/bits.h"
#include "digest/sha256_engines.h"

enum {
    GROUPS = 16 /* of four rounds */
};

/* One message in registers. */
typedef struct shani_lane {
    __m128i abef, cdgh;
    __m128i w[4]; /* the last sixteen words of the message schedule */
} shani_lane;

/* words[0..7] = a..h to the two registers, highest word first. */
NX_INLINE void
load_state(shani_lane *l, const nx_sha256_state *state)
{
    const __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)state->words);
    const __m128i hgfe =
        _mm_loadu_si128((const __m128i *)(const void *)(state->words + 4));
    const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    l->abef = _mm_alignr_epi8(cdab, efgh, 8);
    l->cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
}

NX_INLINE void
store_state(const shani_lane *l, nx_sha256_state *state)
{
    const __m128i feba = _mm_shuffle_epi32(l->abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(l->cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)(void *)state->words,
                     _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(void *)(state->words + 4),
                     _mm_alignr_epi8(dchg, feba, 8));
}

/* Four rounds, number 4 * group and on. `group` is a constant once unrolled. */
NX_INLINE void
four_rounds(shani_lane *l, const uint8_t *block, int group)
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
    l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, sum);
    l->abef = _mm_sha256rnds2_epu32(l->abef, l->cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

NX_INLINE void
add_state(shani_lane *l, __m128i abef, __m128i cdgh)
{
    l->abef = _mm_add_epi32(l->abef, abef);
    l->cdgh = _mm_add_epi32(l->cdgh, cdgh);
}

static void
compress_one(nx_sha256_state *state, const uint8_t *blocks, size_t count)
{
    shani_lane l;
    load_state(&l, state);
    for (size_t i = 0; i < count; i++, blocks += NX_SHA256_BLOCK) {
        const __m128i abef = l.abef, cdgh = l.cdgh;
#if defined(__GNUC__)
#pragma GCC unroll 16
#endif
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&l, blocks, group);
        }
        add_state(&l, abef, cdgh);
    }
    store_state(&l, state);
}

static void
compress_two(nx_sha256_state *state_a, const uint8_t *blocks_a,
             nx_sha256_state *state_b, const uint8_t *blocks_b, size_t count)
{
    shani_lane a, b;
    load_state(&a, state_a);
    load_state(&b, state_b);
    for (size_t i = 0; i < count; i++) {
        const __m128i abef_a = a.abef, cdgh_a = a.cdgh;
        const __m128i abef_b = b.abef, cdgh_b = b.cdgh;
#if defined(__GNUC__)
#pragma GCC unroll 16
#endif
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&a, blocks_a, group);
            four_rounds(&b, blocks_b, group);
        }
        add_state(&a, abef_a, cdgh_a);
        add_state(&b, abef_b, cdgh_b);
        blocks_a += NX_SHA256_BLOCK;
        blocks_b += NX_SHA256_BLOCK;
    }
    store_state(&a, state_a);
    store_state(&b, state_b);
}

NX_INLINE void
store_digest(const shani_lane *l, uint8_t *digest)
{
    const __m128i big_endian =
        _mm_set_epi64x(INT64_C(0x0C0D0E0F08090A0B), INT64_C(0x0405060700010203));
    const __m128i feba = _mm_shuffle_epi32(l->abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(l->cdgh, 0xB1);
    const __m128i dcba = _mm_blend_epi16(feba, dchg, 0xF0);
    const __m128i hgfe = _mm_alignr_epi8(dchg, feba, 8);
    _mm_storeu_si128((__m128i *)(void *)digest, _mm_shuffle_epi8(dcba, big_endian));
    _mm_storeu_si128((__m128i *)(void *)(digest + 16),
                     _mm_shuffle_epi8(hgfe, big_endian));
}

static void
hash_single(const uint8_t *blocks, size_t count, uint8_t *const *digests)
{
    shani_lane initial = {0};
    load_state(&initial, &nx_sha256_initial);
    for (size_t i = 0; i < count; i += 2) {
        /* An odd one out is its own neighbour. */
        const size_t j = i + 1 < count ? i + 1 : i;
        shani_lane a = initial, b = initial;
#if defined(__GNUC__)
#pragma GCC unroll 16
#endif
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&a, blocks + i * NX_SHA256_BLOCK, group);
            four_rounds(&b, blocks + j * NX_SHA256_BLOCK, group);
        }
        add_state(&a, initial.abef, initial.cdgh);
        add_state(&b, initial.abef, initial.cdgh);
        store_digest(&a, digests[i]);
        store_digest(&b, digests[j]);
    }
}

const nx_sha256_engine nx_sha256_engine_shani = {"shani", compress_one, compress_two,
                                                 hash_single};
