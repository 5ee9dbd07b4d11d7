#include "number/parse_bool.h"

#include "base/bits.h"

/* Four characters as nx_load32le sees them. */
#define WORD(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

nx_parse_result
nx_parse_bool(const uint8_t *text, size_t n, uint8_t *value)
{
    if (n != 4 && n != 5) {
        return NX_PARSE_INVALID;
    }
    const uint32_t word = nx_load32le(text);
    if (n == 4) {
        if (word == WORD('t', 'r', 'u', 'e') || word == WORD('T', 'r', 'u', 'e') ||
            word == WORD('T', 'R', 'U', 'E')) {
            *value = 1;
            return NX_PARSE_OK;
        }
        return NX_PARSE_INVALID;
    }
    if ((text[4] == 'e' &&
         (word == WORD('f', 'a', 'l', 's') || word == WORD('F', 'a', 'l', 's'))) ||
        (text[4] == 'E' && word == WORD('F', 'A', 'L', 'S'))) {
        *value = 0;
        return NX_PARSE_OK;
    }
    return NX_PARSE_INVALID;
}
