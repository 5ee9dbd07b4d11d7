/* One text found in others: the literal parts of patterns. */
#ifndef NX_TEXT_PATTERN_LITERAL_H
#define NX_TEXT_PATTERN_LITERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where nothing is found. */
#define NX_NOT_FOUND SIZE_MAX

/* A literal of one byte at least, prepared. Read by any number of threads. */
typedef struct nx_literal {
    uint8_t *bytes;
    size_t length;
    size_t *borders; /* for i bytes, i >= 1: how many at their end are a beginning */
} nx_literal;

/* Prepares a literal, n > 0; the bytes are copied. False when no memory is left, and
 * then the literal holds nothing. */
bool nx_literal_init(nx_literal *literal, const uint8_t *bytes, size_t n);

/* Releases what a literal holds; one of zeros is allowed. */
void nx_literal_clear(nx_literal *literal);

/* Where the literal stands first in the n bytes at text, not before `from`;
 * NX_NOT_FOUND if it does not. Reads nothing but these bytes. The time is linear in the
 * bytes looked at and the length of the literal, whatever they are. */
size_t nx_literal_find(const nx_literal *literal, const uint8_t *text, size_t n,
                       size_t from);

/* The same without vector instructions: what the other one is tested against. */
size_t nx_literal_find_portable(const nx_literal *literal, const uint8_t *text,
                                size_t n, size_t from);

#endif
