#include "column/column_string.h"

#include <string.h>

#include "base/alloc.h"

enum {
    FIRST_SLAB = 64 << 10,
    LARGEST_SLAB = 16 << 20
};

static int
slabs_grow(nx_slabs *slabs, size_t n)
{
    size_t size = slabs->count < 9 ? (size_t)FIRST_SLAB << slabs->count : LARGEST_SLAB;
    if (size > LARGEST_SLAB) {
        size = LARGEST_SLAB;
    }
    if (size < n) {
        size = n;
    }
    if (slabs->count == slabs->capacity) {
        const size_t capacity = slabs->capacity == 0 ? 8 : slabs->capacity * 2;
        nx_buffer **buffers = nx_realloc(slabs->buffers, slabs->capacity, capacity,
                                         sizeof slabs->buffers[0]);
        if (buffers == NULL) {
            return 0;
        }
        slabs->buffers = buffers;
        slabs->capacity = capacity;
    }
    nx_buffer *buffer = nx_buffer_new(size, 1);
    if (buffer == NULL) {
        return 0;
    }
    slabs->buffers[slabs->count++] = buffer;
    slabs->used = 0;
    return 1;
}

uint8_t *
nx_slabs_reserve(nx_slabs *slabs, size_t n, int32_t *slab, int32_t *offset)
{
    const size_t last = slabs->count;
    if (last == 0 || nx_buffer_size(slabs->buffers[last - 1]) - slabs->used < n) {
        if (!slabs_grow(slabs, n)) {
            return NULL;
        }
    }
    uint8_t *room =
        (uint8_t *)nx_buffer_data(slabs->buffers[slabs->count - 1]) + slabs->used;
    *slab = (int32_t)(slabs->count - 1);
    *offset = (int32_t)slabs->used;
    slabs->used += n;
    return room;
}

void
nx_slabs_give_back(nx_slabs *slabs, size_t n)
{
    slabs->used -= n;
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
    uint8_t *room = nx_slabs_reserve(slabs, n, &view->u.far.slab, &view->u.far.offset);
    if (room == NULL) {
        return 0;
    }
    memcpy(room, text, n);
    memcpy(view->u.far.prefix, text, 4);
    return 1;
}

const uint8_t *
nx_view_text(const nx_string_view *view, nx_buffer *const *slabs)
{
    if (view->length <= NX_VIEW_INLINE) {
        return view->u.text;
    }
    const uint8_t *slab = nx_buffer_data(slabs[view->u.far.slab]);
    return slab + view->u.far.offset;
}
