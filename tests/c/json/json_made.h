/* What the tests of JSON have in common: columns over plain C arrays, and their text.
 */
#ifndef NX_TESTS_JSON_MADE_H
#define NX_TESTS_JSON_MADE_H

#include "json/json_value.h"

static const uint8_t no_text[NX_JSON_PADDING] = {0};

/* A column of values one behind the other. */
static inline nx_json_column
column_of(nx_json_kind kind, const void *values, size_t size)
{
    return (nx_json_column){
        .kind = kind,
        .data = values,
        .step = (ptrdiff_t)size,
        .item_size = size,
        .count = 1,
        .before = no_text,
    };
}

/* Items are pointers to C strings, NULL for missing ones. */
static inline nx_json_form
load_c_string(const void *context, const char *item, nx_span *text)
{
    const char *string;
    memcpy(&string, item, sizeof string);
    *text = (nx_span){(const uint8_t *)string, string == NULL ? 0 : strlen(string)};
    return string == NULL ? NX_JSON_NOTHING : *(const nx_json_form *)context;
}

#endif
