/* The masks of 64 bytes of text, one bit a byte. */
#ifndef NX_JSON_JSON_SCAN_WORD_H
#define NX_JSON_JSON_SCAN_WORD_H

#include <stdint.h>

typedef struct json_word {
    uint64_t quote, backslash, comma, lf;
    uint64_t control; /* below 0x20 */
    uint64_t blank;   /* space, tab, CR */
    uint64_t high;    /* above 0x7F */
} json_word;

#endif
