/* From slow_csv.h's fields to typed columns, as the documentation of inference
 * says it, with the C library's conversions: the oracle of whole reads. */
#ifndef NX_TESTS_SLOW_TABLE_H
#define NX_TESTS_SLOW_TABLE_H

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "column/lattice.h"
#include "csv/slow_csv.h"
#include "number/parse_datetime.h"

enum {
    SLOW_TEXT = 200 /* longest field that the oracle takes */
};

typedef enum slow_family {
    SLOW_NUMBER,
    SLOW_BOOL,
    SLOW_TIME,
    SLOW_OTHER
} slow_family;

/* The rules of a column, as lists that end in NULL. */
typedef struct slow_rules {
    bool no_default_na, missing_raises, leading_zeros_int, strip;
    const char *const *na, *const *trues, *const *falses;
} slow_rules;

/* One field and all that it may turn out to be. */
typedef struct slow_cell {
    char string[SLOW_TEXT]; /* for a string column */
    size_t size;
    char value[SLOW_TEXT]; /* for every other: without quotes or blanks */
    bool has_nul;
    bool empty;   /* missing in a string column */
    bool missing; /* ... in every other */
    size_t start; /* of the field, in the text */
    slow_family family;
    bool decimal, leading_zero, negative, beyond_int64, beyond_uint64;
    int64_t integer;
    uint64_t natural;
    double number;
    int64_t seconds;
    int64_t nanoseconds;
    int fraction; /* digits; -1: a date */
    bool zoned, beyond_ns;
} slow_cell;

static inline bool
slow_word(const char *text, const char *const *words)
{
    for (; words != NULL && *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

static inline bool
slow_number(const char *text, slow_cell *cell)
{
    char lower[SLOW_TEXT];
    static const char *const words[] = {"inf", "infinity", "nan", NULL};
    const bool sign = *text == '-' || *text == '+';
    const char *digits = text + sign;
    char *end;
    for (size_t i = 0; i <= strlen(digits); i++) {
        lower[i] =
            (char)(digits[i] >= 'A' && digits[i] <= 'Z' ? digits[i] + 32 : digits[i]);
    }
    if (*digits == '\0' || (strspn(digits, "0123456789.eE+-") < strlen(digits) &&
                            !slow_word(lower, words))) {
        return false;
    }
    cell->number = strtod(text, &end);
    if (*end != '\0') {
        return false;
    }
    cell->family = SLOW_NUMBER;
    cell->decimal = strspn(digits, "0123456789") < strlen(digits);
    if (cell->decimal) {
        return true;
    }
    cell->leading_zero = *digits == '0' && digits[1] != '\0';
    errno = 0;
    cell->integer = strtoll(text, NULL, 10);
    const bool outside = errno == ERANGE;
    errno = 0;
    cell->natural = strtoull(digits, NULL, 10);
    const bool below = outside && *text == '-';
    cell->negative = !outside && cell->integer < 0;
    cell->beyond_uint64 = below || errno == ERANGE;
    cell->beyond_int64 = outside && !cell->beyond_uint64;
    return true;
}

/* Two-digit number at text[0..2), -1 if it is none or above `most`. */
static inline int
slow_two(const char *text, int most)
{
    if (strspn(text, "0123456789") < 2) {
        return -1;
    }
    const int value = (text[0] - '0') * 10 + text[1] - '0';
    return value <= most ? value : -1;
}

static inline bool
slow_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* YYYY-MM-DD to days since the epoch, counted year by year. */
static inline bool
slow_date(const char *text, int64_t *days)
{
    const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strspn(text, "0123456789") != 4 || text[4] != '-' || strlen(text) < 10 ||
        text[7] != '-') {
        return false;
    }
    const int year = slow_two(text, 99) * 100 + slow_two(text + 2, 99);
    const int month = slow_two(text + 5, 12), day = slow_two(text + 8, 31);
    if (year < 1 || month < 1 || day < 1 ||
        day > lengths[month - 1] + (month == 2 && slow_leap(year))) {
        return false;
    }
    *days = day - 1;
    for (int y = 1970; y < year; y++) {
        *days += slow_leap(y) ? 366 : 365;
    }
    for (int y = year; y < 1970; y++) {
        *days -= slow_leap(y) ? 366 : 365;
    }
    for (int m = 1; m < month; m++) {
        *days += lengths[m - 1] + (m == 2 && slow_leap(year));
    }
    return true;
}

/* [Z|+hh:mm|-hh:mm] at the end of a time; the offset in seconds. */
static inline bool
slow_zone(const char *text, slow_cell *cell, int64_t *offset)
{
    *offset = 0;
    cell->zoned = *text != '\0';
    if (*text == '\0' || strcmp(text, "Z") == 0) {
        return true;
    }
    if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':') {
        return false;
    }
    const int hours = slow_two(text + 1, 23), minutes = slow_two(text + 4, 59);
    *offset = (hours * 60 + minutes) * (*text == '-' ? -60 : 60);
    return hours >= 0 && minutes >= 0;
}

