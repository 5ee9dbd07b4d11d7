/* Most text is ASCII, where one table of bytes answers. The 0x110000 bits of a set of
 * code points are kept as pages of 256, equal ones once, as most are empty or full. */
#include "text/pattern_class.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"

enum {
    PAGE_BYTES = NX_CHARSET_PAGE / 8,
    ASCII = 0x80
};

#define NO_CHARACTER UINT32_MAX

/* The code point at text < end; of what is no UTF-8, NO_CHARACTER and a size of 1. */
NX_INLINE uint32_t
code_point(const uint8_t *text, const uint8_t *end, size_t *size)
{
    const uint32_t lead = text[0];
    const size_t left = (size_t)(end - text);
    if (lead >= 0xF0 && left >= 4) {
        *size = 4;
        return (lead & 7) << 18 | (text[1] & 0x3Fu) << 12 | (text[2] & 0x3Fu) << 6 |
               (text[3] & 0x3Fu);
    }
    if (lead >= 0xE0 && lead < 0xF0 && left >= 3) {
        *size = 3;
        return (lead & 15) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
    }
    if (lead >= 0xC0 && lead < 0xE0 && left >= 2) {
        *size = 2;
        return (lead & 31) << 6 | (text[1] & 0x3Fu);
    }
    *size = 1;
    return NO_CHARACTER;
}

static uint8_t
first_byte(uint32_t point)
{
    return (uint8_t)(point >= 0x10000 ? 0xF0 | point >> 18
                     : point >= 0x800 ? 0xE0 | point >> 12
                     : point >= ASCII ? 0xC0 | point >> 6
                                      : point);
}

/* ---- Making ---- */

static void
set_leads(nx_charset *set, const uint8_t *bits, size_t size)
{
    const uint32_t one_byte = size == NX_CHARSET_BYTES ? 256 : ASCII;
    for (uint32_t value = 0; value < one_byte; value++) {
        set->lead[value] = bits[value / 8] >> value % 8 & 1;
    }
    for (uint32_t eighth = one_byte / 8; eighth < size; eighth++) {
        if (bits[eighth] != 0) { /* eight neighbours begin with the same byte */
            set->lead[first_byte(eighth * 8)] = NX_LEAD_LOOK;
        }
    }
}

/* The number of an equal page, which is added if there is none. */
static uint16_t
page_number(nx_charset *set, size_t *made, const uint8_t *page)
{
    size_t number = *made; /* from the end, as neighbours are often equal */
    while (number > 0 && memcmp(set->pages[number - 1], page, PAGE_BYTES) != 0) {
        number--;
    }
    if (number == 0) {
        memcpy(set->pages[*made], page, PAGE_BYTES);
        number = ++*made;
    }
    return (uint16_t)(number - 1);
}

static bool
set_pages(nx_charset *set, const uint8_t *bits)
{
    const size_t all = NX_CHARSET_POINTS / PAGE_BYTES;
    size_t made = 0;
    set->page_of = nx_alloc(all, sizeof *set->page_of);
    set->pages = nx_alloc(all, sizeof *set->pages);
    if (set->page_of == NULL || set->pages == NULL) {
        return false;
    }
    for (size_t i = 0; i < all; i++) {
        set->page_of[i] = page_number(set, &made, bits + i * PAGE_BYTES);
    }
    set->rest = set->page_of[all - 1];
    set->page_count = all;
    while (set->page_count > 0 && set->page_of[set->page_count - 1] == set->rest) {
        set->page_count--;
    }
    /* Both are smaller now, and small blocks that shrink keep their memory. */
    uint16_t *page_of = nx_alloc(set->page_count, sizeof *page_of);
    uint8_t (*pages)[PAGE_BYTES] = nx_alloc(made, sizeof *pages);
    if (page_of == NULL || pages == NULL) {
        nx_free(page_of);
        nx_free(pages);
        return false;
    }
    memcpy(page_of, set->page_of, set->page_count * sizeof *page_of);
    memcpy(pages, set->pages, made * sizeof *pages);
    nx_free(set->page_of);
    nx_free(set->pages);
    set->page_of = page_of;
    set->pages = pages;
    return true;
}

bool
nx_charset_init(nx_charset *set, const uint8_t *bits, size_t size)
{
    memset(set, 0, sizeof *set);
    set->utf8 = size != NX_CHARSET_BYTES;
    set_leads(set, bits, size);
    if (set->utf8 && !set_pages(set, bits)) {
        nx_charset_clear(set);
        return false;
    }
    return true;
}

void
nx_charset_clear(nx_charset *set)
{
    nx_free(set->page_of);
    nx_free(set->pages);
    memset(set, 0, sizeof *set);
}

/* ---- Looking ---- */

/* As nx_charset_member for a byte that says NX_LEAD_LOOK. */
static size_t
look(const nx_charset *set, const uint8_t *text, const uint8_t *end)
{
    size_t size;
    const uint32_t point = code_point(text, end, &size);
    if (point == NO_CHARACTER) {
        return 0;
    }
    const size_t page = point / NX_CHARSET_PAGE, bit = point % NX_CHARSET_PAGE;
    const size_t number = page < set->page_count ? set->page_of[page] : set->rest;
    return set->pages[number][bit / 8] >> bit % 8 & 1 ? size : 0;
}

size_t
nx_charset_member(const nx_charset *set, const uint8_t *text, const uint8_t *end)
{
    const uint8_t lead = set->lead[*text];
    return lead == NX_LEAD_LOOK ? look(set, text, end) : lead;
}

const uint8_t *
nx_charset_span(const nx_charset *set, const uint8_t *text, const uint8_t *end,
                size_t most, size_t *count)
{
    size_t found = 0;
    for (; text < end && found < most; found++) {
        const uint8_t lead = set->lead[*text];
        const size_t size = lead == NX_LEAD_LOOK ? look(set, text, end) : lead;
        if (size == 0) {
            break;
        }
        text += size;
    }
    *count = found;
    return text;
}

const uint8_t *
nx_charset_find(const nx_charset *set, const uint8_t *text, const uint8_t *end)
{
    /* Bytes inside a character are outside of every set of code points, so that this
     * may go byte by byte. */
    for (; text < end; text++) {
        const uint8_t lead = set->lead[*text];
        if (lead != NX_LEAD_OUTSIDE &&
            (lead == NX_LEAD_MEMBER || look(set, text, end) != 0)) {
            break;
        }
    }
    return text;
}

size_t
nx_charset_runs(const nx_charset *set, const uint8_t *text, size_t n)
{
    size_t runs = 0;
    unsigned before = 0, seen = 0;
    for (size_t i = 0; i < n; i++) { /* no branch depends on the text */
        const unsigned lead = set->lead[text[i]];
        runs += lead & ~before & 1;
        seen |= lead;
        before = lead;
    }
    if ((seen & NX_LEAD_LOOK) == 0) {
        return runs;
    }
    const uint8_t *const end = text + n;
    runs = 0;
    while ((text = nx_charset_find(set, text, end)) < end) {
        size_t count;
        text = nx_charset_span(set, text, end, SIZE_MAX, &count);
        runs++;
    }
    return runs;
}
