#include "csv/csv_testing.h"

#include "csv/csv_extended.h"
#include "csv/csv_general.h"
#include "csv/csv_record.h"

enum {
    LONGEST = 300,
    MOST_ENTRIES = 4 * LONGEST + 4
};

#define TOKEN(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const nx_csv_dialect dialects[] = {
    {.delimiter = ',', .quote = '"', .quoting = true},
    {.delimiter = ',', .quote = '"', .quoting = true, .comment = TOKEN("#")},
    {.delimiter = ',', .quote = '"', .quoting = true, .comment = TOKEN("#a")},
    {.delimiter = ',', .quote = '"', .quoting = true, .escaping = true, .escape = '\\'},
    {.delimiter = ',',
     .quote = '"',
     .quoting = true,
     .no_doubling = true,
     .mode = NX_CSV_LENIENT,
     .escaping = true,
     .escape = '\\'},
    {.delimiter = ',', .quote = '"', .quoting = true, .loose = true},
    {.delimiter = '\t',
     .quote = '"',
     .quoting = true,
     .mode = NX_CSV_STRICT,
     .loose = true,
     .comment = TOKEN("#")},
    {.quote = '"', .quoting = true, .delimiter_text = TOKEN("||")},
    {.quote = '"',
     .quoting = true,
     .mode = NX_CSV_LENIENT,
     .delimiter_text = TOKEN("|"),
     .comment = TOKEN("||")},
    {.quote = '"', .quoting = true, .delimiter_text = TOKEN("a,"), .loose = true},
    {.quote = '"', .quoting = true, .blanks = true},
    {.quote = '"', .quoting = true, .blanks = true, .comment = TOKEN("#")},
    {.blanks = true, .escaping = true, .escape = '\\'},
    {.delimiter = ',', .quote = '"', .quoting = true, .terminator = TOKEN("|")},
    {.delimiter = '|', .quote = '"', .quoting = true, .terminator = TOKEN("|\n")},
    {.delimiter = ',',
     .quote = '"',
     .quoting = true,
     .terminator = TOKEN("||"),
     .comment = TOKEN("#"),
     .escaping = true,
     .escape = '\\'},
    {.quote = '"',
     .quoting = true,
     .delimiter_text = TOKEN("a|,"),
     .terminator = TOKEN("|"),
     .comment = TOKEN("#||#")},
    {.blanks = true, .terminator = TOKEN("|"), .comment = TOKEN("##|a")},
    {.quote = '"',
     .quoting = true,
     .mode = NX_CSV_LENIENT,
     .delimiter_text = TOKEN("#|,a"),
     .terminator = TOKEN("|"),
     .comment = TOKEN("#")},
};

enum {
    DIALECTS = sizeof dialects / sizeof dialects[0]
};

/* ---- The oracle: one byte after the other, every question asked anew ---- */

typedef struct oracle {
    const uint8_t *text;
    size_t n;
    bool at_end;
    const nx_csv_dialect *dialect;
    uint32_t entries[MOST_ENTRIES];
    nx_csv_scan scan;
} oracle;

static bool
is_blank(const oracle *o, size_t i)
{
    return i < o->n && (o->text[i] == ' ' || o->text[i] == '\t');
}

static bool
has(const oracle *o, size_t i, nx_csv_token token)
{
    return token.size > 0 && i + token.size <= o->n &&
           memcmp(o->text + i, token.text, token.size) == 0;
}

static bool
has_byte(const oracle *o, size_t i, uint8_t byte)
{
    return i < o->n && o->text[i] == byte;
}

/* Bytes of a record end; 1000 for the first half of one. */
static size_t
line_end(const oracle *o, size_t i)
{
    if (o->dialect->terminator.size > 0) {
        return has(o, i, o->dialect->terminator) ? o->dialect->terminator.size : 0;
    }
    if (has_byte(o, i, '\r') && o->text[i + 1] == '\n') {
        return i + 1 < o->n ? 2 : 1000;
    }
    return has_byte(o, i, '\n') || has_byte(o, i, '\r');
}

static size_t
separator(const oracle *o, size_t i)
{
    const nx_csv_dialect *d = o->dialect;
    size_t size = 0;
    if (d->blanks) {
        while (is_blank(o, i + size)) {
            size++;
        }
        return size;
    }
    if (d->delimiter_text.size > 0) {
        return has(o, i, d->delimiter_text) ? d->delimiter_text.size : 0;
    }
    return has_byte(o, i, d->delimiter);
}

