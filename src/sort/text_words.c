/* A word of bytes that NULs may be part of has seven of them, and below them how many
 * there were: so "a" comes before "a\0", and a word of eight says that more may follow.
 * Where NULs are padding a word is eight bytes. Code points take as few bits as the
 * largest of the array allows, for more of them in a word. */
#include "sort/text_words.h"

#include <string.h>

#include "base/bits.h"

enum {
    POINT = 4,         /* bytes of a code point */
    LENGTH_BYTES = 7,  /* of a word that tells how many they are */
    MORE = 8,          /* what it says if the text goes on */
    LENGTH_MASK = 0xFF /* where it says so */
};

unsigned
nx_text_point_bits(uint32_t all)
{
    return all < 1u << 8 ? 8 : all < 1u << 16 ? 16 : all < 1u << 21 ? 21 : 32;
}

size_t
nx_text_word_units(const nx_sort_texts *texts)
{
    switch (texts->order) {
        case NX_TEXT_BY_BYTES:
            return LENGTH_BYTES;
        case NX_TEXT_PADDED:
            return 8;
        default:
            return 64 / texts->point_bits;
    }
}

/* ---- One word ---- */

NX_INLINE uint64_t
load64be(const uint8_t *bytes)
{
    const uint64_t x = nx_load64le(bytes);
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_bswap64(x);
#else
    return x << 56 | (x & 0xFF00) << 40 | (x & 0xFF0000) << 24 | (x & 0xFF000000) << 8 |
           (x >> 8 & 0xFF000000) | (x >> 24 & 0xFF0000) | (x >> 40 & 0xFF00) | x >> 56;
#endif
}

NX_INLINE uint64_t
load32be(const uint8_t *bytes)
{
    return (uint64_t)bytes[0] << 24 | (uint64_t)bytes[1] << 16 |
           (uint64_t)bytes[2] << 8 | bytes[3];
}

/* The first n bytes, at most 8, on top of zeros; reads no others. */
NX_INLINE uint64_t
first_bytes(const uint8_t *text, size_t n)
{
    if (n >= 8) {
        return load64be(text);
    }
    if (n >= 4) { /* bytes that both halves have are the same ones */
        return load32be(text) << 32 | load32be(text + n - 4) << (8 * (8 - n));
    }
    if (n == 0) {
        return 0;
    }
    return (uint64_t)text[0] << 56 | (uint64_t)text[n / 2] << (8 * (7 - n / 2)) |
           (uint64_t)text[n - 1] << (8 * (8 - n));
}

NX_INLINE uint64_t
word_of_bytes(nx_span text, size_t offset)
{
    const size_t left = text.length - offset;
    const uint64_t word = first_bytes(text.text + offset, left);
    return left >= MORE ? (word & ~(uint64_t)LENGTH_MASK) | MORE : word | left;
}

NX_INLINE uint64_t
word_of_points(nx_span text, size_t offset, unsigned bits)
{
    const size_t left = text.length / POINT - offset, room = 64 / bits;
    const size_t n = left < room ? left : room;
    const uint8_t *point = text.text + POINT * offset;
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++, point += POINT) {
        uint32_t value;
        memcpy(&value, point, sizeof value);
        word = word << bits | value;
    }
    return n == 0 || n == room ? word : word << bits * (room - n);
}

/* ---- Many ---- */

nx_status
nx_text_words(const nx_sort_texts *texts, const int64_t *places, size_t n,
              size_t offset, uint64_t *words, nx_error *error)
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
        uint64_t *const to = words + first;
        switch (texts->order) {
            case NX_TEXT_BY_BYTES:
                for (size_t i = 0; i < count; i++) {
                    to[i] = word_of_bytes(spans[i], offset);
                }
                break;
            case NX_TEXT_PADDED:
                for (size_t i = 0; i < count; i++) {
                    to[i] =
                        first_bytes(spans[i].text + offset, spans[i].length - offset);
                }
                break;
            default:
                for (size_t i = 0; i < count; i++) {
                    to[i] = word_of_points(spans[i], offset, texts->point_bits);
                }
        }
    }
    return NX_OK;
}

bool
nx_text_word_is_last(const nx_sort_texts *texts, size_t offset, uint64_t word)
{
    if (texts->order == NX_TEXT_BY_BYTES) {
        return (word & LENGTH_MASK) < MORE;
    }
    const size_t unit = texts->order == NX_TEXT_BY_POINTS ? POINT : 1;
    return offset + nx_text_word_units(texts) >= texts->width / unit;
}

/* ---- What is common ---- */

/* The first place from `from` on where a and b differ, at most n. */
NX_INLINE size_t
mismatch(const uint8_t *a, const uint8_t *b, size_t from, size_t n)
{
    for (; n - from >= 8; from += 8) {
        const uint64_t differ = nx_load64le(a + from) ^ nx_load64le(b + from);
        if (differ != 0) {
            return from + (size_t)nx_ctz64(differ) / 8;
        }
    }
    while (from < n && a[from] == b[from]) {
        from++;
    }
    return from;
}

nx_status
nx_text_find_common(const nx_sort_texts *texts, int64_t reference,
                    const int64_t *places, size_t n, size_t offset,
                    nx_text_common *common, nx_error *error)
{
    const size_t unit = texts->order == NX_TEXT_BY_POINTS ? POINT : 1;
    nx_span spans[NX_TEXT_WORDS_BATCH], first_text = {NULL, 0};
    nx_status status = texts->load(texts->context, &reference, 1, &first_text, error);
    size_t end = first_text.length;
    bool equal = true;
    for (size_t first = 0; first < n && status == NX_OK;) {
        const size_t left = n - first;
        const size_t count = left < NX_TEXT_WORDS_BATCH ? left : NX_TEXT_WORDS_BATCH;
        status = texts->load(texts->context, places + first, count, spans, error);
        for (size_t i = 0; i < count && status == NX_OK; i++) {
            const size_t length = spans[i].length;
            const size_t limit = length < end ? length : end;
            const size_t same =
                mismatch(first_text.text, spans[i].text, offset * unit, limit);
            equal &= same == first_text.length && length == first_text.length;
            end = same;
        }
        first += count;
        if (end / unit == offset && !equal) {
            break;
        }
    }
    *common = (nx_text_common){end / unit, equal};
    return status;
}

int
nx_text_compare(nx_text_order order, nx_span a, nx_span b)
{
    const size_t n = a.length < b.length ? a.length : b.length;
    size_t at = n == 0 ? 0 : mismatch(a.text, b.text, 0, n);
    if (at == n) {
        return (a.length > b.length) - (a.length < b.length);
    }
    if (order != NX_TEXT_BY_POINTS) {
        return a.text[at] < b.text[at] ? -1 : 1;
    }
    uint32_t x, y;
    at -= at % POINT;
    memcpy(&x, a.text + at, sizeof x);
    memcpy(&y, b.text + at, sizeof y);
    return x < y ? -1 : 1;
}
