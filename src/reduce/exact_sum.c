#include "reduce/exact_sum.h"

#include <math.h>
#include <string.h>

#include "base/bits.h"

#define DIGIT UINT64_C(0xFFFFFFFF)

enum {
    LOWEST = -2148,      /* the exponent of the lowest bit */
    ITEM_LOWEST = -1074, /* the same of a double */
    MANTISSA_BITS = 52,
    SPECIAL_FIELD = 0x7FF /* of exponents: infinite, or NaN */
};

/* So many additions fit before a digit might overflow. */
#define MOST_ADDED (UINT64_C(1) << 30)

void
nx_exact_begin(nx_exact_sum *sum)
{
    memset(sum, 0, sizeof *sum);
}

/* Carries: all digits but the last one are from 0 to 2^32 - 1 then. */
static void
carry(nx_exact_sum *sum)
{
    int64_t over = 0;
    for (size_t i = 0; i + 1 < NX_EXACT_DIGITS; i++) {
        const int64_t digit = sum->digits[i] + over;
        sum->digits[i] = (int64_t)((uint64_t)digit & DIGIT);
        /* Rounds down, for negative numbers too. */
        over = (digit - sum->digits[i]) / (INT64_C(1) << 32);
    }
    sum->digits[NX_EXACT_DIGITS - 1] += over;
    sum->added = 0;
}

static void
make_room(nx_exact_sum *sum, uint64_t additions)
{
    sum->added += additions;
    if (sum->added > MOST_ADDED) {
        carry(sum);
        sum->added = additions;
    }
}

/* Adds what is infinite or NaN. */
static void
add_special(nx_exact_sum *sum, double x)
{
    const double before = sum->special;
    sum->special += x;
    sum->invalid |= isnan(sum->special) && !isnan(before) && !isnan(x);
}

/* ---- Additions ---- */

/* A finite double as an integer times a power of two. */
typedef struct parts {
    uint64_t mantissa;
    unsigned exponent; /* from ITEM_LOWEST on */
    bool negative, special;
} parts;

NX_INLINE parts
parts_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const unsigned field = (unsigned)(bits >> MANTISSA_BITS) & SPECIAL_FIELD;
    const uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    return (parts){
        .mantissa = field == 0 ? fraction : fraction | UINT64_C(1) << MANTISSA_BITS,
        .exponent = field == 0 ? 0 : field - 1,
        .negative = bits >> 63 != 0,
        .special = field == SPECIAL_FIELD,
    };
}

void
nx_exact_add(nx_exact_sum *sum, const double *x, size_t n)
{
    make_room(sum, n);
    for (size_t i = 0; i < n; i++) {
        const parts p = parts_of(x[i]);
        if (NX_UNLIKELY(p.special)) {
            add_special(sum, x[i]);
            continue;
        }
        const unsigned place = p.exponent + (unsigned)(ITEM_LOWEST - LOWEST);
        const unsigned shift = place % 32;
        int64_t *const digits = sum->digits + place / 32;
        const uint64_t low = p.mantissa << shift;
        const uint64_t high = p.mantissa >> 1 >> (63 - shift);
        const int64_t sign = p.negative ? -1 : 1;
        digits[0] += sign * (int64_t)(low & DIGIT);
        digits[1] += sign * (int64_t)(low >> 32);
        digits[2] += sign * (int64_t)high;
    }
}

void
nx_exact_add_products(nx_exact_sum *sum, const double *x, const double *y, size_t n)
{
    make_room(sum, n);
    for (size_t i = 0; i < n; i++) {
        const parts p = parts_of(x[i]), q = parts_of(y[i]);
        if (NX_UNLIKELY(p.special || q.special)) {
            const double product = x[i] * y[i];
            sum->invalid |= isnan(product) && !isnan(x[i]) && !isnan(y[i]);
            add_special(sum, product);
            continue;
        }
        const unsigned place = p.exponent + q.exponent; /* from 2 * ITEM_LOWEST on */
        const unsigned shift = place % 32;
        int64_t *const digits = sum->digits + place / 32;
        uint64_t high, low;
        nx_mul128(p.mantissa, q.mantissa, &high, &low);
        /* 106 bits and a shift by 31 at most: 137 bits. */
        const uint64_t top = high >> 1 >> (63 - shift);
        high = high << shift | low >> 1 >> (63 - shift);
        low <<= shift;
        const int64_t sign = p.negative != q.negative ? -1 : 1;
        digits[0] += sign * (int64_t)(low & DIGIT);
        digits[1] += sign * (int64_t)(low >> 32);
        digits[2] += sign * (int64_t)(high & DIGIT);
        digits[3] += sign * (int64_t)(high >> 32);
        digits[4] += sign * (int64_t)top;
    }
}

