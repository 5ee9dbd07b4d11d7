/* Two loops over pieces of the text: one measures, and from the sums follows where
 * each piece is to be written. */
#include "text/code_page_parallel.h"

#include <string.h>

#include "base/alloc.h"

enum {
    PIECE_BYTES = 1 << 16 /* with what it becomes it stays in the cache */
};

typedef struct page_loop {
    const nx_code_page *page;
    const uint8_t *text;
    size_t n;
    size_t *ends; /* by piece: its size, later where it ends; NULL: only the sum */
    atomic_size_t size;
    uint8_t *out;
    uint8_t *copies; /* by worker: room for a piece; NULL: nobody writes to the text */
} page_loop;

static size_t
pieces_of(size_t n)
{
    return n / PIECE_BYTES + (n % PIECE_BYTES != 0);
}

static size_t
bytes_of(const page_loop *loop, size_t piece)
{
    const size_t left = loop->n - piece * PIECE_BYTES;
    return left < PIECE_BYTES ? left : PIECE_BYTES;
}

static nx_status
measure_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    page_loop *loop = context;
    const size_t size = nx_code_page_measure(
        loop->page, loop->text + piece * PIECE_BYTES, bytes_of(loop, piece));
    (void)worker;
    (void)error;
    if (loop->ends != NULL) {
        loop->ends[piece] = size;
    }
    atomic_fetch_add_explicit(&loop->size, size, memory_order_relaxed);
    return NX_OK;
}

static nx_status
changed(nx_error *error)
{
    return nx_error_set(error, NX_ERR_CHANGED, 113,
                        "the source was changed while it was read");
}

static nx_status
write_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    page_loop *loop = context;
    const size_t n = bytes_of(loop, piece);
    const size_t begin = piece == 0 ? 0 : loop->ends[piece - 1];
    const uint8_t *text = loop->text + piece * PIECE_BYTES;
    if (loop->copies != NULL) {
        uint8_t *copy = loop->copies + (size_t)worker * PIECE_BYTES;
        memcpy(copy, text, n);
        text = copy;
        if (nx_code_page_measure(loop->page, text, n) != loop->ends[piece] - begin) {
            return changed(error);
        }
    }
    nx_code_page_write(loop->page, text, n, loop->out + begin);
    return NX_OK;
}

nx_status
nx_code_page_measure_parallel(const nx_code_page *page, const uint8_t *text, size_t n,
                              unsigned threads, const nx_wait *wait, size_t *size,
                              nx_error *error)
{
    page_loop loop = {.page = page, .text = text, .n = n};
    atomic_init(&loop.size, 0);
    const nx_status status =
        nx_parallel_for(pieces_of(n), threads, measure_piece, &loop, wait, error);
    *size = atomic_load(&loop.size);
    return status;
}

/* Measures pieces, makes their ends of that, and writes them. */
static nx_status
measure_and_write(page_loop *loop, size_t size, unsigned threads, const nx_wait *wait,
                  nx_error *error)
{
    const size_t pieces = pieces_of(loop->n);
    nx_status status =
        nx_parallel_for(pieces, threads, measure_piece, loop, wait, error);
    if (status != NX_OK) {
        return status;
    }
    for (size_t piece = 1; piece < pieces; piece++) {
        loop->ends[piece] += loop->ends[piece - 1];
    }
    if ((pieces == 0 ? 0 : loop->ends[pieces - 1]) != size) {
        return changed(error);
    }
    return nx_parallel_for(pieces, threads, write_piece, loop, wait, error);
}

nx_status
nx_code_page_write_parallel(const nx_code_page *page, const uint8_t *text, size_t n,
                            bool writable, uint8_t *out, size_t size, unsigned threads,
                            const nx_wait *wait, nx_error *error)
{
    page_loop loop = {.page = page, .text = text, .n = n, .out = out};
    atomic_init(&loop.size, 0);
    nx_status status = NX_OK;
    threads = threads == 0 ? 1 : threads;
    loop.ends = nx_alloc(pieces_of(n), sizeof *loop.ends);
    loop.copies = writable ? nx_alloc(threads, PIECE_BYTES) : NULL;
    if (loop.ends == NULL || (writable && loop.copies == NULL)) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to decode text");
    }
    else {
        status = measure_and_write(&loop, size, threads, wait, error);
    }
    nx_free(loop.ends);
    nx_free(loop.copies);
    return status;
}
