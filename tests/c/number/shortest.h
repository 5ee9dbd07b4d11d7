/* What the texts of format_float.h have to be, for its tests and for
 * tests/exhaustive: printf with every number of digits is the oracle, exact in the
 * C libraries that matter here, and the parsers tell which texts read back. */
#ifndef NX_TESTS_SHORTEST_H
#define NX_TESTS_SHORTEST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number/format_float.h"
#include "number/parse_float.h"

typedef enum {
    BINARY16 = 10, /* bits of fraction */
    BINARY32 = 23,
    BINARY64 = 52
} binary_format;

static inline double
double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

/* The text of the bits of a number, ended by NUL. */
static inline void
put_shortest(binary_format format, uint64_t bits, char *text)
{
    const uint32_t bits32 = (uint32_t)bits;
    float value;
    size_t n = 0;
    uint8_t *const out = (uint8_t *)text;
    switch (format) {
        case BINARY16:
            n = nx_format_float16((uint16_t)bits, out);
            break;
        case BINARY32:
            memcpy(&value, &bits32, 4);
            n = nx_format_float32(value, out);
            break;
        case BINARY64:
            n = nx_format_double(double_of(bits), out);
            break;
    }
    text[n] = '\0';
}

/* True if the text reads as these bits. */
static inline bool
reads_as(binary_format format, const char *text, uint64_t bits)
{
    const uint8_t *const start = (const uint8_t *)text;
    const size_t n = strlen(text);
    uint16_t half = 0;
    float value = 0;
    uint32_t bits32 = 0;
    double wide = 0;
    uint64_t bits64 = 0;
    switch (format) {
        case BINARY16:
            return nx_parse_float16(start, n, &half) == NX_PARSE_OK && half == bits;
        case BINARY32:
            if (nx_parse_float32(start, n, &value) != NX_PARSE_OK) {
                return false;
            }
            memcpy(&bits32, &value, 4);
            return bits32 == bits;
        case BINARY64:
            break;
    }
    if (nx_parse_double(start, n, &wide) != NX_PARSE_OK) {
        return false;
    }
    memcpy(&bits64, &wide, 8);
    return bits64 == bits;
}

/* The exact value of the bits of a number that is not negative. */
static inline double
value_of(binary_format format, uint64_t bits)
{
    if (format == BINARY64) {
        return double_of(bits);
    }
    const int bias = format == BINARY16 ? 15 : 127;
    const uint64_t hidden = UINT64_C(1) << format, fraction = bits & (hidden - 1);
    const int field = (int)(bits >> format);
    return ldexp((double)(field != 0 ? fraction | hidden : fraction),
                 (field != 0 ? field : 1) - bias - (int)format);
}

/* Digits of a text from its first to its last that is not 0. */
static inline int
significant_digits(const char *text)
{
    int n = 0, last = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0')) {
            n++;
            last = *text != '0' ? n : last;
        }
    }
    return last;
}

/* The text d[.ddd]e+xx of printf in the layout of repr. */
static inline void
lay_out(const char *scientific, char *text)
{
    char digits[64];
    int n = 0;
    const int exponent = atoi(strchr(scientific, 'e') + 1);
    for (const char *p = scientific; *p != 'e'; p++) {
        if (*p != '.') {
            digits[n++] = *p;
        }
    }
    while (n > 1 && digits[n - 1] == '0') {
        n--;
    }
    if (exponent < -4 || exponent > 15) {
        text += sprintf(text, n > 1 ? "%c." : "%c", digits[0]);
        sprintf(text, "%.*se%+03d", n - 1, digits + 1, exponent);
        return;
    }
    for (int place = exponent < 0 ? exponent : 0; place < n || place <= exponent + 1;
         place++) {
        if (place == exponent + 1 && exponent >= 0) {
            *text++ = '.';
        }
        *text++ = place >= 0 && place < n ? digits[place] : '0';
        if (place == exponent && exponent < 0) {
            *text++ = '.';
        }
    }
    *text = '\0';
}

/* A decimal of n digits beside `scientific`, up or down by one in the last. */
static inline void
step_digit(char *scientific, int by)
{
    char *last = strchr(scientific, 'e') - 1;
    const int digit = *last - '0' + by;
    /* A carry would make a decimal of fewer digits, which has its own turn. */
    *last = (char)('0' + (digit < 0 ? 0 : digit > 9 ? 9 : digit));
}

/* Says what is wrong with the text of a number, not negative, finite and not 0; NULL
 * if it is the shortest and of several the nearest, in the right layout. */
static inline const char *
shortest_fault(binary_format format, uint64_t bits, char *text)
{
    char nearest[64], expected[64];
    const double value = value_of(format, bits);
    put_shortest(format, bits, text);
    const int n = significant_digits(text);
    if (!reads_as(format, text, bits)) {
        return "reads as another number";
    }
    snprintf(nearest, sizeof nearest, "%.*e", n - 1, value);
    const bool nearest_reads = reads_as(format, nearest, bits);
    const bool uneven = (bits & ((UINT64_C(1) << format) - 1)) == 0;
    if (!nearest_reads && !uneven) {
        return "has more digits than needed or wrong ones";
    }
    if (!nearest_reads) {
        step_digit(nearest, 1); /* the interval reaches further up than down */
    }
    lay_out(nearest, expected);
    if (strcmp(text, expected) != 0) {
        return "is not the nearest or not in the layout of repr";
    }
    for (int by = 0; n > 1 && by <= uneven; by++) {
        snprintf(nearest, sizeof nearest, "%.*e", n - 2, value);
        step_digit(nearest, by);
        if (reads_as(format, nearest, bits)) {
            return "is not the shortest";
        }
    }
    return NULL;
}

#endif
