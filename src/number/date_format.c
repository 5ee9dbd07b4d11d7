#include "number/date_format.h"

#include <string.h>

#include "base/bits.h"

static const char *const month_names[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
};
static const char *const day_names[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
};

static uint64_t
bit_of(char directive)
{
    return UINT64_C(1) << (directive - 'A');
}

static bool
uses(const nx_date_format *format, const char *directives)
{
    for (; *directives != '\0'; directives++) {
        if (format->used & bit_of(*directives)) {
            return true;
        }
    }
    return false;
}

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* ---- Compiling ---- */

/* Directives that say the same, of which a format has one. */
static const char *const same[] = {"Yy", "mbBj", "dj", "HI", "M",
                                   "S",  "f",    "p",  "zZ", "aA"};

static nx_status
add_directive(nx_date_format *format, uint8_t letter, nx_error *error)
{
    if (letter == 0 || strchr("YymdjbBHIpMSfaAzZ", letter) == NULL) {
        return nx_error_set(error, NX_ERR_SYNTAX, 0, "there is no directive %%%c",
                            letter > ' ' && letter < 0x7F ? letter : '?');
    }
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        if (strchr(same[i], letter) != NULL && uses(format, same[i])) {
            return nx_error_set(error, NX_ERR_SYNTAX, 0,
                                "%%%c says again what another directive says", letter);
        }
    }
    format->used |= bit_of((char)letter);
    format->steps[format->count++] = (nx_date_step){.directive = letter};
    return NX_OK;
}

/* NX_OK if the directives make a date. */
static nx_status
check_whole(const nx_date_format *format, nx_error *error)
{
    const char *reason = NULL;
    if (!uses(format, "Yy")) {
        reason = "there is no year: %Y or %y";
    }
    else if (uses(format, "d") && !uses(format, "mbB")) {
        reason = "there is a day, but no month";
    }
    else if (uses(format, "I") != uses(format, "p")) {
        reason = "%I and %p go together";
    }
    else if ((uses(format, "M") && !uses(format, "HI")) ||
             (uses(format, "S") && !uses(format, "M")) ||
             (uses(format, "f") && !uses(format, "S"))) {
        reason = "%M needs an hour, %S needs %M, and %f needs %S";
    }
    else if (uses(format, "zZ") && !uses(format, "HI")) {
        reason = "a zone needs an hour";
    }
    return reason == NULL ? NX_OK : nx_error_set(error, NX_ERR_SYNTAX, 0, "%s", reason);
}

nx_status
nx_date_format_compile(nx_date_format *format, const uint8_t *text, size_t n,
                       nx_error *error)
{
    memset(format, 0, sizeof *format);
    for (size_t i = 0; i < n; i++) {
        if (format->count == NX_DATE_FORMAT_STEPS) {
            return nx_error_set(error, NX_ERR_SYNTAX, 0, "it has more than %d parts",
                                NX_DATE_FORMAT_STEPS);
        }
        if (is_blank(text[i])) {
            while (i + 1 < n && is_blank(text[i + 1])) {
                i++;
            }
            format->steps[format->count++] = (nx_date_step){.directive = ' '};
        }
        else if (text[i] != '%' || (i + 1 < n && text[i + 1] == '%')) {
            i += text[i] == '%';
            format->steps[format->count++] = (nx_date_step){.literal = text[i]};
        }
        else {
            const uint8_t letter = ++i < n ? text[i] : 0;
            const nx_status status = add_directive(format, letter, error);
            if (status != NX_OK) {
                return status;
            }
        }
    }
    return check_whole(format, error);
}

nx_datetime_unit
nx_date_format_unit(const nx_date_format *format)
{
    return uses(format, "f") ? NX_UNIT_US : uses(format, "HI") ? NX_UNIT_S : NX_UNIT_D;
}

bool
nx_date_format_zoned(const nx_date_format *format)
{
    return uses(format, "zZ");
}

/* ---- Parsing ---- */

typedef struct date_parts {
    const uint8_t *at;
    const uint8_t *end;
    unsigned year, month, day, day_of_year, hour, minute, second;
    bool afternoon;
    int32_t offset; /* seconds east of UTC */
    nx_datetime *value;
} date_parts;

/* A number of at least `least` and at most `most` digits. */
NX_INLINE bool
take_number(date_parts *p, size_t least, size_t most, unsigned *number)
{
    size_t digits = 0;
    unsigned value = 0;
    for (; digits < most && p->at < p->end && (unsigned)(*p->at - '0') <= 9; digits++) {
        value = value * 10 + (unsigned)(*p->at++ - '0');
    }
    *number = value;
    return digits >= least;
}

static bool
take_fraction(date_parts *p)
{
    unsigned number;
    const uint8_t *start = p->at;
    if (!take_number(p, 1, 9, &number)) {
        return false;
    }
    p->value->fraction_digits = (uint8_t)(p->at - start);
    for (int i = p->value->fraction_digits; i < 9; i++) {
        number *= 10;
    }
    p->value->nanoseconds = number;
    return true;
}

