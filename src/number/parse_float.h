/* Text to binary64, binary32 and binary16, correctly rounded (half to even): the
 * double is bit-equal to Python's float() on every accepted text, and the narrow
 * formats are rounded once, from the text.
 *
 * Accepted: an optional sign; digits with an optional point ("5.", ".5") and
 * an optional exponent (e or E, optional sign, one or more digits); or one of
 * inf, infinity, nan in any case. No underscores, no hex, no surrounding
 * space. Overflow gives an infinity, underflow a zero, both with the sign.
 */
#ifndef NX_NUMBER_PARSE_FLOAT_H
#define NX_NUMBER_PARSE_FLOAT_H

#include <stddef.h>
#include <stdint.h>

#include "number/parse_int.h"

/* Parses all n bytes at text; NX_PARSE_OK or NX_PARSE_INVALID. */
nx_parse_result nx_parse_double(const uint8_t *text, size_t n, double *value);

/* As nx_parse_double, to the nearest float. */
nx_parse_result nx_parse_float32(const uint8_t *text, size_t n, float *value);

/* As nx_parse_double, to the bits of the nearest binary16. */
nx_parse_result nx_parse_float16(const uint8_t *text, size_t n, uint16_t *bits);

/* The double nearest to (-1)^negative * mantissa * 10^exponent, for a
 * mantissa that holds all significant digits (at most 19). The core of
 * nx_parse_double, for callers that gathered the digits themselves. */
double nx_decimal_to_double(uint64_t mantissa, int64_t exponent, int negative);

#endif
