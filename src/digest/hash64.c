#include "digest/hash64.h"

/* The last 1 to 16 bytes, padded with zeros: loads overlap where there are fewer than
 * they take, so that no byte behind the text is read. */
NX_INLINE nx_hash64_state
absorb_rest(nx_hash64_state s, const uint8_t *p, size_t n)
{
    uint64_t first, second = 0;
    if (n > 8) {
        first = nx_load64le(p);
        second = nx_load64le(p + n - 8) >> (8 * (16 - n));
    }
    else if (n == 8) {
        first = nx_load64le(p);
    }
    else if (n >= 4) {
        first = nx_load32le(p) | (uint64_t)nx_load32le(p + n - 4) << (8 * (n - 4));
    }
    else {
        const size_t middle = n / 2, last = n - 1;
        first = p[0] | (uint64_t)p[middle] << (8 * middle) |
                (uint64_t)p[last] << (8 * last);
    }
    return nx_hash64_absorb(s, first, second);
}

uint64_t
nx_hash64(const uint8_t *text, size_t n, uint64_t seed)
{
    nx_hash64_state s = nx_hash64_begin(seed, n);
    if (n == 0) {
        return nx_hash64_end(s);
    }
    for (; n > 16; n -= 16, text += 16) {
        s = nx_hash64_absorb(s, nx_load64le(text), nx_load64le(text + 8));
    }
    return nx_hash64_end(absorb_rest(s, text, n));
}
