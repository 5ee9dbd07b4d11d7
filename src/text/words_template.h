/* The loops over words, for every instruction set.
 *
 * A file that includes this has defined
 *   narrow_spaces(text, rule, &wide)    bit i: byte i of 64 is white space of one byte;
 *                                       `wide`: some byte may begin a longer one
 *   short_spaces(text, n, rule, &wide)  the same of 1 <= n < 64 bytes, reading no
 *                                       others; bits from n on are anything
 *   find_wide(text)                     where longer spaces begin in 64 bytes, two
 *                                       more of which are readable
 *   point_spaces(points, n)             bit i: code point i of 1 <= n <= 64 is white
 *                                       space
 *
 * All bytes of a long space have their bits set. Those in the next block are spilled
 * into it.
 */
#include "text/words_spaces.h"

NX_INLINE uint64_t
wide_spaces(const uint8_t *text, uint64_t *spill)
{
    const wide_starts starts = find_wide(text);
    *spill = starts.two >> 63 | starts.three >> 62 | starts.three >> 63;
    return starts.two | starts.two << 1 | starts.three | starts.three << 1 |
           starts.three << 2;
}

/* The white space of a block that begins with that of `*spill`. */
NX_INLINE uint64_t
block_spaces(const uint8_t *text, nx_word_rule rule, uint64_t *spill)
{
    bool wide;
    uint64_t spaces = narrow_spaces(text, rule, &wide) | *spill;
    *spill = 0;
    if (rule == NX_WORDS_STR && wide) {
        spaces |= wide_spaces(text, spill);
    }
    return spaces;
}

/* The block at an offset where less than a block and what is looked at behind it may be
 * left: a copy, ended by spaces, if so. */
NX_INLINE const uint8_t *
whole_block(const uint8_t *text, size_t n, size_t at, uint8_t *copy)
{
    const size_t size = WORDS_BLOCK + WORDS_LOOKAHEAD, left = n - at;
    if (left >= size) {
        return text + at;
    }
    memset(copy, ' ', size);
    memcpy(copy, text + at, left);
    return copy;
}

/* Counts the starts of words from `at` on; `before`: 1 if it follows white space. */
NX_INLINE size_t
count_from(const uint8_t *text, size_t n, size_t at, size_t end, nx_word_rule rule,
           uint64_t before, uint64_t spill)
{
    size_t words = 0;
    while (end - at >= WORDS_BLOCK && n - at >= WORDS_BLOCK + WORDS_LOOKAHEAD) {
        const uint64_t spaces = block_spaces(text + at, rule, &spill);
        words += (size_t)nx_popcount64(~spaces & (spaces << 1 | before));
        before = spaces >> 63;
        at += WORDS_BLOCK;
    }
    while (at < end) {
        uint8_t copy[WORDS_BLOCK + WORDS_LOOKAHEAD];
        const size_t left = end - at < WORDS_BLOCK ? end - at : WORDS_BLOCK;
        const uint64_t spaces =
            block_spaces(whole_block(text, n, at, copy), rule, &spill);
        words +=
            (size_t)nx_popcount64(~spaces & (spaces << 1 | before) & lowest_bits(left));
        before = spaces >> 63;
        at += left;
    }
    return words;
}

static size_t
count_range(const uint8_t *text, size_t n, size_t begin, size_t end, nx_word_rule rule)
{
    uint64_t before, spill;
    nx_words_look_back(text, n, begin, rule, &before, &spill);
    return rule == NX_WORDS_STR
               ? count_from(text, n, begin, end, NX_WORDS_STR, before, spill)
               : count_from(text, n, begin, end, NX_WORDS_BYTES, before, spill);
}

NX_INLINE size_t
count_one(const uint8_t *text, size_t n, nx_word_rule rule)
{
    if (n == 0) {
        return 0;
    }
    if (n < WORDS_BLOCK) {
        bool wide;
        const uint64_t spaces = short_spaces(text, n, rule, &wide);
        if (rule == NX_WORDS_BYTES || !wide) {
            return (size_t)nx_popcount64(~spaces & (spaces << 1 | 1) & lowest_bits(n));
        }
    }
    return count_range(text, n, 0, n, rule);
}

static void
count_many(const nx_span *texts, size_t n, nx_word_rule rule, uint8_t *counts,
           ptrdiff_t step)
{
    for (size_t i = 0; i < n; i++, counts += step) {
        const int64_t words =
            (int64_t)(rule == NX_WORDS_STR
                          ? count_one(texts[i].text, texts[i].length, NX_WORDS_STR)
                          : count_one(texts[i].text, texts[i].length, NX_WORDS_BYTES));
        memcpy(counts, &words, sizeof words);
    }
}

