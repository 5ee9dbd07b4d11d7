/* Words by the portable engine, and the choice among engines.
 *
 * Eight bytes are compared at once in a 64-bit register. With the top bit of each byte
 * set, subtracting `lowest` from all of them borrows from no neighbour and leaves that
 * bit set where the rest of the byte was at least as large. A multiply gathers the
 * eight top bits into one byte.
 */
#include "text/words.h"

#include "base/bits.h"
#include "text/words_engines.h"
#include "text/words_spaces.h"

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)

/* ---- Masks of eight bytes ---- */

/* Bit i = top bit of byte i. */
NX_INLINE uint64_t
gather_top_bits(uint64_t x)
{
    return (((x >> 7) & ONES) * UINT64_C(0x0102040810204080)) >> 56;
}

/* The top bit of each byte whose other bits are first or more, and last or less. */
NX_INLINE uint64_t
in_range(uint64_t x, uint64_t first, uint64_t last)
{
    const uint64_t filled = x | TOPS;
    return (filled - first * ONES) & ~(filled - (last + 1) * ONES);
}

NX_INLINE uint64_t
spaces_of_word(uint64_t x, nx_word_rule rule)
{
    const uint64_t first = rule == NX_WORDS_STR ? 0x1C : 0x20;
    return gather_top_bits((in_range(x, 0x09, 0x0D) | in_range(x, first, 0x20)) & ~x);
}

/* The top bit of each byte that is C2, or E0 to E3; other bits are anything. */
NX_INLINE uint64_t
wide_leads(uint64_t x)
{
    return (in_range(x, 0x42, 0x42) | in_range(x, 0x60, 0x63)) & x;
}

NX_INLINE bool
has_wide_lead(uint64_t x)
{
    return (x & TOPS) != 0 && (wide_leads(x) & TOPS) != 0;
}

/* ---- What the template asks for ---- */

NX_INLINE uint64_t
narrow_spaces(const uint8_t *text, nx_word_rule rule, bool *wide)
{
    uint64_t spaces = 0;
    *wide = false;
    for (int i = 0; i < WORDS_BLOCK; i += 8) {
        const uint64_t x = nx_load64le(text + i);
        spaces |= spaces_of_word(x, rule) << i;
        *wide |= has_wide_lead(x);
    }
    return spaces;
}

NX_INLINE uint64_t
short_spaces(const uint8_t *text, size_t n, nx_word_rule rule, bool *wide)
{
    uint64_t spaces = 0;
    *wide = false;
    for (size_t i = 0; i < n; i += 8) {
        /* Fewer than eight last bytes are looked at together with those before. */
        uint64_t x = 0;
        size_t at = i;
        if (n >= 8) {
            at = n - i >= 8 ? i : n - 8;
            x = nx_load64le(text + at);
        }
        else {
            for (size_t byte = 0; byte < n; byte++) {
                x |= (uint64_t)text[byte] << (8 * byte);
            }
        }
        spaces |= spaces_of_word(x, rule) << at;
        *wide |= has_wide_lead(x);
    }
    return spaces;
}

static wide_starts
find_wide(const uint8_t *text)
{
    wide_starts starts = {0, 0};
    uint64_t leads = 0;
    for (int i = 0; i < WORDS_BLOCK; i += 8) {
        leads |= gather_top_bits(wide_leads(nx_load64le(text + i))) << i;
    }
    for (; leads != 0; leads &= leads - 1) {
        const int at = nx_ctz64(leads);
        const size_t length = space_length(text + at, 3, NX_WORDS_STR);
        starts.two |= (uint64_t)(length == 2) << at;
        starts.three |= (uint64_t)(length == 3) << at;
    }
    return starts;
}

NX_INLINE uint64_t
point_spaces(const uint32_t *points, size_t n)
{
    return points_in_turn(points, n);
}

#include "text/words_template.h"

const nx_words_engine nx_words_engine_portable = {"portable", count_range, count_many,
                                                  count_ucs4, cursor_next};

/* ---- The choice ---- */

static const nx_words_engine *engine = &nx_words_engine_portable;

const nx_words_engine *
nx_words_engine_for(nx_cpu cpu)
{
#ifdef NX_WORDS_AVX2
    if (cpu & NX_CPU_AVX2) {
        return &nx_words_engine_avx2;
    }
#endif
#ifdef NX_WORDS_NEON
    if (cpu & NX_CPU_NEON) {
        return &nx_words_engine_neon;
    }
#endif
    (void)cpu;
    return &nx_words_engine_portable;
}

void
nx_words_init(nx_cpu cpu)
{
    engine = nx_words_engine_for(cpu);
}

const char *
nx_words_engine_name(void)
{
    return engine->name;
}

size_t
nx_words_count(const uint8_t *text, size_t n, nx_word_rule rule)
{
    return engine->count_range(text, n, 0, n, rule);
}

size_t
nx_words_count_range(const uint8_t *text, size_t n, size_t begin, size_t end,
                     nx_word_rule rule)
{
    return engine->count_range(text, n, begin, end, rule);
}

void
nx_words_count_many(const nx_span *texts, size_t n, nx_word_rule rule, uint8_t *counts,
                    ptrdiff_t step)
{
    engine->count_many(texts, n, rule, counts, step);
}

size_t
nx_words_count_ucs4(const uint32_t *points, size_t n)
{
    return engine->count_ucs4(points, n);
}

/* ---- Cursors ---- */

/* One bit for each byte from `at` on that belongs to a space which began before, and
 * whether the byte before `at` belongs to one, or there is none. */
void
nx_words_look_back(const uint8_t *text, size_t n, size_t at, nx_word_rule rule,
                   uint64_t *before, uint64_t *spill)
{
    *before = at == 0;
    *spill = 0;
    for (size_t back = 1; back <= 3 && back <= at; back++) {
        const size_t length = space_length(text + at - back, n - at + back, rule);
        if (length >= back) {
            *before = 1;
            *spill = lowest_bits(length - back);
        }
    }
}

void
nx_word_cursor_begin_range(nx_word_cursor *cursor, const uint8_t *text, size_t n,
                           size_t begin, size_t end, nx_word_rule rule)
{
    uint64_t before, spill;
    nx_words_look_back(text, n, begin, rule, &before, &spill);
    size_t at = begin;
    if (before == 0) {
        /* What is left of a word that began earlier is another cursor's. */
        while (at < end && space_length(text + at, n - at, rule) == 0) {
            at++;
        }
    }
    *cursor = (nx_word_cursor){
        .text = n == 0 ? (const uint8_t *)"" : text, /* which may be NULL */
        .n = n,
        .end = end,
        .block = at,
        .next = at,
        .word = SIZE_MAX,
        .spill = spill,
        .rule = rule,
    };
}

void
nx_word_cursor_begin(nx_word_cursor *cursor, const uint8_t *text, size_t n,
                     nx_word_rule rule)
{
    nx_word_cursor_begin_range(cursor, text, n, 0, n, rule);
}

size_t
nx_word_cursor_next(nx_word_cursor *cursor, nx_span *words, size_t max)
{
    return engine->cursor_next(cursor, words, max);
}
