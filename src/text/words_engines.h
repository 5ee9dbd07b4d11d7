/* The engines and what they share; for the sources of words alone. */
#ifndef NX_TEXT_WORDS_ENGINES_H
#define NX_TEXT_WORDS_ENGINES_H

#include "text/words.h"

/* What an offset of a text follows: *before is 1 behind white space and at the start,
 * else 0; *spill has the lowest bits set for those bytes from the offset on that belong
 * to a space which begins before it. */
void nx_words_look_back(const uint8_t *text, size_t n, size_t at, nx_word_rule rule,
                        uint64_t *before, uint64_t *spill);

extern const nx_words_engine nx_words_engine_portable;

#if defined(__x86_64__) || defined(_M_X64)
#define NX_WORDS_AVX2 1
extern const nx_words_engine nx_words_engine_avx2;
#endif

#if defined(__aarch64__) && defined(__GNUC__) && !defined(__AARCH64EB__)
#define NX_WORDS_NEON 1
extern const nx_words_engine nx_words_engine_neon;
#endif

#endif
