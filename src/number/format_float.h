/* Binary64, binary32 and binary16 to the shortest decimal text that reads back as
 * the same number of the same format; of several that short, the nearest one.
 *
 * The layout is that of Python's repr(float), for all three formats:
 *
 *   0.0001 .. 9999999999999998.0   digits with a point and at least one digit on
 *                                  both sides: "1.0", "0.00012"
 *   smaller and larger             d[.ddd]e-05, e+16: sign and at least two digits
 *                                  of exponent
 *   zeros, others                  0.0 -0.0 inf -inf nan (whatever its sign and
 *                                  payload)
 *
 * A double gives the text of repr(). A float32 or float16 gives the digits that
 * NumPy prints for it, in this layout: NumPy itself begins exponents earlier for them,
 * at a place that depends on its version.
 */
#ifndef NX_NUMBER_FORMAT_FLOAT_H
#define NX_NUMBER_FORMAT_FLOAT_H

#include <stddef.h>
#include <stdint.h>

/* Room that the functions need at `out`, whatever the number: whole words are
 * written, also behind the text. The text has no NUL at its end. */
#define NX_FLOAT_TEXT_ROOM 48

/* The longest text: "-2.2250738585072014e-308". */
#define NX_FLOAT_TEXT_MAX 24

/* Each returns the length of the text. They cannot fail; any thread. */
size_t nx_format_double(double value, uint8_t *out);
size_t nx_format_float32(float value, uint8_t *out);

/* `bits` are those of a binary16. */
size_t nx_format_float16(uint16_t bits, uint8_t *out);

#endif
