/* Integers to decimal text, as Python's str() writes them. */
#ifndef NX_NUMBER_FORMAT_INT_H
#define NX_NUMBER_FORMAT_INT_H

#include <stddef.h>
#include <stdint.h>

/* Room that the functions need at `out`, whatever the number: whole words are
 * written, also behind the text. The text has no NUL at its end. */
#define NX_INT_TEXT_ROOM 32

/* The longest text: "-9223372036854775808". */
#define NX_INT_TEXT_MAX 20

/* Each returns the length of the text. They cannot fail; any thread. */
size_t nx_format_uint64(uint64_t value, uint8_t *out);
size_t nx_format_int64(int64_t value, uint8_t *out);

#endif
