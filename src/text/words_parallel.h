/* Counting the words of one long text on several threads. */
#ifndef NX_TEXT_WORDS_PARALLEL_H
#define NX_TEXT_WORDS_PARALLEL_H

#include "text/words.h"
#include "thread/parallel.h"

/* As nx_words_count; *words does not depend on `threads`. `wait` may be NULL. Fails
 * only if cancelled. */
NX_MUST_CHECK nx_status nx_words_count_parallel(const uint8_t *text, size_t n,
                                                nx_word_rule rule, unsigned threads,
                                                const nx_wait *wait, size_t *words,
                                                nx_error *error);

#endif
