#include "sort/text_alphabet.h"

#include "base/bits.h"

enum {
    POINT = 4 /* bytes of a code point, the least significant of which counts */
};

bool
nx_text_has_alphabet(const nx_sort_texts *texts)
{
    return texts->order != NX_TEXT_BY_POINTS || texts->point_bits == 8;
}

/* The byte that a unit is. */
NX_INLINE uint8_t
unit_at(const uint8_t *text, size_t i, size_t step)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return text[i * step + step - 1];
#else
    return text[i * step];
#endif
}

static size_t
step_of(const nx_sort_texts *texts)
{
    return texts->order == NX_TEXT_BY_POINTS ? POINT : 1;
}

/* ---- The alphabet ---- */

NX_INLINE void
see(const nx_span *spans, size_t n, size_t offset, size_t step, bool padded,
    nx_seen_bytes *seen)
{
    size_t longest = seen->longest;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *const text = spans[i].text + offset * step;
        const size_t left = spans[i].length / step - offset;
        size_t length = left;
        while (padded && length > 0 && unit_at(text, length - 1, step) == 0) {
            length--;
        }
        longest = length > longest ? length : longest;
        if (NX_LIKELY(left >= NX_ALPHABET_UNITS)) {
            for (size_t j = 0; j < NX_ALPHABET_UNITS; j++) {
                seen->seen[unit_at(text, j, step)] = 1;
            }
            continue;
        }
        for (size_t j = 0; j < left; j++) {
            seen->seen[unit_at(text, j, step)] = 1;
        }
    }
    seen->longest = longest > NX_ALPHABET_UNITS ? NX_ALPHABET_UNITS + 1 : longest;
}

nx_status
nx_text_see(const nx_sort_texts *texts, const int64_t *places, size_t n, size_t offset,
            nx_seen_bytes *seen, nx_error *error)
{
    nx_span spans[NX_TEXT_WORDS_BATCH];
    for (size_t first = 0; first < n; first += NX_TEXT_WORDS_BATCH) {
        const size_t left = n - first;
        const size_t count = left < NX_TEXT_WORDS_BATCH ? left : NX_TEXT_WORDS_BATCH;
        const nx_status status =
            texts->load(texts->context, places + first, count, spans, error);
        if (status != NX_OK) {
            return status;
        }
        switch (texts->order) {
            case NX_TEXT_BY_BYTES:
                see(spans, count, offset, 1, false, seen);
                break;
            case NX_TEXT_PADDED:
                see(spans, count, offset, 1, true, seen);
                break;
            default:
                see(spans, count, offset, POINT, true, seen);
        }
    }
    return NX_OK;
}

void
nx_text_alphabet_make(const nx_sort_texts *texts, const nx_seen_bytes *seen,
                      unsigned most_bits, nx_text_alphabet *alphabet)
{
    /* Where NUL is padding, it is what follows a text. */
    const bool padded = texts->order != NX_TEXT_BY_BYTES;
    unsigned count = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        const bool counts = seen->seen[byte] != 0 && (byte != 0 || !padded);
        count += counts;
        alphabet->codes[byte] = (uint16_t)(counts ? count : 0);
        alphabet->letters[alphabet->codes[byte]] = (uint8_t)byte;
    }
    alphabet->letters[0] = 0;
    alphabet->bits = count == 0 ? 1 : 64 - (unsigned)nx_clz64(count);
    alphabet->units = most_bits / alphabet->bits;
    if (alphabet->units > NX_ALPHABET_UNITS) {
        alphabet->units = NX_ALPHABET_UNITS;
    }
}

/* ---- Keys ---- */

NX_INLINE void
make_keys(const nx_text_alphabet *alphabet, const nx_span *spans, size_t n,
          size_t offset, size_t step, uint64_t *keys)
{
    const unsigned bits = alphabet->bits;
    const size_t units = alphabet->units;
    const uint16_t *const codes = alphabet->codes;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *const text = spans[i].text + offset * step;
        const size_t left = spans[i].length / step - offset;
        const size_t count = left < units ? left : units;
        uint64_t key = 0;
        for (size_t j = 0; j < count; j++) {
            key = key << bits | codes[unit_at(text, j, step)];
        }
        /* A shift by 64 bits is one of 0: there is nothing to be moved. */
        keys[i] = key << (bits * (units - count) & 63);
    }
}

nx_status
nx_text_keys(const nx_sort_texts *texts, const nx_text_alphabet *alphabet,
             const int64_t *places, size_t n, size_t offset, uint64_t *keys,
             nx_error *error)
{
    nx_span spans[NX_TEXT_WORDS_BATCH];
    for (size_t first = 0; first < n; first += NX_TEXT_WORDS_BATCH) {
        const size_t left = n - first;
        const size_t count = left < NX_TEXT_WORDS_BATCH ? left : NX_TEXT_WORDS_BATCH;
        const nx_status status =
            texts->load(texts->context, places + first, count, spans, error);
        if (status != NX_OK) {
            return status;
        }
        if (step_of(texts) == 1) {
            make_keys(alphabet, spans, count, offset, 1, keys + first);
        }
        else {
            make_keys(alphabet, spans, count, offset, POINT, keys + first);
        }
    }
    return NX_OK;
}

bool
nx_text_key_is_last(const nx_sort_texts *texts, const nx_text_alphabet *alphabet,
                    size_t offset, uint64_t key)
{
    if (texts->order == NX_TEXT_BY_BYTES) {
        return (key & ((UINT64_C(1) << alphabet->bits) - 1)) == 0;
    }
    return offset + alphabet->units >= texts->width / step_of(texts);
}

size_t
nx_text_decode(const nx_text_alphabet *alphabet, uint64_t key,
               uint8_t text[NX_ALPHABET_UNITS])
{
    const unsigned bits = alphabet->bits;
    const uint64_t mask = (UINT64_C(1) << bits) - 1;
    unsigned shift = bits * (unsigned)alphabet->units;
    size_t n = 0;
    for (size_t i = 0; i < alphabet->units; i++) {
        shift -= bits;
        const uint64_t code = key >> shift & mask;
        text[i] = alphabet->letters[code];
        n = code != 0 ? i + 1 : n; /* within a padded text there may be NULs */
    }
    return n;
}
