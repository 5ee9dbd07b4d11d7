/* A piece of the row numbers stays in the cache while it is used for one column after
 * the other; the values come from all over memory, many at a time, as none of the loads
 * waits for another. */
#include "column/take_rows.h"

#include <string.h>

#include "base/bits.h"

enum {
    PIECE = 1 << 12 /* rows: 32 KiB of numbers */
};

typedef struct take_pass {
    const nx_take_column *columns;
    size_t count;
    const int64_t *rows;
    size_t n, length;
} take_pass;

NX_INLINE void
take(const nx_take_column *column, const int64_t *rows, size_t first, size_t n,
     size_t size)
{
    const uint8_t *const from = column->from;
    uint8_t *const to = (uint8_t *)column->to + first * size;
    for (size_t i = 0; i < n; i++) {
        memcpy(to + i * size, from + (ptrdiff_t)rows[first + i] * column->step, size);
    }
}

static void
take_column(const nx_take_column *column, const int64_t *rows, size_t first, size_t n)
{
    switch (column->size) {
        case 1:
            take(column, rows, first, n, 1);
            break;
        case 2:
            take(column, rows, first, n, 2);
            break;
        case 4:
            take(column, rows, first, n, 4);
            break;
        case 8:
            take(column, rows, first, n, 8);
            break;
        case 16:
            take(column, rows, first, n, 16);
            break;
        default:
            take(column, rows, first, n, column->size);
    }
}

static nx_status
take_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const take_pass *pass = context;
    const size_t first = piece * PIECE;
    const size_t n = pass->n - first < PIECE ? pass->n - first : PIECE;
    uint64_t greatest = 0; /* a negative number is a large one */
    (void)worker;
    for (size_t i = 0; i < n; i++) {
        const uint64_t row = (uint64_t)pass->rows[first + i];
        greatest = row > greatest ? row : greatest;
    }
    if (greatest >= pass->length) {
        return nx_error_set(error, NX_ERR_VALUE, 0, "row %lld is not one of %zu rows",
                            (long long)greatest, pass->length);
    }
    for (size_t i = 0; i < pass->count; i++) {
        take_column(&pass->columns[i], pass->rows, first, n);
    }
    return NX_OK;
}

nx_status
nx_take_rows(const nx_take_column *columns, size_t count, const int64_t *rows, size_t n,
             size_t length, unsigned threads, const nx_wait *wait, nx_error *error)
{
    take_pass pass = {columns, count, rows, n, length};
    return nx_parallel_for((n + PIECE - 1) / PIECE, threads, take_piece, &pass, wait,
                           error);
}
