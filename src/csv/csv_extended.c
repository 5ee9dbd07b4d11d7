#include "csv/csv_extended.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "csv/csv_marks.h"
#include "number/digits.h"

/* Where a field ended. */
typedef struct field_end {
    bool open; /* it has not: the text ends first */
    size_t start, end;
    size_t at; /* of what ends it */
    mark by;
} field_end;

bool
nx_csv_extended_needed(const nx_csv_dialect *dialect, const uint8_t *text, size_t n)
{
    return dialect->blanks || dialect->delimiter_text.size > 0 ||
           dialect->terminator.size > 0 ||
           (dialect->escaping && memchr(text, dialect->escape, n) != NULL) ||
           (dialect->comment.size > 0 && memchr(text, *dialect->comment.text, n));
}

/* ---- Fields ---- */

/* The first byte from i on that may be more than text, or n. */
NX_INLINE size_t
skip_text(const scan_walk *walk, size_t i)
{
    const uint8_t *text = walk->text;
    const bool *stops = walk->stops;
    const size_t n = walk->n;
#ifdef NX_DIGITS_SSE
    /* Most fields end within one vector: how far no processor need foresee. */
    if (walk->few) {
        for (; i < n; i += 16) {
            const __m128i bytes = nx_sse_load(text + i);
            __m128i found = _mm_setzero_si128();
            for (int k = 0; k < NEEDLES; k++) {
                found = _mm_or_si128(
                    found,
                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)walk->needles[k])));
            }
            const uint32_t bits = (uint32_t)_mm_movemask_epi8(found);
            if (bits != 0) {
                i += (size_t)nx_ctz64(bits);
                return i < n ? i : n;
            }
        }
        return n;
    }
#endif
    for (; n - i >= 4; i += 4) {
        if (stops[text[i]]) {
            return i;
        }
        if (stops[text[i + 1]]) {
            return i + 1;
        }
        if (stops[text[i + 2]]) {
            return i + 2;
        }
        if (stops[text[i + 3]]) {
            return i + 3;
        }
    }
    while (i < n && !stops[text[i]]) {
        i++;
    }
    return i;
}

/* Bytes of what ends an unquoted field at i, where a glance tells; 0 if it does not. */
NX_INLINE size_t
glance(const scan_walk *walk, size_t i, bool *ends_record)
{
    const uint8_t byte = walk->text[i];
    *ends_record = byte == '\n' && walk->line_feeds;
    if (*ends_record) {
        return 1;
    }
    if (walk->begins_delimiter) {
        return stands_at(walk, i, walk->delimiter) ? walk->delimiter.size : 0;
    }
    if (walk->dialect->blanks && is_blank(byte)) {
        size_t behind = i + 1;
        while (behind < walk->n && is_blank(walk->text[behind])) {
            behind++;
        }
        return behind < walk->n && !walk->stops[walk->text[behind]] ? behind - i : 0;
    }
    return 0;
}

/* The end of the text as the end of a record, or of nothing. */
static field_end
end_of_text(const scan_walk *walk, size_t start)
{
    return (field_end){.open = !walk->at_end,
                       .start = start,
                       .end = walk->n,
                       .at = walk->n,
                       .by = {RECORD_END, 0}};
}

/* A field from `start` on, of which nothing before i means anything. */
static field_end
end_unquoted(scan_walk *walk, size_t start, size_t i, bool strict)
{
    for (;;) {
        i = i < walk->n ? skip_text(walk, i) : i;
        if (i >= walk->n) {
            return end_of_text(walk, start);
        }
        const mark by = mark_at(walk, i);
        switch (by.kind) {
            case DELIMITER:
            case RECORD_END:
            case COMMENT:
                return (field_end){
                    .open = by.size == SIZE_MAX,
                    .start = start,
                    .end = i,
                    .at = i,
                    .by = by,
                };
            case ESCAPE:
                i += 2;
                break;
            case STRAY_QUOTE:
                if (strict && walk->scan.stray_quote == SIZE_MAX) {
                    walk->scan.stray_quote = i;
                }
                i++;
                break;
            default:
                i++;
        }
    }
}

/* The first of two bytes from i on, or n. */
NX_INLINE size_t
find_either(const uint8_t *text, size_t i, size_t n, uint8_t a, uint8_t b)
{
#ifdef NX_DIGITS_SSE
    for (; i < n; i += 16) {
        const __m128i bytes = nx_sse_load(text + i);
        const __m128i found =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)a)),
                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)b)));
        const uint32_t bits = (uint32_t)_mm_movemask_epi8(found);
        if (bits != 0) {
            i += (size_t)nx_ctz64(bits);
            return i < n ? i : n;
        }
    }
    return n;
