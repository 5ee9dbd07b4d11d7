/* The portable scanner, and the choice among scanners. Eight bytes are compared at once
 * in a 64-bit register, as csv/csv_scan.c explains. */
#include "json/json_scan.h"

#include "base/bits.h"
#include "json/json_scan_word.h"

#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7F7F7F7F7F7F7F7F)

/* Bit i = top bit of byte i. */
NX_INLINE uint64_t
gather_top_bits(uint64_t x)
{
    return (((x >> 7) & ONES) * UINT64_C(0x0102040810204080)) >> 56;
}

NX_INLINE uint64_t
equal_bytes(uint64_t x, uint8_t byte)
{
    const uint64_t difference = x ^ (byte * ONES);
    return gather_top_bits(~(((difference & LOWS) + LOWS) | difference));
}

/* Bytes below 0x20: without their top bit, adding 0x60 sets it in all others. */
NX_INLINE uint64_t
control_bytes(uint64_t x)
{
    return gather_top_bits(~(((x & LOWS) + 0x60 * ONES) | x));
}

NX_INLINE json_word
word_masks(const uint8_t *text)
{
    json_word w = {0};
    for (int i = 0; i < 8; i++) {
        const uint64_t x = nx_load64le(text + 8 * i);
        const uint64_t blank =
            equal_bytes(x, ' ') | equal_bytes(x, '\t') | equal_bytes(x, '\r');
        w.quote |= equal_bytes(x, '"') << (8 * i);
        w.backslash |= equal_bytes(x, '\\') << (8 * i);
        w.comma |= equal_bytes(x, ',') << (8 * i);
        w.lf |= equal_bytes(x, '\n') << (8 * i);
        w.control |= control_bytes(x) << (8 * i);
        w.blank |= blank << (8 * i);
        w.high |= gather_top_bits(x) << (8 * i);
    }
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

#include "json/json_scan_template.h"

const nx_csv_scanner nx_json_scanner_portable = {"portable", scan_index, scan_count};

const nx_csv_scanner *
nx_json_scanner_for(nx_cpu cpu)
{
#if defined(__x86_64__) || defined(_M_X64)
    if (cpu & NX_CPU_AVX2) {
        return &nx_json_scanner_avx2;
    }
#endif
    (void)cpu;
    return &nx_json_scanner_portable;
}
