/* The loop over a column of strings: those without escapes are copied as they stand
 * between their quotes, short and long ones by the same instructions (view_fast.h), the
 * usual escapes are replaced on the way. Null, and values of other kinds, of which the
 * text is kept, go the careful way. */
#include "json/json_kernels.h"

#include "column/view_fast.h"
#include "json/json_cells.h"
#include "json/json_walk.h"
#include "number/digits.h"

enum {
    LONGEST_ESCAPED = 1024, /* of one with escapes, as it stands */
    SLACK = 16              /* bytes that may be written behind such a string */
};

/* 0x80 in the first byte of a word that is `byte`, and perhaps in some behind it; 0 if
 * there is none. */
NX_INLINE uint64_t
find_byte(uint64_t word, uint8_t byte)
{
    word ^= NX_BYTES(byte);
    return (word - NX_BYTES(1)) & ~word & NX_BYTES(0x80);
}

/* True when one of n bytes is a quote or a backslash; reads up to 31 bytes behind
 * them. */
NX_INLINE bool
has_special(const uint8_t *text, size_t n)
{
    size_t i = 0;
#ifdef NX_DIGITS_SSE
    /* Most strings fit into the first two vectors: those come without a branch. */
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i a = nx_sse_load(text), b = nx_sse_load(text + 16);
    const uint32_t first = (uint32_t)_mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(a, quote), _mm_cmpeq_epi8(a, backslash)));
    const uint32_t second = (uint32_t)_mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(b, quote), _mm_cmpeq_epi8(b, backslash)));
    const size_t covered = n < 32 ? n : 32;
    if (((first | second << 16) & (uint32_t)((UINT64_C(1) << covered) - 1)) != 0) {
        return true;
    }
    for (i = 32; i + 16 <= n; i += 16) {
        const __m128i x = nx_sse_load(text + i);
        if (_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(x, quote),
                                           _mm_cmpeq_epi8(x, backslash))) != 0) {
            return true;
        }
    }
#endif
    for (; i < n; i += 8) {
        const uint64_t outside = n - i < 8 ? nx_swar_from((int)(n - i)) : 0;
        /* Bytes outside become zero, which is neither. */
        const uint64_t word = nx_load64le(text + i) & ~outside;
        if ((find_byte(word, '"') | find_byte(word, '\\')) != 0) {
            return true;
        }
    }
    return false;
}

/* ---- Escapes ---- */

/* What an escape of one letter stands for; 0: there is none. */
static const uint8_t escaped_letter[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* One more than the value of a hexadecimal digit; 0: it is none. */
static const uint8_t hex_value[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
    ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
    ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
    ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* The bytes before the first quote or backslash of the 16 at text, which are copied. */
NX_INLINE size_t
copy_plain(uint8_t *to, const uint8_t *text)
{
    memcpy(to, text, 16);
#ifdef NX_DIGITS_SSE
    const __m128i x = nx_sse_load(text);
    const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                                         _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    return (size_t)nx_ctz64((uint64_t)_mm_movemask_epi8(special) | 0x10000);
#else
    for (size_t i = 0; i < 16; i += 8) {
        const uint64_t word = nx_load64le(text + i);
        const uint64_t quote = find_byte(word, '"'), backslash = find_byte(word, '\\');
        if ((quote | backslash) != 0) {
            return i + (size_t)(nx_ctz64(quote | backslash) >> 3);
        }
    }
    return 16;
#endif
}

/* Writes the character of an escape \uXXXX below U+10000; the bytes it has, 0 if there
 * is no such escape, or it is half of a pair. */
NX_INLINE size_t
put_unit(uint8_t *to, const uint8_t *digits)
{
    const uint32_t a = hex_value[digits[0]], b = hex_value[digits[1]],
                   c = hex_value[digits[2]], d = hex_value[digits[3]];
    const uint32_t point =
        ((a - 1) << 12 | (b - 1) << 8 | (c - 1) << 4 | (d - 1)) & 0xFFFF;
    if ((a == 0) | (b == 0) | (c == 0) | (d == 0) | ((point & 0xF800) == 0xD800)) {
        return 0;
    }
    if (point < 0x80) {
        to[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (uint8_t)(0xC0 | point >> 6);
        to[1] = (uint8_t)(0x80 | (point & 0x3F));
        return 2;
    }
    to[0] = (uint8_t)(0xE0 | point >> 12);
    to[1] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
    to[2] = (uint8_t)(0x80 | (point & 0x3F));
    return 3;
}

/* The text of a string of n bytes with escapes, to which `to` has room and SLACK bytes
 * more; how many bytes it is, or SIZE_MAX if it is left to the careful way. Control
 * characters have been looked for before. */
static NX_NOINLINE size_t
unescape(const uint8_t *text, size_t n, uint8_t *to)
{
    const uint8_t *const end = text + n;
    uint8_t *const begin = to;
    for (;;) {
        const size_t left = (size_t)(end - text), plain = copy_plain(to, text);
        if (plain >= left) {
            return (size_t)(to - begin) + left;
        }
        to += plain;
        text += plain;
        if (plain == 16) {
            continue;
        }
        const uint8_t letter = escaped_letter[text[1]];
        size_t written = letter != 0;
        *to = letter;
        size_t taken = 2;
        if (letter == 0 && text[1] == 'u') {
            taken = 6;
            written = taken <= (size_t)(end - text) ? put_unit(to, text + 2) : 0;
        }
        if (*text != '\\' || written == 0 || (size_t)(end - text) < taken) {
            return SIZE_MAX;
        }
        to += written;
        text += taken;
    }
}

/* ---- The loop ---- */

/* The text of a field that is a string, in `own` if it has escapes. */
NX_INLINE bool
plain_text(nx_csv_field field, uint8_t *own, nx_csv_field *text)
{
    *text = (nx_csv_field){field.start + 1, field.end - 1};
    if (nx_csv_field_size(field) < 2 || *field.start != '"' || *text->end != '"') {
        return false;
    }
    const size_t n = nx_csv_field_size(*text);
    if (NX_LIKELY(!has_special(text->start, n))) {
        return true;
    }
    const size_t size = n > LONGEST_ESCAPED ? SIZE_MAX : unescape(text->start, n, own);
    *text = (nx_csv_field){own, size == SIZE_MAX ? own : own + size};
    return size != SIZE_MAX;
}

size_t
nx_json_strings_run(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = nx_json_run_column(cells->target->field);
    const bool easy = cells->target->limit == 0 && cells->rules->na.count == 0;
    nx_string_view *values = cells->values;
    nx_slab_room room = {0};
    uint8_t own[LONGEST_ESCAPED + 2 * SLACK];
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        nx_csv_field text;
        if (easy && plain_text(field, own, &text) &&
            nx_view_put_any(cells->slabs, &values[row], text.start,
                            nx_csv_field_size(text), &room)) {
            continue;
        }
        if (nx_json_glance_missing(cells, row, field)) {
            nx_view_put_short(&values[row], field.start, 0);
            continue;
        }
        nx_slabs_close(cells->slabs, &room);
        if (!nx_json_cell_put(cells, row, field)) {
            break;
        }
    }
    nx_slabs_close(cells->slabs, &room);
    return row;
}
