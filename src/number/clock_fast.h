/* The time of day of a text, eight bytes at once: for column loops that know the
 * date already, and for parse_datetime.c, whose first comment explains the method. */
#ifndef NX_NUMBER_CLOCK_FAST_H
#define NX_NUMBER_CLOCK_FAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "number/digits.h"

/* The numbers that the three digit pairs of eight bytes spell, in bytes 0, 3
 * and 6 of *pairs. False when the bytes are not of the frame's shape or when
 * one of the numbers is above its limit: `above` holds 0x7F - limit. */
NX_INLINE bool
nx_digit_pairs(uint64_t word, const char *frame, uint64_t above, uint64_t *pairs)
{
    /* Digits must be at most 9, separators 0: the sums must stay below 0x80.
     * A byte from 0x80 up may carry into the next, but fails by itself. */
    const uint64_t shape = UINT64_C(0x76767F76767F7676);
    word ^= nx_load64le(frame);
    *pairs = word * 10 + (word >> 8);
    return (((word + shape) | word | (*pairs + above)) & NX_BYTES(0x80)) == 0;
}

/* Seconds of the eight bytes "hh:mm:ss" in `word` (nx_load64le); false if they are
 * none. */
NX_INLINE bool
nx_clock_fast(uint64_t word, int64_t *seconds)
{
    const uint64_t above =
        (uint64_t)(0x7F - 59) << 48 | (0x7F - 59) << 24 | (0x7F - 23);
    uint64_t pairs;
    const bool valid = nx_digit_pairs(word, "00:00:00", above, &pairs);
    const uint64_t minutes = (pairs & 0xFF) * 60 + ((pairs >> 24) & 0xFF);
    *seconds = (int64_t)(minutes * 60 + ((pairs >> 48) & 0xFF));
    return valid;
}

/* The five bytes "hh:mm" at text as a word for nx_clock_fast. */
NX_INLINE uint64_t
nx_short_clock(const uint8_t *text)
{
    return nx_load32le(text) | (uint64_t)text[4] << 32 |
           (nx_load64le("00:00:00") & UINT64_C(0xFFFFFF0000000000));
}

#endif
