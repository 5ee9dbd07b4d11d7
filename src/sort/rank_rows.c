/* The place of a value in its row is the number of values that come before it: those
 * that are less, and equal ones to the left. Every pair is compared once, in sixteen
 * rows at a time, one row to a lane, without a branch. That is quadratic in the length
 * of a row, and for short ones still several times faster than sorting row by row. The
 * values themselves are written, so that nothing is lost of zeros and NaN. */
#include "sort/rank_rows.h"

#include <string.h>

#include "base/bits.h"

enum {
    LANES = NX_RANKED_ROWS
};

static void
load_keys(const nx_ranked_rows *rows, bool descending, nx_rank_lanes *lanes)
{
    nx_sort_source source = rows->source;
    const size_t n = rows->length;
    const uint8_t *values = rows->source.values;
    if (rows->row_step == (ptrdiff_t)nx_sort_kind_size(source.kind)) {
        source.step = rows->row_step; /* a column is in one piece */
        for (size_t i = 0; i < n; i++) {
            source.values = values + (ptrdiff_t)i * rows->source.step;
            nx_sort_keys(&source, 0, rows->rows, descending, lanes->keys[i]);
        }
        return;
    }
    uint64_t keys[LANES * NX_RANKED_LENGTH];
    const bool is_one_piece = rows->row_step == (ptrdiff_t)n * source.step;
    if (is_one_piece) {
        nx_sort_keys(&source, 0, n * rows->rows, descending, keys);
    }
    for (size_t row = 0; row < rows->rows; row++) {
        if (!is_one_piece) {
            source.values = values + (ptrdiff_t)row * rows->row_step;
            nx_sort_keys(&source, 0, n, descending, keys + row * n);
        }
        for (size_t i = 0; i < n; i++) {
            lanes->keys[i][row] = keys[row * n + i];
        }
    }
}

static void
rank_rows(const nx_ranked_rows *rows, bool descending, nx_rank_lanes *lanes)
{
    if (rows->rows < LANES) {
        memset(lanes->keys, 0, rows->length * sizeof lanes->keys[0]);
    }
    load_keys(rows, descending, lanes);
    nx_sort_engine_now()->rank(lanes, rows->length);
}

NX_INLINE void
put_values(const nx_ranked_rows *rows, const nx_rank_lanes *lanes, size_t size)
{
    const bool swapped = rows->source.swapped;
    for (size_t row = 0; row < rows->rows; row++) {
        const uint8_t *from =
            (const uint8_t *)rows->source.values + (ptrdiff_t)row * rows->row_step;
        uint8_t *to = rows->result + (ptrdiff_t)row * rows->result_row_step;
        for (size_t i = 0; i < rows->length; i++, from += rows->source.step) {
            uint8_t *place = to + (ptrdiff_t)lanes->ranks[i][row] * rows->result_step;
            if (swapped) {
                for (size_t b = 0; b < size; b++) {
                    place[b] = from[size - 1 - b];
                }
            }
            else {
                memcpy(place, from, size);
            }
        }
    }
}

void
nx_sort_ranked(const nx_ranked_rows *rows, bool descending)
{
    nx_rank_lanes lanes;
    rank_rows(rows, descending, &lanes);
    switch (nx_sort_kind_size(rows->source.kind)) {
        case 1:
            put_values(rows, &lanes, 1);
            break;
        case 2:
            put_values(rows, &lanes, 2);
            break;
        case 4:
            put_values(rows, &lanes, 4);
            break;
        default:
            put_values(rows, &lanes, 8);
    }
}

void
nx_order_ranked(const nx_ranked_rows *rows, bool descending)
{
    nx_rank_lanes lanes;
    rank_rows(rows, descending, &lanes);
    for (size_t row = 0; row < rows->rows; row++) {
        uint8_t *to = rows->result + (ptrdiff_t)row * rows->result_row_step;
        for (size_t i = 0; i < rows->length; i++) {
            const int64_t place = (int64_t)i;
            memcpy(to + (ptrdiff_t)lanes.ranks[i][row] * rows->result_step, &place,
                   sizeof place);
        }
    }
}
