/* White space one character at a time, for the sources of words alone. */
#ifndef NX_TEXT_WORDS_SPACES_H
#define NX_TEXT_WORDS_SPACES_H

#include <stdbool.h>
#if defined(__BMI__)
#include <immintrin.h>
#endif

#include "base/bits.h"
#include "text/words.h"

enum {
    WORDS_BLOCK = 64,   /* bytes or code points of a mask */
    WORDS_LOOKAHEAD = 2 /* bytes behind a block that tell whether a space ends there */
};

/* Where spaces of two and of three bytes begin in a block. */
typedef struct wide_starts {
    uint64_t two, three;
} wide_starts;

/* The lowest n bits, n <= 64. */
NX_INLINE uint64_t
lowest_bits(size_t n)
{
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* Index of the lowest set bit; of 0, anything up to 64. */
NX_INLINE size_t
lowest_edge(uint64_t edges)
{
#if defined(__BMI__)
    return (size_t)_tzcnt_u64(edges);
#else
    return (size_t)nx_ctz64(edges | UINT64_C(1) << 63);
#endif
}

/* The bytes of the space that begins at p, of which `available` bytes are there; 0 if
 * none does. */
static inline size_t
space_length(const uint8_t *p, size_t available, nx_word_rule rule)
{
    if (p[0] < 0x80 || rule == NX_WORDS_BYTES) {
        const bool space = (p[0] >= 0x09 && p[0] <= 0x0D) || p[0] == 0x20 ||
                           (rule == NX_WORDS_STR && p[0] >= 0x1C && p[0] < 0x20);
        return space ? 1 : 0;
    }
    if (p[0] == 0xC2) {
        return available >= 2 && (p[1] == 0x85 || p[1] == 0xA0) ? 2 : 0;
    }
    if (available < 3) {
        return 0;
    }
    bool space = false;
    switch (p[0] << 8 | p[1]) {
        case 0xE19A: /* U+1680 */
        case 0xE380: /* U+3000 */
            space = p[2] == 0x80;
            break;
        case 0xE280: /* U+2000 to 200A, 2028, 2029, 202F */
            space = (p[2] >= 0x80 && p[2] <= 0x8A) || p[2] == 0xA8 || p[2] == 0xA9 ||
                    p[2] == 0xAF;
            break;
        case 0xE281: /* U+205F */
            space = p[2] == 0x9F;
            break;
        default:
            break;
    }
    return space ? 3 : 0;
}

/* Whether a code point is white space for str.split. */
NX_INLINE bool
is_space_point(uint32_t point)
{
    if (point < 0x85) {
        return point - 0x09 <= 4 || point - 0x1C <= 4;
    }
    return point == 0x85 || point == 0xA0 || point == 0x1680 ||
           point - 0x2000 <= 0x0A || (point & ~1u) == 0x2028 || point == 0x202F ||
           point == 0x205F || point == 0x3000;
}

/* Bit i: code point i of n, at most 64, is white space. */
NX_INLINE uint64_t
points_in_turn(const uint32_t *points, size_t n)
{
    uint64_t spaces = 0;
    for (size_t i = 0; i < n; i++) {
        spaces |= (uint64_t)is_space_point(points[i]) << i;
    }
    return spaces;
}

#endif
