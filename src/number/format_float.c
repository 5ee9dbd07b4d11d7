/* Shortest decimal text of binary numbers, by the method called Schubfach
 * (Raffaele Giulietti, "The Schubfach way to render doubles", 2020-2022).
 *
 * A number v = c * 2^q stands for the interval of reals that round to it, from
 * half-way below to half-way above; the ends belong to it if c is even. Let 10^k be
 * the largest power of ten not above the width of the interval. Then
 *
 * - at least one multiple of 10^k lies in it, since it is that wide;
 * - at most one multiple of 10^(k+1) does, since it is narrower. If there is one,
 *   every shorter decimal in the interval is that very number, its zeros at the end
 *   counted off. If there is none, no decimal is shorter than the multiples of 10^k,
 *   and the one nearest to v is the answer, the even one of two.
 *
 * So four candidates are looked at, the multiples of 10^k and 10^(k+1) around v, and
 * there is no loop. They are compared with v and the ends in units of 10^k / 4, cut
 * to integers whose last bit says "and a bit more" (rounded to odd), for which a
 * comparison with an even integer is exact.
 *
 * Bound. Those integers come from the product of n = 4 * v / 2^q (the ends: n - 2 or
 * n - 1, and n + 2; below 2^59 once shifted) and g, the 128 bits of 10^-k, rounded up:
 * n * 2^q / 10^k, less than 2^-69 too large. So an exact integer is followed by 64 bits
 * of zeros. Everything else has to be 2^-64 above an integer to be told from one, and
 * 2^-69 below the next. test_to_text.py shows, by the least residues of n * 2^q modulo
 * 10^k, that no n below 2^55 + 3 comes closer for any q of a double, with one
 * exception: 35548220997423152 * 2^664, where the integer is odd already. The narrower
 * formats have fewer n and q, and the same g.
 *
 * Most numbers are further from every limit than one product of 64 by 128 bits is
 * wrong, and need no more than that (after Victor Zverovich's zmij, 2025).
 *
 * The digits are padded with zeros to 17 and laid out by stores of fixed size; how
 * many of them count comes from one look at the words that hold them. No byte is read
 * again that was just written in a smaller piece, which processors wait for.
 */
#include "number/format_float.h"

#include <stdbool.h>
#include <string.h>

#include "base/bits.h"
#include "number/digits_text.h"
#include "number/pow5_table.h"

enum {
    DIGITS = 17, /* the most a double needs */
    FIXED_BEGIN = -4,
    NEAR = 4, /* see shortest() */
    FIXED_END =
        16 /* exponents of text without exponent: FIXED_BEGIN .. FIXED_END - 1 */
};

/* digits * 10^exponent, digits not 0 and below 10^17. */
typedef struct decimal {
    uint64_t digits;
    int exponent;
} decimal;

