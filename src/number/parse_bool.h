/* Text to bool: true True TRUE false False FALSE, and nothing else. */
#ifndef NX_NUMBER_PARSE_BOOL_H
#define NX_NUMBER_PARSE_BOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "number/parse_int.h"

/* A word of four bytes, a last one (0 if there is none) and their number. */
#define NX_BOOL_WORD(a, b, c, d, last, n) \
    (NX_WORD(a, b, c, d) | (uint64_t)(last) << 32 | (uint64_t)(n) << 40)

/* Parses all n bytes at text; *value becomes 0 or 1. NX_PARSE_OK or _INVALID. Reads
 * five bytes whatever n is.
 *
 * Which of the words comes next is what no processor foresees: nothing here branches on
 * it. Three bits tell them apart: 2 of the first byte (t or f), 6 of it and of the
 * second (the case). */
NX_INLINE nx_parse_result
nx_parse_bool(const uint8_t *text, size_t n, uint8_t *value)
{
    static const uint64_t words[8] = {NX_BOOL_WORD('T', 'R', 'U', 'E', 0, 4),
                                      NX_BOOL_WORD('F', 'A', 'L', 'S', 'E', 5),
                                      UINT64_MAX,
                                      UINT64_MAX,
                                      NX_BOOL_WORD('T', 'r', 'u', 'e', 0, 4),
                                      NX_BOOL_WORD('F', 'a', 'l', 's', 'e', 5),
                                      NX_BOOL_WORD('t', 'r', 'u', 'e', 0, 4),
                                      NX_BOOL_WORD('f', 'a', 'l', 's', 'e', 5)};
    if (n - 4 > 1) {
        return NX_PARSE_INVALID;
    }
    const uint64_t word = nx_load32le(text);
    const uint64_t last = (uint64_t)text[4] & (UINT64_C(0) - (n > 4));
    const size_t which = (word >> 1 & 1) | (word >> 4 & 2) | (word >> 11 & 4);
    if (words[which] != (word | last << 32 | (uint64_t)n << 40)) {
        return NX_PARSE_INVALID;
    }
    *value = (which & 1) ^ 1;
    return NX_PARSE_OK;
}

#undef NX_BOOL_WORD

#endif
