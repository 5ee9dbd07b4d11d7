/* A reference-counted block of bytes: what columns are made of.
 *
 * An ndarray, an Arrow array and a Table may share one buffer; the last one
 * to let go frees it, on any thread and without the interpreter. The count is
 * atomic; the bytes are written before the buffer is shared and never after.
 */
#ifndef NX_BASE_BUFFER_H
#define NX_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nx_buffer nx_buffer;

/* A buffer of `count * size` bytes with one reference, or NULL when no memory
 * is left. Contents undefined; 64-byte aligned; huge pages as nx_alloc. */
nx_buffer *nx_buffer_new(size_t count, size_t size);

/* As nx_buffer_new, zeroed. */
nx_buffer *nx_buffer_new_zeroed(size_t count, size_t size);

/* Address space for `count * size` bytes, zeroed, of which about `expected` will be
 * used (see nx_alloc_reserve, which may not be able to). */
nx_buffer *nx_buffer_reserve(size_t count, size_t size, size_t expected);

/* Bytes of somebody else, who is told by `release(context)` when the last reference
 * is gone: on the thread that let go of it, once, and never if this fails (NULL). */
nx_buffer *nx_buffer_foreign(const void *data, size_t size,
                             void (*release)(void *context), void *context);

/* A part of `whole`, which lives as long as any of its parts. */
nx_buffer *nx_buffer_slice(nx_buffer *whole, size_t offset, size_t bytes);

/* Gives back what lies behind the first `bytes` bytes. Only one reference may
 * be held. False, and nothing changed, when no memory is left. */
bool nx_buffer_shrink(nx_buffer *buffer, size_t bytes);

/* One more reference; returns `buffer`. */
nx_buffer *nx_buffer_retain(nx_buffer *buffer);

/* One reference less; frees the bytes with the last one. NULL is allowed. */
void nx_buffer_release(nx_buffer *buffer);

/* The bytes. Valid while a reference is held. */
void *nx_buffer_data(const nx_buffer *buffer);

/* Size in bytes as asked for. */
size_t nx_buffer_size(const nx_buffer *buffer);

#endif
