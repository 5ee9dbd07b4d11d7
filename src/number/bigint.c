#include "number/bigint.h"

#include "base/bits.h"

void
nx_bigint_set(nx_bigint *number, uint64_t value)
{
    number->word[0] = value;
    number->n = value != 0;
}

void
nx_bigint_mul_add(nx_bigint *number, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (int i = 0; i < number->n; i++) {
        uint64_t high, low;
        nx_mul128(number->word[i], factor, &high, &low);
        low += carry;
        carry = high + (low < carry); /* at most 2^64 - 2 + 1: no overflow */
        number->word[i] = low;
    }
    if (carry != 0 && number->n < NX_BIGINT_WORDS) {
        number->word[number->n++] = carry;
    }
}

void
nx_bigint_mul_pow5(nx_bigint *number, unsigned exponent)
{
    const uint64_t pow5_27 = UINT64_C(7450580596923828125); /* largest in 64 bits */
    for (; exponent >= 27; exponent -= 27) {
        nx_bigint_mul_add(number, pow5_27, 0);
    }
    uint64_t rest = 1;
    while (exponent-- > 0) {
        rest *= 5;
    }
    nx_bigint_mul_add(number, rest, 0);
}

void
nx_bigint_shift_left(nx_bigint *number, unsigned bits)
{
    nx_bigint_mul_add(number, UINT64_C(1) << (bits % 64), 0);
    const int words = (int)(bits / 64);
    if (words == 0 || number->n == 0) {
        return;
    }
    for (int i = number->n - 1; i >= 0; i--) {
        if (i + words < NX_BIGINT_WORDS) {
            number->word[i + words] = number->word[i];
        }
    }
    for (int i = 0; i < words && i < NX_BIGINT_WORDS; i++) {
        number->word[i] = 0;
    }
    number->n =
        number->n + words < NX_BIGINT_WORDS ? number->n + words : NX_BIGINT_WORDS;
}

int
nx_bigint_compare(const nx_bigint *a, const nx_bigint *b)
{
    if (a->n != b->n) {
        return a->n < b->n ? -1 : 1;
    }
    for (int i = a->n - 1; i >= 0; i--) {
        if (a->word[i] != b->word[i]) {
            return a->word[i] < b->word[i] ? -1 : 1;
        }
    }
    return 0;
}
