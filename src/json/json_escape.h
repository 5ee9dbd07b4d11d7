/* Text as the inside of a JSON string.
 *
 * Escaped are the quote, the backslash and what is below U+0020: \b \t \n \f \r where
 * there is a letter, else \u00xx. Everything else is left as it is, U+007F, U+2028 and
 * what is not ASCII included, so that UTF-8 comes out as UTF-8. This is what Python's
 * json.dumps(..., ensure_ascii=False) writes.
 */
#ifndef NX_JSON_JSON_ESCAPE_H
#define NX_JSON_JSON_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/cpu.h"

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

/* The same, with short texts that need no escape taken at once: most are. */
NX_INLINE uint8_t *
nx_json_escape(uint8_t *out, const uint8_t *text, size_t n)
{
    if (n >= 8 && n <= 16) {
        const uint64_t first = nx_load64le(text), last = nx_load64le(text + n - 8);
        if (NX_LIKELY((nx_json_special8(first) | nx_json_special8(last)) == 0)) {
            nx_store64le(out, first);
            nx_store64le(out + n - 8, last);
            return out + n;
        }
    }
    else if (n < 8) {
        const uint64_t word = n == 0 ? 0 : nx_json_load_few(text, n);
        if (NX_LIKELY(n == 0 || nx_json_special8(word) == 0)) {
            nx_store64le(out, word);
            return out + n;
        }
    }
    return nx_json_escape_long(out, text, n);
}

#endif
