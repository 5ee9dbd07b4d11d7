#include "json/json_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

/* A walk over a text. */
typedef struct cursor {
    const uint8_t *text;
    size_t n;
    size_t at;
    nx_json_fault *fault; /* NULL: nobody asks for it */
} cursor;

/* Stops the walk at a byte. Returns false. */
static bool fail(cursor *c, int code, size_t at, const char *format, ...)
    NX_PRINTF(4, 5);

static bool
fail(cursor *c, int code, size_t at, const char *format, ...)
{
    if (c->fault != NULL) {
        va_list arguments;
        va_start(arguments, format);
        c->fault->code = code;
        c->fault->at = at;
        (void)vsnprintf(c->fault->message, NX_JSON_MESSAGE, format, arguments);
        va_end(arguments);
    }
    return false;
}

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
at_end(const cursor *c)
{
    return c->at == c->n;
}

static void
skip_blanks(cursor *c)
{
    while (c->at < c->n && nx_json_is_blank(c->text[c->at])) {
        c->at++;
    }
}

/* The byte at hand, 0 at the end (which no part of the grammar wants). */
static uint8_t
peek(const cursor *c)
{
    return at_end(c) ? 0 : c->text[c->at];
}

/* Fails for what stands where `wanted` should. */
static bool
fail_expected(cursor *c, const char *wanted)
{
    if (at_end(c)) {
        return fail(c, 711, c->at, "the record ends where %s should stand", wanted);
    }
    const uint8_t byte = c->text[c->at];
    if (byte > ' ' && byte < 0x7F) {
        return fail(c, 711, c->at, "expected %s, found '%c'", wanted, byte);
    }
    return fail(c, 711, c->at, "expected %s, found byte 0x%02x", wanted, byte);
}

/* ---- Strings ---- */

/* The value of four hexadecimal digits, -1 if they are none. */
static int
hex4(const uint8_t *text)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const uint8_t byte = text[i], letter = byte | 0x20;
        if (is_digit(byte)) {
            value = value * 16 + (byte - '0');
        }
        else if (letter >= 'a' && letter <= 'f') {
            value = value * 16 + (letter - 'a' + 10);
        }
        else {
            return -1;
        }
    }
    return value;
}

/* The code unit of an escape \uXXXX at `at`, -1 if there is none. */
static int
unit_at(const cursor *c, size_t at)
{
    return c->n - at >= 6 && c->text[at] == '\\' && c->text[at + 1] == 'u'
               ? hex4(c->text + at + 2)
               : -1;
}

static bool
is_high_surrogate(int unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool
is_low_surrogate(int unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/* Passes an escape. */
static bool
check_escape(cursor *c)
{
    const size_t at = c->at;
    if (c->n - at < 2) {
        c->at = c->n;
        return fail_expected(c, "the rest of an escape");
    }
    if (c->text[at + 1] != 'u') {
        if (c->text[at + 1] == 0 || strchr("\"\\/bfnrt", c->text[at + 1]) == NULL) {
            return fail(c, 715, at, "there is no such escape");
        }
        c->at += 2;
        return true;
    }
    const int unit = unit_at(c, at);
    if (unit < 0) {
        return fail(c, 715, at, "an escape \\u without four hexadecimal digits");
    }
    c->at += 6;
    if (is_high_surrogate(unit) && is_low_surrogate(unit_at(c, c->at))) {
        c->at += 6;
        return true;
    }
    if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
        return fail(c, 715, at, "a lone surrogate \\u%04x, which is no character",
                    (unsigned)unit);
    }
    return true;
}

/* Number of bytes from `at` on that are plain text of a string. Eight at a time: a
 * quote, a backslash or a control character sets the top bit of its byte. */
static size_t
plain_bytes(const cursor *c)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    size_t at = c->at;
    while (c->n - at >= 8) {
        const uint64_t x = nx_load64le(c->text + at);
        const uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';
        const uint64_t found = ((quote - ones) & ~quote) |
                               ((backslash - ones) & ~backslash) |
                               ((x - ones * 0x20) & ~x);
        if ((found & tops) != 0) {
            break;
        }
        at += 8;
    }
    while (at < c->n && c->text[at] != '"' && c->text[at] != '\\' &&
           c->text[at] >= ' ') {
        at++;
    }
    return at - c->at;
}

/* Passes a string that begins here. */
static bool
check_string(cursor *c, bool *escaped)
{
    const size_t open = c->at++;
    *escaped = false;
    for (;;) {
        c->at += plain_bytes(c);
        if (at_end(c)) {
            return fail(c, 711, open, "a string that does not end in this line");
        }
        const uint8_t byte = c->text[c->at];
        if (byte == '"') {
            c->at++;
            return true;
        }
        if (byte != '\\') {
            return fail(c, 715, c->at, "control character 0x%02x in a string", byte);
        }
        *escaped = true;
        if (!check_escape(c)) {
            return false;
        }
    }
}

/* ---- Numbers and words ---- */