void
nx_exact_join(nx_exact_sum *sum, const nx_exact_sum *other)
{
    make_room(sum, other->added + 1);
    for (size_t i = 0; i < NX_EXACT_DIGITS; i++) {
        sum->digits[i] += other->digits[i];
    }
    sum->invalid |= other->invalid;
    add_special(sum, other->special);
}

/* ---- Rounding ---- */

/* What is left of a sum: its highest 64 bits, the first of them set, times 2^exponent,
 * and whether there are others below. */
typedef struct leading {
    uint64_t bits; /* 0 if the sum is 0 */
    int exponent;
    bool negative, more;
} leading;

static leading
leading_of(nx_exact_sum *sum)
{
    uint64_t digits[NX_EXACT_DIGITS + 1];
    leading lead = {0};
    carry(sum);
    int64_t last = sum->digits[NX_EXACT_DIGITS - 1];
    lead.negative = last < 0;
    uint64_t over = lead.negative; /* of two's complement */
    for (size_t i = 0; i + 1 < NX_EXACT_DIGITS; i++) {
        const uint64_t digit = (uint64_t)sum->digits[i];
        const uint64_t size = lead.negative ? (~digit & DIGIT) + over : digit;
        digits[i] = size & DIGIT;
        over = size >> 32;
    }
    const uint64_t top = lead.negative ? ~(uint64_t)last + over : (uint64_t)last;
    digits[NX_EXACT_DIGITS - 1] = top & DIGIT;
    digits[NX_EXACT_DIGITS] = top >> 32;
    int i = NX_EXACT_DIGITS;
    while (i > 0 && digits[i] == 0) {
        i--;
    }
    if (digits[i] == 0) {
        return lead;
    }
    const int shift = nx_clz64(digits[i]) - 32; /* to bit 31 */
    const uint64_t next = i > 0 ? digits[i - 1] : 0, third = i > 1 ? digits[i - 2] : 0;
    lead.bits = (digits[i] << 32 | next) << shift | (third << shift) >> 32;
    lead.exponent = LOWEST + 32 * (i - 1) - shift;
    lead.more = ((third << shift) & DIGIT) != 0;
    for (int k = i - 3; k >= 0 && !lead.more; k--) {
        lead.more = digits[k] != 0;
    }
    return lead;
}

/* The nearest integer to bits / 2^(64 - wanted); 1 <= wanted < 64. */
static uint64_t
rounded(const leading *lead, int wanted)
{
    const int lost = 64 - wanted;
    const uint64_t kept = lead->bits >> lost;
    const uint64_t rest = lead->bits << wanted, half = UINT64_C(1) << 63;
    const bool up = rest > half || (rest == half && (lead->more || (kept & 1) != 0));
    return kept + up;
}

double
nx_exact_fraction(nx_exact_sum *sum, int *exponent)
{
    const leading lead = leading_of(sum);
    *exponent = 0;
    if (sum->special != 0 || lead.bits == 0) {
        return sum->special;
    }
    const double fraction = frexp((double)rounded(&lead, 53), exponent);
    *exponent += lead.exponent + 11;
    return lead.negative ? -fraction : fraction;
}

double
nx_exact_round(nx_exact_sum *sum)
{
    const leading lead = leading_of(sum);
    if (sum->special != 0 || lead.bits == 0) {
        return sum->special;
    }
    /* A subnormal number has fewer bits: none below 2^ITEM_LOWEST. */
    const int spare = ITEM_LOWEST - (lead.exponent + 11);
    const int wanted = spare <= 0 ? 53 : 53 - spare;
    double size;
    if (wanted < 1) { /* below, or at, half of the smallest double */
        const bool up = wanted == 0 && (lead.bits << 1 != 0 || lead.more);
        size = up ? 0x1p-1074 : 0;
    }
    else {
        size = ldexp((double)rounded(&lead, wanted), lead.exponent + 64 - wanted);
    }
    return lead.negative ? 0 - size : size;
}
