/* float16, which C11 has no type for. */
#ifndef NX_NUMBER_HALF_H
#define NX_NUMBER_HALF_H

#include <math.h>
#include <stdint.h>

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

#endif