static bool
pass_digits(cursor *c)
{
    const size_t begin = c->at;
    while (is_digit(peek(c))) {
        c->at++;
    }
    return c->at > begin;
}

/* Passes a number that begins here; *decimal tells whether it has a point or an
 * exponent. */
static bool
check_number(cursor *c, bool *decimal)
{
    *decimal = false;
    c->at += peek(c) == '-';
    const size_t digits = c->at;
    if (!pass_digits(c)) {
        return fail_expected(c, "a digit");
    }
    if (c->text[digits] == '0' && c->at - digits > 1) {
        return fail(c, 711, digits, "a number that begins with a needless 0");
    }
    if (peek(c) == '.') {
        c->at++;
        *decimal = true;
        if (!pass_digits(c)) {
            return fail_expected(c, "a digit behind the point");
        }
    }
    if ((peek(c) | 0x20) == 'e') {
        c->at++;
        *decimal = true;
        c->at += peek(c) == '+' || peek(c) == '-';
        if (!pass_digits(c)) {
            return fail_expected(c, "a digit of the exponent");
        }
    }
    return true;
}

static bool
pass_word(cursor *c, const char *word)
{
    const size_t size = strlen(word);
    if (c->n - c->at < size || memcmp(c->text + c->at, word, size) != 0) {
        return false;
    }
    c->at += size;
    return true;
}

/* Fails for a word that begins here and is none of JSON. */
static bool
fail_word(cursor *c)
{
    static const char *const others[] = {"NaN", "Infinity", "-Infinity", "nan", "inf"};
    const size_t at = c->at;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (pass_word(c, others[i])) {
            return fail(c, 711, at, "%s is no JSON, which writes null", others[i]);
        }
    }
    if (pass_word(c, "True") || pass_word(c, "False") || pass_word(c, "None")) {
        return fail(c, 711, at, "a word of Python, not of JSON (true, false, null)");
    }
    return fail_expected(c, "a value");
}

static bool
check_scalar(cursor *c)
{
    const uint8_t byte = peek(c);
    bool ignored;
    if (byte == '"') {
        return check_string(c, &ignored);
    }
    if (is_digit(byte) ||
        (byte == '-' && c->n - c->at > 1 && c->text[c->at + 1] != 'I')) {
        return check_number(c, &ignored);
    }
    return pass_word(c, "true") || pass_word(c, "false") || pass_word(c, "null") ||
           fail_word(c);
}

/* ---- Nested values ---- */

/* Which of the containers around a place are objects. */
typedef struct nesting {
    size_t depth;
    uint64_t objects[NX_JSON_DEPTH / 64];
} nesting;

static bool
push(cursor *c, nesting *open, bool object)
{
    if (open->depth == NX_JSON_DEPTH) {
        return fail(c, 718, c->at,
                    "arrays and objects inside one another, over %d deep",
                    NX_JSON_DEPTH);
    }
    const uint64_t bit = UINT64_C(1) << (open->depth % 64);
    uint64_t *word = &open->objects[open->depth++ / 64];
    *word = object ? *word | bit : *word & ~bit;
    c->at++;
    skip_blanks(c);
    return true;
}

static bool
in_object(const nesting *open)
{
    const size_t top = open->depth - 1;
    return open->objects[top / 64] >> (top % 64) & 1;
}

/* Passes a key and its colon; in the outermost object it is noted for the fault. */
static bool
check_key(cursor *c, const nesting *open)
{
    const size_t begin = c->at;
    const bool noted = open->depth == 1 && c->fault != NULL;
    bool ignored;
    if (noted) {
        c->fault->key_size = 0;
    }
    if (peek(c) == '}') {
        return fail(c, 711, c->at, "a comma with nothing behind it");
    }
    if (peek(c) != '"') {
        return fail_expected(c, "a key in double quotes");
    }
    if (!check_string(c, &ignored)) {
        return false;
    }
    if (noted) {
        c->fault->key = begin;
        c->fault->key_size = c->at - begin;
    }
    skip_blanks(c);
    if (peek(c) != ':') {
        return fail_expected(c, "a colon behind the key");
    }
    c->at++;
    skip_blanks(c);
    return true;
}

/* Passes what stands behind a value: the ends of containers, or a comma and perhaps the
 * next key. *more: another value comes. */
static bool
check_after(cursor *c, nesting *open, bool *more)
{
    *more = false;
    while (open->depth > 0) {
        const bool object = in_object(open);
        skip_blanks(c);
        if (peek(c) == ',') {
            c->at++;
            skip_blanks(c);
            if (!object && peek(c) == ']') {
                return fail(c, 711, c->at, "a comma with nothing behind it");
            }
            *more = true;
            return !object || check_key(c, open);
        }
        if (peek(c) != (object ? '}' : ']')) {
            return fail_expected(c, object ? "a comma or '}'" : "a comma or ']'");
        }
        c->at++;
        open->depth--;
    }
    return true;
}

