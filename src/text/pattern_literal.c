/* A place is a candidate if the first and the last byte of the literal stand where they
 * should; only then the bytes between are compared. That is fast for ordinary text and
 * quadratic for text made to be: in "aaaa...", each place is a candidate for
 * "aaab...a". So the bytes of failed comparisons are counted, and once they are many
 * for the way made, the search goes on by the rule of Knuth, Morris and Pratt, which
 * never looks at a byte of text twice. */
#include "text/pattern_literal.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    LANES = 16,
    PER_BYTE = 4, /* bytes of failed comparisons for each byte of the way, at most */
    SLACK = 1024  /* and so many more */
};

bool
nx_literal_init(nx_literal *literal, const uint8_t *bytes, size_t n)
{
    literal->length = n;
    literal->bytes = nx_alloc(n, 1);
    literal->borders = n < SIZE_MAX ? nx_alloc(n + 1, sizeof(size_t)) : NULL;
    if (literal->bytes == NULL || literal->borders == NULL) {
        nx_literal_clear(literal);
        return false;
    }
    memcpy(literal->bytes, bytes, n);
    literal->borders[0] = literal->borders[1] = 0;
    size_t border = 0;
    for (size_t i = 1; i < n; i++) {
        while (border > 0 && bytes[i] != bytes[border]) {
            border = literal->borders[border];
        }
        border += bytes[i] == bytes[border];
        literal->borders[i + 1] = border;
    }
    return true;
}

void
nx_literal_clear(nx_literal *literal)
{
    nx_free(literal->bytes);
    nx_free(literal->borders);
    *literal = (nx_literal){NULL, 0, NULL};
}

static size_t
find_by_borders(const nx_literal *literal, const uint8_t *text, size_t n, size_t from)
{
    size_t matched = 0;
    for (size_t at = from; at < n; at++) {
        while (matched > 0 && text[at] != literal->bytes[matched]) {
            matched = literal->borders[matched];
        }
        matched += text[at] == literal->bytes[matched];
        if (matched == literal->length) {
            return at + 1 - matched;
        }
    }
    return NX_NOT_FOUND;
}

/* True if the bytes between first and last are those of the literal, of two bytes at
 * least. */
NX_INLINE bool
inside_equals(const nx_literal *literal, const uint8_t *place)
{
    return memcmp(place + 1, literal->bytes + 1, literal->length - 2) == 0;
}

NX_INLINE bool
are_too_many(size_t failed, size_t way)
{
    return failed > SLACK && (failed - SLACK) / PER_BYTE > way;
}

/* Looks at the places from `at` to end - 1; so many bytes of comparisons failed since
 * `from`. */
static size_t
find_bytewise(const nx_literal *literal, const uint8_t *text, size_t n, size_t from,
              size_t at, size_t end, size_t failed)
{
    const uint8_t first = literal->bytes[0];
    const size_t to_last = literal->length - 1;
    const uint8_t last = literal->bytes[to_last];
    for (; at < end; at++) {
        if (text[at] != first || text[at + to_last] != last) {
            continue;
        }
        if (inside_equals(literal, text + at)) {
            return at;
        }
        failed += to_last;
        if (are_too_many(failed, at - from)) {
            return find_by_borders(literal, text, n, at + 1);
        }
    }
    return NX_NOT_FOUND;
}

/* Looks for a literal of one byte, or sees that there is no room for a longer one. */
NX_INLINE bool
find_at_once(const nx_literal *literal, const uint8_t *text, size_t n, size_t from,
             size_t *place)
{
    *place = NX_NOT_FOUND;
    if (literal->length > n || from > n - literal->length) {
        return true;
    }
    if (literal->length > 1) {
        return false;
    }
    const uint8_t *const found = memchr(text + from, literal->bytes[0], n - from);
    if (found != NULL) {
        *place = (size_t)(found - text);
    }
    return true;
}

