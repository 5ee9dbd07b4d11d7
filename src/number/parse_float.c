/* Decimal text to the nearest double, in three steps of rising cost.
 *
 * 1. At most 15 digits and a power of ten up to 22: mantissa and power are
 *    exact doubles, one multiplication or division rounds once (Clinger, "How
 *    to read floating point numbers accurately", PLDI 1990).
 * 2. At most 19 digits: the mantissa w fits in 64 bits and w * 10^q is taken
 *    from the leading 128 bits of 5^q (Lemire, "Number parsing at a gigabyte
 *    per second", Software: Practice and Experience 51, 2021; that no fallback
 *    is ever needed is proved by Mushtak and Lemire, "Fast number parsing
 *    without fallback", same journal 53, 2023).
 * 3. More digits: the number lies between w * 10^q and (w + 1) * 10^q, w being
 *    its first 19 digits. If both round alike, that is the answer. Else they
 *    round to neighbours, and the exact number is compared with the point
 *    half-way between these in integers (bigint.h).
 *
 * Bound on step 3: a half-way point has at most 768 significant digits, so
 * that of a longer text only "is anything left after MAX_DIGITS" matters. With
 * D those digits, the numbers compared are D and h * 5^b, one of them shifted,
 * where D < 10^801 < 2^2661, h < 2^54 and b <= 801 + 324, 5^b < 2^2613 (or,
 * for a text without fraction, both are below 2^1026). As they are within a
 * factor of four of each other, the shift takes neither above 2^2700.
 *
 * The cost is linear in the text and there is no locale, no errno and no
 * allocation. Rounding mode: to nearest, as everywhere in C unless changed.
 */
#include "number/parse_float.h"

#include <float.h>
#include <stdbool.h>
#include <string.h>

#include "base/bits.h"
#include "number/bigint.h"
#include "number/digits.h"
#include "number/pow5_table.h"

enum {
    FRACTION_BITS = 52,
    MANTISSA_DIGITS = 19, /* always fit in 64 bits */
    EXACT_DIGITS = 15,    /* always fit in 53 bits */
    EXACT_POWER = 22,     /* 10^22 is an exact double */
    MAX_DIGITS = 800
};

/* A written exponent stops growing here: far beyond what any number of digits
 * in memory could make up for, and far from wrapping an int64. */
#define MAX_EXPONENT INT64_C(100000000000000000)

#define HIDDEN_BIT    (UINT64_C(1) << FRACTION_BITS)
#define INFINITY_BITS (UINT64_C(0x7FF) << FRACTION_BITS)
#define NAN_BITS      (UINT64_C(0x7FF8) << 48)

