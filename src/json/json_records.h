/* Rows of several values as text.
 *
 * The values of a block of rows become text column by column, each in a cell of its
 * own, and are then put together row by row: a loop over values of one kind takes half
 * the time of one over values whose kinds change. What does not fit a cell, or fails,
 * is written when its row is put together, in order.
 */
#ifndef NX_JSON_JSON_RECORDS_H
#define NX_JSON_JSON_RECORDS_H

#include "json/json_value.h"

/* What stands behind each row, and between rows. */
typedef struct nx_json_ends {
    nx_span row_end;
    uint8_t between;
} nx_json_ends;

/* Writes the values of n rows from `row` on, at least one, each with the texts before
 * them, what ends a row, and one byte `between`. The scales are those of the first
 * NX_JSON_SCALES columns. `at` is in writer->out; returns the end of the text. NULL on
 * failure, with the row, the column and the number of the value there in the error. */
uint8_t *nx_json_put_records(nx_json_writer *writer, const nx_json_column *columns,
                             size_t count, const nx_json_scale *scales, size_t row,
                             size_t n, const nx_json_ends *ends, uint8_t *at);

#endif
