#include "base/buffer.h"

#include <assert.h>
#include <stdatomic.h>

#include "base/alloc.h"

/* The count lives apart from the bytes: a huge-page block keeps its alignment,
 * and retaining it from many threads does not touch its first cache line. */
struct nx_buffer {
    atomic_size_t references;
    size_t size;
    void *data;
    void (*foreign)(void *context); /* who gets the bytes back; NULL: nx_free */
    void *context;
};

/* A record of bytes that belong to `foreign`, or to the buffer if that is NULL. */
static nx_buffer *
new_record(void *data, size_t size, void (*foreign)(void *context), void *context)
{
    nx_buffer *buffer = nx_alloc(1, sizeof *buffer);
    if (buffer != NULL) {
        atomic_init(&buffer->references, 1);
        buffer->size = size;
        buffer->data = data;
        buffer->foreign = foreign;
        buffer->context = context;
    }
    return buffer;
}

static nx_buffer *
buffer_around(void *data, size_t size)
{
    nx_buffer *buffer = data == NULL ? NULL : new_record(data, size, NULL, NULL);
    if (buffer == NULL) {
        nx_free(data);
    }
    return buffer;
}

nx_buffer *
nx_buffer_foreign(const void *data, size_t size, void (*release)(void *context),
                  void *context)
{
    return new_record((void *)data, size, release, context);
}

static void
release_whole(void *whole)
{
    nx_buffer_release(whole);
}

nx_buffer *
nx_buffer_new(size_t count, size_t size)
{
    return buffer_around(nx_alloc(count, size), count * size);
}

nx_buffer *
nx_buffer_new_zeroed(size_t count, size_t size)
{
    return buffer_around(nx_alloc_zeroed(count, size), count * size);
}

nx_buffer *
nx_buffer_reserve(size_t count, size_t size, size_t expected)
{
    return buffer_around(nx_alloc_reserve(count, size, expected), count * size);
}

nx_buffer *
nx_buffer_slice(nx_buffer *whole, size_t offset, size_t bytes)
{
    assert(offset <= whole->size && bytes <= whole->size - offset);
    nx_buffer *buffer =
        new_record((char *)whole->data + offset, bytes, release_whole, whole);
    if (buffer != NULL) {
        nx_buffer_retain(whole);
    }
    return buffer;
}

bool
nx_buffer_shrink(nx_buffer *buffer, size_t bytes)
{
    assert(bytes <= buffer->size && atomic_load(&buffer->references) == 1 &&
           buffer->foreign == NULL);
    void *data = nx_realloc(buffer->data, buffer->size, bytes, 1);
    if (data == NULL) {
        return false;
    }
    buffer->data = data;
    buffer->size = bytes;
    return true;
}

nx_buffer *
nx_buffer_retain(nx_buffer *buffer)
{
    /* Relaxed: whoever retains already holds a reference. */
    const size_t before =
        atomic_fetch_add_explicit(&buffer->references, 1, memory_order_relaxed);
    assert(before > 0);
    (void)before;
    return buffer;
}

void
nx_buffer_release(nx_buffer *buffer)
{
    if (buffer == NULL) {
        return;
    }
    /* Release: our last reads come before the count drops. Acquire: the thread
     * that frees has seen everybody else's. */
    const size_t before =
        atomic_fetch_sub_explicit(&buffer->references, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before == 1) {
        if (buffer->foreign != NULL) {
            buffer->foreign(buffer->context);
        }
        else {
            nx_free(buffer->data);
        }
        nx_free(buffer);
    }
}

void *
nx_buffer_data(const nx_buffer *buffer)
{
    return buffer->data;
}

size_t
nx_buffer_size(const nx_buffer *buffer)
{
    return buffer->size;
}