#else
    while (i < n && text[i] != a && text[i] != b) {
        i++;
    }
    return i;
#endif
}

/* One behind the quote that closes the field which opens at i; SIZE_MAX if none
 * does. */
static size_t
behind_close(const scan_walk *walk, size_t i)
{
    const nx_csv_dialect *dialect = walk->dialect;
    const uint8_t quote = dialect->quote;
    const bool escaping = dialect->escaping;
    const uint8_t escape = escaping ? dialect->escape : quote;
    for (i++; (i = find_either(walk->text, i, walk->n, quote, escape)) < walk->n;
         i += 2) {
        const bool is_quote = walk->text[i] == quote;
        const bool doubled = is_quote && !dialect->no_doubling && i + 1 < walk->n &&
                             walk->text[i + 1] == quote;
        if (is_quote && !doubled) {
            return i + 1;
        }
    }
    return SIZE_MAX;
}

static field_end
end_quoted(scan_walk *walk, size_t start)
{
    const size_t close = behind_close(walk, start);
    walk->scan.quotes = true;
    if (close == SIZE_MAX) {
        walk->scan.open_quote = start;
        return (field_end){.open = true, .start = start};
    }
    const size_t at = walk->dialect->loose ? skip_loose(walk, close) : close;
    if (at >= walk->n) {
        field_end end = end_of_text(walk, start);
        end.end = close;
        return end;
    }
    const mark by = mark_at(walk, at);
    if (by.kind == DELIMITER || by.kind == RECORD_END || by.kind == COMMENT) {
        return (field_end){
            .open = by.size == SIZE_MAX,
            .start = start,
            .end = close,
            .at = at,
            .by = by,
        };
    }
    if (walk->dialect->mode != NX_CSV_LENIENT && walk->scan.bad_text == SIZE_MAX) {
        walk->scan.bad_text = at;
    }
    return end_unquoted(walk, start, close, false);
}

static field_end
end_field(scan_walk *walk, size_t i)
{
    const nx_csv_dialect *dialect = walk->dialect;
    const size_t first = dialect->loose ? skip_loose(walk, i) : i;
    if (dialect->quoting && first < walk->n && walk->text[first] == dialect->quote) {
        return end_quoted(walk, first);
    }
    return end_unquoted(walk, i, i, true);
}

/* ---- Records ---- */

/* Where the record after a comment begins, which stands at i; SIZE_MAX if the text ends
 * first. */
static size_t
behind_comment(const scan_walk *walk, size_t i)
{
    const nx_csv_token terminator = walk->dialect->terminator;
    const uint8_t first = terminator.size > 0 ? *terminator.text : '\n';
    const uint8_t other = terminator.size > 0 ? first : '\r';
    for (; i < walk->n; i++) {
        if (walk->text[i] == first || walk->text[i] == other) {
            const size_t size = record_end_size(walk, i);
            if (size > 0) {
                return size == SIZE_MAX ? size : i + size;
            }
        }
    }
    return walk->at_end ? walk->n : SIZE_MAX;
}

/* Enters a field, or what a record begins with. False when there is no room. */
NX_INLINE bool
enter(scan_walk *walk, uint32_t first, uint32_t second)
{
    if (walk->room - walk->used < 2) {
        return false;
    }
    walk->ends[walk->used++] = first;
    walk->ends[walk->used++] = second;
    return true;
}

/* The end of a record that began at entry `head`. */
static bool
finish_record(scan_walk *walk, size_t head, size_t start, size_t fields)
{
    const uint32_t *entries = walk->ends + head;
    if (walk->room == walk->used) {
        return false;
    }
    walk->ends[walk->used++] = (uint32_t)start;
    walk->ends[head] = (uint32_t)fields;
    walk->scan.records++;
    walk->scan.blanks += fields == 1 && (uint32_t)(entries[1] + 1) == entries[2];
    walk->scan.fields = walk->used;
    return true;
}

/* Where the unquoted field at i may end; n if it is not of the plainest kind. */
NX_INLINE size_t
quick_end(const scan_walk *walk, size_t i)
{
    const nx_csv_dialect *dialect = walk->dialect;
    if (dialect->loose) {
        i = skip_loose(walk, i);
    }
    if (i >= walk->n || (dialect->quoting && walk->text[i] == dialect->quote)) {
        return walk->n;
    }
    return skip_text(walk, i);
}

/* Scans the record at `start`; *next is where the one behind it begins, or SIZE_MAX if
 * the text ends first. False when there is no room. */