static bool
comment(const oracle *o, size_t i)
{
    return has(o, i, o->dialect->comment) &&
           separator(o, i) <= o->dialect->comment.size;
}

/* True if more text could show that a token begins at i. */
static bool
cut_off(const oracle *o, size_t i)
{
    const nx_csv_token tokens[] = {o->dialect->delimiter_text, o->dialect->terminator,
                                   o->dialect->comment};
    bool cut = false;
    for (int k = 0; k < 3 && i < o->n && !o->at_end && line_end(o, i) == 0; k++) {
        cut |= i + tokens[k].size > o->n &&
               memcmp(o->text + i, tokens[k].text, o->n - i) == 0;
    }
    return cut;
}

static bool
field_stops(const oracle *o, size_t i)
{
    return i >= o->n || line_end(o, i) > 0 || comment(o, i) || separator(o, i) > 0 ||
           cut_off(o, i);
}

/* The blanks at i that are no separator. */
static size_t
loose_blanks(const oracle *o, size_t i)
{
    size_t size = 0;
    while (is_blank(o, i + size) && separator(o, i + size) == 0 &&
           (o->dialect->delimiter_text.size == 0 ||
            o->text[i + size] != *o->dialect->delimiter_text.text)) {
        size++;
    }
    return size;
}

/* Reads a field at *i, which becomes the offset where it stops. False if a quote stays
 * open. */
static bool
read_field(oracle *o, size_t *i, size_t *start, size_t *end)
{
    const nx_csv_dialect *d = o->dialect;
    const size_t skip = d->loose ? loose_blanks(o, *i) : 0;
    bool strict = d->quoting && d->mode == NX_CSV_STRICT;
    *start = *i;
    if (d->quoting && has_byte(o, *i + skip, d->quote)) {
        size_t at = *start = *i + skip;
        for (at++;; at++) {
            if (at >= o->n) {
                o->scan.open_quote = *start;
                return false;
            }
            if (d->escaping && has_byte(o, at, d->escape)) {
                at++;
            }
            else if (has_byte(o, at, d->quote)) {
                if (d->no_doubling || !has_byte(o, at + 1, d->quote)) {
                    break;
                }
                at++;
            }
        }
        const size_t close = at + 1, more = d->loose ? loose_blanks(o, close) : 0;
        if (field_stops(o, close + more)) {
            *end = close;
            *i = close + more;
            return true;
        }
        if (d->mode != NX_CSV_LENIENT && o->scan.bad_text == SIZE_MAX) {
            o->scan.bad_text = close + more;
        }
        strict = false;
        *i = close;
    }
    while (!field_stops(o, *i)) {
        if (d->escaping && has_byte(o, *i, d->escape)) {
            ++*i;
        }
        else if (strict && has_byte(o, *i, d->quote) &&
                 o->scan.stray_quote == SIZE_MAX) {
            o->scan.stray_quote = *i;
        }
        ++*i;
    }
    *i = *i < o->n ? *i : o->n;
    *end = *i;
    return true;
}

/* Behind the record end at or after i; SIZE_MAX if there is none. */
static size_t
next_line(const oracle *o, size_t i)
{
    while (i < o->n && line_end(o, i) == 0) {
        i++;
    }
    if (i < o->n) {
        return line_end(o, i) == 1000 ? SIZE_MAX : i + line_end(o, i);
    }
    return o->at_end ? o->n : SIZE_MAX;
}

static size_t
read_record(oracle *o, size_t begin)
{
    const bool blanks = o->dialect->blanks;
    const size_t head = o->scan.fields;
    size_t i = begin + (blanks ? separator(o, begin) : 0), fields = 0, used = head + 1;
    const size_t first = i + loose_blanks(o, i);
    if (comment(o, first) && !cut_off(o, first)) {
        return next_line(o, i);
    }
    for (;;) {
        size_t start, end;
        if (!read_field(o, &i, &start, &end) || cut_off(o, i)) {
            return SIZE_MAX;
        }
        o->entries[used++] = (uint32_t)start - 1;
        o->entries[used++] = (uint32_t)end;
        fields++;
        const size_t behind = i + (blanks ? separator(o, i) : 0);
        if (cut_off(o, behind)) {
            return SIZE_MAX;
        }
        if (behind >= o->n || line_end(o, behind) > 0 || comment(o, behind)) {
            const size_t next = next_line(o, behind);
            if (next != SIZE_MAX) {
                o->entries[used++] = (uint32_t)begin;
                o->entries[head] = (uint32_t)fields;
                o->scan.fields = used;
                o->scan.records++;
                o->scan.blanks += fields == 1 && start == end;
            }
            return next;
        }
        i += separator(o, i);
    }
}

