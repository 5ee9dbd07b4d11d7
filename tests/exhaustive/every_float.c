/* Every float32 and any number of random doubles through the writer of numbers, by
 * hand (README.md beside this file says how):
 *
 *     every_float [FLOAT32_FIRST FLOAT32_COUNT DOUBLES SEED]
 *
 * Each text must read back as the same bits, have as few digits as any that does, and
 * be the nearest of those, in the layout of repr (shortest.h). Prints a line for each
 * part; the exit status is 1 if anything was wrong.
 */
#include <inttypes.h>

#include "number/shortest.h"

#define EVERY_FLOAT32 (UINT64_C(1) << 32)
#define FEW_DOUBLES   UINT64_C(1000000)
#define INFINITE64    UINT64_C(0x7FF0000000000000)
#define INFINITE32    UINT64_C(0x7F800000)

static uint64_t faults;

static void
check(binary_format format, uint64_t bits)
{
    char text[NX_FLOAT_TEXT_ROOM];
    const uint64_t sign = format == BINARY64 ? UINT64_C(1) << 63 : UINT64_C(1) << 31;
    const uint64_t magnitude = bits & (sign - 1);
    const char *fault = NULL;
    if (magnitude == 0 || magnitude >= (format == BINARY64 ? INFINITE64 : INFINITE32)) {
        put_shortest(format, bits, text);
        const char *const expected =
            magnitude == 0                                       ? "0.0"
            : magnitude == INFINITE64 || magnitude == INFINITE32 ? "inf"
                                                                 : "nan";
        const bool minus = bits != magnitude && expected[0] != 'n';
        fault = strcmp(text + minus, expected) != 0 || (minus && text[0] != '-')
                    ? "is no special value"
                    : NULL;
    }
    else {
        char signed_text[NX_FLOAT_TEXT_ROOM];
        fault = shortest_fault(format, magnitude, text);
        put_shortest(format, bits, signed_text);
        if (bits != magnitude &&
            (signed_text[0] != '-' || strcmp(signed_text + 1, text) != 0)) {
            fault = "differs from its negative";
        }
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
    const uint64_t doubles = argc == 5 ? strtoull(argv[3], NULL, 0) : FEW_DOUBLES;
    uint64_t state = argc == 5 ? strtoull(argv[4], NULL, 0) : 1;
    for (uint64_t i = 0; i < count; i++) {
        check(BINARY32, (first + i) & (EVERY_FLOAT32 - 1));
    }
    printf("float32: %" PRIu64 " from %" PRIx64 ", %" PRIu64 " faults so far\n", count,
           first, faults);
    for (uint64_t i = 0; i < doubles; i++) {
        check(BINARY64, next_random(&state));
    }
    printf("float64: %" PRIu64 " random ones, %" PRIu64 " faults in all\n", doubles,
           faults);
    return faults > 0;
}
