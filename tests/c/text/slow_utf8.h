/* UTF-8 by arithmetic: the oracle of tests and fuzz targets. */
#ifndef NX_TESTS_SLOW_UTF8_H
#define NX_TESTS_SLOW_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the sequence at p by arithmetic and judges the number: the oracle.
 * Its length, 0 if bad. */
static inline size_t
slow_sequence(const uint8_t *p, size_t n)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = 1;
    uint32_t code = p[0];
    if (code >= 0x80) {
        length = code >> 5 == 6 ? 2 : code >> 4 == 14 ? 3 : code >> 3 == 30 ? 4 : 0;
        if (length == 0 || length > n) {
            return 0;
        }
        code &= 0x7Fu >> length;
    }
    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2) {
            return 0;
        }
        code = code << 6 | (p[i] & 0x3F);
    }
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return 0;
    }
    return length;
}

static inline size_t
slow_prefix(const uint8_t *text, size_t n)
{
    size_t i = 0;
    while (i < n) {
        const size_t length = slow_sequence(text + i, n - i);
        if (length == 0) {
            break;
        }
        i += length;
    }
    return i;
}

#endif
