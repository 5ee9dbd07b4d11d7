/* Strict UTF-8 validation: runs of ASCII sixteen bytes at a time, the rest a
 * sequence at a time.
 *
 * Of a sequence only the second byte has limits that depend on the first
 * (Unicode standard, table 3-7): they exclude overlong forms (E0, F0),
 * surrogates (ED) and everything above U+10FFFF (F4). All later bytes are
 * 80..BF. Linear in n; reads nothing outside the text.
 */
#include "text/utf8.h"

#include "base/bits.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

static bool
is_tail(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Length of the valid sequence at p, whose first byte is not ASCII; 0 if bad. */
static size_t
sequence_length(const uint8_t *p, size_t available)
{
    const uint8_t lead = p[0];
    if (lead < 0xC2 || lead > 0xF4 || available < 2) {
        return 0; /* a tail byte, C0 and C1 (always overlong), F5..FF, or cut */
    }
    uint8_t lowest = 0x80, highest = 0xBF;
    switch (lead) {
        case 0xE0:
            lowest = 0xA0;
            break;
        case 0xED:
            highest = 0x9F;
            break;
        case 0xF0:
            lowest = 0x90;
            break;
        case 0xF4:
            highest = 0x8F;
            break;
        default:
            break;
    }
    if (p[1] < lowest || p[1] > highest) {
        return 0;
    }
    if (lead < 0xE0) {
        return 2;
    }
    if (available < 3 || !is_tail(p[2])) {
        return 0;
    }
    if (lead < 0xF0) {
        return 3;
    }
    return available >= 4 && is_tail(p[3]) ? 4 : 0;
}

size_t
nx_utf8_valid_prefix(const uint8_t *text, size_t n)
{
    size_t i = 0;
    while (i < n) {
        if (text[i] < 0x80) {
            while (n - i >= 16 && ((nx_load64le(text + i) | nx_load64le(text + i + 8)) &
                                   HIGH_BITS) == 0) {
                i += 16;
            }
            while (i < n && text[i] < 0x80) {
                i++;
            }
            continue;
        }
        const size_t length = sequence_length(text + i, n - i);
        if (length == 0) {
            return i;
        }
        i += length;
    }
    return n;
}

bool
nx_is_ascii(const uint8_t *text, size_t n)
{
    uint64_t seen = 0;
    size_t i = 0;
    for (; n - i >= 32; i += 32) {
        seen = nx_load64le(text + i) | nx_load64le(text + i + 8) |
               nx_load64le(text + i + 16) | nx_load64le(text + i + 24);
        if ((seen & HIGH_BITS) != 0) {
            return false;
        }
    }
    for (; n - i >= 8; i += 8) {
        seen |= nx_load64le(text + i);
    }
    for (; i < n; i++) {
        seen |= text[i];
    }
    return (seen & HIGH_BITS) == 0;
}
