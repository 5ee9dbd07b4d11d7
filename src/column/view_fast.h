/* Strings into their views without a branch on the length: for column loops, where
 * short and long strings follow each other as they please and a branch on them would be
 * foreseen as often as not.
 *
 * The text needs 32 readable bytes from its start, contents irrelevant. */
#ifndef NX_COLUMN_VIEW_FAST_H
#define NX_COLUMN_VIEW_FAST_H

#include "base/bits.h"
#include "column/column_string.h"

/* Bytes that a slab must have left for a string of n bytes. */
#define NX_VIEW_ROOM(n) ((n) + 32)

/* Bytes of the longest string that a loop copies itself. */
#define NX_VIEW_LONGEST_FAST ((size_t)1 << 16)

/* The bytes of the first eight, and of the next four, that n bytes cover. */
static const struct {
    uint64_t first;
    uint64_t rest;
} nx_view_kept[NX_VIEW_INLINE + 1] = {
    {0, 0},
    {UINT64_C(0xFF), 0},
    {UINT64_C(0xFFFF), 0},
    {UINT64_C(0xFFFFFF), 0},
    {UINT64_C(0xFFFFFFFF), 0},
    {UINT64_C(0xFFFFFFFFFF), 0},
    {UINT64_C(0xFFFFFFFFFFFF), 0},
    {UINT64_C(0xFFFFFFFFFFFFFF), 0},
    {UINT64_MAX, 0},
    {UINT64_MAX, UINT64_C(0xFF)},
    {UINT64_MAX, UINT64_C(0xFFFF)},
    {UINT64_MAX, UINT64_C(0xFFFFFF)},
    {UINT64_MAX, UINT64_C(0xFFFFFFFF)},
};

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define NX_VIEW_BY_WORDS 0
#else
#define NX_VIEW_BY_WORDS 1
#endif

/* A string of at most NX_VIEW_INLINE bytes. */
NX_INLINE void
nx_view_put_short(nx_string_view *view, const uint8_t *text, size_t n)
{
#if NX_VIEW_BY_WORDS
    const uint64_t first = nx_load64le(text) & nx_view_kept[n].first;
    const uint64_t rest = nx_load32le(text + 8) & nx_view_kept[n].rest;
    const uint64_t words[2] = {n | first << 32, first >> 32 | rest << 32};
    memcpy(view, words, sizeof words);
#else
    view->length = (int32_t)n;
    memset(view->u.text, 0, NX_VIEW_INLINE);
    memcpy(view->u.text, text, n);
#endif
}

/* A string of any length; `room` has NX_VIEW_ROOM(n) bytes left. Whole vectors are
 * copied: what they bring along is written over by the next string. */
NX_INLINE void
nx_view_put(nx_string_view *view, const uint8_t *text, size_t n, nx_slab_room *room)
{
    if (n <= NX_VIEW_INLINE) {
        nx_view_put_short(view, text, n);
        return;
    }
#if NX_VIEW_BY_WORDS
    const uint64_t words[2] = {n | (uint64_t)nx_load32le(text) << 32, room->place};
    memcpy(view, words, sizeof words);
#else
    view->length = (int32_t)n;
    memcpy(view->u.ref.prefix, text, sizeof view->u.ref.prefix);
    view->u.ref.slab = (int32_t)(uint32_t)room->place;
    view->u.ref.offset = (int32_t)(room->place >> 32);
#endif
    if (n > 64) {
        memcpy(room->at, text, n);
    }
    else {
        for (size_t i = 0; i < n; i += 16) {
            memcpy(room->at + i, text + i, 16);
        }
    }
    room->at += n;
    room->place += (uint64_t)n << 32;
}

/* The same in a room that is opened when it is needed. False when the loop does not
 * store it, for its length or for want of memory. */
NX_INLINE bool
nx_view_put_any(nx_slabs *slabs, nx_string_view *view, const uint8_t *text, size_t n,
                nx_slab_room *room)
{
    if (NX_UNLIKELY(room->at == NULL ||
                    (size_t)(room->end - room->at) < NX_VIEW_ROOM(n))) {
        if (n <= NX_VIEW_INLINE) {
            nx_view_put_short(view, text, n);
            return true;
        }
        nx_slabs_close(slabs, room);
        if (n > NX_VIEW_LONGEST_FAST || !nx_slabs_open(slabs, NX_VIEW_ROOM(n), room)) {
            return false;
        }
    }
    nx_view_put(view, text, n, room);
    return true;
}

#endif
