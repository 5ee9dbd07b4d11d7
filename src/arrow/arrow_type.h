/* Types of columns and types of Arrow: which is which, and how values are kept. */
#ifndef NX_ARROW_ARROW_TYPE_H
#define NX_ARROW_ARROW_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How Arrow lays out the values of a type. */
typedef enum nx_arrow_layout {
    NX_ARROW_FIXED,      /* one buffer of values of one width */
    NX_ARROW_BITS,       /* one buffer of bits */
    NX_ARROW_VIEWS,      /* string views, and buffers they point into */
    NX_ARROW_UTF8,       /* int32 offsets and text */
    NX_ARROW_LARGE_UTF8, /* int64 offsets and text */
    NX_ARROW_NULLS       /* no buffer at all: every value is null */
} nx_arrow_layout;

/* What stands where a value is missing. */
typedef enum nx_arrow_missing {
    NX_ARROW_ZERO, /* 0, false, the empty string */
    NX_ARROW_NAN,
    NX_ARROW_NAT
} nx_arrow_missing;

/* One type on both sides. An Arrow value is the value of the column times `factor`. */
typedef struct nx_arrow_type {
    const char *name;   /* of the column's dtype, as NumPy spells it, or "string" */
    const char *format; /* Arrow's format string; for timestamps without the zone */
    nx_arrow_layout layout;
    nx_arrow_missing missing;
    uint8_t width;       /* bytes of a value in a column; 16 for a string */
    uint8_t arrow_width; /* bytes of a value in an Arrow array; 0 for bits */
    int64_t factor;
} nx_arrow_type;

/* The type in which a column of this name leaves; NULL if Arrow has none. */
const nx_arrow_type *nx_arrow_type_of_name(const char *name);

/* The type that an Arrow array of this format becomes; NULL if there is none.
 * *zoned tells whether it is a timestamp with a time zone. */
const nx_arrow_type *nx_arrow_type_of_format(const char *format, bool *zoned);

/* True for string types, in whatever layout. */
bool nx_arrow_type_is_string(const nx_arrow_type *type);

/* True when Arrow keeps values as columns do, so that they can be shared. */
bool nx_arrow_type_is_shared(const nx_arrow_type *type);

/* Arrow's own word for a format ("decimal", "list", ...), for messages. Never NULL. */
const char *nx_arrow_format_word(const char *format);

/* The bytes of a missing value of type->width bytes, at most 8. */
uint64_t nx_arrow_missing_bits(const nx_arrow_type *type);

#endif
