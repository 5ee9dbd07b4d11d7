/* Words: what white space separates, by the rules of Python's split().
 *
 * Text is taken 64 bytes at a time as a mask of what is white space. A word begins at
 * every byte that is none and follows one that is, or the start of the text, so that
 * counting words is counting bits. Nothing here allocates or fails, reads a byte
 * outside of the text, or minds NULs. Any thread may call, nx_words_init excepted.
 */
#ifndef NX_TEXT_WORDS_H
#define NX_TEXT_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "base/span.h"

/* What white space is. */
typedef enum nx_word_rule {
    /* As for str.split, in UTF-8: U+0009 to 000D, 001C to 0020, 0085, 00A0, 1680, 2000
     * to 200A, 2028, 2029, 202F, 205F and 3000. In bytes that are no UTF-8, those that
     * read like one of these; surrogates encoded by themselves are text. */
    NX_WORDS_STR,
    /* As for bytes.split: 09 to 0D and 20. */
    NX_WORDS_BYTES
} nx_word_rule;

/* ---- Counting ---- */

/* The words of n bytes of text. */
size_t nx_words_count(const uint8_t *text, size_t n, nx_word_rule rule);

/* Those words of n bytes of text whose first byte is at begin <= offset < end <= n. Any
 * offsets will do, also inside of a character: the numbers of ranges that share their
 * ends add up to that of the whole. Looks at up to three bytes before `begin` and two
 * from `end` on. */
size_t nx_words_count_range(const uint8_t *text, size_t n, size_t begin, size_t end,
                            nx_word_rule rule);

/* The words of each of n texts; that of texts[i] is written as an int64_t to the
 * address counts + i * step, which need not be aligned. */
void nx_words_count_many(const nx_span *texts, size_t n, nx_word_rule rule,
                         uint8_t *counts, ptrdiff_t step);

/* The words of n code points, by the rule of str.split. Surrogates, and numbers above
 * U+10FFFF, are text. */
size_t nx_words_count_ucs4(const uint32_t *points, size_t n);

/* ---- The words themselves ---- */

/* Where an iteration over words has come to. Its members are nobody's business. */
typedef struct nx_word_cursor {
    const uint8_t *text;
    size_t n, end;  /* of the text, and of the range where words may begin */
    size_t block;   /* offset of the block that `edges` belongs to */
    size_t next;    /* offset of the block after that */
    size_t word;    /* where the word begins that is open, SIZE_MAX if none is */
    uint64_t edges; /* of that block: first bytes of words and of spaces, in turn */
    uint64_t spill; /* first bytes of the next block that end a space of this one */
    nx_word_rule rule;
} nx_word_cursor;

/* Sets a cursor before the first word of n bytes of text, which have to stay. */
void nx_word_cursor_begin(nx_word_cursor *cursor, const uint8_t *text, size_t n,
                          nx_word_rule rule);

/* The same for those words that nx_words_count_range counts. The last of them may end
 * behind `end`, as far away as n. */
void nx_word_cursor_begin_range(nx_word_cursor *cursor, const uint8_t *text, size_t n,
                                size_t begin, size_t end, nx_word_rule rule);

/* Writes the next words, `max` (at least 1) at most, in the order of the text. Returns
 * how many; 0 if there are no more. Spans point into the text. */
size_t nx_word_cursor_next(nx_word_cursor *cursor, nx_span *words, size_t max);

/* ---- Variants ---- */

/* The loops for one instruction set, as described above. */
typedef struct nx_words_engine {
    const char *name;
    size_t (*count_range)(const uint8_t *text, size_t n, size_t begin, size_t end,
                          nx_word_rule rule);
    void (*count_many)(const nx_span *texts, size_t n, nx_word_rule rule,
                       uint8_t *counts, ptrdiff_t step);
    size_t (*count_ucs4)(const uint32_t *points, size_t n);
    size_t (*cursor_next)(nx_word_cursor *cursor, nx_span *words, size_t max);
} nx_words_engine;

/* The best engine of a processor with these features. */
const nx_words_engine *nx_words_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_words_init(nx_cpu cpu);

/* The name of the engine in use: "portable", "avx2" or "neon". */
const char *nx_words_engine_name(void);

#endif
