/* The loop over a column of strings: those without escapes are copied as they stand
 * between their quotes, short and long ones by the same instructions (view_fast.h).
 * Escapes, null, and values of other kinds, of which the text is kept, go the careful
 * way. */
#include "json/json_kernels.h"

#include "column/view_fast.h"
#include "json/json_cells.h"
#include "json/json_walk.h"
#include "number/digits.h"

enum {
    LONGEST = 1 << 16 /* bytes of a string that the loop copies itself */
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

/* Stores a string; false when the loop does not, for its length or for want of
 * memory. */
NX_INLINE bool
put_text(nx_csv_cells *cells, nx_string_view *view, nx_csv_field text,
         nx_slab_room *room)
{
    const size_t n = nx_csv_field_size(text);
    if (NX_UNLIKELY(room->at == NULL ||
                    (size_t)(room->end - room->at) < NX_VIEW_ROOM(n))) {
        if (n <= NX_VIEW_INLINE) {
            nx_view_put_short(view, text.start, n);
            return true;
        }
        nx_slabs_close(cells->slabs, room);
        if (n > LONGEST || !nx_slabs_open(cells->slabs, NX_VIEW_ROOM(n), room)) {
            return false;
        }
    }
    nx_view_put(view, text.start, n, room);
    return true;
}

/* The text of a field that is a string without escapes. */
NX_INLINE bool
plain_text(nx_csv_field field, nx_csv_field *text)
{
    *text = (nx_csv_field){field.start + 1, field.end - 1};
    return nx_csv_field_size(field) >= 2 && *field.start == '"' && *text->end == '"' &&
           !has_special(text->start, nx_csv_field_size(*text));
}

size_t
nx_json_strings_run(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = nx_json_run_column(cells->target->field);
    const bool easy = cells->target->limit == 0 && cells->rules->na.count == 0;
    nx_string_view *values = cells->values;
    nx_slab_room room = {0};
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        nx_csv_field text;
        if (easy && plain_text(field, &text) &&
            put_text(cells, &values[row], text, &room)) {
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