static inline bool
slow_clock(const char *text, slow_cell *cell)
{
    const int hours = slow_two(text, 23);
    const int minutes = text[2] == ':' ? slow_two(text + 3, 59) : -1;
    int seconds = 0;
    int64_t offset;
    if (hours < 0 || minutes < 0) {
        return false;
    }
    text += 5;
    cell->fraction = 0;
    cell->nanoseconds = 0;
    if (*text == ':') {
        seconds = slow_two(text + 1, 59);
        if (seconds < 0) {
            return false;
        }
        text += 3;
        if (*text == '.') {
            cell->fraction = (int)strspn(++text, "0123456789");
            for (int i = 0; i < 9; i++) {
                const int digit = i < cell->fraction ? text[i] - '0' : 0;
                cell->nanoseconds = cell->nanoseconds * 10 + digit;
            }
            if (cell->fraction == 0 || cell->fraction > 9) {
                return false;
            }
            text += cell->fraction;
        }
    }
    if (!slow_zone(text, cell, &offset)) {
        return false;
    }
    cell->seconds += (hours * 60 + minutes) * 60 + seconds - offset;
    return true;
}

static inline bool
slow_time(const char *text, slow_cell *cell)
{
    int64_t days;
    if (!slow_date(text, &days)) {
        return false;
    }
    cell->seconds = days * 86400;
    cell->fraction = -1;
    if (text[10] != '\0' &&
        ((text[10] != ' ' && text[10] != 'T') || !slow_clock(text + 11, cell))) {
        return false;
    }
    /* -9223372036854775807 and 9223372036854775807 nanoseconds. */
    const int64_t s = cell->seconds, ns = cell->nanoseconds;
    cell->beyond_ns = s > 9223372036 || (s == 9223372036 && ns > 854775807) ||
                      s < -9223372037 || (s == -9223372037 && ns < 145224193);
    cell->family = SLOW_TIME;
    return true;
}

/* The string of a column that strips: no blanks around it. */
static inline void
slow_strip(slow_cell *cell)
{
    strcpy(cell->string, cell->value);
    cell->size = strlen(cell->value);
    cell->empty = cell->size == 0;
}

