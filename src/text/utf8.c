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
    if (n >= 8) {
        seen |= nx_load64le(text + n - 8); /* some of it once more */
        i = n;
    }
    for (; i < n; i++) {
        seen |= text[i];
    }
    return (seen & HIGH_BITS) == 0;
}

size_t
nx_utf8_count(const uint8_t *text, size_t n)
{
    size_t tails = 0, i = 0;
    for (; n - i >= 8; i += 8) {
        /* Bit 7 set and bit 6 clear, moved to the lowest bit of each byte. */
        const uint64_t word = nx_load64le(text + i);
        tails += (size_t)nx_popcount64(word >> 7 & ~(word >> 6) & (HIGH_BITS >> 7));
    }
    for (; i < n; i++) {
        tails += is_tail(text[i]);
    }
    return n - tails;
}

/* Writes eight bytes as code points if they are ASCII. */
static bool
decode_ascii8(const uint8_t *p, uint32_t *out)
{
    if ((nx_load64le(p) & HIGH_BITS) != 0) {
        return false;
    }
    for (int i = 0; i < 8; i++) {
        out[i] = p[i];
    }
    return true;
}

size_t
nx_utf8_decode(const uint8_t *text, size_t n, uint32_t *points)
{
    const uint8_t *p = text, *const end = text + n;
    uint32_t *out = points;
    while (p < end) {
        const size_t left = (size_t)(end - p);
        if (left >= 8 && decode_ascii8(p, out)) {
            p += 8;
            out += 8;
            continue;
        }
        /* A few last ones are written once more together with those before. */
        if (left < 8 && n >= 8 && decode_ascii8(end - 8, out + left - 8)) {
            out += left;
            break;
        }
        const uint32_t lead = p[0];
        if (lead < 0x80) {
            *out++ = lead;
            p += 1;
        }
        else if (lead < 0xE0) {
            *out++ = (lead & 0x1F) << 6 | (p[1] & 0x3Fu);
            p += 2;
        }
        else if (lead < 0xF0) {
            *out++ = (lead & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
            p += 3;
        }
        else {
            *out++ = (lead & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
                     (p[3] & 0x3Fu);
            p += 4;
        }
    }
    return (size_t)(out - points);
}

size_t
nx_utf8_encode(const uint32_t *points, size_t n, uint8_t *text)
{
    uint8_t *out = text;
    for (size_t i = 0; i < n; i++) {
        const uint32_t point = points[i];
        if (point < 0x80) {
            *out++ = (uint8_t)point;
        }
        else if (point < 0x800) {
            *out++ = (uint8_t)(0xC0 | point >> 6);
            *out++ = (uint8_t)(0x80 | (point & 0x3F));
        }
        else if (point < 0x10000) {
            if (point >> 11 == 0x1B) { /* U+D800 to U+DFFF */
                return SIZE_MAX;
            }
            *out++ = (uint8_t)(0xE0 | point >> 12);
            *out++ = (uint8_t)(0x80 | (point >> 6 & 0x3F));
            *out++ = (uint8_t)(0x80 | (point & 0x3F));
        }
        else {
            if (point > 0x10FFFF) {
                return SIZE_MAX;
            }
            *out++ = (uint8_t)(0xF0 | point >> 18);
            *out++ = (uint8_t)(0x80 | (point >> 12 & 0x3F));
            *out++ = (uint8_t)(0x80 | (point >> 6 & 0x3F));
            *out++ = (uint8_t)(0x80 | (point & 0x3F));
        }
    }
    return (size_t)(out - text);
}
