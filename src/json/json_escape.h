/* Text as the inside of a JSON string.
 *
 * Escaped are the quote, the backslash and what is below U+0020: \b \t \n \f \r where
 * there is a letter, else \u00xx. Everything else is left as it is, U+007F, U+2028 and
 * what is not ASCII included, so that UTF-8 comes out as UTF-8. This is what Python's
 * json.dumps(..., ensure_ascii=False) writes.
 */
#ifndef NX_JSON_JSON_ESCAPE_H
#define NX_JSON_JSON_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/cpu.h"

#if !defined(NX_PORTABLE_ONLY) && (defined(__SSE2__) || defined(_M_X64))
#define NX_JSON_SSE2 1
#include <emmintrin.h>
#endif

/* Bytes that one byte can become. */
#define NX_JSON_ESCAPE_LONGEST 6

/* Room behind the last byte that whole vectors are written to. */
#define NX_JSON_ESCAPE_SPARE 32

/* The loops for one instruction set. */
typedef struct nx_json_escaper {
    const char *name;
    /* Writes n bytes of text escaped and returns the end. `out` has room for
     * n * NX_JSON_ESCAPE_LONGEST + NX_JSON_ESCAPE_SPARE bytes. Reads nothing but the
     * text. */
    uint8_t *(*escape)(uint8_t *out, const uint8_t *text, size_t n);
} nx_json_escaper;

/* The best loops for a processor with these features. */
const nx_json_escaper *nx_json_escaper_for(nx_cpu cpu);

/* Picks them; called by nx_init. The portable ones are in use before. */
void nx_json_escape_init(nx_cpu cpu);

/* The name of those in use: "portable", "sse2" or "avx2". */
const char *nx_json_escape_name(void);

/* As nx_json_escaper.escape, with the loops in use. */
uint8_t *nx_json_escape_long(uint8_t *out, const uint8_t *text, size_t n);

/* High bits of the bytes of a word that are escaped, exact up to the first one. */
NX_INLINE uint64_t
nx_json_special8(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t quotes = (word ^ ones * '"') - ones;
    const uint64_t slashes = (word ^ ones * '\\') - ones;
    return ((word - ones * 0x20) | quotes | slashes) & ~word & ones * 0x80;
}

#ifdef NX_JSON_SSE2
/* The bytes of a vector that are escaped. */
NX_INLINE __m128i
nx_json_special16(__m128i x)
{
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x);
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    return _mm_or_si128(control, marks);
}
#endif

/* n bytes, 1 to 7, as a word; blanks behind them. */
NX_INLINE uint64_t
nx_json_load_few(const uint8_t *text, size_t n)
{
    const uint64_t blanks = UINT64_C(0x2020202020202020) << 8 * n;
    if (n >= 4) {
        return nx_load32le(text) | (uint64_t)nx_load32le(text + n - 4) << 8 * (n - 4) |
               blanks;
    }
    const size_t middle = n / 2, last = n - 1;
    return text[0] | (uint64_t)text[middle] << 8 * middle |
           (uint64_t)text[last] << 8 * last | blanks;
}

/* Copies 8 to 16 bytes of text; false if one of them is escaped. */
NX_INLINE bool
nx_json_copy16(uint8_t *out, const uint8_t *text, size_t n)
{
    const uint64_t first = nx_load64le(text), last = nx_load64le(text + n - 8);
    nx_store64le(out, first);
    nx_store64le(out + n - 8, last);
    return (nx_json_special8(first) | nx_json_special8(last)) == 0;
}

/* Copies 16 to 32 bytes of text; false if one of them is escaped. */
NX_INLINE bool
nx_json_copy32(uint8_t *out, const uint8_t *text, size_t n)
{
#ifdef NX_JSON_SSE2
    const __m128i first = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i last =
        _mm_loadu_si128((const __m128i *)(const void *)(text + n - 16));
    _mm_storeu_si128((__m128i *)(void *)out, first);
    _mm_storeu_si128((__m128i *)(void *)(out + n - 16), last);
    return _mm_movemask_epi8(
               _mm_or_si128(nx_json_special16(first), nx_json_special16(last))) == 0;
#else
    return nx_json_copy16(out, text, 16) &
           nx_json_copy16(out + n - 16, text + n - 16, 16);
#endif
}

/* Copies up to 32 bytes of text; false if one of them is escaped. */
NX_INLINE bool
nx_json_copy_few(uint8_t *out, const uint8_t *text, size_t n)
{
    if (n >= 16) {
        return nx_json_copy32(out, text, n);
    }
    if (n >= 8) {
        return nx_json_copy16(out, text, n);
    }
    if (n == 0) {
        return true;
    }
    const uint64_t word = nx_json_load_few(text, n);
    nx_store64le(out, word);
    return nx_json_special8(word) == 0;
}

/* The same as nx_json_escape_long, with short texts that need no escape taken at once:
 * most are. */
NX_INLINE uint8_t *
nx_json_escape(uint8_t *out, const uint8_t *text, size_t n)
{
    if (NX_LIKELY(n <= 32 && nx_json_copy_few(out, text, n))) {
        return out + n;
    }
    return nx_json_escape_long(out, text, n);
}

#endif
