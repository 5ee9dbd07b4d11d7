/* The stable order of rows by several columns: numbers, texts, or both.
 *
 * A column gives each row a sequence of 64-bit keys: numbers one, texts one for every
 * few characters. Rows are ordered by the first key, runs of equal ones by the next,
 * and so on, so that no key is looked at that does not decide anything. */
#ifndef NX_SORT_ORDER_ROWS_H
#define NX_SORT_ORDER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "sort/sort_key.h"
#include "sort/text_alphabet.h"
#include "thread/parallel.h"

/* What rows are ordered by. */
typedef struct nx_order_column {
    const nx_sort_source *numbers; /* the values, by place; NULL for texts */
    const nx_sort_texts *texts;    /* NULL for numbers */
    const uint8_t *missing;        /* by place: has no value, and comes last in both
                                      directions; NULL: all have one */
    bool descending;
} nx_order_column;

/* Orders `lanes` times `rows` places, each lane by itself: order[lane * rows + i] is
 * the row, from 0 to rows - 1, that comes i-th in its lane; its place in the columns is
 * lane * rows + row. The first column counts most. Rows that are equal in all columns
 * keep their order.
 *
 * `begins` may be NULL, or has room for a byte per place and is set to 0 where a row is
 * equal to the one before it in the order of its lane, else to 1.
 *
 * The result does not depend on `threads`; `wait` may be NULL. On failure (no memory,
 * cancelled, a text that cannot be loaded) `order` and `begins` hold anything. */
NX_MUST_CHECK nx_status nx_order_rows(const nx_order_column *columns, size_t count,
                                      size_t lanes, size_t rows, int64_t *order,
                                      uint8_t *begins, unsigned threads,
                                      const nx_wait *wait, nx_error *error);

/* The same of n places in `places`, which are put into order; of equal ones the first
 * of them comes first. */
NX_MUST_CHECK nx_status nx_order_some(const nx_order_column *columns, size_t count,
                                      int64_t *places, size_t n, unsigned threads,
                                      const nx_wait *wait, nx_error *error);

/* Short texts in order, as they are, without the places they come from. */
typedef struct nx_sorted_texts {
    nx_span prefix;            /* what all begin with */
    nx_text_alphabet alphabet; /* of the rest; see nx_text_decode */
    const uint64_t *keys;      /* of the rest, ascending, or falling if asked for */
    bool descending;           /* then keys are complements */
    size_t longest;            /* characters of a rest, at most */
} nx_sorted_texts;

/* Where they go to. */
typedef struct nx_text_sink {
    /* Writes texts first .. first + n - 1. Called on any thread, several at a time,
     * unless one of more than `inside` units is among the texts. */
    nx_status (*put)(void *context, const nx_sorted_texts *texts, size_t first,
                     size_t n, nx_error *error);
    void *context;
    size_t inside;
} nx_text_sink;

/* Sorts n texts, none of which may be missing: writes them to the sink if all fit into
 * keys (*written is true), which is several times faster than finding them by places.
 * Otherwise writes their order as nx_order_rows does. */
NX_MUST_CHECK nx_status nx_order_or_sort_texts(const nx_order_column *column, size_t n,
                                               const nx_text_sink *sink, int64_t *order,
                                               bool *written, unsigned threads,
                                               const nx_wait *wait, nx_error *error);

#endif
