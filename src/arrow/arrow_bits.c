#include "arrow/arrow_bits.h"

#include "base/bits.h"

#define LOW_SEVEN UINT64_C(0x7F7F7F7F7F7F7F7F)
#define HIGH_BIT  UINT64_C(0x8080808080808080)

size_t
nx_bits_size(size_t n)
{
    return n / 8 + (n % 8 != 0);
}

/* Eight bytes as eight bits, the first one lowest. */
static uint8_t
pack_eight(uint64_t bytes)
{
    /* The high bit of each byte that is not 0, moved to its lowest bit. */
    const uint64_t ones = (((bytes & LOW_SEVEN) + LOW_SEVEN) | bytes) & HIGH_BIT;
    /* Byte i goes to bit 56 + i: the factor has a bit for each, none of which meet. */
    return (uint8_t)((ones >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

void
nx_bits_pack(const uint8_t *bytes, size_t n, bool invert, uint8_t *bits)
{
    const uint8_t flip = invert ? 0xFF : 0;
    for (size_t i = 0; i < n / 8; i++) {
        bits[i] = pack_eight(nx_load64le(bytes + 8 * i)) ^ flip;
    }
    if (n % 8 != 0) {
        uint8_t last[8] = {0};
        memcpy(last, bytes + n / 8 * 8, n % 8);
        const uint8_t kept = (uint8_t)((1u << n % 8) - 1);
        bits[n / 8] = (pack_eight(nx_load64le(last)) ^ flip) & kept;
    }
}

size_t
nx_bits_unpack(const uint8_t *bits, size_t start, size_t n, bool invert, uint8_t *bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t at = start + i;
        bytes[i] = ((bits[at / 8] >> at % 8) & 1) ^ invert;
        count += bytes[i];
    }
    return count;
}

size_t
nx_bytes_count(const uint8_t *bytes, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += bytes[i] != 0;
    }
    return count;
}
