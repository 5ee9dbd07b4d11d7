/* Strings come in all lengths, with quotes and without, and no processor foresees which
 * comes next. The loop therefore asks as little as it can: quotes are stepped over by
 * arithmetic, short strings and long ones are written by the same instructions
 * (view_fast.h), and where a block has no quote at all none is looked for.
 *
 * What it leaves to the careful way (csv_cells.h): empty fields, which are missing,
 * text that is no UTF-8, what the rules may have an effect on, and the rarer forms of
 * quoted fields. */
#include "csv/csv_strings.h"

#include "column/view_fast.h"
#include "csv/csv_glance.h"
#include "number/digits.h"

enum {
    MOST_UNDOUBLED = 128, /* bytes of one whose doubled quotes it makes single */
    SLACK = 32            /* bytes that may be written behind such a string */
};

/* 0x80 in the first byte of a word that is `byte`, and perhaps in some behind it; 0 if
 * there is none. */
NX_INLINE uint64_t
find_byte(uint64_t word, uint8_t byte)
{
    word ^= NX_BYTES(byte);
    return (word - NX_BYTES(1)) & ~word & NX_BYTES(0x80);
}

/* True when one of n bytes is `byte`; reads up to 31 bytes behind them. */
NX_INLINE bool
has_byte(const uint8_t *text, size_t n, uint8_t byte)
{
    size_t i = 0;
#ifdef NX_DIGITS_SSE
    /* Most strings fit into the first two vectors: those come without a branch. */
    const __m128i wanted = _mm_set1_epi8((char)byte);
    const __m128i first = _mm_cmpeq_epi8(nx_sse_load(text), wanted);
    const __m128i second = _mm_cmpeq_epi8(nx_sse_load(text + 16), wanted);
    const uint32_t found =
        (uint32_t)_mm_movemask_epi8(first) | (uint32_t)_mm_movemask_epi8(second) << 16;
    const size_t covered = n < 32 ? n : 32;
    if ((found & (uint32_t)((UINT64_C(1) << covered) - 1)) != 0) {
        return true;
    }
    i = 32;
#endif
    for (; i < n; i += 8) {
        const uint64_t outside = n - i < 8 ? nx_swar_from((int)(n - i)) : 0;
        /* A byte that cannot be the wanted one, in place of those outside. */
        const uint64_t word = nx_load64le(text + i);
        if (find_byte(word ^ (outside & (word ^ ~NX_BYTES(byte))), byte) != 0) {
            return true;
        }
    }
    return false;
}

/* Copies n bytes, of which every quote is doubled, with single ones; returns how many
 * are left. Reads up to 7 bytes more, and writes as many. */
static NX_NOINLINE size_t
undouble(uint8_t *to, const uint8_t *from, size_t n, uint8_t quote)
{
    const uint8_t *const begin = to;
    for (;;) {
        memcpy(to, from, 8);
        const uint64_t found = find_byte(nx_load64le(from), quote);
        const size_t plain = found == 0 ? 8 : (size_t)(nx_ctz64(found) >> 3);
        if (plain >= n) {
            return (size_t)(to - begin) + n;
        }
        const size_t single = found != 0; /* of two quotes the first is kept */
        to += plain + single;
        from += plain + 2 * single;
        n -= plain + 2 * single;
    }
}

/* True for a string on which the rules may have an effect, with its text inside
 * quotes or as it stands. */
static bool
string_needs_care(const nx_csv_cells *cells, nx_csv_field text, bool quoted)
{
    const int64_t limit = cells->target->limit;
    const size_t n = nx_csv_field_size(text);
    const uint8_t first = *text.start, last = text.end[-1];
    if (nx_csv_words_maybe(&cells->rules->na, text) ||
        (cells->dialect->escaping && has_byte(text.start, n, cells->dialect->escape))) {
        return true;
    }
    if (n > 0 && !quoted &&
        (first == ' ' || first == '\t' || last == ' ' || last == '\t')) {
        return true;
    }
    /* Bytes are at least as many as characters. */
    const uint64_t most = limit > 0 ? (uint64_t)limit : UINT64_C(0) - (uint64_t)limit;
    return limit != 0 && n > 0 && (n > most || last == 0);
}

/* The text of a field as it is to be kept: inside its quotes if it has any, doubled
 * ones made single in `own`. False for a field that needs care. */
NX_INLINE bool
plain_text(const nx_csv_cells *cells, nx_csv_field field, const bool rules,
           const bool quotes, uint8_t *own, nx_csv_field *text)
{
    *text = field;
    if (!quotes) {
        return field.start < field.end &&
               (!rules || !string_needs_care(cells, field, false));
    }
    const nx_csv_dialect *dialect = cells->dialect;
    const uint8_t quote = dialect->quote;
    if (!nx_csv_field_quoted(field, dialect)) {
        if (rules && cells->rules->strip && !dialect->escaping) {
            *text = nx_csv_field_trimmed(field);
        }
        return text->start < text->end &&
               (!rules || !string_needs_care(cells, *text, false));
    }
    text->start++;
    text->end--;
    if (NX_UNLIKELY(text->end < text->start || *text->end != quote)) {
        return false;
    }
    const size_t n = nx_csv_field_size(*text);
    if (rules && string_needs_care(cells, *text, true)) {
        return false;
    }
    if (has_byte(text->start, n, quote)) {
        if (rules || n > MOST_UNDOUBLED || dialect->no_doubling ||
            dialect->mode == NX_CSV_LENIENT) {
            return false;
        }
        text->end = own + undouble(own, text->start, n, quote);
        text->start = own;
    }
    return true;
}

/* With `rules` there are missing words, blanks to strip or a limit; with `quotes` there
 * are quotes in the block. */
NX_INLINE size_t
run_strings(const nx_csv_run *run, nx_csv_cells *cells, const bool rules,
            const bool quotes)
{
    const size_t column = cells->column;
    /* Where words such as NA fail, a bad record may have made this a column of text. */
    const bool easy = !cells->check_utf8 && !cells->target->words_fail;
    nx_string_view *values = cells->values;
    nx_slab_room room = {0};
    uint8_t own[MOST_UNDOUBLED + SLACK];
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        nx_csv_field text;
        if (easy && plain_text(cells, field, rules, quotes, own, &text) &&
            nx_view_put_any(cells->slabs, &values[row], text.start,
                            nx_csv_field_size(text), &room)) {
            continue;
        }
        nx_slabs_close(cells->slabs, &room);
        if (field.start == field.end && nx_csv_glance_missing(cells, row, field)) {
            nx_view_put_short(&values[row], field.start, 0);
        }
        else if (!nx_csv_cell_put_string(cells, row, field)) {
            break;
        }
    }
    nx_slabs_close(cells->slabs, &room);
    return row;
}

size_t
nx_csv_strings_run(const nx_csv_run *shared, nx_csv_cells *cells)
{
    /* A copy that no store can change: the loops need not read it again and again. */
    const nx_csv_run own = *shared, *const run = &own;
    const nx_csv_rules *rules = cells->rules;
    const bool escapes = run->escapes && cells->dialect->escaping;
    if (rules->na.count > 0 || rules->strip || cells->target->limit != 0 || escapes) {
        return run_strings(run, cells, true, true);
    }
    return run->quotes ? run_strings(run, cells, false, true)
                       : run_strings(run, cells, false, false);
}
