/* SHA-256 with the SHA-2 instructions of AArch64.
 *
 * sha256h and sha256h2 do four rounds on the two halves of the state. As on x86, a lane
 * is written once and the two-lane loop interleaves two of them.
 */
#include <arm_neon.h>

#include "base/bits.h"
#include "digest/sha256_engines.h"

typedef uint32x4_t sha_vector;

typedef struct sha_lane {
    sha_vector state[2]; /* ABCD, EFGH */
    sha_vector w[4];     /* the last sixteen words of the message schedule */
} sha_lane;

NX_INLINE void
load_state(sha_lane *l, const nx_sha256_state *state)
{
    l->state[0] = vld1q_u32(state->words);
    l->state[1] = vld1q_u32(state->words + 4);
}

NX_INLINE void
store_state(const sha_lane *l, nx_sha256_state *state)
{
    vst1q_u32(state->words, l->state[0]);
    vst1q_u32(state->words + 4, l->state[1]);
}

/* Four rounds, number 4 * group and on. `group` is a constant once unrolled. */
NX_INLINE void
four_rounds(sha_lane *l, const uint8_t *block, int group)
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
    const uint32x4_t abcd = l->state[0];
    l->state[0] = vsha256hq_u32(l->state[0], l->state[1], sum);
    l->state[1] = vsha256h2q_u32(l->state[1], abcd, sum);
}

NX_INLINE sha_vector
add_vectors(sha_vector a, sha_vector b)
{
    return vaddq_u32(a, b);
}

NX_INLINE void
store_digest(const sha_lane *l, uint8_t *digest)
{
    vst1q_u8(digest, vrev32q_u8(vreinterpretq_u8_u32(l->state[0])));
    vst1q_u8(digest + 16, vrev32q_u8(vreinterpretq_u8_u32(l->state[1])));
}

#include "digest/sha256_lanes_template.h"

const nx_sha256_engine nx_sha256_engine_armv8 = {"armv8", compress_one, compress_two,
                                                 hash_single};