static const double exact_pow10[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double
double_from_bits(uint64_t bits, bool negative)
{
    double value;
    bits |= (uint64_t)negative << 63;
    memcpy(&value, &bits, 8);
    return value;
}

/* Bits of the double nearest to w * 10^q. */
static uint64_t
round_decimal(uint64_t w, int64_t q)
{
    if (w == 0 || q < NX_POW5_SMALLEST) {
        return 0;
    }
    if (q > NX_POW5_LARGEST) {
        return INFINITY_BITS;
    }
    const int zeros = nx_clz64(w);
    const uint64_t *pow5 = nx_pow5_table[q - NX_POW5_SMALLEST];
    uint64_t high, low;
    w <<= zeros;
    nx_mul128(w, pow5[0], &high, &low);
    /* 55 bits decide: 53, one to round by, one that normalisation may take.
     * The nine below them can only be carried into when they are all ones. */
    if (NX_UNLIKELY((high & 0x1FF) == 0x1FF)) {
        uint64_t carry, ignored;
        nx_mul128(w, pow5[1], &carry, &ignored);
        low += carry;
        high += low < carry;
    }
    const int top = (int)(high >> 63);
    const int drop = top + 64 - FRACTION_BITS - 3;
    uint64_t mantissa = high >> drop; /* 54 bits, the last to round by */
    /* 217706 / 2^16 is log2(10): the binary exponent of 10^q. */
    int64_t exponent = ((217706 * q) >> 16) + 63 + 1023 + top - zeros;
    if (NX_UNLIKELY(exponent <= 0)) {
        /* Subnormal. Ties cannot be: q is far below -27. */
        if (exponent < -62) {
            return 0;
        }
        mantissa >>= 1 - exponent;
        return (mantissa + (mantissa & 1)) >> 1; /* may reach the least normal */
    }
    /* An exact tie needs a product whose low bits are zero, so 5^|q| < 2^64
     * divides or multiplies exactly: -4 <= q <= 23. Then round to even. */
    if (NX_UNLIKELY(low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 &&
                    mantissa << drop == high)) {
        mantissa--;
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    /* Adding lets a mantissa rounded up to 2^53 carry into the exponent. */
    const uint64_t bits = ((uint64_t)(exponent - 1) << FRACTION_BITS) + mantissa;
    return bits < INFINITY_BITS ? bits : INFINITY_BITS;
}

double
nx_decimal_to_double(uint64_t mantissa, int64_t exponent, int negative)
{
    return double_from_bits(round_decimal(mantissa, exponent), negative != 0);
}

/* The parts of `digits[.digits][e exponent]`. */
typedef struct number_text {
    const uint8_t *digits; /* first digit or point */
    const uint8_t *end;    /* after the last digit or point */
    size_t fraction;       /* digits after the point */
    size_t n;              /* all digits */
    uint64_t mantissa;     /* all digits, modulo 2^64 */
    int64_t exponent;      /* as written, saturated */
} number_text;

/* Skips a run of digits and appends it to *mantissa, modulo 2^64. */
static const uint8_t *
take_digits(const uint8_t *p, const uint8_t *end, uint64_t *mantissa)
{
    while (end - p >= 8 && nx_swar_is_digits(nx_load64le(p))) {
        *mantissa = *mantissa * 100000000 + nx_swar_value(nx_load64le(p));
        p += 8;
    }
    for (; p < end && (unsigned)(*p - '0') <= 9; p++) {
        *mantissa = *mantissa * 10 + (uint64_t)(*p - '0');
    }
    return p;
}

/* An exponent after its e: optional sign and digits, up to `end`. */
static bool
take_exponent(const uint8_t *p, const uint8_t *end, int64_t *exponent)
{
    const bool negative = p < end && *p == '-';
    p += negative || (p < end && *p == '+');
    if (p == end) {
        return false;
    }
    int64_t value = 0;
    for (; p < end; p++) {
        if ((unsigned)(*p - '0') > 9) {
            return false;
        }
        if (value < MAX_EXPONENT) {
            value = value * 10 + (*p - '0');
        }
    }
    *exponent = negative ? -value : value;
    return true;
}

static bool
split_number(const uint8_t *p, const uint8_t *end, number_text *number)
{
    number->digits = p;
    number->mantissa = 0;
    number->fraction = 0;
    number->exponent = 0;
    p = take_digits(p, end, &number->mantissa);
    number->n = (size_t)(p - number->digits);
    if (p < end && *p == '.') {
        const uint8_t *const fraction = p + 1;
        p = take_digits(fraction, end, &number->mantissa);
        number->fraction = (size_t)(p - fraction);
        number->n += number->fraction;
    }
    number->end = p;
    if (number->n == 0) {
        return false;
    }
    if (p == end) {
        return true;
    }
    return (*p | 0x20) == 'e' && take_exponent(p + 1, end, &number->exponent);
}

/* Walks the significant digits of a number_text, stepping over the point. */
static int
next_digit(const uint8_t **p)
{
    if (**p == '.') {
        ++*p;
    }
    return *(*p)++ - '0';
}

/* Sign of (digits at p, n of them, times 10^exponent) minus the point half-way
 * between the double `lower` and the next one. */
static int
compare_halfway(const uint8_t *p, size_t n, int64_t exponent, uint64_t lower)
{
    nx_bigint decimal, halfway;
    nx_bigint_set(&decimal, 0);
    const size_t used = n < MAX_DIGITS ? n : MAX_DIGITS;
    for (size_t i = 0; i < used;) {
        uint64_t chunk = 0, scale = 1;
        for (int k = 0; k < MANTISSA_DIGITS && i < used; k++, i++) {
            chunk = chunk * 10 + (uint64_t)next_digit(&p);
            scale *= 10;
        }
        nx_bigint_mul_add(&decimal, scale, chunk);
    }
    exponent += (int64_t)(n - used);
    for (size_t i = used; i < n; i++) {
        if (next_digit(&p) != 0) {
            nx_bigint_mul_add(&decimal, 10, 1);
            exponent--;
            break;
        }
    }
    const uint64_t fraction = lower & (HIDDEN_BIT - 1);
    const int64_t biased = (int64_t)(lower >> FRACTION_BITS);
    const uint64_t mantissa = biased != 0 ? fraction | HIDDEN_BIT : fraction;
    const int64_t binary = (biased != 0 ? biased : 1) - 1075 - 1;
    nx_bigint_set(&halfway, 2 * mantissa + 1);
    nx_bigint_mul_pow5(exponent >= 0 ? &decimal : &halfway,
                       (unsigned)(exponent >= 0 ? exponent : -exponent));
    const int64_t shift = exponent - binary;
    nx_bigint_shift_left(shift >= 0 ? &decimal : &halfway,
                         (unsigned)(shift >= 0 ? shift : -shift));
    return nx_bigint_compare(&decimal, &halfway);
}

/* Bits of a number of more than 19 digits. */
static uint64_t
round_long(const number_text *number)
{
    const uint8_t *p = number->digits;
    size_t n = number->n;
    while (p < number->end && (*p == '0' || *p == '.')) {
        n -= *p++ == '0';
    }
    const uint8_t *const first = p;
    const int64_t last_place = number->exponent - (int64_t)number->fraction;
    uint64_t w = 0;
    size_t taken = 0;
    for (; taken < n && taken < MANTISSA_DIGITS; taken++) {
        w = w * 10 + (uint64_t)next_digit(&p);
    }
    const int64_t q = last_place + (int64_t)(n - taken);
    const uint64_t lower = round_decimal(w, q);
    bool exact = true;
    for (; taken < n && exact; taken++) {
        exact = next_digit(&p) == 0;
    }
    const uint64_t upper = exact ? lower : round_decimal(w + 1, q);
    if (lower == upper) {
        return lower;
    }
    const int side = compare_halfway(first, n, last_place, lower);
    return lower + (side > 0 || (side == 0 && (lower & 1) != 0));
}

static double
round_number(const number_text *number, bool negative)
{
    const int64_t q = number->exponent - (int64_t)number->fraction;
#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1
    if (number->n <= EXACT_DIGITS && q >= -EXACT_POWER && q <= EXACT_POWER) {
        const double mantissa = (double)(int64_t)number->mantissa;
        const double value =
            q < 0 ? mantissa / exact_pow10[-q] : mantissa * exact_pow10[q];
        return negative ? -value : value;
    }
#endif
    const uint64_t bits = number->n <= MANTISSA_DIGITS
                              ? round_decimal(number->mantissa, q)
                              : round_long(number);
    return double_from_bits(bits, negative);
}

/* True when the n bytes at text are the lower-case word, in any case. */
static bool
is_word(const uint8_t *text, size_t n, const char *word)
{
    if (n != strlen(word)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((text[i] | 0x20) != (uint8_t)word[i]) {
            return false;
        }
    }
    return true;
}

nx_parse_result
nx_parse_double(const uint8_t *text, size_t n, double *value)
{
    const uint8_t *const end = text + n;
    const bool negative = n > 0 && *text == '-';
    const uint8_t *p = text + (negative || (n > 0 && *text == '+'));
    number_text number;
    if (split_number(p, end, &number)) {
        *value = round_number(&number, negative);
        return NX_PARSE_OK;
    }
    const size_t rest = (size_t)(end - p);
    if (is_word(p, rest, "inf") || is_word(p, rest, "infinity")) {
        *value = double_from_bits(INFINITY_BITS, negative);
        return NX_PARSE_OK;
    }
    if (is_word(p, rest, "nan")) {
        *value = double_from_bits(NAN_BITS, negative);
        return NX_PARSE_OK;
    }
    return NX_PARSE_INVALID;
}
