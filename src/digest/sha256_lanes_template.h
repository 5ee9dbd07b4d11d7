/* SHA-256 by lanes in registers, once per instruction set.
 *
 * The instructions for four rounds have a latency that a second, independent message
 * fills. A lane is written once, and the loops over two interleave them group by group,
 * so that the compiler keeps all of it in registers.
 *
 * The including file defines, before including this one:
 *   sha_vector                          four 32-bit words
 *   sha_lane                            one message: `sha_vector state[2]` in the order
 *                                       the instructions want, `sha_vector w[4]`
 *   load_state(lane, state)             from words a..h ...
 *   store_state(lane, state)            ... and to them
 *   four_rounds(lane, block, group)     rounds 4 * group and on; `group` is a constant
 *                                       once unrolled
 *   add_vectors(a, b)                   word by word
 *   store_digest(lane, digest)          the state as 32 bytes
 */
#include "digest/sha256_engines.h"

enum {
    GROUPS = 16 /* of four rounds */
};

#if defined(__GNUC__)
#define UNROLL _Pragma("GCC unroll 16")
#else
#define UNROLL
#endif

/* Adds what the state was before the block. */
NX_INLINE void
add_state(sha_lane *l, const sha_vector before[2])
{
    l->state[0] = add_vectors(l->state[0], before[0]);
    l->state[1] = add_vectors(l->state[1], before[1]);
}

static void
compress_one(nx_sha256_state *state, const uint8_t *blocks, size_t count)
{
    sha_lane l;
    load_state(&l, state);
    for (size_t i = 0; i < count; i++, blocks += NX_SHA256_BLOCK) {
        const sha_vector before[2] = {l.state[0], l.state[1]};
        UNROLL
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&l, blocks, group);
        }
        add_state(&l, before);
    }
    store_state(&l, state);
}

static void
compress_two(nx_sha256_state *state_a, const uint8_t *blocks_a,
             nx_sha256_state *state_b, const uint8_t *blocks_b, size_t count)
{
    sha_lane a, b;
    load_state(&a, state_a);
    load_state(&b, state_b);
    for (size_t i = 0; i < count; i++) {
        const sha_vector before_a[2] = {a.state[0], a.state[1]};
        const sha_vector before_b[2] = {b.state[0], b.state[1]};
        UNROLL
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&a, blocks_a, group);
            four_rounds(&b, blocks_b, group);
        }
        add_state(&a, before_a);
        add_state(&b, before_b);
        blocks_a += NX_SHA256_BLOCK;
        blocks_b += NX_SHA256_BLOCK;
    }
    store_state(&a, state_a);
    store_state(&b, state_b);
}

static void
hash_single(const uint8_t *blocks, size_t count, uint8_t *const *digests)
{
    sha_lane initial = {0};
    load_state(&initial, &nx_sha256_initial);
    for (size_t i = 0; i < count; i += 2) {
        /* An odd one out is its own neighbour. */
        const size_t j = i + 1 < count ? i + 1 : i;
        sha_lane a = initial, b = initial;
        UNROLL
        for (int group = 0; group < GROUPS; group++) {
            four_rounds(&a, blocks + i * NX_SHA256_BLOCK, group);
            four_rounds(&b, blocks + j * NX_SHA256_BLOCK, group);
        }
        add_state(&a, initial.state);
        add_state(&b, initial.state);
        store_digest(&a, digests[i]);
        store_digest(&b, digests[j]);
    }
}