/* floor(log10(2^q)), or of 3/4 * 2^q, for |q| <= 1100. */
NX_INLINE int
log10_of_pow2(int q, bool three_quarters)
{
    return (q * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

/* floor(log2(10^k)) for |k| <= 350. */
NX_INLINE int
log2_of_pow10(int k)
{
    return (k * 1741647) >> 19;
}

/* The 128 bits of 10^k, rounded up. */
NX_INLINE void
power_of_ten(int k, uint64_t g[2])
{
    const uint64_t *const entry = nx_pow5_table[k - NX_POW5_SMALLEST];
    /* The table is cut off where it is neither exact nor rounded up; no low word of
     * it is all ones. */
    g[0] = entry[0];
    g[1] = entry[1] + (k < -27 || k > 55);
}

/* n * g / 2^128, rounded to odd. */
NX_INLINE uint64_t
round_to_odd(const uint64_t g[2], uint64_t n)
{
    uint64_t low, carry, middle, high;
    nx_mul128(g[1], n, &carry, &low);
    nx_mul128(g[0], n, &high, &middle);
    middle += carry;
    high += middle < carry;
    return high | (middle != 0);
}

/* The shortest decimal of c * 2^q; `narrow_below` if the number below is half as
 * far away as the one above. */
static NX_NOINLINE decimal
shortest_exactly(uint64_t c, int q, bool narrow_below)
{
    const int k = log10_of_pow2(q, narrow_below);
    const int shift = q + log2_of_pow10(-k) + 1; /* 1..4 */
    uint64_t g[2];
    power_of_ten(-k, g);
    const uint64_t odd = c & 1;
    const uint64_t value = round_to_odd(g, (4 * c) << shift);
    const uint64_t least = round_to_odd(g, (4 * c - 2 + narrow_below) << shift) + odd;
    const uint64_t largest = round_to_odd(g, (4 * c + 2) << shift) - odd;
    const uint64_t units = value / 4, tens = units / 10;
    const bool tens_fit = least <= 40 * tens, next_tens_fit = 40 * tens + 40 <= largest;
    if (tens_fit != next_tens_fit) {
        return (decimal){tens + next_tens_fit, k + 1};
    }
    const bool fits = least <= 4 * units, next_fits = 4 * units + 4 <= largest;
    const uint64_t half = 4 * units + 2;
    const bool up =
        fits != next_fits ? next_fits : value > half || (value == half && (units & 1));
    return (decimal){units + up, k};
}

/* The same, perhaps with a zero at its end, in fewer steps. v is units + fraction /
 * 2^64, cut off; `rest` is the last digit of the units and the fraction, and `half`
 * half the width of the interval, in units of 2^-60, cut off too. A sum or a difference
 * of both is less than 2 away from the truth: what comes closer than NEAR to being
 * equal is left to the four candidates. So is the half-way case. Everything else is
 * decided as there, and without a branch: whether 16 digits do or 17 nobody can
 * foretell. */
NX_INLINE decimal
shortest(uint64_t c, int q, bool narrow_below)
{
    const int k = log10_of_pow2(q, false);
    const int shift = q + log2_of_pow10(-k) + 1; /* 1..4 */
    uint64_t g[2], units, fraction, low, carry;
    power_of_ten(-k, g);
    nx_mul128(g[1], c << shift, &carry, &low);
    nx_mul128(g[0], c << shift, &units, &fraction);
    fraction += carry;
    units += fraction < carry;
    const uint64_t ten = UINT64_C(10) << 60, middle = UINT64_C(1) << 63;
    const uint64_t tens = units / 10 * 10;
    const uint64_t rest = (units - tens) << 60 | fraction >> 4;
    const uint64_t half = g[0] >> (5 - shift);
    if (NX_UNLIKELY(narrow_below | (rest - half + NEAR <= 2 * NEAR) |
                    (rest + half - ten + NEAR <= 2 * NEAR) |
                    (fraction - middle + NEAR <= 2 * NEAR))) {
        return shortest_exactly(c, q, narrow_below);
    }
    const uint64_t down = rest <= half, up = rest + half >= ten;
    const uint64_t one = units + (fraction >> 63), ten_times = tens + (up ? 10 : 0);
    const uint64_t is_short = UINT64_C(0) - (down | up);
    return (decimal){(ten_times & is_short) | (one & ~is_short), k};
}

/* 10^i, as far as 17 digits need them. */
static const uint64_t pow10[DIGITS + 1] = {UINT64_C(1),
                                           UINT64_C(10),
                                           UINT64_C(100),
                                           UINT64_C(1000),
                                           UINT64_C(10000),
                                           UINT64_C(100000),
                                           UINT64_C(1000000),
                                           UINT64_C(10000000),
                                           UINT64_C(100000000),
                                           UINT64_C(1000000000),
                                           UINT64_C(10000000000),
                                           UINT64_C(100000000000),
                                           UINT64_C(1000000000000),
                                           UINT64_C(10000000000000),
                                           UINT64_C(100000000000000),
                                           UINT64_C(1000000000000000),
                                           UINT64_C(10000000000000000),
                                           UINT64_C(100000000000000000)};

/* Number of decimal digits of x, not 0 and below 10^17. */
NX_INLINE int
count_digits(uint64_t x)
{
    /* 1233 / 2^12 is log10(2): one too low at most. */
    const int n = (64 - nx_clz64(x)) * 1233 >> 12;
    return n + (x >= pow10[n]);
}

/* Writes |exponent| with two digits or three. Returns the end. */
NX_INLINE uint8_t *
put_exponent(uint8_t *out, int exponent)
{
    const unsigned size = (unsigned)(exponent < 0 ? -exponent : exponent);
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    *out = (uint8_t)('0' + size / 100);
    out += size >= 100;
    *out++ = (uint8_t)('0' + size / 10 % 10);
    *out++ = (uint8_t)('0' + size % 10);
    return out;
}

#ifdef NX_DIGITS_SSE

/* Sixteen digits as text, in a register. */
typedef struct digits16 {
    __m128i text;
} digits16;

/* Those of x < 10^16; *n becomes the place of the last one that is not 0, counted from
 * 1, or 0. */
NX_INLINE digits16
make_digits(uint64_t x, int *n)
{
    const uint64_t upper = x / 100000000;
    const __m128i digits =
        nx_sse_split16((uint32_t)upper, (uint32_t)(x - upper * 100000000));
    const int used = _mm_movemask_epi8(_mm_cmpgt_epi8(digits, _mm_setzero_si128()));
    *n = 63 - nx_clz64((uint64_t)(unsigned)used << 1 | 1);
    return (digits16){_mm_or_si128(digits, _mm_set1_epi8('0'))};
}

NX_INLINE void
put_digits(uint8_t *out, digits16 digits)
{
    _mm_storeu_si128((__m128i *)(void *)out, digits.text);
}

/* Writes them with a point behind the first `whole` of them, 0 to 15. */
NX_INLINE void
put_with_point(uint8_t *out, digits16 digits, int whole)
{
    /* From 16 - whole on: 0, 1 .. whole - 1, none, whole .. 14. */
    static const uint8_t before[48] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
    const __m128i keep =
        _mm_loadu_si128((const __m128i *)(const void *)(before + 16 - whole));
    const __m128i moved = _mm_slli_si128(digits.text, 1);
    put_digits(out, (digits16){_mm_blendv_epi8(moved, digits.text, keep)});
    out[whole] = '.';
    out[16] = (uint8_t)_mm_extract_epi8(digits.text, 15);
}

#else

/* Sixteen digits as text, and what a copy of fixed size may reach behind them. */
typedef struct digits16 {
    uint8_t text[32];
} digits16;

/* Index of the last of 16 digits that is not 0, counted from 1; 0 if all are. */
NX_INLINE int
last_digit(uint64_t first, uint64_t last)
{
    const uint64_t word = last != 0 ? last : first;
    const int place = (64 + 7 - nx_clz64(word | 1)) >> 3;
    return word == 0 ? 0 : place + (last != 0 ? 8 : 0);
}

NX_INLINE digits16
make_digits(uint64_t x, int *n)
{
    digits16 digits;
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    const uint64_t first = nx_swar_split8((uint32_t)(x / 100000000));
    const uint64_t last = nx_swar_split8((uint32_t)(x % 100000000));
    *n = last_digit(first, last);
    nx_store64le(digits.text, first | zeros);
    nx_store64le(digits.text + 8, last | zeros);
    nx_store64le(digits.text + 16, zeros);
    nx_store64le(digits.text + 24, zeros);
    return digits;
}

NX_INLINE void
put_digits(uint8_t *out, digits16 digits)
{
    memcpy(out, digits.text, 16);
}

NX_INLINE void
put_with_point(uint8_t *out, digits16 digits, int whole)
{
    memcpy(out, digits.text, 16);
    out[whole] = '.';
    memcpy(out + whole + 1, digits.text + whole, 16);
}

#endif

/* Writes a decimal in the layout of the header. Returns the end. */
NX_INLINE uint8_t *
put_decimal(uint8_t *out, decimal number)
{
    /* A double that is not subnormal has 16 digits or 17. */
    const uint64_t sixteen = UINT64_C(10000000000000000);
    uint64_t padded = number.digits;
    int exponent = number.exponent + DIGITS - 1; /* of d.ddd */
    if (NX_LIKELY(padded >= sixteen / 10)) {
        const uint64_t is_16 = padded < sixteen;
        padded += 9 * padded & (0 - is_16);
        exponent -= (int)is_16;
    }
    else {
        const int written = count_digits(padded);
        padded *= pow10[DIGITS - written];
        exponent -= DIGITS - written;
    }
    const uint64_t top = padded / sixteen;
    int rest;
    const digits16 digits = make_digits(padded - top * sixteen, &rest);
    const int n = 1 + rest;
    const uint8_t first = (uint8_t)('0' + top);
    if (exponent >= 0 && exponent < FIXED_END) {
        const int whole = exponent + 1;
        out[0] = first;
        put_with_point(out + 1, digits, exponent);
        return out + (n > whole ? n : whole + 1) + 1;
    }
    if (exponent < 0 && exponent >= FIXED_BEGIN) {
        memcpy(out, "0.000000", 8);
        out += 1 - exponent;
        out[0] = first;
        put_digits(out + 1, digits);
        return out + n;
    }
    out[0] = first;
    out[1] = '.';
    put_digits(out + 2, digits);
    return put_exponent(out + (n > 1 ? n + 1 : 1), exponent);
}

/* The text of sign, exponent field and fraction of a format with `places` bits of
 * fraction and `largest` as its exponent field of infinity. */
NX_INLINE size_t
put_binary(uint8_t *out, bool negative, int field, uint64_t fraction, int places,
           int largest)
{
    uint8_t *const start = out;
    if (NX_UNLIKELY(field == largest)) {
        if (fraction != 0) {
            memcpy(out, "nan", 3);
            return 3;
        }
        memcpy(out, negative ? "-inf" : "inf", 4);
        return 3 + (size_t)negative;
    }
    *out = '-';
    out += negative;
    if (NX_UNLIKELY(field == 0 && fraction == 0)) {
        memcpy(out, "0.0", 3);
        return 3 + (size_t)negative;
    }
    const bool normal = field != 0;
    const uint64_t c = fraction | (uint64_t)normal << places;
    const int q = (normal ? field : 1) - largest / 2 - places;
    return (size_t)(put_decimal(out, shortest(c, q, fraction == 0 && field > 1)) -
                    start);
}

size_t
nx_format_double(double value, uint8_t *out)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return put_binary(out, bits >> 63 != 0, (int)(bits >> 52) & 0x7FF,
                      bits & UINT64_C(0xFFFFFFFFFFFFF), 52, 0x7FF);
}

size_t
nx_format_float32(float value, uint8_t *out)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return put_binary(out, bits >> 31 != 0, (int)(bits >> 23) & 0xFF, bits & 0x7FFFFF,
                      23, 0xFF);
}

size_t
nx_format_float16(uint16_t bits, uint8_t *out)
{
    return put_binary(out, bits >> 15 != 0, (bits >> 10) & 0x1F, bits & 0x3FF, 10,
                      0x1F);
}
