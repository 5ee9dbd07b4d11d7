/* Words with 16-byte vectors of AArch64, four to a block. */
#include "text/words_engines.h"

#ifdef NX_WORDS_NEON

#include <arm_neon.h>

#include "text/words_spaces.h"

/* Bit i = whether byte i of four masks of 00 or FF is set: each byte keeps the bit of
 * its place among eight, and neighbours are added up three times. */
NX_INLINE uint64_t
bits_of(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                       1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t place = vld1q_u8(places);
    const uint8x16_t low = vpaddq_u8(vandq_u8(a, place), vandq_u8(b, place));
    const uint8x16_t high = vpaddq_u8(vandq_u8(c, place), vandq_u8(d, place));
    const uint8x16_t sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

/* first <= x <= first + more */
NX_INLINE uint8x16_t
in_range(uint8x16_t x, uint8_t first, uint8_t more)
{
    return vcleq_u8(vsubq_u8(x, vdupq_n_u8(first)), vdupq_n_u8(more));
}

NX_INLINE uint8x16_t
equal(uint8x16_t x, uint8_t byte)
{
    return vceqq_u8(x, vdupq_n_u8(byte));
}

/* ---- White space of one byte ---- */

NX_INLINE uint8x16_t
narrow_of(uint8x16_t x, nx_word_rule rule)
{
    return vorrq_u8(in_range(x, 0x09, 4),
                    rule == NX_WORDS_STR ? in_range(x, 0x1C, 4) : equal(x, 0x20));
}

/* Bytes C2, and E0 to E3. */
NX_INLINE uint8x16_t
wide_leads(uint8x16_t x)
{
    return vorrq_u8(equal(x, 0xC2), in_range(x, 0xE0, 3));
}

NX_INLINE uint64_t
narrow_spaces(const uint8_t *text, nx_word_rule rule, bool *wide)
{
    const uint8x16_t a = vld1q_u8(text), b = vld1q_u8(text + 16),
                     c = vld1q_u8(text + 32), d = vld1q_u8(text + 48);
    if (rule == NX_WORDS_STR) {
        const uint8x16_t most = vmaxq_u8(vmaxq_u8(a, b), vmaxq_u8(c, d));
        *wide = vmaxvq_u8(most) >= 0xC2 &&
                vmaxvq_u8(vorrq_u8(vorrq_u8(wide_leads(a), wide_leads(b)),
                                   vorrq_u8(wide_leads(c), wide_leads(d)))) != 0;
    }
    return bits_of(narrow_of(a, rule), narrow_of(b, rule), narrow_of(c, rule),
                   narrow_of(d, rule));
}

NX_INLINE uint64_t
short_spaces(const uint8_t *text, size_t n, nx_word_rule rule, bool *wide)
{
    uint8_t block[WORDS_BLOCK] = {0};
    memcpy(block, text, n);
    *wide = false;
    return narrow_spaces(block, rule, wide);
}

/* ---- White space of two and three bytes ---- */

/* The last bytes of U+2000 to 200A, 2028, 2029 and 202F. */
NX_INLINE uint8x16_t
ends_general_space(uint8x16_t x)
{
    return vorrq_u8(in_range(x, 0x80, 0x0A),
                    vorrq_u8(in_range(x, 0xA8, 1), equal(x, 0xAF)));
}

NX_INLINE uint8x16_t
three_byte_starts(uint8x16_t a, uint8x16_t b, uint8x16_t c)
{
    const uint8x16_t b80 = equal(b, 0x80), c80 = equal(c, 0x80);
    const uint8x16_t general = vorrq_u8(vandq_u8(b80, ends_general_space(c)),
                                        vandq_u8(equal(b, 0x81), equal(c, 0x9F)));
    const uint8x16_t ideographic = vandq_u8(equal(a, 0xE3), b80);
    const uint8x16_t ogham = vandq_u8(equal(a, 0xE1), equal(b, 0x9A));
    return vorrq_u8(vandq_u8(equal(a, 0xE2), general),
                    vandq_u8(c80, vorrq_u8(ideographic, ogham)));
}

NX_INLINE wide_starts
find_wide(const uint8_t *text)
{
    uint8x16_t two[4], three[4];
    for (int i = 0; i < 4; i++) {
        const uint8_t *const p = text + 16 * i;
        const uint8x16_t a = vld1q_u8(p), b = vld1q_u8(p + 1), c = vld1q_u8(p + 2);
        two[i] = vandq_u8(equal(a, 0xC2), vorrq_u8(equal(b, 0x85), equal(b, 0xA0)));
        three[i] = three_byte_starts(a, b, c);
    }
    return (wide_starts){bits_of(two[0], two[1], two[2], two[3]),
                         bits_of(three[0], three[1], three[2], three[3])};
}

/* ---- Code points ---- */

NX_INLINE uint64_t
point_spaces(const uint32_t *points, size_t n)
{
    return points_in_turn(points, n);
}

#include "text/words_template.h"

const nx_words_engine nx_words_engine_neon = {"neon", count_range, count_many,
                                              count_ucs4, cursor_next};

#endif
