/* The grammar of JSON (RFC 8259), to the letter and with care: what a text is, and
 * where it stops being JSON. The fast ways of this folder only ever decline; what they
 * decline is judged here. Any thread; reads nothing but the text.
 *
 * A line feed ends a record, so that it is no blank here. Nested values are walked
 * without recursion. UTF-8 is not looked at. */
#ifndef NX_JSON_JSON_CHECK_H
#define NX_JSON_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"

#define NX_JSON_DEPTH 1024 /* arrays and objects inside one another, at most */

#define NX_JSON_MESSAGE 96

/* What is wrong with a text. */
typedef struct nx_json_fault {
    int code;        /* 711: not JSON; 712: no object; 715: a string; 718: too deep */
    size_t at;       /* the byte that cannot be */
    size_t key;      /* the key it belongs to begins here, with its quote ... */
    size_t key_size; /* ... and has so many bytes, quotes included; 0: none */
    char message[NX_JSON_MESSAGE];
} nx_json_fault;

/* What a value is. */
typedef enum nx_json_kind {
    NX_JSON_INVALID = 0,
    NX_JSON_NULL,
    NX_JSON_TRUE,
    NX_JSON_FALSE,
    NX_JSON_INTEGER, /* a number without point and exponent */
    NX_JSON_DECIMAL,
    NX_JSON_STRING,  /* without escapes: its text stands between its quotes */
    NX_JSON_ESCAPED, /* a string that nx_json_unescape has to be asked for */
    NX_JSON_NESTED   /* an array or object, by its first byte: not looked at further */
} nx_json_kind;

NX_INLINE bool
nx_json_is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* What all n bytes at text are, without blanks around them. */
nx_json_kind nx_json_kind_of(const uint8_t *text, size_t n);

/* The size of the array or object that text[0] opens and that ends before text[n]; 0 if
 * it is not JSON. */
size_t nx_json_nested_size(const uint8_t *text, size_t n);

/* The size of the string that text[0], a quote, opens, quotes included; 0 if it does
 * not end before text[n] or has bytes or escapes that are none. *escaped: there are
 * any. */
size_t nx_json_string_size(const uint8_t *text, size_t n, bool *escaped);

/* The text of a string that has been found to be one, without its quotes; n bytes, to
 * which `to` has room. Returns how many bytes it is. */
size_t nx_json_unescape(const uint8_t *text, size_t n, uint8_t *to);

/* True when n bytes, without the line feed behind them, are one object and blanks;
 * else *fault tells the first byte that cannot be. */
bool nx_json_check_record(const uint8_t *text, size_t n, nx_json_fault *fault);

#endif
