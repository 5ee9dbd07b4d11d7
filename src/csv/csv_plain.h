/* Integers of the usual spelling, one field at a time or two rows at once: for column
 * loops. What is not plain is declined, and left to the careful way. */
#ifndef NX_CSV_CSV_PLAIN_H
#define NX_CSV_CSV_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_field.h"
#include "number/pairs_fast.h"

/* The integers of 17 to 19 digits. */
static NX_NOINLINE bool
nx_csv_long_integer(nx_csv_field field, size_t n, bool zeros, int64_t *value)
{
    uint64_t magnitude;
    /* n is that of no bytes less a sign, too, where the next field begins with one. */
    if (n - 1 >= 19 || (*(field.end - n) == '0' && !zeros) ||
        nx_digits_ending20(field.end, n, &magnitude) != NX_PARSE_OK ||
        magnitude > INT64_MAX) {
        return false;
    }
    *value = *field.start == '-' ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

/* An integer within int64 without a plus, and without leading zeros unless they do
 * not matter. */
NX_INLINE bool
nx_csv_plain_integer(nx_csv_field field, bool zeros, int64_t *value)
{
    const bool negative = *field.start == '-';
    const size_t n = nx_csv_field_size(field) - negative;
    uint64_t magnitude;
    if (NX_UNLIKELY(n - 1 > 15)) {
        return nx_csv_long_integer(field, n, zeros, value);
    }
    const bool digits = nx_digits_ending(field.end, n, &magnitude);
    *value = ((int64_t)magnitude ^ -(int64_t)negative) + negative;
    return digits && (NX_LIKELY(magnitude >= nx_least_digits[n]) || zeros);
}

enum {
    NX_CSV_SINGLES = 16 /* rows that come one by one before pairs are tried again */
};

/* Where to go on with pairs. */
NX_INLINE size_t
nx_csv_end_of_singles(const nx_csv_run *run, size_t row)
{
    return run->rows - row < NX_CSV_SINGLES ? run->rows : row + NX_CSV_SINGLES;
}

/* Writes integers from `row` on as long as two in a row are plain and short; returns
 * where that ends. Their signs come together in *signs. */
NX_INLINE size_t
nx_csv_int_pairs(const nx_csv_run *run, size_t column, size_t row, bool zeros,
                 int64_t *values, int64_t *signs)
{
#ifdef NX_DIGITS_SSE
    for (; run->rows - row >= 2; row += 2) {
        const nx_csv_field a = nx_csv_field_at(run, row, column);
        const nx_csv_field b = nx_csv_field_at(run, row + 1, column);
        if (!nx_int_pair(nx_pair_text_of(a.start, a.end),
                         nx_pair_text_of(b.start, b.end), zeros, &values[row])) {
            break;
        }
        *signs |= values[row] | values[row + 1];
    }
#endif
    return row;
}

#endif