/* Everything that the field may be. */
static inline void
slow_classify(const slow_text *s, const slow_field *field, const slow_rules *rules,
              slow_cell *cell)
{
    static const char *const missing[] = {
        "",       "NA",      "N/A",     "NaN",      "nan",      "-NaN", "-nan",
        "NULL",   "null",    "None",    "n/a",      "#N/A",     "#NA",  "<NA>",
        "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "#N/A N/A", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    *cell = (slow_cell){.start = field->start, .family = SLOW_OTHER};
    const uint8_t *from = s->text + field->start, *to = s->text + field->end;
    const bool quoted = s->dialect->quoting && from < to && *from == s->dialect->quote;
    cell->empty = from == to;
    from += quoted;
    to -= quoted;
    cell->size = slow_value(s, field, (uint8_t *)cell->string);
    if (slow_trails(s, field)) {
        return; /* text, whatever it reads like */
    }
    while (!quoted && from < to && (*from == ' ' || *from == '\t')) {
        from++;
    }
    while (!quoted && from < to && (to[-1] == ' ' || to[-1] == '\t')) {
        to--;
    }
    char *text = cell->value;
    memcpy(text, from, (size_t)(to - from));
    cell->has_nul = strlen(text) < (size_t)(to - from);
    if (cell->has_nul) {
        return; /* text */
    }
    if (rules->strip && !quoted) {
        slow_strip(cell);
    }
    const bool own = slow_word(quoted ? cell->string : text, rules->na);
    cell->empty |= own;
    cell->missing =
        own || *text == '\0' || (!rules->no_default_na && slow_word(text, missing));
    if (!cell->missing && (slow_word(text, trues) || slow_word(text, falses))) {
        cell->family = SLOW_BOOL;
        cell->integer = slow_word(text, trues);
    }
    else if (!cell->missing && !slow_number(text, cell) && !slow_time(text, cell) &&
             (slow_word(text, rules->trues) || slow_word(text, rules->falses))) {
        cell->family = SLOW_BOOL;
        cell->integer = slow_word(text, rules->trues);
    }
    cell->leading_zero &= !rules->leading_zeros_int;
}

/* What the first `rows` cells of a column are together; NX_TYPE_DIGITS for
 * integers that no integer type holds. */
typedef struct slow_state {
    bool family[4];
    bool decimal, leading_zero, negative, beyond_int64, beyond_uint64;
    bool zoned, naive, beyond_ns;
    int fraction;
} slow_state;

static inline void
slow_add(slow_state *state, const slow_cell *cell)
{
    if (cell->missing) {
        return;
    }
    const bool first_time = !state->family[SLOW_TIME];
    state->family[cell->family] = true;
    state->decimal |= cell->decimal;
    state->leading_zero |= cell->leading_zero;
    state->negative |= cell->negative;
    state->beyond_int64 |= cell->beyond_int64;
    state->beyond_uint64 |= cell->beyond_uint64;
    if (cell->family == SLOW_TIME) {
        state->zoned |= cell->zoned;
        state->naive |= !cell->zoned;
        state->beyond_ns |= cell->beyond_ns;
        if (first_time || cell->fraction > state->fraction) {
            state->fraction = cell->fraction;
        }
    }
}

static inline nx_type
slow_type(const slow_state *s)
{
    const int families =
        s->family[SLOW_NUMBER] + s->family[SLOW_BOOL] + s->family[SLOW_TIME];
    if (s->family[SLOW_OTHER] || families > 1) {
        return NX_TYPE_STRING;
    }
    if (families == 0) {
        return NX_TYPE_NONE;
    }
    if (s->family[SLOW_BOOL]) {
        return NX_TYPE_BOOL;
    }
    if (s->family[SLOW_NUMBER]) {
        return s->decimal ? NX_TYPE_FLOAT64
               : s->leading_zero || s->beyond_uint64 || (s->beyond_int64 && s->negative)
                   ? NX_TYPE_DIGITS
               : s->beyond_int64 ? NX_TYPE_UINT64
                                 : NX_TYPE_INT64;
    }
    if ((s->zoned && s->naive) || (s->fraction > 6 && s->beyond_ns)) {
        return NX_TYPE_STRING;
    }
    return s->fraction > 6   ? NX_TYPE_DATETIME_NS
           : s->fraction > 3 ? NX_TYPE_DATETIME_US
           : s->fraction > 0 ? NX_TYPE_DATETIME_MS
           : s->fraction < 0 ? NX_TYPE_DATETIME_D
                             : NX_TYPE_DATETIME_S;
}

/* The count of a time in the unit of a type. */
static inline int64_t
slow_count(const slow_cell *cell, nx_type type)
{
    switch (type) {
        case NX_TYPE_DATETIME_D:
            return cell->seconds / 86400;
        case NX_TYPE_DATETIME_S:
            return cell->seconds;
        case NX_TYPE_DATETIME_MS:
            return cell->seconds * 1000 + cell->nanoseconds / 1000000;
        case NX_TYPE_DATETIME_US:
            return cell->seconds * 1000000 + cell->nanoseconds / 1000;
        default: /* near the lower end the seconds alone would not fit */
            return (cell->seconds + 1) * 1000000000 + (cell->nanoseconds - 1000000000);
    }
}

#endif
