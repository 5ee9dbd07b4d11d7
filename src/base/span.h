/* Bytes that somebody else keeps: an item of an array, a field, a message. */
#ifndef NX_BASE_SPAN_H
#define NX_BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* `text` may be NULL if `length` is 0. */
typedef struct nx_span {
    const uint8_t *text;
    size_t length;
} nx_span;

#endif
