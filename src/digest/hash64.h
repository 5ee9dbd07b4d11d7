/* A 64-bit hash of bytes or of a number: quick, seeded, the same on every machine.
 *
 * It spreads keys over buckets, shards and sketches. It is no digest: who knows the
 * seed can make messages that collide.
 *
 * The definition, which is not to change. Numbers have 64 bits, C0..C3 are the first 64
 * bits of the fractional parts of the square roots of 2, 3, 5 and 7:
 *
 *     absorb(x, y, p, q):
 *         a = x ^ p, b = y ^ q
 *         high, low = the halves of the 128-bit product a * b
 *         return a ^ high, b ^ low
 *
 *     x, y = absorb(C0, C1, seed, length in bytes)
 *     for each 16 bytes of the message, the last ones padded with zeros:
 *         x, y = absorb(x, y, first 8 bytes, last 8 bytes), both little-endian
 *     x, y = absorb(x, y, C2, C3)
 *     return x ^ y
 *
 * Keeping a and b beside the product means that a factor of zero loses nothing of what
 * was absorbed before.
 */
#ifndef NX_DIGEST_HASH64_H
#define NX_DIGEST_HASH64_H

#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"

typedef struct nx_hash64_state {
    uint64_t x, y;
} nx_hash64_state;

NX_INLINE nx_hash64_state
nx_hash64_absorb(nx_hash64_state s, uint64_t p, uint64_t q)
{
    const uint64_t a = s.x ^ p, b = s.y ^ q;
    uint64_t high, low;
    nx_mul128(a, b, &high, &low);
    return (nx_hash64_state){a ^ high, b ^ low};
}

NX_INLINE nx_hash64_state
nx_hash64_begin(uint64_t seed, size_t length)
{
    const nx_hash64_state start = {UINT64_C(0x6a09e667f3bcc908),
                                   UINT64_C(0xbb67ae8584caa73b)};
    return nx_hash64_absorb(start, seed, length);
}

NX_INLINE uint64_t
nx_hash64_end(nx_hash64_state s)
{
    s = nx_hash64_absorb(s, UINT64_C(0x3c6ef372fe94f82b), UINT64_C(0xa54ff53a5f1d36f1));
    return s.x ^ s.y;
}

/* The hash of n bytes; reads no others. Any thread. `text` may be NULL if n is 0. */
uint64_t nx_hash64(const uint8_t *text, size_t n, uint64_t seed);

/* The hash of the eight bytes of a number, lowest first. */
NX_INLINE uint64_t
nx_hash64_number(uint64_t number, uint64_t seed)
{
    return nx_hash64_end(nx_hash64_absorb(nx_hash64_begin(seed, 8), number, 0));
}

#endif
