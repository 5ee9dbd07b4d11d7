/* The scanner, once per instruction set.
 *
 * The including file defines, before including this one:
 *   scan_constants, make_constants(dialect)   what a word is compared with
 *   word_masks(text, &constants)              the scan_word of 64 bytes
 *   prefix_xor(mask)                          bit i = parity of bits 0..i
 *   lowest_bit(mask)                          its index; anything for 0
 * or, with NX_CSV_STORES_POSITIONS, instead of the last
 *   store_positions(bits, count, at, ends)    as below
 *
 * With `inside` the parity of quotes so far, a quote opens where the parity
 * becomes odd and closes where it becomes even. A doubled quote inside a field
 * closes and opens again at the next byte; both are legal by the rule that a
 * quote may stand beside a quote, and the parity comes out right. Without
 * doubled quotes that rule goes; a field of two quotes alone needs no rule, since
 * nothing is asked about what stands behind an opening quote or before a closing one.
 */
#include "base/bits.h"

/* What the words so far left behind; a carry is 0 or 1 unless said. */
typedef struct scan_state {
    uint64_t doubling;     /* all ones if a quote may stand beside a quote; fixed */
    uint64_t inside;       /* all ones inside quotes, else zero */
    uint64_t before_open;  /* the last byte may stand before an opening quote */
    uint64_t after_record; /* the last byte ended a record */
    uint64_t closed;       /* the last byte was a closing quote */
    uint64_t cr;           /* the last byte was CR outside quotes */
    uint64_t cr_at_start;  /* ... and the first byte of its record */
    uint64_t ambiguous;    /* not zero: parity cannot judge this text */
    uint64_t high;         /* not zero: there is a byte above 0x7F */
    uint64_t quotes;       /* not zero: there was a quote */
    uint64_t returns;      /* not zero: there was a CR */
    size_t fields;
    size_t fields_consumed;
    size_t records;
    size_t blanks;
    size_t consumed;
} scan_state;

/* Bits inside quotes; flags quotes that parity cannot judge. `last` is the
 * index of the last byte of the word. */
NX_INLINE uint64_t
inside_quotes(const scan_word *w, int last, scan_state *s)
{
    const uint64_t beside = w->delimiter | w->lf | (w->quote & s->doubling);
    const uint64_t after_close = beside | w->cr;
    uint64_t parity = s->inside;
    s->ambiguous |= s->closed & ~after_close;
    s->closed = 0;
    /* Once there was a quote: whether this word has one is what no processor foresees.
     */
    if (s->quotes != 0) {
        parity = prefix_xor(w->quote) ^ s->inside;
        const uint64_t opens = w->quote & parity;
        const uint64_t closes = w->quote & ~parity;
        s->ambiguous |= opens & ~((beside << 1) | s->before_open);
        s->ambiguous |= closes & ~(after_close >> 1) & ~(UINT64_C(1) << last);
        s->closed = (closes >> last) & 1;
        s->inside = (uint64_t)0 - (parity >> 63);
    }
    s->before_open = (beside >> last) & 1;
    return parity;
}

/* Blank lines among the record ends; flags a CR that is not followed by LF. */
NX_INLINE uint64_t
blank_lines(const scan_word *w, uint64_t inside, uint64_t record_ends, int last,
            scan_state *s)
{
    const uint64_t starts = (record_ends << 1) | s->after_record;
    uint64_t blanks = record_ends & (starts | s->cr_at_start);
    s->ambiguous |= s->cr & ~w->lf;
    s->cr = 0;
    s->cr_at_start = 0;
    if (s->returns != 0) {
        const uint64_t cr = w->cr & ~inside;
        s->ambiguous |= cr & ~(w->lf >> 1) & ~(UINT64_C(1) << last);
        blanks |= record_ends & ((cr & starts) << 1);
        s->cr = (cr >> last) & 1;
        s->cr_at_start = ((cr & starts) >> last) & 1;
    }
    s->after_record = (record_ends >> last) & 1;
    return blanks;
}

#ifndef NX_CSV_STORES_POSITIONS

/* Writes the positions of the set bits: always eight of them, so that the
 * common word costs no mispredicted branch. */
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

#endif

NX_INLINE void
scan_one(const scan_word *w, size_t at, int last, uint32_t *ends, scan_state *s)
{
    s->high |= w->high;
    s->quotes |= w->quote;
    s->returns |= w->cr;
    const uint64_t inside = inside_quotes(w, last, s);
    const uint64_t record_ends = w->lf & ~inside;
    const uint64_t field_ends = record_ends | (w->delimiter & ~inside);
    const uint64_t blanks = blank_lines(w, inside, record_ends, last, s);
    const size_t count = (size_t)nx_popcount64(field_ends);
    if (ends != NULL) {
        store_positions(field_ends, count, (uint32_t)at, ends + s->fields);
    }
    if (ends == NULL && record_ends != 0) {
        const int end = 63 - nx_clz64(record_ends);
        s->consumed = at + (size_t)end + 1;
        s->fields_consumed =
            s->fields + (size_t)nx_popcount64(field_ends << (63 - end));
    }
    s->records += (size_t)nx_popcount64(record_ends);
    s->blanks += (size_t)nx_popcount64(blanks);
    s->fields += count;
}

/* Where the last record ends, from the index. Words do not keep it: whether one ends
 * a record is a coin flip, and branches that flip coins are slow. */
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
scan_text(const uint8_t *text, size_t n, const nx_csv_dialect *dialect, uint32_t *ends,
          nx_csv_scan *scan)
{
    const scan_constants constants = make_constants(dialect);
    const uint64_t doubling = dialect->no_doubling ? 0 : UINT64_MAX;
    scan_state s = {.doubling = doubling, .before_open = 1, .after_record = 1};
    size_t at = 0;
    for (; n - at >= 64; at += 64) {
        nx_prefetch(text + at + 1024);
        const scan_word w = word_masks(text + at, &constants);
        scan_one(&w, at, 63, ends, &s);
    }
    if (at < n) {
        scan_word w = word_masks(text + at, &constants);
        const uint64_t keep = (UINT64_C(1) << (n - at)) - 1;
        w.quote &= keep;
        w.delimiter &= keep;
        w.lf &= keep;
        w.cr &= keep;
        w.high &= keep;
        scan_one(&w, at, (int)(n - at) - 1, ends, &s);
    }
    const uint8_t next = text[n];
    s.ambiguous |= s.cr & (uint64_t)(next != '\n');
    const bool doubled = next == dialect->quote && !dialect->no_doubling;
    s.ambiguous |= s.closed & (uint64_t)(next != '\n' && next != '\r' &&
                                         next != dialect->delimiter && !doubled);
    if (ends != NULL) {
        find_last_record(text, ends, &s);
    }
    *scan = (nx_csv_scan){
        .fields = s.fields_consumed,
        .records = s.records,
        .blanks = s.blanks,
        .consumed = s.consumed,
        .ambiguous = s.ambiguous != 0,
        .non_ascii = s.high != 0,
        .quotes = s.quotes != 0,
        .bad_text = SIZE_MAX,
        .stray_quote = SIZE_MAX,
        .open_quote = SIZE_MAX,
    };
}

static void
scan_index(const uint8_t *text, size_t n, const nx_csv_dialect *dialect, uint32_t *ends,
           nx_csv_scan *scan)
{
    scan_text(text, n, dialect, ends, scan);
}

static void
scan_count(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
           nx_csv_scan *scan)
{
    scan_text(text, n, dialect, NULL, scan);
}
