/* Bytes and bits: masks of columns, validity bitmaps of Arrow. */
#ifndef NX_ARROW_ARROW_BITS_H
#define NX_ARROW_ARROW_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that n bits take. */
size_t nx_bits_size(size_t n);

/* Bit i is set where bytes[i] is not 0, or where it is if `invert`. Writes
 * nx_bits_size(n) bytes; the bits behind the last one are 0. */
void nx_bits_pack(const uint8_t *bytes, size_t n, bool invert, uint8_t *bits);

/* bytes[i] is bit start + i, turned round if `invert`: 0 or 1. Returns how many
 * are 1. */
size_t nx_bits_unpack(const uint8_t *bits, size_t start, size_t n, bool invert,
                      uint8_t *bytes);

/* How many of n bytes are not 0. */
size_t nx_bytes_count(const uint8_t *bytes, size_t n);

#endif
