/* The same judgement as shortest_fault, for billions of numbers: without printf but in
 * the few cases that need it.
 *
 * A text is taken apart into digits * 10^exponent. That it reads back as the number is
 * asked of the parsers, and so is that nothing shorter does: the numbers that read back
 * form an interval, and if it holds a multiple of 10^(exponent + 1) at all, it holds
 * one of the two beside the text. That it is the nearest decimal of its length is a
 * distance below one half, which a long double of 64 bits tells in most cases; the
 * others go to shortest_fault. Nothing here shares a method with the writer. */
#ifndef NX_TESTS_SHORTEST_QUICK_H
#define NX_TESTS_SHORTEST_QUICK_H

#include "number/shortest.h"

#include <float.h>

#include "number/format_int.h"

#define POWERS_OF_TEN 360

/* digits * 10^exponent, the last digit not 0. */
typedef struct decimal_text {
    uint64_t digits;
    int count, exponent;
} decimal_text;

/* Reads digits up to another byte; *count says how many. */
static inline uint64_t
scan_digits(const char **p, int *count)
{
    const char *const start = *p;
    uint64_t value = 0;
    while (**p >= '0' && **p <= '9') {
        value = value * 10 + (uint64_t)(*(*p)++ - '0');
    }
    *count = (int)(*p - start);
    return value;
}

/* The exponent behind "e", up to the end of the text: a sign and two digits or, without
 * a zero in front, three. */
static inline bool
scan_exponent(const char *p, int *exponent)
{
    int count;
    const bool minus = *p == '-';
    if (!minus && *p != '+') {
        return false;
    }
    p++;
    const bool zero = *p == '0';
    const int size = (int)scan_digits(&p, &count);
    *exponent = minus ? -size : size;
    return *p == '\0' && (count == 2 || (count == 3 && !zero));
}

/* Takes a positive text of at most 19 digits apart; false if it is not laid out as repr
 * does. */
static inline bool
scan_text(const char *text, decimal_text *number)
{
    const char *p = text;
    int whole, fraction = 0, exponent = 0;
    uint64_t digits = scan_digits(&p, &whole);
    const bool has_point = *p == '.';
    if (has_point) {
        for (p++; *p >= '0' && *p <= '9'; p++, fraction++) {
            digits = digits * 10 + (uint64_t)(*p - '0');
        }
    }
    const bool scientific = *p == 'e';
    const bool round_number = fraction == 1 && p[-1] == '0';
    const bool laid_out =
        scientific
            ? whole == 1 && text[0] != '0' && has_point == (fraction > 0) &&
                  (!has_point || p[-1] != '0') && scan_exponent(p + 1, &exponent)
            : *p == '\0' && whole > 0 && fraction > 0 &&
                  (whole == 1 || text[0] != '0') && (p[-1] != '0' || round_number);
    if (!laid_out || digits == 0) {
        return false;
    }
    *number = (decimal_text){digits, 0, exponent - fraction};
    while (number->digits % 10 == 0) {
        number->digits /= 10;
        number->exponent++;
    }
    for (uint64_t rest = number->digits; rest != 0; rest /= 10) {
        number->count++;
    }
    const int place = number->exponent + number->count - 1;
    return scientific == (place < -4 || place > 15);
}

/* True if digits * 10^exponent reads as these bits. */
static inline bool
decimal_reads_as(binary_format format, uint64_t digits, int exponent, uint64_t bits)
{
    char text[NX_INT_TEXT_ROOM * 2];
    size_t n = nx_format_uint64(digits, (uint8_t *)text);
    text[n++] = 'e';
    n += nx_format_int64(exponent, (uint8_t *)text + n);
    text[n] = '\0';
    return reads_as(format, text, bits);
}

/* True if the decimal is certainly no further than half a unit of its last digit from
 * the value. */
static inline bool
is_surely_nearest(const decimal_text *number, double value)
{
#if LDBL_MANT_DIG >= 64
    static long double powers[POWERS_OF_TEN];
    if (powers[0] == 0) {
        char text[16];
        for (int i = 0; i < POWERS_OF_TEN; i++) {
            snprintf(text, sizeof text, "1e%d", i);
            powers[i] = strtold(text, NULL);
        }
    }
    const int e = number->exponent;
    const long double digits = (long double)number->digits;
    const long double scaled =
        e < 0 ? (long double)value * powers[-e] : (long double)value / powers[e];
    /* Two roundings, each by 2^-64 of the value at most: 2^-61 is plenty. */
    const long double doubt = digits * 0x1p-61L + 0x1p-40L;
    return fabsl(scaled - digits) < 0.5L - doubt;
#else
    (void)number;
    (void)value;
    return false;
#endif
}

/* Says what is wrong with a text of a number that is not negative, finite and not 0;
 * NULL if nothing is. The text is that of put_shortest, unless a test looks at what is
 * found. */
static inline const char *
quick_fault(binary_format format, uint64_t bits, const char *text)
{
    char again[NX_FLOAT_TEXT_ROOM];
    decimal_text number = {0, 0, 0};
    if (!reads_as(format, text, bits)) {
        return "reads as another number";
    }
    if (!scan_text(text, &number)) {
        return "is not in the layout of repr";
    }
    for (uint64_t up = 0; up < 2 && number.count > 1; up++) {
        if (decimal_reads_as(format, number.digits / 10 + up, number.exponent + 1,
                             bits)) {
            return "is not the shortest";
        }
    }
    if (is_surely_nearest(&number, value_of(format, bits))) {
        return NULL;
    }
    const char *const fault = shortest_fault(format, bits, again);
    return fault == NULL && strcmp(text, again) != 0 ? "is not the nearest" : fault;
}

#endif
