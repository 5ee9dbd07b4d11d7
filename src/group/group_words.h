/* The different words of a text, and how often each occurs. */
#ifndef NX_GROUP_GROUP_WORDS_H
#define NX_GROUP_GROUP_WORDS_H

#include "group/groups.h"
#include "text/words.h"

/* Word i is words.texts[i], in the order in which they occur first; it points into the
 * text. groups.first are offsets in the text, groups.counts is there. Zero-initialised,
 * ended by nx_word_groups_clear. Immutable once made. */
typedef struct nx_word_groups {
    nx_groups groups;
    nx_text_table words;
} nx_word_groups;

/* Finds the words of n bytes of text, which have to stay. The result does not depend on
 * `threads`; `wait` may be NULL. On failure *result holds nothing. */
NX_MUST_CHECK nx_status nx_group_words(const uint8_t *text, size_t n, nx_word_rule rule,
                                       unsigned threads, const nx_wait *wait,
                                       nx_word_groups *result, nx_error *error);

void nx_word_groups_clear(nx_word_groups *groups);

#endif