/* Passes the array or object that begins here. */
static bool
check_nested(cursor *c)
{
    nesting open = {.depth = 0};
    for (bool more = true; more;) {
        const uint8_t byte = peek(c);
        if (byte == '{') {
            if (!push(c, &open, true)) {
                return false;
            }
            if (peek(c) != '}') {
                if (!check_key(c, &open)) {
                    return false;
                }
                continue;
            }
        }
        else if (byte == '[') {
            if (!push(c, &open, false)) {
                return false;
            }
            if (peek(c) != ']') {
                continue;
            }
        }
        else if (!check_scalar(c)) {
            return false;
        }
        if (!check_after(c, &open, &more)) {
            return false;
        }
    }
    return true;
}

/* ---- What others ask ---- */

nx_json_kind
nx_json_kind_of(const uint8_t *text, size_t n)
{
    cursor c = {.text = text, .n = n};
    const uint8_t byte = peek(&c);
    bool flag;
    if (byte == '"') {
        return !check_string(&c, &flag) || !at_end(&c) ? NX_JSON_INVALID
               : flag                                  ? NX_JSON_ESCAPED
                                                       : NX_JSON_STRING;
    }
    if (byte == '-' || is_digit(byte)) {
        return !check_number(&c, &flag) || !at_end(&c) ? NX_JSON_INVALID
               : flag                                  ? NX_JSON_DECIMAL
                                                       : NX_JSON_INTEGER;
    }
    if (byte == '{' || byte == '[') {
        return NX_JSON_NESTED;
    }
    const nx_json_kind kind = pass_word(&c, "null")    ? NX_JSON_NULL
                              : pass_word(&c, "true")  ? NX_JSON_TRUE
                              : pass_word(&c, "false") ? NX_JSON_FALSE
                                                       : NX_JSON_INVALID;
    return at_end(&c) ? kind : NX_JSON_INVALID;
}

size_t
nx_json_nested_size(const uint8_t *text, size_t n)
{
    cursor c = {.text = text, .n = n};
    return check_nested(&c) ? c.at : 0;
}

size_t
nx_json_string_size(const uint8_t *text, size_t n, bool *escaped)
{
    cursor c = {.text = text, .n = n};
    return check_string(&c, escaped) ? c.at : 0;
}

/* Writes a code point as UTF-8; returns how many bytes it is. */
static size_t
put_point(uint8_t *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (uint8_t)(0xC0 | point >> 6);
        to[1] = (uint8_t)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (uint8_t)(0xE0 | point >> 12);
        to[1] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
        to[2] = (uint8_t)(0x80 | (point & 0x3F));
        return 3;
    }
    to[0] = (uint8_t)(0xF0 | point >> 18);
    to[1] = (uint8_t)(0x80 | (point >> 12 & 0x3F));
    to[2] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
    to[3] = (uint8_t)(0x80 | (point & 0x3F));
    return 4;
}

/* The character of the escape at text, which is one, and in *size its length. */
static uint32_t
unescape_one(const uint8_t *text, size_t *size)
{
    static const char names[] = "bfnrt", bytes[] = "\b\f\n\r\t";
    *size = 2;
    if (text[1] != 'u') {
        const char *name = strchr(names, text[1]);
        return name == NULL ? text[1] : (uint8_t)bytes[name - names];
    }
    *size = 6;
    const int unit = hex4(text + 2);
    if (!is_high_surrogate(unit)) {
        return (uint32_t)unit;
    }
    *size = 12;
    return 0x10000 + ((uint32_t)(unit - 0xD800) << 10) +
           (uint32_t)(hex4(text + 8) - 0xDC00);
}

size_t
nx_json_unescape(const uint8_t *text, size_t n, uint8_t *to)
{
    uint8_t *const begin = to;
    const uint8_t *const end = text + n;
    while (text < end) {
        const uint8_t *escape = memchr(text, '\\', (size_t)(end - text));
        const size_t plain = (size_t)((escape == NULL ? end : escape) - text);
        memcpy(to, text, plain);
        to += plain;
        text += plain;
        if (escape != NULL) {
            size_t size;
            to += put_point(to, unescape_one(text, &size));
            text += size;
        }
    }
    return (size_t)(to - begin);
}

bool
nx_json_check_record(const uint8_t *text, size_t n, nx_json_fault *fault)
{
    cursor c = {.text = text, .n = n, .fault = fault};
    *fault = (nx_json_fault){.code = 0};
    skip_blanks(&c);
    if (peek(&c) == '[') {
        return fail(&c, 712, c.at, "an array where a record, an object, should stand");
    }
    if (peek(&c) != '{') {
        return check_scalar(&c) ? fail(&c, 712, 0,
                                       "a value without a key: a record is "
                                       "an object")
                                : false;
    }
    if (!check_nested(&c)) {
        return false;
    }
    skip_blanks(&c);
    if (!at_end(&c)) {
        fault->key_size = 0;
        return fail(&c, 711, c.at, "something behind the record in the same line");
    }
    return true;
}
