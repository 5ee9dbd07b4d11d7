#include "number/parse_bool.h"

#include "base/bits.h"

nx_parse_result
nx_parse_bool(const uint8_t *text, size_t n, uint8_t *value)
{
    if (n != 4 && n != 5) {
        return NX_PARSE_INVALID;
    }
    const uint32_t word = nx_load32le(text);
    if (n == 4) {
        if (word == NX_WORD('t', 'r', 'u', 'e') ||
            word == NX_WORD('T', 'r', 'u', 'e') ||
            word == NX_WORD('T', 'R', 'U', 'E')) {
            *value = 1;
            return NX_PARSE_OK;
        }
        return NX_PARSE_INVALID;
    }
    if ((text[4] == 'e' && (word == NX_WORD('f', 'a', 'l', 's') ||
                            word == NX_WORD('F', 'a', 'l', 's'))) ||
        (text[4] == 'E' && word == NX_WORD('F', 'A', 'L', 'S'))) {
        *value = 0;
        return NX_PARSE_OK;
    }
    return NX_PARSE_INVALID;
}