static void
ask_oracle(oracle *o)
{
    o->scan = (nx_csv_scan){
        .bad_text = SIZE_MAX, .stray_quote = SIZE_MAX, .open_quote = SIZE_MAX};
    for (size_t at = 0; at < o->n;) {
        at = read_record(o, at);
        o->scan.consumed = at == SIZE_MAX ? o->scan.consumed : at;
    }
}

/* ---- The tests ---- */

static bool
same_scan(const oracle *o, const nx_csv_scan *scan, const uint32_t *entries)
{
    return scan->fields == o->scan.fields && scan->records == o->scan.records &&
           scan->blanks == o->scan.blanks && scan->consumed == o->scan.consumed &&
           scan->bad_text == o->scan.bad_text &&
           scan->stray_quote == o->scan.stray_quote &&
           scan->open_quote == o->scan.open_quote && scan->spans && !scan->ambiguous &&
           memcmp(entries, o->entries, scan->fields * sizeof entries[0]) == 0;
}

/* text[n] is the look-ahead, with padding behind it. */
static void
check_text(const uint8_t *text, size_t n, size_t number)
{
    static oracle o;
    uint32_t entries[MOST_ENTRIES + 1];
    const nx_csv_dialect *dialect = &dialects[number];
    nx_csv_scan scan;
    for (int at_end = 0; at_end < 2; at_end++) {
        o = (oracle){.text = text, .n = n, .at_end = at_end, .dialect = dialect};
        ask_oracle(&o);
        CHECK(
            nx_csv_extended_scan(text, n, at_end, dialect, entries, 4 * n + 4, &scan));
        if (!same_scan(&o, &scan, entries)) {
            nx_test_fail(__FILE__, __LINE__,
                         "dialect %zu, \"%s\", next 0x%02x: %zu %zu %zu %zu, "
                         "expected %zu %zu %zu %zu",
                         number, shown(text, n), text[n], scan.fields, scan.records,
                         scan.blanks, scan.consumed, o.scan.fields, o.scan.records,
                         o.scan.blanks, o.scan.consumed);
        }
    }
}

/* Every text of up to six bytes that can differ, with every look-ahead. At the end of a
 * text the look-ahead is no part of it, as the LF of a CRLF would be. */
static void
test_all_short_texts(void)
{
    static const char *const letters[DIALECTS] = {
        "\",\n\ra", "\",\n#a",  "\",\n#a",   "\",\n\\a", "\",\n\\a",
        "\", \na",  "\"\t \n#", "\"|\na \r", "\"|\na",   "\"a,\n ",
        "\" \n\ra", "\" \n#a",  "\t \n\\a",  "\",|\na",  "\",|\na\\#",
        "\",|#\\",  "\"a|,#",   " #|a,",     "\"#|,a",
    };
    for (size_t number = 0; number < DIALECTS; number++) {
        for (size_t n = 0; n <= 6 && nx_test_failures() == 0; n++) {
            uint8_t text[16 + NX_CSV_PADDING];
            for (size_t i = 0; numbered_text(letters[number], i, text, n) == 0; i++) {
                text[n] = (uint8_t)letters[number][i % 5];
                if (!(n > 0 && text[n - 1] == '\r')) {
                    check_text(text, n, number);
                }
            }
        }
    }
}

static void
test_random_texts(void)
{
    uint64_t random = 7;
    for (size_t round = 0; round < 40000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST + 1 + NX_CSV_PADDING];
        const size_t n = pick(&random, LONGEST);
        random_text(&random, "\",|#\\\t \n\raaaabb\xC3\xA9", text, n + 1);
        text[n] = 'a';
        check_text(text, n, round % DIALECTS);
    }
}

/* Wherever a window ends, the records in it are those of the whole text. */
static void
test_records_of_a_part_are_those_of_the_whole(void)
{
    uint64_t random = 11;
    for (size_t round = 0; round < 4000 && nx_test_failures() == 0; round++) {
        uint8_t text[60 + 1 + NX_CSV_PADDING] = {0};
        uint32_t whole_entries[MOST_ENTRIES], entries[MOST_ENTRIES];
        const nx_csv_dialect *dialect = &dialects[round % DIALECTS];
        const size_t n = pick(&random, 60);
        nx_csv_scan whole, part;
        random_text(&random, "\",|#\\ \naaaa||##", text, n);
        CHECK(nx_csv_extended_scan(text, n, true, dialect, whole_entries, 4 * n + 4,
                                   &whole));
        for (size_t size = 0; size < n; size++) {
            CHECK(nx_csv_extended_scan(text, size, false, dialect, entries,
                                       4 * size + 4, &part));
            if (part.fields > whole.fields || part.consumed > whole.consumed ||
                memcmp(entries, whole_entries, part.fields * sizeof entries[0]) != 0) {
                nx_test_fail(__FILE__, __LINE__, "dialect %zu, %zu bytes of \"%s\"",
                             round % DIALECTS, size, shown(text, n));
            }
        }
    }
}

