/* Binary32 and binary16 for the tests of nx_parse_float32 and nx_parse_float16:
 * values and half-way points of both are doubles, so that doubles can tell. */
#ifndef NX_TESTS_NARROW_FLOAT_H
#define NX_TESTS_NARROW_FLOAT_H

#include "harness.h"

#include <math.h>

#include "number/parse_float.h"

static inline uint32_t
float32_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

/* The bits of the text in a narrow format; UINT32_MAX when it is refused. */
static inline uint32_t
narrow_bits(bool half, const char *text)
{
    float value;
    uint16_t bits;
    const uint8_t *const start = (const uint8_t *)text;
    if (half) {
        return nx_parse_float16(start, strlen(text), &bits) == NX_PARSE_OK ? bits
                                                                           : UINT32_MAX;
    }
    return nx_parse_float32(start, strlen(text), &value) == NX_PARSE_OK
               ? float32_bits(value)
               : UINT32_MAX;
}

/* Checks the text and, with the other sign, its negation. */
static inline void
check_narrow(bool half, const char *text, uint32_t expected)
{
    char negated[2048];
    const uint32_t sign = half ? UINT32_C(1) << 15 : UINT32_C(1) << 31;
    snprintf(negated, sizeof negated, "-%s", text);
    const uint32_t bits = narrow_bits(half, text), other = narrow_bits(half, negated);
    if (bits != expected || other != (expected | sign)) {
        nx_test_fail(__FILE__, __LINE__, "\"%.60s\" is %x, negated %x, expected %x",
                     text, (unsigned)bits, (unsigned)other, (unsigned)expected);
    }
}

/* The exact value of positive bits; those of infinity are the next power of two. */
static inline double
narrow_value(bool half, uint32_t bits)
{
    const int places = half ? 10 : 23, bias = half ? 15 : 127;
    const uint32_t hidden = UINT32_C(1) << places;
    const int field = (int)(bits >> places);
    const uint32_t fraction = bits & (hidden - 1);
    return ldexp(field != 0 ? fraction | hidden : fraction,
                 (field != 0 ? field : 1) - bias - places);
}

/* The double half-way between the number of these bits and the next. */
static inline double
middle_above(bool half, uint32_t bits)
{
    return (narrow_value(half, bits) + narrow_value(half, bits + 1)) / 2;
}

/* The digits of a double, all of them, as d.ddd with zeros at the end up to 18
 * digits; the exponent apart. Returns the place of the last digit that is not 0. */
static inline size_t
exact_digits(double value, char *digits, char *exponent)
{
    sprintf(digits, "%.160e", value);
    size_t n = (size_t)(strchr(digits, 'e') - digits);
    strcpy(exponent, digits + n);
    do {
        n--;
    } while (digits[n] == '0' || digits[n] == '.');
    digits[n < 18 ? 19 : n + 1] = '\0';
    return n;
}

#endif
