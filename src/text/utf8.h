/* UTF-8 validation as Python's strict decoder does it: no overlong forms, no
 * surrogates, nothing above U+10FFFF; and code points of text that is valid. */
#ifndef NX_TEXT_UTF8_H
#define NX_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Number of leading bytes that are valid: n when all are, else the offset of
 * the first byte of the first bad sequence. */
size_t nx_utf8_valid_prefix(const uint8_t *text, size_t n);

/* True when no byte is above 0x7F. */
bool nx_is_ascii(const uint8_t *text, size_t n);

/* Number of code points in n bytes of valid text. */
size_t nx_utf8_count(const uint8_t *text, size_t n);

/* Writes the code points of n bytes of valid text and returns how many they are;
 * `points` has room for them (for n, if nobody counted). */
size_t nx_utf8_decode(const uint8_t *text, size_t n, uint32_t *points);

/* Writes n code points as UTF-8 and returns how many bytes they are; `text` has room
 * for 4 * n. SIZE_MAX if one of them has no UTF-8: a surrogate, or above U+10FFFF. */
size_t nx_utf8_encode(const uint32_t *points, size_t n, uint8_t *text);

#endif
