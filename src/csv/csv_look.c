#include "csv/csv_look.h"

#include <string.h>

#include "csv/csv_rules.h"
#include "number/parse_bool.h"
#include "number/parse_datetime.h"

enum {
    LONGEST_NUMBER = 64, /* bytes; longer text is none worth telling apart */
    MOST_PARTS = 16,
    LONGEST_WORD = 24 /* of a missing cell or a bool */
};

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static bool
is_letter(uint8_t byte)
{
    const uint8_t upper = byte & 0xDF;
    return (upper >= 'A' && upper <= 'Z') || byte > 0x7F;
}

/* ---- Numbers and times ---- */

/* Runs of digits and what stands between them: 1.234,5 is 1 234 5 with . and , */
typedef struct digit_parts {
    size_t count; /* of runs; 0: the text is not made so */
    size_t sizes[MOST_PARTS];
    bool zero; /* the first run begins with one, as no groups of digits do */
    uint8_t between[MOST_PARTS]; /* behind run i; ' ' for every kind of space */
    bool exponent;               /* behind the last run */
    const uint8_t *end;
} digit_parts;

/* Bytes of the separator at a place, *as what it counts; 0 if there is none. */
static size_t
separator_at(const uint8_t *at, const uint8_t *end, uint8_t *as)
{
    const size_t left = (size_t)(end - at);
    *as = *at;
    if (left > 0 && memchr(".,'/-: ", *at, 7) != NULL) {
        return 1;
    }
    if (left >= 2 && at[0] == 0xC2 && at[1] == 0xA0) {
        *as = ' ';
        return 2;
    }
    if (left >= 3 && at[0] == 0xE2 && at[1] == 0x80) {
        *as = at[2] == 0x99 ? '\'' : ' ';
        return at[2] == 0x99 || at[2] == 0xAF || at[2] == 0x89 ? 3 : 0;
    }
    return 0;
}

static const uint8_t *
behind_exponent(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *digit = at + 1;
    if (at == end || (*at | 0x20) != 'e') {
        return at;
    }
    digit += digit < end && (*digit == '-' || *digit == '+');
    if (digit == end || !is_digit(*digit)) {
        return at;
    }
    while (digit < end && is_digit(*digit)) {
        digit++;
    }
    return digit;
}

static digit_parts
split_digits(nx_csv_field text)
{
    digit_parts parts = {.zero = text.start < text.end && *text.start == '0'};
    const uint8_t *at = text.start;
    while (parts.count < MOST_PARTS) {
        const uint8_t *from = at;
        while (at < text.end && is_digit(*at)) {
            at++;
        }
        const size_t size = (size_t)(at - from);
        if (size == 0 && parts.count > 0) {
            break;
        }
        parts.sizes[parts.count++] = size;
        parts.end = at;
        const uint8_t *behind = behind_exponent(at, text.end);
        if (behind > at) {
            parts.exponent = true;
            parts.end = behind;
            break;
        }
        uint8_t as = 0;
        const size_t between = at < text.end ? separator_at(at, text.end, &as) : 0;
        if (between == 0) {
            break;
        }
        parts.between[parts.count - 1] = as;
        at += between;
    }
    return parts;
}

/* True if the runs up to `last` are one to three digits and groups of three. */
static bool
are_groups(const digit_parts *parts, size_t last)
{
    if (parts->sizes[0] < 1 || parts->sizes[0] > 3 || parts->zero) {
        return false;
    }
    for (size_t i = 1; i <= last; i++) {
        if (parts->sizes[i] != 3 || parts->between[i - 1] != parts->between[0]) {
            return false;
        }
    }
    return last > 0;
}

static nx_csv_looks
groups_by(uint8_t between)
{
    switch (between) {
        case ',':
            return NX_CSV_LOOK_BY_COMMA;
        case '.':
            return NX_CSV_LOOK_BY_POINT;
        case ' ':
            return NX_CSV_LOOK_BY_BLANK;
        case '\'':
            return NX_CSV_LOOK_BY_MARK;
        default:
            return 0;
    }
}

/* All of a text, without a sign. */
static nx_csv_looks
look_of_number(const digit_parts *parts)
{
    const size_t last = parts->count - 1;
    if (last == 0) {
        return parts->sizes[0] == 0 ? 0
               : parts->exponent    ? NX_CSV_LOOK_POINT
                                    : NX_CSV_LOOK_INTEGER;
    }
    nx_csv_looks looks = 0;
    if (!parts->exponent && are_groups(parts, last)) {
        looks |= groups_by(parts->between[0]);
    }
    const uint8_t mark = parts->between[last - 1];
    if ((mark == '.' || mark == ',') &&
        (last == 1 || (mark != parts->between[0] && are_groups(parts, last - 1)))) {
        looks |= mark == '.' ? NX_CSV_LOOK_POINT : NX_CSV_LOOK_COMMA;
        looks |= last == 1 ? 0 : groups_by(parts->between[0]);
    }
    return looks;
}

