/* Text to integers: exact, never wrapping.
 *
 * Accepted: an optional sign (+ or -) and one or more ASCII digits, nothing
 * else; leading zeros are accepted here (whether "007" may become a number is
 * a question of inference, not of parsing).
 */
#ifndef NX_NUMBER_PARSE_INT_H
#define NX_NUMBER_PARSE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum nx_parse_result {
    NX_PARSE_OK = 0,
    NX_PARSE_INVALID, /* not text of this kind */
    NX_PARSE_RANGE    /* of this kind, but outside the type */
} nx_parse_result;

/* Parses all n bytes at text. *value is written only on NX_PARSE_OK. */
nx_parse_result nx_parse_int64(const uint8_t *text, size_t n, int64_t *value);

/* As nx_parse_int64; "-0" is 0, any other negative is NX_PARSE_RANGE. */
nx_parse_result nx_parse_uint64(const uint8_t *text, size_t n, uint64_t *value);

#endif
