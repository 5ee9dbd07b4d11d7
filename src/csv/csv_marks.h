/* What a byte outside quotes may be in an extended dialect: part of a text, or the
 * first one of a delimiter, a record end or a comment. For csv_extended.c alone. */
#ifndef NX_CSV_CSV_MARKS_H
#define NX_CSV_CSV_MARKS_H

#include <string.h>

#include "base/bits.h"
#include "csv/csv_scan.h"

/* What stands at a byte. */
typedef enum mark_kind {
    TEXT,
    DELIMITER,
    RECORD_END,
    COMMENT,
    ESCAPE,
    STRAY_QUOTE
} mark_kind;

typedef struct mark {
    mark_kind kind;
    size_t size; /* bytes of a delimiter or record end; SIZE_MAX: cut off by the end of
                    the text, where more of it is to come */
} mark;

enum {
    NEEDLES = 6
};

/* A scan, and what it has found. */
typedef struct scan_walk {
    const uint8_t *text;
    size_t n;
    bool at_end;
    const nx_csv_dialect *dialect;
    uint32_t *ends;
    size_t room;
    size_t used; /* entries */
    nx_csv_scan scan;
    nx_csv_token delimiter;
    bool stops[256];          /* bytes that may be more than text outside quotes */
    uint8_t needles[NEEDLES]; /* the same, if they are so few; some twice */
    bool few;
    bool begins_delimiter; /* its first byte begins nothing else */
    bool line_feeds;       /* a line feed ends records */
} scan_walk;

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* ---- Which bytes to stop at ---- */

static void
add_stop(scan_walk *walk, nx_csv_token token)
{
    if (token.size > 0) {
        walk->stops[*token.text] = true;
    }
}

/* The bytes that stop, for a search of many bytes at once. */
static void
set_needles(scan_walk *walk)
{
    size_t count = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        if (walk->stops[byte] && count++ < NEEDLES) {
            walk->needles[count - 1] = (uint8_t)byte;
        }
    }
    walk->few = count <= NEEDLES;
    for (; count < NEEDLES; count++) {
        walk->needles[count] = walk->needles[0];
    }
}

static void
set_stops(scan_walk *walk)
{
    const nx_csv_dialect *dialect = walk->dialect;
    walk->delimiter = dialect->delimiter_text.size > 0
                          ? dialect->delimiter_text
                          : (nx_csv_token){&dialect->delimiter, 1};
    if (dialect->blanks) {
        walk->delimiter.size = 0;
        walk->stops[' '] = walk->stops['\t'] = true;
    }
    if (dialect->terminator.size == 0) {
        walk->stops['\r'] = walk->stops['\n'] = true;
    }
    add_stop(walk, walk->delimiter);
    add_stop(walk, dialect->terminator);
    add_stop(walk, dialect->comment);
    walk->line_feeds = dialect->terminator.size == 0;
    walk->begins_delimiter = !dialect->blanks &&
                             !(dialect->comment.size > 0 &&
                               *dialect->comment.text == *walk->delimiter.text) &&
                             !(dialect->terminator.size > 0 &&
                               *dialect->terminator.text == *walk->delimiter.text);
    walk->stops[dialect->escape] |= dialect->escaping;
    walk->stops[dialect->quote] |= dialect->quoting && dialect->mode == NX_CSV_STRICT;
    set_needles(walk);
}

/* ---- What stands there ---- */

static bool
stands_at(const scan_walk *walk, size_t i, nx_csv_token token)
{
    return token.size > 0 && walk->text[i] == *token.text &&
           walk->n - i >= token.size &&
           memcmp(walk->text + i, token.text, token.size) == 0;
}

/* True if the end of the text has cut off a token that perhaps begins at i: its first
 * bytes may look like anything, a record end included. */
static bool
is_cut_off(const scan_walk *walk, size_t i)
{
    const size_t left = walk->n - i;
    const nx_csv_token tokens[] = {walk->delimiter, walk->dialect->terminator,
                                   walk->dialect->comment};
    if (walk->at_end) {
        return false;
    }
    for (int k = 0; k < 3; k++) {
        if (left < tokens[k].size &&
            memcmp(walk->text + i, tokens[k].text, left) == 0) {
            return true;
        }
    }
    return false;
}

/* Bytes of the record end at i, 0 if there is none; SIZE_MAX if it is cut off. */
static size_t
record_end_size(const scan_walk *walk, size_t i)
{
    const nx_csv_token terminator = walk->dialect->terminator;
    const uint8_t byte = walk->text[i];
    if (terminator.size > 0) {
        return stands_at(walk, i, terminator) ? terminator.size : 0;
    }
    if (byte == '\r' && walk->text[i + 1] == '\n') {
        return walk->n - i >= 2 ? 2 : SIZE_MAX;
    }
    return byte == '\n' || byte == '\r';
}

static size_t
skip_blanks(const scan_walk *walk, size_t i)
{
    while (i < walk->n && is_blank(walk->text[i])) {
        i++;
    }
    return i;
}

/* Blanks that are no delimiter. */
static size_t
skip_loose(const scan_walk *walk, size_t i)
{
    while (i < walk->n && is_blank(walk->text[i]) && !walk->stops[walk->text[i]]) {
        i++;
    }
    return i;
}

static bool
comment_stands_at(const scan_walk *walk, size_t i)
{
    const nx_csv_token comment = walk->dialect->comment;
    /* Of two that begin alike the longer one counts. */
    return stands_at(walk, i, comment) && (walk->delimiter.size <= comment.size ||
                                           !stands_at(walk, i, walk->delimiter));
}

/* Blanks as delimiters: a run of them, which at the end of a record belongs to that. */
static mark
mark_of_blanks(const scan_walk *walk, size_t i)
{
    const size_t behind = skip_blanks(walk, i);
    if (behind == walk->n) {
        return (mark){RECORD_END, walk->at_end ? behind - i : SIZE_MAX};
    }
    const size_t size = record_end_size(walk, behind);
    if (size > 0) {
        return (mark){RECORD_END, size == SIZE_MAX ? SIZE_MAX : behind - i + size};
    }
    if (comment_stands_at(walk, behind)) {
        return (mark){COMMENT, 0};
    }
    return (mark){DELIMITER, behind - i};
}

/* What stands at i, before the end of the text. */
static mark
mark_at(const scan_walk *walk, size_t i)
{
    const nx_csv_dialect *dialect = walk->dialect;
    const uint8_t byte = walk->text[i];
    if (!walk->stops[byte]) {
        return (mark){TEXT, 0};
    }
    const size_t size = record_end_size(walk, i);
    if (size > 0) {
        return (mark){RECORD_END, size};
    }
    if (is_cut_off(walk, i)) {
        return (mark){RECORD_END, SIZE_MAX};
    }
    if (dialect->blanks && is_blank(byte)) {
        return mark_of_blanks(walk, i);
    }
    if (comment_stands_at(walk, i)) {
        return (mark){COMMENT, 0};
    }
    if (stands_at(walk, i, walk->delimiter)) {
        return (mark){DELIMITER, walk->delimiter.size};
    }
    if (dialect->escaping && byte == dialect->escape) {
        return (mark){ESCAPE, 0};
    }
    const bool quote = dialect->quoting && byte == dialect->quote;
    return (mark){quote ? STRAY_QUOTE : TEXT, 0};
}

#endif