/* Hours and minutes from run `first` on, up to the end of all runs. */
static bool
is_clock(const digit_parts *parts, size_t first)
{
    const size_t runs = parts->count - first;
    if (runs < 2 || runs > 5 || parts->sizes[first] < 1 || parts->sizes[first] > 2) {
        return false;
    }
    for (size_t i = 1; i < runs; i++) {
        const uint8_t mark = parts->between[first + i - 1];
        const bool fraction = i == 3 && (mark == '.' || mark == ',');
        const bool zone = i >= 2 && mark == '-'; /* +hh:mm is no separator here */
        if (!fraction && !zone && (mark != ':' || parts->sizes[first + i] != 2)) {
            return false;
        }
    }
    return true;
}

/* Day, month and year in some order, one of them with up to four digits. */
static bool
is_day(const digit_parts *parts)
{
    const uint8_t mark = parts->between[0];
    if (parts->count < 3 || parts->between[1] != mark ||
        (mark != '-' && mark != '/' && mark != '.')) {
        return false;
    }
    const size_t first = parts->sizes[0], middle = parts->sizes[1],
                 last = parts->sizes[2];
    return middle >= 1 && middle <= 2 &&
           ((first == 4 && last >= 1 && last <= 2) ||
            (first >= 1 && first <= 2 && (last == 4 || last == 2)));
}

/* What may stand behind hours and minutes: AM, pm, Z. */
static bool
is_clock_suffix(const uint8_t *at, const uint8_t *end)
{
    at += at < end && *at == ' ';
    const size_t left = (size_t)(end - at);
    return left == 0 || (left == 1 && *at == 'Z') ||
           (left == 2 && ((*at | 0x20) == 'a' || (*at | 0x20) == 'p') &&
            (at[1] | 0x20) == 'm');
}

static nx_csv_looks
look_of_time(const digit_parts *parts, nx_csv_field text)
{
    const bool whole = parts->end == text.end;
    if (is_clock(parts, 0) && is_clock_suffix(parts->end, text.end)) {
        return NX_CSV_LOOK_TIME;
    }
    if (!is_day(parts)) {
        return 0;
    }
    if (parts->count == 3) {
        /* The T of 2026-01-31T06:00, behind which the runs begin anew. */
        if (!whole && *parts->end == 'T') {
            const nx_csv_field rest = {parts->end + 1, text.end};
            const digit_parts clock = split_digits(rest);
            return is_clock(&clock, 0) && is_clock_suffix(clock.end, text.end)
                       ? NX_CSV_LOOK_TIME
                       : 0;
        }
        return whole ? NX_CSV_LOOK_DATE : 0;
    }
    return parts->between[2] == ' ' && is_clock(parts, 3) &&
                   is_clock_suffix(parts->end, text.end)
               ? NX_CSV_LOOK_TIME
               : 0;
}

static nx_csv_looks
look_of_digits(nx_csv_field text)
{
    if (nx_csv_field_size(text) > LONGEST_NUMBER) {
        return 0;
    }
    nx_datetime when;
    if (nx_csv_field_size(text) >= 16 && text.start[4] == '-' &&
        nx_parse_datetime(text.start, nx_csv_field_size(text), &when) == NX_PARSE_OK) {
        return NX_CSV_LOOK_TIME;
    }
    const bool sign = *text.start == '-' || *text.start == '+';
    const nx_csv_field rest = {text.start + sign, text.end};
    const digit_parts parts = split_digits(rest);
    nx_csv_looks looks = parts.end == text.end ? look_of_number(&parts) : 0;
    return looks != 0 || sign ? looks : look_of_time(&parts, text);
}

/* ---- Text ---- */

/* True for a byte that text seldom has but between fields, where what stands behind it
 * does not show that it belongs to the text. */
static bool
is_cut(const uint8_t *at, const uint8_t *end)
{
    const uint8_t next = at + 1 < end ? at[1] : ' ';
    switch (*at) {
        case ',':
            return at + 1 == end || !is_blank(next);
        case ':':
            return !(is_blank(next) || next == '/' || next == '\\') || at + 1 == end;
        case ';':
            return at + 1 == end || !is_blank(next);
        case '|':
        case '~':
        case '^':
        case '"':
            return true;
        case '\\':
            return memchr(",;|\"'\\\t", next, 7) != NULL && at + 1 < end;
        case 0xC2:
            return next == 0xA6; /* a broken bar */
        default:
            return *at < ' ';
    }
}

/* Brackets opened and not closed, or the other way round. */
typedef struct brackets {
    int round, square, curly;
    bool negative;
} brackets;

static void
count_bracket(brackets *count, uint8_t byte)
{
    switch (byte) {
        case '(':
            count->round++;
            break;
        case ')':
            count->round--;
            break;
        case '[':
            count->square++;
            break;
        case ']':
            count->square--;
            break;
        case '{':
            count->curly++;
            break;
        case '}':
            count->curly--;
            break;
        default:
            return;
    }
    count->negative |= count->round < 0 || count->square < 0 || count->curly < 0;
}

