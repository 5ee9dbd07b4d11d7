/* Eight digits are made at once (digits_text.h), the leading zeros moved out by a
 * shift. The only branches are on 8 and 16 digits: columns are mostly on one side
 * of those. */
#include "number/format_int.h"

#include "base/bits.h"
#include "number/digits_text.h"

/* Writes x < 10^8 without leading zeros, as eight bytes of which the first count. */
NX_INLINE size_t
put_first(uint8_t *out, uint32_t x)
{
    const uint64_t digits = nx_swar_split8(x);
    /* The last digit counts also if it is 0. */
    const int zeros = nx_ctz64(digits | UINT64_C(1) << 56) >> 3;
    nx_store64le(out, (digits | UINT64_C(0x3030303030303030)) >> (8 * zeros));
    return 8 - (size_t)zeros;
}

/* Writes 10^8 <= x < 10^16, perhaps as sixteen bytes of which the first count. */
NX_INLINE size_t
put_first16(uint8_t *out, uint64_t x)
{
#ifdef NX_DIGITS_SSE
    static const uint8_t places[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                       11, 12, 13, 14, 15, 15, 15, 15, 15, 15, 15,
                                       15, 15, 15, 15, 15, 15, 15, 15, 15, 15};
    const uint32_t upper = (uint32_t)(x / 100000000);
    const __m128i digits =
        nx_sse_split16(upper, (uint32_t)(x - (uint64_t)upper * 100000000));
    const int used = _mm_movemask_epi8(_mm_cmpgt_epi8(digits, _mm_setzero_si128()));
    const int zeros = nx_ctz64((uint64_t)(unsigned)used);
    const __m128i from =
        _mm_loadu_si128((const __m128i *)(const void *)(places + zeros));
    const __m128i text = _mm_or_si128(digits, _mm_set1_epi8('0'));
    _mm_storeu_si128((__m128i *)(void *)out, _mm_shuffle_epi8(text, from));
    return 16 - (size_t)zeros;
#else
    const size_t n = put_first(out, (uint32_t)(x / 100000000));
    nx_put_digits8(out + n, (uint32_t)(x % 100000000));
    return n + 8;
#endif
}

size_t
nx_format_uint64(uint64_t value, uint8_t *out)
{
    if (value < 100000000) {
        return put_first(out, (uint32_t)value);
    }
    size_t n;
    if (value < UINT64_C(10000000000000000)) {
        return put_first16(out, value);
    }
    n = put_first(out, (uint32_t)(value / UINT64_C(10000000000000000)));
    nx_put_digits16(out + n, value % UINT64_C(10000000000000000));
    return n + 16;
}

size_t
nx_format_int64(int64_t value, uint8_t *out)
{
    const uint64_t negative = value < 0;
    *out = '-';
    /* The magnitude of the least number has no int64. */
    return negative + nx_format_uint64(((uint64_t)value ^ (0 - negative)) + negative,
                                       out + negative);
}