/* A plain dialect has the fields and faults that the general scanner finds. */
static void
test_plain_dialects_are_scanned_as_ever(void)
{
    uint64_t random = 3;
    for (size_t round = 0; round < 20000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST + 1 + NX_CSV_PADDING];
        uint32_t plain[LONGEST + 2], spans[MOST_ENTRIES];
        nx_csv_scan expected, scan;
        const nx_csv_dialect dialect = quoted_dialect(round);
        const size_t n = pick(&random, LONGEST);
        random_text(&random, "\"\",\n\raab", text, n + 1);
        plain[0] = UINT32_MAX;
        nx_csv_general_scan(text, n, &dialect, plain + 1, &expected);
        CHECK(
            nx_csv_extended_scan(text, n, false, &dialect, spans, MOST_ENTRIES, &scan));
        CHECK_INT(scan.records, expected.records);
        CHECK_INT(scan.blanks, expected.blanks);
        CHECK_INT(scan.consumed, expected.consumed);
        CHECK_INT(scan.bad_text, expected.bad_text);
        CHECK_INT(scan.stray_quote, expected.stray_quote);
        size_t a = 0, b = 0;
        while (a < expected.fields && b < scan.fields && nx_test_failures() == 0) {
            const nx_csv_record one = nx_csv_record_at(text, plain + 1 + a, false);
            const nx_csv_record two = nx_csv_record_at(text, spans + b, true);
            CHECK_INT(one.fields, two.fields);
            CHECK_INT(one.start, two.start);
            CHECK_INT(one.blank, two.blank);
            a += one.stride;
            b += two.stride;
        }
        CHECK(a == expected.fields && b == scan.fields);
    }
}

/* An index without room is refused at every size but the right one. */
static void
test_no_entry_is_written_beyond_the_room(void)
{
    static const char text[80 + NX_CSV_PADDING] = "a,b # c\n\nd,,\n#\nx";
    const size_t n = strlen(text);
    uint32_t entries[64];
    nx_csv_scan scan;
    const nx_csv_dialect *dialect = &dialects[1];
    CHECK(nx_csv_extended_scan((const uint8_t *)text, n, true, dialect, entries, 64,
                               &scan));
    const size_t needed = scan.fields;
    CHECK_INT(scan.records, 4);
    CHECK_INT(needed, 6 + 4 + 8 + 4);
    for (size_t room = 0; room < 64; room++) {
        memset(entries, 0xAB, sizeof entries);
        CHECK_INT(nx_csv_extended_scan((const uint8_t *)text, n, true, dialect, entries,
                                       room, &scan),
                  room >= needed);
        for (size_t i = room; i < 64; i++) {
            CHECK_INT(entries[i], 0xABABABAB);
        }
    }
}

static void
test_other_scanners_may_try_what_has_nothing_special(void)
{
    const uint8_t *text = (const uint8_t *)"a,b|#\n";
    CHECK(!nx_csv_extended_needed(&dialects[0], text, 6));
    CHECK(!nx_csv_extended_needed(&dialects[1], text, 4));
    CHECK(nx_csv_extended_needed(&dialects[1], text, 5));
    CHECK(!nx_csv_extended_needed(&dialects[3], text, 6));
    CHECK(!nx_csv_extended_needed(&dialects[5], text, 6));
    CHECK(nx_csv_extended_needed(&dialects[7], text, 0));
    CHECK(nx_csv_extended_needed(&dialects[10], text, 0));
    CHECK(nx_csv_extended_needed(&dialects[13], text, 0));
}

const nx_test nx_suite_csv_extended[] = {
    NX_TEST(test_all_short_texts),
    NX_TEST(test_random_texts),
    NX_TEST(test_records_of_a_part_are_those_of_the_whole),
    NX_TEST(test_plain_dialects_are_scanned_as_ever),
    NX_TEST(test_no_entry_is_written_beyond_the_room),
    NX_TEST(test_other_scanners_may_try_what_has_nothing_special),
    {0},
};
