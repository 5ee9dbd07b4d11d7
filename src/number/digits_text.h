/* Numbers to ASCII digits, eight at a time: the inner step of everything that
 * writes numbers, and the inverse of digits.h.
 *
 * A 64-bit word is split into halves, quarters and bytes that hold four, two and
 * one digit; each split divides all parts at once by a multiplication and a
 * shift, which are exact for numbers this small. There is no loop, no branch
 * and no table.
 */
#ifndef NX_NUMBER_DIGITS_TEXT_H
#define NX_NUMBER_DIGITS_TEXT_H

#include <stdint.h>

#include "base/bits.h"

/* The eight digits of x < 10^8 with leading zeros, 0..9 a byte; the first digit is
 * the lowest byte. */
NX_INLINE uint64_t
nx_swar_split8(uint32_t x)
{
    const uint64_t upper = x / 10000;
    uint64_t word = upper | (uint64_t)(x - upper * 10000) << 32;
    /* n * 10486 >> 20 is n / 100 for n < 43699, n * 103 >> 10 is n / 10 for
     * n < 179. */
    const uint64_t hundreds = (word * 10486 >> 20) & UINT64_C(0x0000007F0000007F);
    word = hundreds | (word - hundreds * 100) << 16;
    const uint64_t tens = (word * 103 >> 10) & UINT64_C(0x000F000F000F000F);
    return tens | (word - tens * 10) << 8;
}

/* Writes x < 10^8 as eight digits. */
NX_INLINE void
nx_put_digits8(uint8_t *out, uint32_t x)
{
    nx_store64le(out, nx_swar_split8(x) | UINT64_C(0x3030303030303030));
}

/* Writes x < 10^16 as sixteen digits. */
NX_INLINE void
nx_put_digits16(uint8_t *out, uint64_t x)
{
    const uint64_t upper = x / 100000000;
    nx_put_digits8(out, (uint32_t)upper);
    nx_put_digits8(out + 8, (uint32_t)(x - upper * 100000000));
}

#endif
