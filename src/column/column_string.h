/* Strings of a column as Arrow string views, and the slabs they point into.
 *
 * A view is 16 bytes: a length, then either up to 12 bytes of text or a 4-byte
 * prefix, the number of a slab and an offset in it (Arrow columnar format,
 * "Variable-size Binary View Layout"). Slabs are never moved or resized, so a
 * view stays valid while other workers write theirs.
 */
#ifndef NX_COLUMN_COLUMN_STRING_H
#define NX_COLUMN_COLUMN_STRING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

#define NX_VIEW_INLINE 12
#define NX_VIEW_MAX    INT32_MAX /* longest string, in bytes */

typedef struct nx_string_view {
    int32_t length;
    union {
        uint8_t text[NX_VIEW_INLINE]; /* length <= NX_VIEW_INLINE, rest zero */
        struct {
            uint8_t prefix[4];
            int32_t slab;
            int32_t offset;
        } ref;
    } u;
} nx_string_view;

/* The slabs of one column, or one worker's share of them. Zero-initialised but
 * perhaps for `counter`; ended by nx_slabs_clear. One thread at a time adds to it.
 *
 * Workers that fill one column share a counter, from which every new slab takes
 * its number; each keeps the slabs it made at their numbers, with NULL between
 * them, until nx_slabs_merge puts them all into one. */
typedef struct nx_slabs {
    nx_buffer **buffers;
    size_t count;
    size_t capacity;
    size_t made;                   /* how many of `buffers` are not NULL */
    size_t used;                   /* bytes taken of the last slab */
    atomic_uint_fast32_t *counter; /* NULL: numbers are counted here */
} nx_slabs;

/* Room for n bytes that a view will point at: *slab and *offset say where.
 * NULL when no memory is left. */
uint8_t *nx_slabs_reserve(nx_slabs *slabs, size_t n, int32_t *slab, int32_t *offset);

/* Gives back the last n bytes of the last nx_slabs_reserve. */
void nx_slabs_give_back(nx_slabs *slabs, size_t n);

/* The free end of the last slab, for a loop that stores many strings. */
typedef struct nx_slab_room {
    uint8_t *at; /* NULL: no room is open */
    uint8_t *end;
    uint64_t place; /* the number of the slab, and times 2^32 the offset of `at` in it:
                       what a view of a long string ends with, in one word */
} nx_slab_room;

/* Opens room for at least n bytes; false when no memory is left. Until it is
 * closed the slabs must not be used in another way. */
bool nx_slabs_open(nx_slabs *slabs, size_t n, nx_slab_room *room);

/* Keeps what stands before room->at; does nothing if no room is open. */
void nx_slabs_close(nx_slabs *slabs, nx_slab_room *room);

/* Adds a slab that is there already, with a reference of its own, for views to
 * point into; *slab is its number. Only for slabs without a counter. False when no
 * memory is left. */
bool nx_slabs_adopt(nx_slabs *slabs, nx_buffer *buffer, int32_t *slab);

/* Moves the slabs of `from` to `to`, at their numbers; false, and nothing moved,
 * when no memory is left. */
bool nx_slabs_merge(nx_slabs *to, nx_slabs *from);

/* Appends the slabs of `from` to `to`, which then shares them; `to` makes new ones
 * for what it stores itself. False, and nothing changed, when no memory is left or
 * there would be more than INT32_MAX. */
bool nx_slabs_share(nx_slabs *to, const nx_slabs *from);

/* Releases every slab. */
void nx_slabs_clear(nx_slabs *slabs);

/* Fills `view` with a copy of n bytes at text; false when no memory is left. */
int nx_view_store(nx_slabs *slabs, nx_string_view *view, const uint8_t *text, size_t n);

/* The bytes of a view. For an inline view they lie in the view itself. */
const uint8_t *nx_view_text(const nx_string_view *view, nx_buffer *const *slabs);

#endif