static nx_csv_looks
look_of_text(nx_csv_field text, const nx_csv_dialect *dialect)
{
    brackets count = {0};
    const uint8_t first = *text.start, last = text.end[-1];
    const bool cut_address = first == '/' && nx_csv_field_size(text) > 1 &&
                             text.start[1] == '/'; /* behind the colon of https:// */
    if (cut_address || first == '\'' ||
        (last == '\'' && nx_csv_field_size(text) > 1 && (text.end[-2] | 0x20) != 's')) {
        return NX_CSV_LOOK_ODD;
    }
    for (const uint8_t *at = text.start; at < text.end; at++) {
        const uint8_t byte = *at;
        if (is_letter(byte) && byte != 0xC2) {
            continue;
        }
        if (dialect->escaping && byte == dialect->escape) {
            at++; /* what is escaped is no cut */
        }
        else if (is_cut(at, text.end)) {
            return NX_CSV_LOOK_ODD;
        }
        else {
            count_bracket(&count, byte);
        }
    }
    const bool open = count.round != 0 || count.square != 0 || count.curly != 0;
    return open || count.negative ? NX_CSV_LOOK_ODD : NX_CSV_LOOK_WORD;
}

/* What a value is whose quotes and blanks are gone. */
static nx_csv_looks
look_of_value(nx_csv_field text, const nx_csv_dialect *dialect, bool quoted)
{
    const size_t size = nx_csv_field_size(text);
    if (size == 0) {
        return NX_CSV_LOOK_EMPTY;
    }
    const uint8_t first = *text.start;
    if (is_digit(first) || memchr("+-.,", first, 4) != NULL) {
        const nx_csv_looks looks = look_of_digits(text);
        if (looks != 0) {
            return looks;
        }
    }
    if (size <= LONGEST_WORD) {
        uint8_t truth;
        if (nx_parse_bool(text.start, size, &truth) == NX_PARSE_OK) {
            return NX_CSV_LOOK_BOOL;
        }
        if (nx_csv_missing_word(text)) {
            return NX_CSV_LOOK_MISSING;
        }
    }
    return quoted ? NX_CSV_LOOK_WORD : look_of_text(text, dialect);
}

/* ---- Fields ---- */

/* True for what an escape is for: itself, quotes, delimiters, line ends. */
static bool
is_worth_an_escape(uint8_t byte, const nx_csv_dialect *dialect)
{
    const uint8_t first = dialect->delimiter_text.size > 0
                              ? *dialect->delimiter_text.text
                              : dialect->delimiter;
    return byte == first || byte == dialect->escape || byte == '"' || byte == '\'' ||
           nx_csv_ends_record(byte) || (dialect->blanks && is_blank(byte));
}

static nx_csv_looks
look_of_escapes(nx_csv_field field, const nx_csv_dialect *dialect)
{
    const uint8_t *at = field.start;
    while (dialect->escaping && at < field.end) {
        at = memchr(at, dialect->escape, (size_t)(field.end - at));
        if (at == NULL || field.end - at < 2) {
            return 0;
        }
        if (is_worth_an_escape(at[1], dialect)) {
            return NX_CSV_LOOK_ESCAPED;
        }
        at += 2;
    }
    return 0;
}

/* The quotes of a field that begins with one. */
static nx_csv_looks
look_of_quotes(nx_csv_field field, const nx_csv_dialect *dialect)
{
    nx_csv_looks looks = 0;
    for (const uint8_t *at = field.start + 1; at < field.end; at++) {
        if (dialect->escaping && *at == dialect->escape) {
            at++;
            continue;
        }
        if (*at != dialect->quote) {
            continue;
        }
        if (!dialect->no_doubling && at + 1 < field.end && at[1] == dialect->quote) {
            looks |= NX_CSV_LOOK_DOUBLED;
            at++;
            continue;
        }
        return looks | (at + 1 == field.end ? NX_CSV_LOOK_QUOTED : NX_CSV_LOOK_BROKEN);
    }
    return looks | NX_CSV_LOOK_BROKEN;
}

nx_csv_looks
nx_csv_look(nx_csv_field field, const nx_csv_dialect *dialect)
{
    nx_csv_looks looks = look_of_escapes(field, dialect);
    if (nx_csv_field_quoted(field, dialect)) {
        looks |= look_of_quotes(field, dialect);
        if (looks & NX_CSV_LOOK_BROKEN) {
            return looks | NX_CSV_LOOK_ODD;
        }
        const nx_csv_field inner = {field.start + 1, field.end - 1};
        return looks | look_of_value(inner, dialect, true);
    }
    if (field.start < field.end && is_blank(*field.start)) {
        looks |= NX_CSV_LOOK_BLANK;
    }
    return looks | look_of_value(nx_csv_field_value(field, dialect), dialect, false);
}
