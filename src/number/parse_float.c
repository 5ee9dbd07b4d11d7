/* Decimal text to the nearest binary number, in three steps of rising cost.
 *
 * 1. At most 15 digits and a power of ten up to 22, to a double: mantissa and
 *    power are exact doubles, one multiplication or division rounds once
 *    (Clinger, "How to read floating point numbers accurately", PLDI 1990).
 * 2. At most 19 digits: the mantissa w fits in 64 bits and w * 10^q is taken
 *    from the leading 128 bits of 5^q (Lemire, "Number parsing at a gigabyte
 *    per second", Software: Practice and Experience 51, 2021; that no fallback
 *    is ever needed is proved by Mushtak and Lemire, "Fast number parsing
 *    without fallback", same journal 53, 2023). The proof gives the first 55
 *    bits of w * 10^q exactly, which is all that binary64 needs, and more than
 *    the narrower formats do.
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
 * factor of four of each other, the shift takes neither above 2^2700. The
 * half-way points of the narrower formats are doubles: shorter, and no larger.
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
    MANTISSA_DIGITS = 19, /* always fit in 64 bits */
    EXACT_DIGITS = 15,    /* always fit in 53 bits */
    EXACT_POWER = 22,     /* 10^22 is an exact double */
    MAX_DIGITS = 800
};

/* A written exponent stops growing here: far beyond what any number of digits
 * in memory could make up for, and far from wrapping an int64. */
#define MAX_EXPONENT INT64_C(100000000000000000)

/* A binary format of IEEE 754: a sign, an exponent field, a fraction. Passed by
 * value to functions that are inlined, so that each format gets its own code. */
typedef struct float_format {
    int fraction_bits;
    int bias; /* exponent field of 1.0 */
} float_format;

static const float_format BINARY16 = {10, 15};
static const float_format BINARY32 = {23, 127};
static const float_format BINARY64 = {52, 1023};

