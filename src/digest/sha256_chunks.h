/* SHA-256 of every chunk of a buffer, on several threads. */
#ifndef NX_DIGEST_SHA256_CHUNKS_H
#define NX_DIGEST_SHA256_CHUNKS_H

#include "base/status.h"
#include "digest/sha256.h"
#include "thread/parallel.h"

/* How many chunks of `size` bytes (not 0) n bytes make; the last one may be shorter. */
size_t nx_sha256_chunk_count(size_t n, size_t size);

/* Writes the digests of all chunks, NX_SHA256_SIZE bytes each, one behind the other.
 * They do not depend on `threads`. `wait` may be NULL. Fails only if cancelled. */
NX_MUST_CHECK nx_status nx_sha256_chunks(const uint8_t *data, size_t n, size_t size,
                                         unsigned threads, const nx_wait *wait,
                                         uint8_t *digests, nx_error *error);

#endif
