/* The scanner, once per instruction set.
 *
 * The including file defines, before including this one:
 *   word_masks(text)     the json_word of 64 bytes
 *   prefix_xor(mask)     bit i = parity of bits 0..i
 *   lowest_bit(mask)     its index; anything for 0
 */
#ifndef NX_JSON_JSON_SCAN_TEMPLATE_H
#define NX_JSON_JSON_SCAN_TEMPLATE_H

#include "base/bits.h"

/* What the words so far left behind. */
typedef struct scan_state {
    uint64_t inside;  /* all ones inside a string, else zero */
    uint64_t escaped; /* 1 if the next byte stands behind a backslash that counts */
    uint64_t blank;   /* 1 if the line so far has only blanks */
    uint64_t suspect; /* not zero: see json_scan.h */
    uint64_t high;
    uint64_t backslashes;
    size_t fields;
    size_t fields_consumed;
    size_t records;
    size_t blanks;
    size_t consumed;
} scan_state;

/* Bytes behind a backslash that is not itself behind one. In a run of backslashes every
 * other one counts, from the first on: subtracting the run's start from ones at odd
 * places tells runs that begin at even places from those that begin at odd ones (Keiser
 * and Lemire, "Validating UTF-8 and parsing JSON", simdjson). */
NX_INLINE uint64_t
escaped_bytes(uint64_t backslash, scan_state *s)
{
    const uint64_t odd = UINT64_C(0xAAAAAAAAAAAAAAAA);
    const uint64_t before = s->escaped;
    if (NX_LIKELY(backslash == 0)) {
        s->escaped = 0;
        return before;
    }
    const uint64_t starts = backslash & ~before;
    const uint64_t codes = (((starts << 1) | odd) - starts) ^ odd;
    s->escaped = (codes & backslash) >> 63;
    return codes ^ (backslash | before);
}

/* Line feeds that end a line of blanks: those that come next, blanks left out, behind a
 * line feed. An addition carries from the first byte of a line through its blanks. */
NX_INLINE uint64_t
blank_lines(const json_word *w, scan_state *s)
{
    const uint64_t starts = (w->lf << 1) | s->blank;
    const uint64_t carried = (starts & w->blank) + w->blank;
    const uint64_t first = (starts | carried) & ~w->blank;
    s->blank = (w->lf >> 63) | (carried < w->blank);
    return first & w->lf;
}

/* Writes the positions of the set bits: always eight of them, so that the common word
 * costs no mispredicted branch. */
NX_INLINE void
store_positions(uint64_t bits, size_t count, uint32_t at, uint32_t *ends)
{
    for (int i = 0; i < 8; i++) {
        ends[i] = at + (uint32_t)lowest_bit(bits);
        bits &= bits - 1;
    }
    if (NX_UNLIKELY(count > 8)) {
        for (size_t i = 8; i < count; i++) {
            ends[i] = at + (uint32_t)lowest_bit(bits);
            bits &= bits - 1;
        }
    }
}

NX_INLINE void
scan_one(const json_word *w, size_t at, uint32_t *ends, scan_state *s)
{
    const uint64_t quotes = w->quote & ~escaped_bytes(w->backslash, s);
    const uint64_t inside = prefix_xor(quotes) ^ s->inside;
    const uint64_t field_ends = w->lf | (w->comma & ~inside);
    const uint64_t blanks = blank_lines(w, s);
    const size_t count = (size_t)nx_popcount64(field_ends);
    s->inside = (uint64_t)0 - (inside >> 63);
    s->suspect |= w->control & (inside | ~(w->blank | w->lf));
    s->high |= w->high;
    s->backslashes |= w->backslash;
    if (ends != NULL) {
        store_positions(field_ends, count, (uint32_t)at, ends + s->fields);
    }
    else if (w->lf != 0) {
        const int end = 63 - nx_clz64(w->lf);
        s->consumed = at + (size_t)end + 1;
        s->fields_consumed =
            s->fields + (size_t)nx_popcount64(field_ends << (63 - end));
    }
    s->records += (size_t)nx_popcount64(w->lf);
    s->blanks += (size_t)nx_popcount64(blanks);
    s->fields += count;
}

/* Where the last record ends, from the index. */
NX_INLINE void
find_last_record(const uint8_t *text, const uint32_t *ends, scan_state *s)
{
    size_t fields = s->fields;
    while (fields > 0 && text[ends[fields - 1]] != '\n') {
        fields--;
    }
    s->fields_consumed = fields;
    s->consumed = fields == 0 ? 0 : (size_t)ends[fields - 1] + 1;
}

NX_INLINE void
scan_text(const uint8_t *text, size_t n, uint32_t *ends, nx_csv_scan *scan)
{
    scan_state s = {.blank = 1};
    size_t at = 0;
    for (; n - at >= 64; at += 64) {
        nx_prefetch(text + at + 1024);
        const json_word w = word_masks(text + at);
        scan_one(&w, at, ends, &s);
    }
    if (at < n) {
        const uint64_t keep = (UINT64_C(1) << (n - at)) - 1;
        json_word w = word_masks(text + at);
        w.quote &= keep;
        w.backslash &= keep;
        w.comma &= keep;
        w.lf &= keep;
        w.control &= keep;
        w.high &= keep;
        scan_one(&w, at, ends, &s);
    }
    if (ends != NULL) {
        find_last_record(text, ends, &s);
    }
    *scan = (nx_csv_scan){
        .fields = s.fields_consumed,
        .records = s.records,
        .blanks = s.blanks,
        .consumed = s.consumed,
        .suspect = s.suspect != 0,
        .non_ascii = s.high != 0,
        .quotes = s.backslashes != 0,
        .bad_text = SIZE_MAX,
        .stray_quote = SIZE_MAX,
        .open_quote = SIZE_MAX,
    };
}

static void
scan_index(const uint8_t *text, size_t n, const nx_csv_dialect *dialect, uint32_t *ends,
           nx_csv_scan *scan)
{
    (void)dialect;
    scan_text(text, n, ends, scan);
}

static void
scan_count(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
           nx_csv_scan *scan)
{
    (void)dialect;
    scan_text(text, n, NULL, scan);
}

#endif
