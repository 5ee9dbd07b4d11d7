/* Many short rows, sorted side by side. */
#ifndef NX_SORT_RANK_ROWS_H
#define NX_SORT_RANK_ROWS_H

#include "sort/sort_engine.h"
#include "sort/sort_key.h"

/* Up to NX_RANKED_ROWS rows of up to NX_RANKED_LENGTH values. Steps are in bytes. */
typedef struct nx_ranked_rows {
    nx_sort_source source; /* the first row; its step is that along a row */
    ptrdiff_t row_step;    /* from a row to the next */
    size_t rows, length;
    uint8_t *result;
    ptrdiff_t result_step, result_row_step;
} nx_ranked_rows;

/* Writes the values of each row in order, as nx_sort_row does. */
void nx_sort_ranked(const nx_ranked_rows *rows, bool descending);

/* Writes the order of each row as int64_t, as nx_order_values does. */
void nx_order_ranked(const nx_ranked_rows *rows, bool descending);

#endif
