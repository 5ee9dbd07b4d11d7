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

size_t
nx_format_uint64(uint64_t value, uint8_t *out)
{
    if (value < 100000000) {
        return put_first(out, (uint32_t)value);
    }
    size_t n;
    if (value < UINT64_C(10000000000000000)) {
        n = put_first(out, (uint32_t)(value / 100000000));
        nx_put_digits8(out + n, (uint32_t)(value % 100000000));
        return n + 8;
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
