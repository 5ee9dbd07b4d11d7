#include "digest/sha256_chunks.h"

enum {
    PIECE_BYTES = 1 << 18, /* of work that a thread takes at a time */
    BATCH = 256            /* chunks that are handed on at a time */
};

typedef struct chunk_loop {
    const uint8_t *data;
    size_t n, size;
    size_t chunks;          /* all there are */
    size_t chunks_in_piece; /* two at least: one for each lane */
    const nx_wait *wait;
    uint8_t *digests;
} chunk_loop;

size_t
nx_sha256_chunk_count(size_t n, size_t size)
{
    return n / size + (n % size != 0);
}

static nx_status
run_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    const chunk_loop *loop = context;
    const size_t first = item * loop->chunks_in_piece;
    const size_t left = loop->chunks - first;
    const size_t end =
        first + (left < loop->chunks_in_piece ? left : loop->chunks_in_piece);
    (void)worker;
    (void)error;
    for (size_t chunk = first; chunk < end && !nx_wait_cancelled(loop->wait);) {
        nx_span spans[BATCH];
        size_t count = 0;
        for (; count < BATCH && chunk + count < end; count++) {
            const size_t start = (chunk + count) * loop->size;
            const size_t rest = loop->n - start;
            spans[count] =
                (nx_span){loop->data + start, rest < loop->size ? rest : loop->size};
        }
        nx_sha256_many(spans, count, loop->digests + chunk * NX_SHA256_SIZE,
                       NX_SHA256_SIZE);
        chunk += count;
    }
    return NX_OK;
}

nx_status
nx_sha256_chunks(const uint8_t *data, size_t n, size_t size, unsigned threads,
                 const nx_wait *wait, uint8_t *digests, nx_error *error)
{
    chunk_loop loop = {
        .data = data,
        .n = n,
        .size = size,
        .chunks = nx_sha256_chunk_count(n, size),
        .chunks_in_piece = size < PIECE_BYTES / 2 ? PIECE_BYTES / size : 2,
        .wait = wait,
        .digests = digests,
    };
    const size_t pieces = nx_sha256_chunk_count(loop.chunks, loop.chunks_in_piece);
    return nx_parallel_for(pieces, threads, run_piece, &loop, wait, error);
}
