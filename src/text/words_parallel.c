#include "text/words_parallel.h"

enum {
    PIECE_BYTES = 1 << 18 /* that a thread takes at a time */
};

typedef struct count_loop {
    const uint8_t *text;
    size_t n;
    nx_word_rule rule;
    atomic_size_t words;
} count_loop;

static nx_status
count_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    count_loop *loop = context;
    const size_t begin = item * PIECE_BYTES, left = loop->n - begin;
    const size_t end = begin + (left < PIECE_BYTES ? left : PIECE_BYTES);
    (void)worker;
    (void)error;
    atomic_fetch_add_explicit(
        &loop->words, nx_words_count_range(loop->text, loop->n, begin, end, loop->rule),
        memory_order_relaxed);
    return NX_OK;
}

nx_status
nx_words_count_parallel(const uint8_t *text, size_t n, nx_word_rule rule,
                        unsigned threads, const nx_wait *wait, size_t *words,
                        nx_error *error)
{
    count_loop loop = {.text = text, .n = n, .rule = rule};
    atomic_init(&loop.words, 0);
    const size_t pieces = n / PIECE_BYTES + (n % PIECE_BYTES != 0);
    const nx_status status =
        nx_parallel_for(pieces, threads, count_piece, &loop, wait, error);
    *words = atomic_load(&loop.words);
    return status;
}
