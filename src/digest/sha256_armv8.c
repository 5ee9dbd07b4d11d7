/* SHA-256 with the SHA-2 instructions of AArch64.
 *
 * sha256h and sha256h2 do four rounds on the two halves of the state. As on x86, a lane
 * is written once and the two-lane loop interleaves two of them.
 */
#include <arm_neon.h>

#include "base/bits.h"
#include "digest/sha256_engines.h"

enum {
    GROUPS = 16 /* of four rounds */
};

/* One message in registers. */
typedef struct armv8_lane {
    uint32x4_t abcd, efgh;
    uint32x4_t w[4]; /* the last sixteen words of the message schedule */
} armv8_lane;

NX_INLINE void
load_state(armv8_lane *l, const nx_sha256_state *state)
{
    l->abcd = vld1q_u32(state->words);
    l->efgh = vld1q_u32(state->words + 4);
}

NX_INLINE void
store_state(const armv8_lane *l, nx_sha256_state *state)
{
    vst1q_u32(state->words, l->abcd);
    vst1q_u32(state->words + 4, l->efgh);
}

/* Four rounds, number 4 * group and on. `group` is a constant once unrolled. */
NX_INLINE void
four_rounds(armv8_lane *l, const uint8_t *block, int group)
{
    uint32x4_t *const w = l->w;
    const int now = group & 3;
    if (group < 4) {
        w[now] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * group)));
    }
    else {
        w[now] = vsha256su0q_u32(w[now], w[(group + 1) & 3]);
        w[now] = vsha256su1q_u32(w[now], w[(group + 2) & 3], w[(group + 3) & 3]);
    }
    const uint32x4_t sum =
        vaddq_u32(w[now], vld1q_u32(nx_sha256_constants + 4 * group));
    const uint32x4_t abcd = l->abcd;
    l->abcd = vsha256hq_u32(l->abcd, l->efgh, sum);
    l->efgh = vsha256h2q_u32(l->efgh, abcd, sum);
}

NX_INLINE void
add_state(armv8_lane *l, uint32x4_t abcd, uint32x4_t efgh)
{
    l->abcd = vaddq_u32(l->abcd, abcd);
    l->efgh = vaddq_u32(l->efgh, efgh);
}

static void
compress_one(nx_sha256_state *state, const uint8_t *blocks, size_t count)
{
    armv8_lane l;
    load_state(&l, state);
    for (size_t i = 0; i < count; i++, blocks += NX_SHA256_BLOCK) {
        const uint32x4_t abcd = l.abcd, efgh = l.efgh;
#pragma GCC unroll 16
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&l, blocks, group);
        }
        add_state(&l, abcd, efgh);
    }
    store_state(&l, state);
}

static void
compress_two(nx_sha256_state *state_a, const uint8_t *blocks_a,
             nx_sha256_state *state_b, const uint8_t *blocks_b, size_t count)
{
    armv8_lane a, b;
    load_state(&a, state_a);
    load_state(&b, state_b);
    for (size_t i = 0; i < count; i++) {
        const uint32x4_t abcd_a = a.abcd, efgh_a = a.efgh;
        const uint32x4_t abcd_b = b.abcd, efgh_b = b.efgh;
#pragma GCC unroll 16
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&a, blocks_a, group);
            four_rounds(&b, blocks_b, group);
        }
        add_state(&a, abcd_a, efgh_a);
        add_state(&b, abcd_b, efgh_b);
        blocks_a += NX_SHA256_BLOCK;
        blocks_b += NX_SHA256_BLOCK;
    }
    store_state(&a, state_a);
    store_state(&b, state_b);
}

NX_INLINE void
store_digest(const armv8_lane *l, uint8_t *digest)
{
    vst1q_u8(digest, vrev32q_u8(vreinterpretq_u8_u32(l->abcd)));
    vst1q_u8(digest + 16, vrev32q_u8(vreinterpretq_u8_u32(l->efgh)));
}

static void
hash_single(const uint8_t *blocks, size_t count, uint8_t *const *digests)
{
    armv8_lane initial = {0};
    load_state(&initial, &nx_sha256_initial);
    for (size_t i = 0; i < count; i += 2) {
        /* An odd one out is its own neighbour. */
        const size_t j = i + 1 < count ? i + 1 : i;
        armv8_lane a = initial, b = initial;
#pragma GCC unroll 16
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&a, blocks + i * NX_SHA256_BLOCK, group);
            four_rounds(&b, blocks + j * NX_SHA256_BLOCK, group);
        }
        add_state(&a, initial.abcd, initial.efgh);
        add_state(&b, initial.abcd, initial.efgh);
        store_digest(&a, digests[i]);
        store_digest(&b, digests[j]);
    }
}

const nx_sha256_engine nx_sha256_engine_armv8 = {"armv8", compress_one, compress_two,
                                                 hash_single};
