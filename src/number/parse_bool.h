/* Text to bool: true True TRUE false False FALSE, and nothing else. */
#ifndef NX_NUMBER_PARSE_BOOL_H
#define NX_NUMBER_PARSE_BOOL_H

#include <stddef.h>
#include <stdint.h>

#include "number/parse_int.h"

/* Parses all n bytes at text; *value becomes 0 or 1. NX_PARSE_OK or _INVALID. */
nx_parse_result nx_parse_bool(const uint8_t *text, size_t n, uint8_t *value);

#endif