static size_t
count_ucs4(const uint32_t *points, size_t n)
{
    uint64_t before = 1;
    size_t words = 0;
    while (n > 0) {
        const size_t count = n < WORDS_BLOCK ? n : WORDS_BLOCK;
        const uint64_t spaces = point_spaces(points, count);
        words += (size_t)nx_popcount64(~spaces & (spaces << 1 | before) &
                                       lowest_bits(count));
        before = spaces >> 63;
        points += count;
        n -= count;
    }
    return words;
}

/* Steps to the next block; false if no word may begin there, and none is open. */
NX_INLINE bool
next_block(nx_word_cursor *c, nx_word_rule rule)
{
    const size_t at = c->next;
    const bool open = c->word != SIZE_MAX;
    if (at >= c->n || (at >= c->end && !open)) {
        return false;
    }
    uint8_t copy[WORDS_BLOCK + WORDS_LOOKAHEAD];
    const uint64_t spaces =
        block_spaces(whole_block(c->text, c->n, at, copy), rule, &c->spill);
    /* A byte is an edge if it is not as the one before it. */
    uint64_t edges = ~spaces ^ (~spaces << 1 | (uint64_t)open);
    if (c->end < c->n && (at >= c->end || c->end - at < WORDS_BLOCK)) {
        /* Behind the range only the edge that ends its last word is left. */
        const uint64_t inside = lowest_bits(at >= c->end ? 0 : c->end - at);
        const bool cut = ((uint64_t)nx_popcount64(edges & inside) & 1) != open;
        const uint64_t outside = edges & ~inside;
        edges = (edges & inside) | (cut ? outside & (0 - outside) : 0);
    }
    c->edges = edges;
    c->block = at;
    c->next = c->n - at > WORDS_BLOCK ? at + WORDS_BLOCK : c->n;
    return true;
}

/* Writes the word between the two lowest edges, and removes them. */
NX_INLINE uint64_t
take_pair(const uint8_t *block, uint64_t edges, nx_span *word)
{
    const size_t start = lowest_edge(edges);
    edges &= edges - 1;
    *word = (nx_span){block + start, lowest_edge(edges) - start};
    return edges & (edges - 1);
}

/* Writes the words that begin and end in a block, and removes their edges. Nobody
 * guesses well how many there are: where there is room, some too many are written. */
NX_INLINE uint64_t
take_pairs(const uint8_t *block, uint64_t edges, nx_span *words, size_t max,
           size_t *count)
{
    const size_t pairs = (size_t)nx_popcount64(edges) / 2;
    if (max - *count < WORDS_BLOCK / 2) {
        while ((edges & (edges - 1)) != 0 && *count < max) {
            edges = take_pair(block, edges, &words[(*count)++]);
        }
        return edges;
    }
    /* An odd number of edges: with the last one begins a word that does not end here.
     */
    const bool odd = ((uint64_t)nx_popcount64(edges) & 1) != 0;
    const uint64_t last = odd ? UINT64_C(1) << (63 - nx_clz64(edges)) : 0;
    for (size_t i = 0; i < pairs; i += 4) {
        edges = take_pair(block, edges, &words[*count + i]);
        edges = take_pair(block, edges, &words[*count + i + 1]);
        edges = take_pair(block, edges, &words[*count + i + 2]);
        edges = take_pair(block, edges, &words[*count + i + 3]);
    }
    *count += pairs;
    return last;
}

NX_INLINE size_t
take_words(nx_word_cursor *c, nx_span *words, size_t max, nx_word_rule rule)
{
    size_t count = 0;
    do {
        const uint8_t *const block = c->text + c->block;
        if (c->edges != 0 && c->word != SIZE_MAX) {
            const uint8_t *const word = c->text + c->word;
            const size_t end = lowest_edge(c->edges);
            words[count++] = (nx_span){word, (size_t)(block + end - word)};
            c->edges &= c->edges - 1;
            c->word = SIZE_MAX;
        }
        c->edges = take_pairs(block, c->edges, words, max, &count);
        if (count == max) {
            return count;
        }
        if (c->edges != 0) {
            c->word = c->block + lowest_edge(c->edges);
            c->edges = 0;
        }
    } while (next_block(c, rule));
    if (c->word != SIZE_MAX) { /* the text ends with it */
        words[count++] = (nx_span){c->text + c->word, c->n - c->word};
        c->word = SIZE_MAX;
    }
    return count;
}

static size_t
cursor_next(nx_word_cursor *cursor, nx_span *words, size_t max)
{
    return cursor->rule == NX_WORDS_STR
               ? take_words(cursor, words, max, NX_WORDS_STR)
               : take_words(cursor, words, max, NX_WORDS_BYTES);
}
