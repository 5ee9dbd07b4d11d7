/* Sets of code points, or of bytes: the character classes of patterns.
 *
 * Texts are UTF-8 for a set of code points. Text that is not valid does no harm, but
 * what is found in it is not specified. */
#ifndef NX_TEXT_PATTERN_CLASS_H
#define NX_TEXT_PATTERN_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NX_CHARSET_BYTES  ((size_t)32)           /* bits of all bytes, as bytes */
#define NX_CHARSET_POINTS ((size_t)0x110000 / 8) /* of all code points */
#define NX_CHARSET_PAGE   ((size_t)256)          /* code points that share a page */

/* What a byte says of the character that begins with it. */
enum {
    NX_LEAD_OUTSIDE = 0, /* not in the set; so for bytes inside a character */
    NX_LEAD_MEMBER = 1,  /* a character of one byte, in the set */
    NX_LEAD_LOOK = 2     /* of several, and some that begin so are in the set */
};

/* Read by any number of threads. */
typedef struct nx_charset {
    uint8_t lead[256];
    bool utf8;
    uint16_t rest;     /* page of the code points that page_of says nothing of */
    size_t page_count; /* in page_of */
    uint16_t *page_of; /* code point / 256 -> number of a page */
    uint8_t (*pages)[NX_CHARSET_PAGE / 8]; /* bit i of byte j: code point 8 * j + i */
} nx_charset;

/* Makes a set of NX_CHARSET_BYTES or NX_CHARSET_POINTS bytes of bits, the lowest one of
 * the first byte first. False when no memory is left, and then the set holds nothing.
 */
bool nx_charset_init(nx_charset *set, const uint8_t *bits, size_t size);

/* Releases what a set holds; one of zeros is allowed. */
void nx_charset_clear(nx_charset *set);

/* The size of the character at text < end if it is in the set, else 0. */
size_t nx_charset_member(const nx_charset *set, const uint8_t *text,
                         const uint8_t *end);

/* The end of the members that stand at text one after another, at most `most` of them;
 * *count is how many they are. */
const uint8_t *nx_charset_span(const nx_charset *set, const uint8_t *text,
                               const uint8_t *end, size_t most, size_t *count);

/* The first member from text on, or `end` if there is none. */
const uint8_t *nx_charset_find(const nx_charset *set, const uint8_t *text,
                               const uint8_t *end);

/* How many times members stand together, nothing but other characters between. */
size_t nx_charset_runs(const nx_charset *set, const uint8_t *text, size_t n);

#endif