static bool
scan_record(scan_walk *walk, size_t start, size_t *next)
{
    const size_t head = walk->used;
    size_t fields = 0, i = start;
    *next = SIZE_MAX;
    if (walk->dialect->blanks) {
        i = skip_blanks(walk, start);
    }
    if (walk->dialect->comment.size > 0) {
        const size_t first = skip_loose(walk, i);
        if (first < walk->n && mark_at(walk, first).kind == COMMENT) {
            *next = behind_comment(walk, first);
            walk->scan.comments += *next != SIZE_MAX;
            return true;
        }
    }
    if (walk->room == walk->used) {
        return false;
    }
    walk->used++;
    for (;;) {
        bool ends_record = false;
        const size_t at = quick_end(walk, i);
        const size_t size = at < walk->n ? glance(walk, at, &ends_record) : 0;
        if (size > 0) {
            if (!enter(walk, (uint32_t)i - 1, (uint32_t)at)) {
                return false;
            }
            fields++;
            i = at + size;
            if (ends_record) {
                *next = i;
                return finish_record(walk, head, start, fields);
            }
            continue;
        }
        const field_end end = end_field(walk, i);
        if (end.open) {
            walk->used = head;
            return true;
        }
        if (!enter(walk, (uint32_t)end.start - 1, (uint32_t)end.end)) {
            return false;
        }
        fields++;
        i = end.at + end.by.size;
        if (end.by.kind != DELIMITER) {
            *next = end.by.kind == COMMENT ? behind_comment(walk, end.at) : i;
            if (*next == SIZE_MAX) {
                walk->used = head;
                return true;
            }
            return finish_record(walk, head, start, fields);
        }
    }
}

static bool
has_high(const uint8_t *text, size_t n)
{
    uint64_t all = 0;
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        all |= nx_load64le(text + i);
    }
    for (; i < n; i++) {
        all |= text[i];
    }
    return (all & UINT64_C(0x8080808080808080)) != 0;
}

bool
nx_csv_extended_scan(const uint8_t *text, size_t n, bool at_end,
                     const nx_csv_dialect *dialect, uint32_t *ends, size_t room,
                     nx_csv_scan *scan)
{
    scan_walk walk = {
        .text = text,
        .n = n,
        .at_end = at_end,
        .dialect = dialect,
        .ends = ends,
        .room = room,
        .scan = {.spans = true,
                 .bad_text = SIZE_MAX,
                 .stray_quote = SIZE_MAX,
                 .open_quote = SIZE_MAX},
    };
    set_stops(&walk);
    for (size_t start = 0, next; start < n; start = next) {
        if (!scan_record(&walk, start, &next)) {
            return false;
        }
        if (next == SIZE_MAX) {
            break;
        }
        walk.scan.consumed = next;
    }
    walk.scan.non_ascii = has_high(text, n);
    *scan = walk.scan;
    return true;
}

/* ---- With an index that grows ---- */

enum {
    FEW_ENTRIES = 16 << 10
};

/* Makes the index longer: for the usual text to begin with, then twice as long up to
 * what is always enough. */
static nx_status
grow(uint32_t **ends, size_t *capacity, size_t n, nx_error *error)
{
    const size_t most = 4 * n + 5;
    const size_t usual = n / 16 < FEW_ENTRIES ? FEW_ENTRIES : n / 16;
    const size_t more = *capacity == 0 ? usual : 2 * *capacity;
    nx_free(*ends);
    *capacity = more < most ? more : most;
    *ends = nx_alloc(*capacity, sizeof **ends);
    if (*ends == NULL) {
        const size_t bytes = *capacity * sizeof **ends;
        *capacity = 0;
        return nx_error_set(error, NX_ERR_MEMORY, 0,
                            "no memory for an index of %zu bytes", bytes);
    }
    return NX_OK;
}

nx_status
nx_csv_extended_index(const uint8_t *text, size_t n, bool at_end,
                      const nx_csv_dialect *dialect, uint32_t **ends, size_t *capacity,
                      nx_csv_scan *scan, nx_error *error)
{
    while (*capacity == 0 || !nx_csv_extended_scan(text, n, at_end, dialect, *ends + 1,
                                                   *capacity - 1, scan)) {
        const nx_status status = grow(ends, capacity, n, error);
        if (status != NX_OK) {
            return status;
        }
    }
    (*ends)[0] = UINT32_MAX;
    return NX_OK;
}

nx_status
nx_csv_extended_look(const uint8_t *text, size_t n, bool at_end,
                     const nx_csv_dialect *dialect, nx_csv_scan *scan, nx_error *error)
{
    uint32_t *ends = NULL;
    size_t capacity = 0;
    const nx_status status =
        nx_csv_extended_index(text, n, at_end, dialect, &ends, &capacity, scan, error);
    nx_free(ends);
    return status;
}