size_t
nx_literal_find_portable(const nx_literal *literal, const uint8_t *text, size_t n,
                         size_t from)
{
    size_t place;
    if (find_at_once(literal, text, n, from, &place)) {
        return place;
    }
    return find_bytewise(literal, text, n, from, from, n - literal->length + 1, 0);
}

#if defined(__SSE2__)

/* A bit for each of 8 <= n <= 32 bytes that equals that of all lanes. */
NX_INLINE uint64_t
equal_bytes(const uint8_t *text, size_t n, __m128i byte)
{
    const bool wide = n >= LANES;
    const size_t second = n - (wide ? LANES : LANES / 2); /* may overlap the first */
    const __m128i *const a = (const __m128i *)(const void *)text;
    const __m128i *const b = (const __m128i *)(const void *)(text + second);
    const __m128i low = wide ? _mm_loadu_si128(a) : _mm_loadl_epi64(a);
    const __m128i high = wide ? _mm_loadu_si128(b) : _mm_loadl_epi64(b);
    const uint64_t lanes = wide ? 0xFFFF : 0xFF;
    const uint64_t first = (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(low, byte));
    const uint64_t last = (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(high, byte));
    return (first & lanes) | (last & lanes) << second;
}

/* Finds a literal in 8 <= n <= 32 bytes, which has no more than them. */
NX_INLINE size_t
find_in_short(const nx_literal *literal, const uint8_t *text, size_t n)
{
    const size_t to_last = literal->length - 1;
    const __m128i first = _mm_set1_epi8((char)literal->bytes[0]);
    const __m128i last = _mm_set1_epi8((char)literal->bytes[to_last]);
    uint64_t mask = equal_bytes(text, n, first) & equal_bytes(text, n, last) >> to_last;
    for (; mask != 0; mask &= mask - 1) {
        const size_t candidate = (size_t)nx_ctz64(mask);
        if (inside_equals(literal, text + candidate)) {
            return candidate;
        }
    }
    return NX_NOT_FOUND;
}

/* A bit for each of 16 places that are candidates. */
NX_INLINE unsigned
candidates(const uint8_t *text, size_t to_last, __m128i first, __m128i last)
{
    const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(text + to_last));
    return (unsigned)_mm_movemask_epi8(
        _mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last)));
}

size_t
nx_literal_find(const nx_literal *literal, const uint8_t *text, size_t n, size_t from)
{
    size_t place;
    if (find_at_once(literal, text, n, from, &place)) {
        return place;
    }
    const size_t to_last = literal->length - 1, end = n - to_last;
    if (n - from >= LANES / 2 && n - from <= 2 * LANES) {
        place = find_in_short(literal, text + from, n - from);
        return place == NX_NOT_FOUND ? place : from + place;
    }
    if (end - from < LANES) {
        return find_bytewise(literal, text, n, from, from, end, 0);
    }
    const __m128i first = _mm_set1_epi8((char)literal->bytes[0]);
    const __m128i last = _mm_set1_epi8((char)literal->bytes[to_last]);
    size_t failed = 0;
    for (size_t at = from; at < end; at += LANES) {
        unsigned mask;
        if (end - at < LANES) { /* the last 16, of which some have been looked at */
            const size_t known = at - (end - LANES);
            at = end - LANES;
            mask = candidates(text + at, to_last, first, last) >> known << known;
        }
        else {
            mask = candidates(text + at, to_last, first, last);
        }
        for (; mask != 0; mask &= mask - 1) {
            const size_t candidate = at + (size_t)nx_ctz64(mask);
            if (inside_equals(literal, text + candidate)) {
                return candidate;
            }
            failed += to_last;
        }
        if (are_too_many(failed, at - from)) {
            return at + LANES < n ? find_by_borders(literal, text, n, at + LANES)
                                  : NX_NOT_FOUND;
        }
    }
    return NX_NOT_FOUND;
}

#else

size_t
nx_literal_find(const nx_literal *literal, const uint8_t *text, size_t n, size_t from)
{
    return nx_literal_find_portable(literal, text, n, from);
}

#endif
