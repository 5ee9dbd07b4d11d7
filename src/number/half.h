/* float16, which C11 has no type for. */
#ifndef NX_NUMBER_HALF_H
#define NX_NUMBER_HALF_H

#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* The float16 with these bits, exactly; NaN for every NaN. */
static inline double
nx_double_of_half(uint16_t bits)
{
    const int field = bits >> 10 & 0x1F, fraction = bits & 0x3FF;
    const double size = field == 0x1F ? (fraction != 0 ? (double)NAN : (double)INFINITY)
                        : field == 0  ? ldexp(fraction, -24)
                                      : ldexp(fraction + 0x400, field - 25);
    return bits >> 15 != 0 ? -size : size;
}

/* The same as a float: a float16 moves into one as it is, but for the exponent, which a
 * multiplication by a power of two corrects, subnormal numbers included. NaN keeps its
 * sign. */
static inline float
nx_float_of_half(uint16_t bits)
{
    const uint32_t sign = (uint32_t)(bits & 0x8000) << 16;
    uint32_t rest = (uint32_t)(bits & 0x7FFF) << 13;
    float size;
    if ((bits & 0x7C00) == 0x7C00) {
        rest |= 0x7F800000;
    }
    memcpy(&size, &rest, sizeof size);
    size = (bits & 0x7C00) == 0x7C00 ? size : size * 0x1p112f;
    memcpy(&rest, &size, sizeof rest);
    rest |= sign;
    memcpy(&size, &rest, sizeof size);
    return size;
}

/* The float16 nearest to a float, of two that are as near the one with an even last
 * bit; FE_OVERFLOW is raised where that is infinite and the float is not. */
static inline uint16_t
nx_half_of_float(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000, size = bits & 0x7FFFFFFF;
    if (size > 0x7F800000) {
        return (uint16_t)(sign | 0x7E00);
    }
    if (size >= 0x477FF000) { /* half-way from 65504 to 65536 */
        if (size < 0x7F800000) {
            (void)feraiseexcept(FE_OVERFLOW);
        }
        return (uint16_t)(sign | 0x7C00);
    }
    if (size <
        0x38800000) { /* subnormal: an addition rounds it to multiples of 2^-24 */
        float small;
        uint32_t rounded;
        memcpy(&small, &size, sizeof small);
        small += 0.5f;
        memcpy(&rounded, &small, sizeof rounded);
        return (uint16_t)(sign | (rounded - 0x3F000000));
    }
    const uint32_t odd = size >> 13 & 1;
    return (uint16_t)(sign | (size - 0x38000000 + 0xFFF + odd) >> 13);
}

#endif
