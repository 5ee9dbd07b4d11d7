/* The portable scanner, and the choice among scanners.
 *
 * Eight bytes are compared at once in a 64-bit register ("SIMD within a
 * register"): x ^ splat(c) has a zero byte where the text has c; the exact
 * zero-byte test sets the top bit of each zero byte and no other; a multiply
 * gathers the eight top bits into one byte.
 */
#include "csv/csv_scan.h"

#include "base/bits.h"
#include "csv/csv_scan_word.h"

typedef struct scan_constants {
    uint64_t quote, delimiter, quoting;
} scan_constants;

#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7F7F7F7F7F7F7F7F)

NX_INLINE scan_constants
make_constants(const nx_csv_dialect *dialect)
{
    return (scan_constants){
        .quote = dialect->quote * ONES,
        .delimiter = dialect->delimiter * ONES,
        .quoting = dialect->quoting ? UINT64_MAX : 0,
    };
}

/* Bit i = top bit of byte i. */
NX_INLINE uint64_t
gather_top_bits(uint64_t x)
{
    return (((x >> 7) & ONES) * UINT64_C(0x0102040810204080)) >> 56;
}

NX_INLINE uint64_t
equal_bytes(uint64_t x, uint64_t splat)
{
    const uint64_t difference = x ^ splat;
    return gather_top_bits(~(((difference & LOWS) + LOWS) | difference));
}

NX_INLINE scan_word
word_masks(const uint8_t *text, const scan_constants *constants)
{
    scan_word w = {0};
    for (int i = 0; i < 8; i++) {
        const uint64_t x = nx_load64le(text + 8 * i);
        w.quote |= equal_bytes(x, constants->quote) << (8 * i);
        w.delimiter |= equal_bytes(x, constants->delimiter) << (8 * i);
        w.lf |= equal_bytes(x, '\n' * ONES) << (8 * i);
        w.cr |= equal_bytes(x, '\r' * ONES) << (8 * i);
        w.high |= gather_top_bits(x) << (8 * i);
    }
    w.quote &= constants->quoting;
    return w;
}

NX_INLINE uint64_t
prefix_xor(uint64_t mask)
{
    for (int shift = 1; shift < 64; shift *= 2) {
        mask ^= mask << shift;
    }
    return mask;
}

NX_INLINE int
lowest_bit(uint64_t mask)
{
    return nx_ctz64(mask | (UINT64_C(1) << 63));
}

#include "csv/csv_scan_template.h"

const nx_csv_scanner nx_csv_scanner_portable = {"portable", scan_index, scan_count};

const nx_csv_scanner *
nx_csv_scanner_for(nx_cpu cpu)
{
#if defined(__x86_64__) || defined(_M_X64)
    if (cpu & NX_CPU_AVX512) {
        return &nx_csv_scanner_avx512;
    }
    if (cpu & NX_CPU_AVX2) {
        return &nx_csv_scanner_avx2;
    }
#endif
    (void)cpu;
    return &nx_csv_scanner_portable;
}