/* Bytes of a word at the place in hand, in any case; 0 if another one stands there. */
static size_t
word_size(const date_parts *p, const char *word, size_t n)
{
    size_t i = 0;
    while (i < n && p->at + i < p->end && (p->at[i] | 0x20) == word[i]) {
        i++;
    }
    return i == n ? n : 0;
}

/* One of some names, long or its first three letters; *number counts from 1. */
static bool
take_name(date_parts *p, const char *const *names, unsigned count, unsigned *number)
{
    for (unsigned i = 0; i < count; i++) {
        size_t size = word_size(p, names[i], strlen(names[i]));
        size = size > 0 ? size : word_size(p, names[i], 3);
        if (size > 0) {
            p->at += size;
            *number = i + 1;
            return true;
        }
    }
    return false;
}

static bool
take_half(date_parts *p)
{
    p->afternoon = word_size(p, "pm", 2) > 0;
    if (!p->afternoon && word_size(p, "am", 2) == 0) {
        return false;
    }
    p->at += 2;
    return true;
}

static bool
take_offset(date_parts *p)
{
    unsigned hours, minutes;
    if (p->at < p->end && *p->at == 'Z') {
        p->at++;
        return true;
    }
    if (p->at >= p->end || (*p->at != '+' && *p->at != '-')) {
        return false;
    }
    const bool west = *p->at++ == '-';
    if (!take_number(p, 2, 2, &hours)) {
        return false;
    }
    p->at += p->at < p->end && *p->at == ':';
    if (!take_number(p, 2, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    const int32_t seconds = (int32_t)(hours * 3600 + minutes * 60);
    p->offset = west ? -seconds : seconds;
    return true;
}

static bool
take_zone_name(date_parts *p)
{
    const bool known = word_size(p, "utc", 3) > 0 || word_size(p, "gmt", 3) > 0;
    p->at += known ? 3 : 0;
    return known;
}

static bool
take_blanks(date_parts *p)
{
    const uint8_t *start = p->at;
    while (p->at < p->end && is_blank(*p->at)) {
        p->at++;
    }
    return p->at > start;
}

static bool
take_year_of_two(date_parts *p)
{
    const bool good = take_number(p, 2, 2, &p->year);
    p->year += p->year < 69 ? 2000 : 1900;
    return good;
}

static bool
take_step(date_parts *p, nx_date_step step)
{
    unsigned ignored;
    switch (step.directive) {
        case 0:
            return p->at < p->end && *p->at++ == step.literal;
        case ' ':
            return take_blanks(p);
        case 'Y':
            return take_number(p, 4, 4, &p->year);
        case 'y':
            return take_year_of_two(p);
        case 'm':
            return take_number(p, 1, 2, &p->month);
        case 'd':
            return take_number(p, 1, 2, &p->day);
        case 'j':
            return take_number(p, 1, 3, &p->day_of_year) && p->day_of_year > 0;
        case 'b':
        case 'B':
            return take_name(p, month_names, 12, &p->month);
        case 'a':
        case 'A':
            return take_name(p, day_names, 7, &ignored);
        case 'H':
            return take_number(p, 1, 2, &p->hour) && p->hour <= 23;
        case 'I':
            return take_number(p, 1, 2, &p->hour) && p->hour - 1 <= 11;
        case 'p':
            return take_half(p);
        case 'M':
            return take_number(p, 1, 2, &p->minute) && p->minute <= 59;
        case 'S':
            return take_number(p, 1, 2, &p->second) && p->second <= 59;
        case 'f':
            return take_fraction(p);
        case 'z':
            return take_offset(p);
        default:
            return take_zone_name(p);
    }
}

static bool
is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned
days_in_month(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970; false for a day that does not exist. */
static bool
find_day(const date_parts *p, int64_t *days)
{
    if (p->year - 1 > 9998 || p->month - 1 > 11 || p->day == 0 ||
        p->day > days_in_month(p->year, p->month) ||
        p->day_of_year > 365 + (unsigned)is_leap(p->year)) {
        return false;
    }
    *days = nx_days_from_civil(p->year, p->month, p->day) +
            (p->day_of_year > 0 ? (int64_t)p->day_of_year - 1 : 0);
    return true;
}

nx_parse_result
nx_date_format_parse(const nx_date_format *format, const uint8_t *text, size_t n,
                     nx_datetime *value)
{
    date_parts p = {.at = text, .end = text + n, .month = 1, .day = 1, .value = value};
    int64_t days;
    *value = (nx_datetime){.zoned = nx_date_format_zoned(format)};
    for (size_t i = 0; i < format->count; i++) {
        if (!take_step(&p, format->steps[i])) {
            return NX_PARSE_INVALID;
        }
    }
    if (p.at != p.end || !find_day(&p, &days)) {
        return NX_PARSE_INVALID;
    }
    value->date_only = nx_date_format_unit(format) == NX_UNIT_D;
    if (uses(format, "I")) {
        p.hour = p.hour % 12 + (p.afternoon ? 12 : 0);
    }
    value->seconds =
        days * 86400 + (int64_t)(p.hour * 3600 + p.minute * 60 + p.second) - p.offset;
    return NX_PARSE_OK;
}
