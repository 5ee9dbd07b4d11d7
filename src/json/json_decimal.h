/* Doubles of few decimals, prices for example, as text: the shortest one, in less time
 * than the general way takes.
 *
 * If x is the double nearest to r / 10^places, and r is an integer below 9 * 10^14,
 * then that fraction is the shortest decimal of x once zeros at its end are left out:
 * different decimals of up to 15 digits have different doubles, so no other one that
 * short stands for x. And it is that double if r / 10^places, rounded once by the
 * division, gives x, since r and 10^places are exact. So one multiplication finds r,
 * one division proves it, and what does not pass goes the general way.
 */
#ifndef NX_JSON_JSON_DECIMAL_H
#define NX_JSON_JSON_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "number/digits_text.h"
#include "number/format_int.h"

enum {
    NX_JSON_MOST_PLACES = 8
};

/* How the doubles of a column are written. */
typedef struct nx_json_scale {
    bool is_used;
    double power;      /* 10^places */
    uint64_t whole;    /* the same */
    uint64_t widening; /* 10^(8 - places) */
    uint64_t least;    /* r of 0.0001, below which text has an exponent */
} nx_json_scale;

/* The scale for doubles, `step` bytes apart, of which n at most are looked at; not used
 * if too few of them pass. */
nx_json_scale nx_json_scale_of(const char *values, ptrdiff_t step, size_t n);

/* Writes x, in the layout of number/format_float.h, and returns its length; 0 if it
 * does not pass. `out` has room for 48 bytes. */
NX_INLINE size_t
nx_json_put_decimal(const nx_json_scale *scale, double x, uint8_t *out)
{
    uint64_t bits;
    memcpy(&bits, &x, 8);
    const size_t negative = bits >> 63;
    const double size = negative ? -x : x;
    const double scaled = size * scale->power + 0.5;
    if (NX_UNLIKELY(!(scaled < 9e14))) {
        return 0; /* NaN too */
    }
    const int64_t r = (int64_t)scaled;
    if (NX_UNLIKELY((double)r / scale->power != size ||
                    ((uint64_t)r < scale->least && r != 0))) {
        return 0;
    }
    /* Where x is no integer, the fraction is at least 10^-places away from the next
     * one, ten times as far as it is from x. */
    const uint64_t whole = (uint64_t)(int64_t)size;
    const uint64_t part = ((uint64_t)r - whole * scale->whole) * scale->widening;
    *out = '-';
    size_t n = negative;
    n += nx_format_uint64(whole, out + n);
    out[n++] = '.';
    const uint64_t digits = nx_swar_split8((uint32_t)part);
    nx_store64le(out + n, digits | UINT64_C(0x3030303030303030));
    return n + 1 + (size_t)(63 - nx_clz64(digits | 1)) / 8;
}

#endif