static const double exact_pow10[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

NX_INLINE uint64_t
hidden_bit(float_format format)
{
    return UINT64_C(1) << format.fraction_bits;
}

NX_INLINE uint64_t
infinity_bits(float_format format)
{
    return (uint64_t)(2 * format.bias + 1) << format.fraction_bits;
}

NX_INLINE uint64_t
sign_bit(float_format format, bool negative)
{
    return negative ? (uint64_t)(2 * format.bias + 2) << format.fraction_bits : 0;
}

static double
double_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

/* True when w * 10^q is an odd `half` times a power of two. `w` is shifted up to
 * its top bit, and the caller knows that the two agree in their first bits: equal
 * significands are then equal numbers. */
static bool
is_exactly(uint64_t w, int64_t q, uint64_t half)
{
    const int64_t power = q < 0 ? -q : q;
    if (power > 27) {
        return false; /* 5^28 does not fit in the 64 bits of either side */
    }
    uint64_t pow5 = 1, high, low;
    for (int64_t i = 0; i < power; i++) {
        pow5 *= 5;
    }
    if (q >= 0) {
        low = half / pow5;
        return half % pow5 == 0 && low << nx_clz64(low) == w;
    }
    nx_mul128(half, pow5, &high, &low);
    return high == 0 && low << nx_clz64(low) == w;
}

/* Bits of the number of a format that is nearest to w * 10^q. */
NX_INLINE uint64_t
round_decimal(float_format format, uint64_t w, int64_t q)
{
    if (w == 0 || q < NX_POW5_SMALLEST) {
        return 0;
    }
    if (q > NX_POW5_LARGEST) {
        return infinity_bits(format);
    }
    const int zeros = nx_clz64(w);
    const uint64_t *pow5 = nx_pow5_table[q - NX_POW5_SMALLEST];
    uint64_t high, low;
    w <<= zeros;
    nx_mul128(w, pow5[0], &high, &low);
    /* A double is decided by 55 bits: 53, one to round by, one that normalisation
     * may take. The nine below can only be carried into when they are all ones. */
    if (NX_UNLIKELY((high & 0x1FF) == 0x1FF)) {
        uint64_t carry, ignored;
        nx_mul128(w, pow5[1], &carry, &ignored);
        low += carry;
        high += low < carry;
    }
    const int top = (int)(high >> 63);
    /* 217706 / 2^16 is log2(10): the binary exponent of 10^q. */
    int64_t exponent = ((217706 * q) >> 16) + 63 + format.bias + top - zeros;
    int64_t drop = top + 64 - format.fraction_bits - 3;
    if (NX_UNLIKELY(exponent <= 0)) {
        /* Subnormal: as if with the least exponent, but without hidden bit. */
        drop += 1 - exponent;
        exponent = 1;
        if (drop > 63) {
            return 0;
        }
    }
    uint64_t mantissa = high >> drop; /* the last bit is the one to round by */
    /* The product of a tie is exact, so that all bits dropped are zeros. */
    if (NX_UNLIKELY((mantissa & 3) == 1 && mantissa << drop == high) &&
        is_exactly(w, q, mantissa)) {
        mantissa--;
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    /* Adding lets the hidden bit, and a mantissa rounded up to a power of two,
     * carry into the exponent. */
    const uint64_t bits = ((uint64_t)(exponent - 1) << format.fraction_bits) + mantissa;
    return bits < infinity_bits(format) ? bits : infinity_bits(format);
}

double
nx_decimal_to_double(uint64_t mantissa, int64_t exponent, int negative)
{
    return double_from_bits(round_decimal(BINARY64, mantissa, exponent) |
                            sign_bit(BINARY64, negative != 0));
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
 * between the number with the bits `lower` and the next one. */
static int
compare_halfway(float_format format, const uint8_t *p, size_t n, int64_t exponent,
                uint64_t lower)
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
    const uint64_t fraction = lower & (hidden_bit(format) - 1);
    const int64_t biased = (int64_t)(lower >> format.fraction_bits);
    const uint64_t mantissa = biased != 0 ? fraction | hidden_bit(format) : fraction;
    const int64_t binary =
        (biased != 0 ? biased : 1) - format.bias - format.fraction_bits - 1;
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
round_long(float_format format, const number_text *number)
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
    const uint64_t lower = round_decimal(format, w, q);
    bool exact = true;
    for (; taken < n && exact; taken++) {
        exact = next_digit(&p) == 0;
    }
    const uint64_t upper = exact ? lower : round_decimal(format, w + 1, q);
    if (lower == upper) {
        return lower;
    }
    const int side = compare_halfway(format, first, n, last_place, lower);
    return lower + (side > 0 || (side == 0 && (lower & 1) != 0));
}

/* Bits of a number, without its sign. */
NX_INLINE uint64_t
round_number(float_format format, const number_text *number)
{
    return number->n <= MANTISSA_DIGITS
               ? round_decimal(format, number->mantissa,
                               number->exponent - (int64_t)number->fraction)
               : round_long(format, number);
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

/* Bits of the words for infinity and not-a-number; false for any other text. */
static bool
parse_word(float_format format, const uint8_t *text, size_t n, uint64_t *bits)
{
    if (is_word(text, n, "inf") || is_word(text, n, "infinity")) {
        *bits = infinity_bits(format);
        return true;
    }
    *bits = infinity_bits(format) | hidden_bit(format) >> 1;
    return is_word(text, n, "nan");
}

#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1

/* Step 1: false when the digits or the power of ten are too many. */
NX_INLINE bool
divide_once(const number_text *number, double *value)
{
    const int64_t q = number->exponent - (int64_t)number->fraction;
    if (number->n > EXACT_DIGITS || q < -EXACT_POWER || q > EXACT_POWER) {
        return false;
    }
    const double mantissa = (double)(int64_t)number->mantissa;
    *value = q < 0 ? mantissa / exact_pow10[-q] : mantissa * exact_pow10[q];
    return true;
}

#else

/* Excess precision would round twice. */
NX_INLINE bool
divide_once(const number_text *number, double *value)
{
    (void)number;
    (void)value;
    return false;
}

#endif

/* Bits of the text in a format, sign included. */
NX_INLINE nx_parse_result
parse_bits(float_format format, const uint8_t *text, size_t n, uint64_t *bits)
{
    const uint8_t *const end = text + n;
    const bool negative = n > 0 && *text == '-';
    const uint8_t *p = text + (negative || (n > 0 && *text == '+'));
    number_text number;
    double value;
    if (split_number(p, end, &number)) {
        if (format.fraction_bits == BINARY64.fraction_bits &&
            divide_once(&number, &value)) {
            memcpy(bits, &value, 8);
        }
        else {
            *bits = round_number(format, &number);
        }
    }
    else if (!parse_word(format, p, (size_t)(end - p), bits)) {
        return NX_PARSE_INVALID;
    }
    *bits |= sign_bit(format, negative);
    return NX_PARSE_OK;
}

nx_parse_result
nx_parse_double(const uint8_t *text, size_t n, double *value)
{
    uint64_t bits;
    const nx_parse_result result = parse_bits(BINARY64, text, n, &bits);
    if (result == NX_PARSE_OK) {
        *value = double_from_bits(bits);
    }
    return result;
}

nx_parse_result
nx_parse_float32(const uint8_t *text, size_t n, float *value)
{
    uint64_t bits;
    const nx_parse_result result = parse_bits(BINARY32, text, n, &bits);
    if (result == NX_PARSE_OK) {
        const uint32_t low = (uint32_t)bits;
        memcpy(value, &low, 4);
    }
    return result;
}

nx_parse_result
nx_parse_float16(const uint8_t *text, size_t n, uint16_t *bits)
{
    uint64_t wide;
    const nx_parse_result result = parse_bits(BINARY16, text, n, &wide);
    if (result == NX_PARSE_OK) {
        *bits = (uint16_t)wide;
    }
    return result;
}
