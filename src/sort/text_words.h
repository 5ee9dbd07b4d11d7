/* Texts as a sequence of 64-bit words whose order is that of the texts.
 *
 * A word holds some characters from an offset on, the first one on top. Texts that
 * have equal words there are told apart by the next ones, and a word says of itself
 * whether there is more to come. So texts are sorted like numbers, eight bytes at a
 * time. */
#ifndef NX_SORT_TEXT_WORDS_H
#define NX_SORT_TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* How texts are compared. */
typedef enum nx_text_order {
    NX_TEXT_BY_BYTES,  /* byte by byte, NULs too; what is longer comes behind */
    NX_TEXT_PADDED,    /* the same of texts of one width, in which NULs are padding */
    NX_TEXT_BY_POINTS, /* texts of one width, of 32-bit code points; 0 is padding */
} nx_text_order;

enum {
    NX_TEXT_WORDS_BATCH = 256 /* texts that are loaded at once, at most */
};

typedef struct nx_sort_texts {
    /* Tells the texts at n places, at most NX_TEXT_WORDS_BATCH, which stay where they
     * are; none is NULL. Called on any thread, several at a time. */
    nx_status (*load)(const void *context, const int64_t *places, size_t n,
                      nx_span *texts, nx_error *error);
    const void *context;
    nx_text_order order;
    size_t width;        /* bytes of each, for texts of one width */
    unsigned point_bits; /* by points: bits that hold each, see nx_text_point_bits */
} nx_sort_texts;

/* The narrowest of 8, 16, 21 and 32 bits for points whose bitwise OR is `all`. */
unsigned nx_text_point_bits(uint32_t all);

/* How many units (bytes, or points) a word moves on. */
size_t nx_text_word_units(const nx_sort_texts *texts);

/* Writes the words of the texts at n places from the unit `offset` on, which none of
 * them ends before. */
NX_MUST_CHECK nx_status nx_text_words(const nx_sort_texts *texts, const int64_t *places,
                                      size_t n, size_t offset, uint64_t *words,
                                      nx_error *error);

/* Whether texts that have this word at `offset` are equal from there on. */
bool nx_text_word_is_last(const nx_sort_texts *texts, size_t offset, uint64_t word);

/* What texts have in common. */
typedef struct nx_text_common {
    size_t offset; /* the first unit in which one of them differs, or ends */
    bool equal;    /* all are equal */
} nx_text_common;

/* Looks how far the texts at n places are equal to the one at the place `reference`, as
 * they are up to `offset`. Stops looking where one differs at `offset` itself. */
NX_MUST_CHECK nx_status nx_text_find_common(const nx_sort_texts *texts,
                                            int64_t reference, const int64_t *places,
                                            size_t n, size_t offset,
                                            nx_text_common *common, nx_error *error);

/* Below 0, 0 or above 0: how two texts compare. */
int nx_text_compare(nx_text_order order, nx_span a, nx_span b);

#endif
