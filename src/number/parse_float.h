/* Text to binary64, correctly rounded (half to even): bit-equal to Python's
 * float() on every accepted text.
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

/* The double nearest to (-1)^negative * mantissa * 10^exponent, for a
 * mantissa that holds all significant digits (at most 19). The core of
 * nx_parse_double, for callers that gathered the digits themselves. */
double nx_decimal_to_double(uint64_t mantissa, int64_t exponent, int negative);

#endif
