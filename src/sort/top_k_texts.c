/* Texts are judged by their first word: the k-th least of these is a bar that k texts
 * are not above, and those that are not are few, unless many texts begin alike. Only
 * they are ordered. */
#include <string.h>

#include "base/alloc.h"
#include "sort/order_runs.h"
#include "sort/top_k.h"

typedef struct words_pass {
    const nx_order_column *column;
    const int64_t *places;
    size_t n;
    uint64_t *words;
} words_pass;

enum {
    PIECE = 1 << 14,
    FEW_ROWS = 1 << 12, /* lanes that are ordered as a whole, as are those ... */
    MANY_PART = 4       /* ... of which more than one row in so many is wanted */
};

static nx_status
words_of_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const words_pass *pass = context;
    const size_t first = piece * PIECE, left = pass->n - first;
    (void)worker;
    return nx_run_keys(pass->column, 0, pass->places + first,
                       left < PIECE ? left : PIECE, pass->words + first, error);
}

/* Orders those of n places, in turn, that may be among the first k, and writes these;
 * `places` and `words` are used up. */
static nx_status
top_of_places(const nx_order_column *column, int64_t *places, uint64_t *words, size_t n,
              size_t k, unsigned threads, const nx_wait *wait, nx_error *error)
{
    words_pass pass = {column, places, n, words + n};
    nx_status status = nx_parallel_for((n + PIECE - 1) / PIECE, threads, words_of_piece,
                                       &pass, wait, error);
    if (status != NX_OK || k == 0) {
        return status;
    }
    memcpy(words, words + n, n * sizeof *words);
    const uint64_t bar = nx_select_key(words, n, k - 1);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        places[kept] = places[i];
        kept += words[n + i] <= bar;
    }
    return nx_order_some(column, 1, places, kept, threads, wait, error);
}

nx_status
nx_top_k_texts(const nx_order_column *column, size_t lanes, size_t rows, size_t k,
               int64_t *places, unsigned threads, const nx_wait *wait, nx_error *error)
{
    if (rows <= FEW_ROWS || k > rows / MANY_PART) {
        return nx_top_k_by_order(column, lanes, rows, k, places, threads, wait, error);
    }
    int64_t *own = nx_alloc(rows, 2 * sizeof *own); /* of a lane, and scratch */
    uint64_t *words = nx_alloc(rows, 2 * sizeof *words);
    nx_order_column present = *column;
    nx_status status = NX_OK;
    present.missing = NULL; /* split off before */
    if (own == NULL || words == NULL) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the %zu best", k);
    }
    for (size_t lane = 0; lane < lanes && k > 0 && status == NX_OK; lane++) {
        size_t n = rows;
        for (size_t i = 0; i < rows; i++) {
            own[i] = (int64_t)(lane * rows + i);
        }
        if (column->missing != NULL) {
            nx_run_split(column, own, rows, own + rows, &n);
        }
        status =
            top_of_places(&present, own, words, n, n < k ? n : k, threads, wait, error);
        /* With fewer than k the missing ones, which are behind them, follow. */
        for (size_t i = 0; i < k; i++) {
            places[lane * k + i] = own[i] - (int64_t)(lane * rows);
        }
    }
    nx_free(own);
    nx_free(words);
    return status;
}
