/* Every float16 and float32 and any number of doubles through the writer of numbers, by
 * hand (README.md beside this file says how, and what came out):
 *
 *     every_float [FLOAT32_FIRST FLOAT32_COUNT DOUBLES SEED]
 *
 * Each text must read back as the same bits, have as few digits as any that does, and
 * be the nearest of those, in the layout of repr (shortest_quick.h). Prints a line for
 * each part and one for all; the exit status is 1 if anything was wrong.
 */
#include <inttypes.h>
#include <time.h>

#include "number/shortest_quick.h"

#define EVERY_FLOAT16 (UINT64_C(1) << 16)
#define EVERY_FLOAT32 (UINT64_C(1) << 32)
#define MANY_DOUBLES  UINT64_C(1000000000)
#define NASTY_SHARE   UINT64_C(5) /* one nasty double for so many random ones */

static uint64_t faults, checked;

static uint64_t
sign_of(binary_format format)
{
    return format == BINARY64   ? UINT64_C(1) << 63
           : format == BINARY32 ? UINT64_C(1) << 31
                                : UINT64_C(1) << 15;
}

static uint64_t
infinity_of(binary_format format)
{
    return sign_of(format) - (UINT64_C(1) << format);
}

/* Zeros, infinities and NaN of both signs. */
static const char *
special_fault(uint64_t magnitude, uint64_t infinity, bool negative, const char *text)
{
    const char *const word = magnitude == 0          ? "0.0"
                             : magnitude == infinity ? "inf"
                                                     : "nan";
    const bool minus = negative && word[0] != 'n';
    const bool good = (text[0] == '-') == minus && strcmp(text + minus, word) == 0;
    return good ? NULL : "is no special value";
}

static void
check(binary_format format, uint64_t bits)
{
    char text[NX_FLOAT_TEXT_ROOM];
    const uint64_t sign = sign_of(format), infinity = infinity_of(format);
    const uint64_t magnitude = bits & (sign - 1);
    const bool negative = bits != magnitude;
    const char *fault;
    put_shortest(format, bits, text);
    checked++;
    if (magnitude == 0 || magnitude >= infinity) {
        fault = special_fault(magnitude, infinity, negative, text);
    }
    else if (negative && text[0] != '-') {
        fault = "has no sign";
    }
    else {
        fault = quick_fault(format, magnitude, text + negative);
    }
    if (fault != NULL && faults++ < 20) {
        printf("%s of %" PRIx64 " (%d) %s\n", text, bits, (int)format, fault);
    }
}

/* splitmix64 */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* Runs of ones and zeros: of r, with r >> 48 as exponent and sign. */
static uint64_t
runs_of_bits(uint64_t r)
{
    const uint64_t ones = ~UINT64_C(0) >> (12 + (r & 31)) << (r >> 5 & 31);
    const uint64_t some = UINT64_C(1) << (r >> 10) % 52 ^ UINT64_C(1) << (r >> 16) % 52;
    return (r >> 52 << 52) |
           ((ones ^ (r >> 22 & 1 ? some : 0)) & ((UINT64_C(1) << 52) - 1));
}

/* A double of a kind that is hard on one method or another. */
static uint64_t
nasty_double(uint64_t *state)
{
    const uint64_t r = next_random(state), s = next_random(state);
    const int64_t step = (int64_t)(s >> 56 & 7) - 4;
    double value;
    uint64_t bits;
    switch (r % 6) {
        case 0: /* beside a power of two, where the interval is lopsided */
            return (r >> 20 << 52) + (uint64_t)step;
        case 1: /* few bits, or few missing */
            return runs_of_bits(s);
        case 2: /* subnormal, of any size */
            return (s & ((UINT64_C(1) << 52) - 1)) >> (r >> 8) % 52;
        case 3: /* an integer around 2^53 and 10^16, where layouts change */
            value = (double)(s >> (r >> 8) % 14);
            break;
        case 4: /* beside a power of ten */
            value = nx_decimal_to_double(1, (int64_t)(s % 632) - 323, 0);
            break;
        default: /* beside a decimal of few digits */
            value = nx_decimal_to_double(s >> 8 >> (r >> 8) % 56,
                                         (int64_t)(r >> 16) % 308 - 154, 0);
    }
    memcpy(&bits, &value, 8);
    return bits + (uint64_t)step;
}

static void
report(const char *what, uint64_t count)
{
    printf("%-24s %12" PRIu64 " checked, %" PRIu64 " faults so far, %.0f s of CPU\n",
           what, count, faults, (double)clock() / CLOCKS_PER_SEC);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    if (argc != 1 && argc != 5) {
        fprintf(stderr, "usage: %s [FLOAT32_FIRST FLOAT32_COUNT DOUBLES SEED]\n",
                argv[0]);
        return 2;
    }
    const uint64_t first = argc == 5 ? strtoull(argv[1], NULL, 0) : 0;
    const uint64_t count = argc == 5 ? strtoull(argv[2], NULL, 0) : EVERY_FLOAT32;
    const uint64_t doubles = argc == 5 ? strtoull(argv[3], NULL, 0) : MANY_DOUBLES;
    const uint64_t nasty = doubles / NASTY_SHARE;
    uint64_t state = argc == 5 ? strtoull(argv[4], NULL, 0) : 1;
    for (uint64_t bits = 0; bits < EVERY_FLOAT16; bits++) {
        check(BINARY16, bits);
    }
    report("float16, all", EVERY_FLOAT16);
    for (uint64_t i = 0; i < doubles; i++) {
        check(BINARY64, next_random(&state));
    }
    report("float64, random bits", doubles);
    for (uint64_t i = 0; i < nasty; i++) {
        check(BINARY64, nasty_double(&state));
    }
    report("float64, nasty families", nasty);
    for (uint64_t i = 0; i < count; i++) {
        check(BINARY32, (first + i) & (EVERY_FLOAT32 - 1));
    }
    report(count == EVERY_FLOAT32 ? "float32, all" : "float32, some", count);
    printf("%" PRIu64 " numbers, %" PRIu64 " faults\n", checked, faults);
    return faults > 0;
}
