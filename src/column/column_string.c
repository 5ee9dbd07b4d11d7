#include "column/column_string.h"

#include <string.h>

#include "base/alloc.h"

/* A table may have a million columns with a few texts each, and a column a billion
 * texts: slabs grow by four up to LATER_SLAB, and by two from there on. */
enum {
    FIRST_SLAB = 256,
    SMALL_SLABS = 4,
    LATER_SLAB = 64 << 10,
    DOUBLED_SLABS = 8,
    LARGEST_SLAB = 16 << 20
};

/* Makes room for slabs numbered up to `count` - 1; new places are NULL. */
static bool
slabs_extend(nx_slabs *slabs, size_t count)
{
    if (count > slabs->capacity) {
        size_t capacity = slabs->capacity == 0 ? 8 : slabs->capacity * 2;
        capacity = capacity < count ? count : capacity;
        nx_buffer **buffers = nx_realloc(slabs->buffers, slabs->capacity, capacity,
                                         sizeof slabs->buffers[0]);
        if (buffers == NULL) {
            return false;
        }
        slabs->buffers = buffers;
        slabs->capacity = capacity;
    }
    while (slabs->count < count) {
        slabs->buffers[slabs->count++] = NULL;
    }
    return true;
}

/* Bytes of the next slab of so many. */
static size_t
slab_bytes(size_t made)
{
    if (made < SMALL_SLABS) {
        return (size_t)FIRST_SLAB << 2 * made;
    }
    return made < SMALL_SLABS + DOUBLED_SLABS
               ? (size_t)LATER_SLAB << (made - SMALL_SLABS)
               : LARGEST_SLAB;
}

static bool
slabs_grow(nx_slabs *slabs, size_t n)
{
    const size_t usual = slab_bytes(slabs->made), size = usual < n ? n : usual;
    nx_buffer *buffer = nx_buffer_new(size, 1);
    if (buffer == NULL) {
        return false;
    }
    const size_t number =
        slabs->counter == NULL ? slabs->count : atomic_fetch_add(slabs->counter, 1);
    if (!slabs_extend(slabs, number + 1)) {
        nx_buffer_release(buffer);
        return false;
    }
    slabs->buffers[number] = buffer;
    slabs->made++;
    slabs->used = 0;
    return true;
}

bool
nx_slabs_open(nx_slabs *slabs, size_t n, nx_slab_room *room)
{
    const size_t count = slabs->count;
    const nx_buffer *last = count == 0 ? NULL : slabs->buffers[count - 1];
    if (last == NULL || nx_buffer_size(last) - slabs->used < n) {
        if (!slabs_grow(slabs, n)) {
            return false;
        }
    }
    const nx_buffer *buffer = slabs->buffers[slabs->count - 1];
    uint8_t *text = nx_buffer_data(buffer);
    *room = (nx_slab_room){
        .at = text + slabs->used,
        .end = text + nx_buffer_size(buffer),
        .place = (uint64_t)slabs->used << 32 | (slabs->count - 1),
    };
    return true;
}

void
nx_slabs_close(nx_slabs *slabs, nx_slab_room *room)
{
    if (room->at != NULL) {
        slabs->used = (size_t)(room->place >> 32);
        room->at = NULL;
    }
}

uint8_t *
nx_slabs_reserve(nx_slabs *slabs, size_t n, int32_t *slab, int32_t *offset)
{
    nx_slab_room room;
    if (!nx_slabs_open(slabs, n, &room)) {
        return NULL;
    }
    *slab = (int32_t)(uint32_t)room.place;
    *offset = (int32_t)(room.place >> 32);
    slabs->used += n;
    return room.at;
}

void
nx_slabs_give_back(nx_slabs *slabs, size_t n)
{
    slabs->used -= n;
}

bool
nx_slabs_adopt(nx_slabs *slabs, nx_buffer *buffer, int32_t *slab)
{
    const size_t number = slabs->count;
    if (number >= INT32_MAX || !slabs_extend(slabs, number + 1)) {
        return false;
    }
    slabs->buffers[number] = nx_buffer_retain(buffer);
    slabs->made++;
    slabs->used = nx_buffer_size(buffer); /* others write to it, if anybody does */
    *slab = (int32_t)number;
    return true;
}

bool
nx_slabs_merge(nx_slabs *to, nx_slabs *from)
{
    if (!slabs_extend(to, from->count)) {
        return false;
    }
    for (size_t i = 0; i < from->count; i++) {
        if (from->buffers[i] != NULL) {
            to->buffers[i] = from->buffers[i];
            to->made++;
            from->buffers[i] = NULL;
        }
    }
    return true;
}

bool
nx_slabs_share(nx_slabs *to, const nx_slabs *from)
{
    const size_t before = to->count;
    if (from->count > (size_t)INT32_MAX - before ||
        !slabs_extend(to, before + from->count)) {
        return false;
    }
    for (size_t i = 0; i < from->count; i++) {
        if (from->buffers[i] != NULL) {
            to->buffers[before + i] = nx_buffer_retain(from->buffers[i]);
            to->made++;
        }
    }
    if (from->count > 0 && to->buffers[to->count - 1] != NULL) {
        to->used = nx_buffer_size(to->buffers[to->count - 1]); /* it is another's */
    }
    return true;
}

void
nx_slabs_clear(nx_slabs *slabs)
{
    for (size_t i = 0; i < slabs->count; i++) {
        nx_buffer_release(slabs->buffers[i]);
    }
    nx_free(slabs->buffers);
    memset(slabs, 0, sizeof *slabs);
}

int
nx_view_store(nx_slabs *slabs, nx_string_view *view, const uint8_t *text, size_t n)
{
    view->length = (int32_t)n;
    if (n <= NX_VIEW_INLINE) {
        memset(view->u.text, 0, NX_VIEW_INLINE);
        memcpy(view->u.text, text, n);
        return 1;
    }
    uint8_t *room = nx_slabs_reserve(slabs, n, &view->u.ref.slab, &view->u.ref.offset);
    if (room == NULL) {
        return 0;
    }
    memcpy(room, text, n);
    memcpy(view->u.ref.prefix, text, 4);
    return 1;
}

const uint8_t *
nx_view_text(const nx_string_view *view, nx_buffer *const *slabs)
{
    if (view->length <= NX_VIEW_INLINE) {
        return view->u.text;
    }
    const uint8_t *slab = nx_buffer_data(slabs[view->u.ref.slab]);
    return slab + view->u.ref.offset;
}
