#include "csv/csv_kernels.h"

#include <math.h>
#include <string.h>

#include "column/view_fast.h"
#include "csv/csv_glance.h"
#include "csv/csv_infer.h"
#include "csv/csv_number_form.h"
#include "csv/csv_plain.h"
#include "csv/csv_requested.h"
#include "csv/csv_strings.h"
#include "number/pairs_fast.h"
#include "number/parse_bool.h"
#include "number/parse_float.h"
#include "number/time_fast.h"

/* The loops. With `words` a field that may be a missing word of the column's own goes
 * the careful way, also if it is a number; without, that question costs nothing. */

/* ---- What a loop does not take itself ----
 *
 * Apart from it, so that its registers are its own. */

/* A value of a type that is stored in eight bytes, but a float: plain once the blanks
 * around it are gone, and brought into the usual form if it is a number. */
static bool
take_eight_bytes(nx_csv_cells *cells, nx_csv_field text, int64_t *value)
{
    const nx_csv_rules *rules = cells->rules;
    nx_time_day day = nx_time_day_first();
    nx_csv_short_number room;
    const nx_type type = cells->type;
    if (type == NX_TYPE_INT64 || type == NX_TYPE_UINT64) {
        const bool zeros = rules->leading_zeros_int;
        const bool taken =
            nx_csv_plain_integer(text, zeros, value) ||
            (rules->own_numbers && nx_csv_number_short(rules, text, &room, &text) &&
             nx_csv_plain_integer(text, zeros, value));
        cells->classes |=
            taken && type == NX_TYPE_INT64 && *value < 0 ? NX_CLASS_NEGATIVE : 0;
        return taken && (type == NX_TYPE_INT64 || *text.start != '-');
    }
    if (!nx_type_is_time(type)) {
        return false;
    }
    const nx_datetime_unit unit = nx_type_unit(type);
    const size_t n = nx_csv_field_size(text);
    const bool zoned = (cells->classes & NX_CLASS_ZONED) != 0;
    if ((unit == NX_UNIT_D && n != 10) ||
        !nx_time_fast(text.start, n, unit, zoned, &day, value)) {
        return false;
    }
    cells->classes |= nx_csv_beyond_ns(*value, *value, unit);
    return true;
}

/* `missing` is what stands under the mask. */
static NX_NOINLINE bool
put_odd(nx_csv_cells *cells, size_t row, nx_csv_field field, int64_t missing)
{
    int64_t *value = (int64_t *)cells->values + row;
    const nx_csv_field text = nx_csv_field_trimmed(field);
    if (nx_csv_glance_missing(cells, row, text)) {
        memcpy(value, &missing, sizeof missing);
        return true;
    }
    return (!nx_csv_glance_word(cells, text, cells->rules->na.count > 0) &&
            take_eight_bytes(cells, text, value)) ||
           nx_csv_cell_put(cells, row, field);
}

NX_INLINE size_t
run_none(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->column;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_csv_glance_missing(cells, row, field) &&
            !nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

NX_INLINE size_t
run_bool(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->column;
    uint8_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t size = nx_csv_field_size(field);
        if (!nx_csv_glance_word(cells, field, words) &&
            nx_parse_bool(field.start, size, &values[row]) == NX_PARSE_OK) {
            continue;
        }
        const nx_csv_field text = nx_csv_field_trimmed(field);
        if (nx_csv_glance_missing(cells, row, text)) {
            values[row] = 0;
        }
        else if ((nx_csv_glance_word(cells, text, words) ||
                  nx_parse_bool(text.start, nx_csv_field_size(text), &values[row]) !=
                      NX_PARSE_OK) &&
                 !nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* ---- Two rows at once ---- */

/* Writes decimals from `row` on as long as two in a row are plain and short; returns
 * where that ends. */
NX_INLINE size_t
decimal_pairs(const nx_csv_run *run, size_t column, size_t row, double *values)
{
#ifdef NX_DIGITS_SSE
    for (; run->rows - row >= 2; row += 2) {
        const nx_csv_field a = nx_csv_field_at(run, row, column);
        const nx_csv_field b = nx_csv_field_at(run, row + 1, column);
        if (!nx_decimal_pair(nx_pair_text_of(a.start, a.end),
                             nx_pair_text_of(b.start, b.end), &values[row])) {
            break;
        }
    }
#endif
    return row;
}

NX_INLINE size_t
run_int64(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->column;
    const bool zeros = cells->rules->leading_zeros_int;
    int64_t *values = cells->values;
    int64_t signs = 0;
    size_t row = 0;
    while (row < run->rows) {
        row = words ? row : nx_csv_int_pairs(run, column, row, zeros, values, &signs);
        const size_t stop = nx_csv_end_of_singles(run, row);
        for (; row < stop; row++) {
            const nx_csv_field field = nx_csv_field_at(run, row, column);
            if (!nx_csv_glance_word(cells, field, words) &&
                nx_csv_plain_integer(field, zeros, &values[row])) {
                signs |= values[row];
            }
            else if (!put_odd(cells, row, field, 0)) {
                cells->classes |= signs < 0 ? NX_CLASS_NEGATIVE : 0;
                return row;
            }
        }
    }
    cells->classes |= signs < 0 ? NX_CLASS_NEGATIVE : 0;
    return row;
}

NX_INLINE size_t
run_uint64(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->column;
    const bool zeros = cells->rules->leading_zeros_int;
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_csv_glance_word(cells, field, words) && *field.start != '-' &&
            nx_csv_plain_integer(field, zeros, &values[row])) {
            continue;
        }
        if (!put_odd(cells, row, field, 0)) {
            return row;
        }
    }
    return run->rows;
}

/* As put_odd, in a column of decimals. Any number but NaN, which the careful way has to
 * tell from a missing word, is taken here: it cannot show a class that matters. */
static NX_NOINLINE bool
put_odd_float(nx_csv_cells *cells, size_t row, nx_csv_field field, bool number)
{
    double *value = (double *)cells->values + row;
    const nx_csv_field text = nx_csv_field_trimmed(field);
    if (nx_csv_glance_missing(cells, row, text)) {
        *value = (double)NAN;
        return true;
    }
    number = number && !nx_csv_glance_word(cells, text, cells->rules->na.count > 0);
    return (number && (nx_decimal_plain(text.start, text.end, value) ||
                       (nx_parse_double(text.start, nx_csv_field_size(text), value) ==
                            NX_PARSE_OK &&
                        !isnan(*value)))) ||
           nx_csv_cell_put(cells, row, field);
}

NX_INLINE size_t
run_float64(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->column;
    double *values = cells->values;
    size_t row = 0;
    while (row < run->rows) {
        row = words ? row : decimal_pairs(run, column, row, values);
        const size_t stop = nx_csv_end_of_singles(run, row);
        for (; row < stop; row++) {
            const nx_csv_field field = nx_csv_field_at(run, row, column);
            const bool number = !nx_csv_glance_word(cells, field, words);
            if (!(number && nx_decimal_plain(field.start, field.end, &values[row])) &&
                !put_odd_float(cells, row, field, number)) {
                return row;
            }
        }
    }
    return row;
}

NX_INLINE size_t
run_datetime(const nx_csv_run *run, nx_csv_cells *cells, const bool words,
             const nx_datetime_unit unit)
{
    const size_t column = cells->column;
    const bool zoned = (cells->classes & NX_CLASS_ZONED) != 0;
    nx_time_day day = nx_time_day_first();
    int64_t *values = cells->values;
    int64_t low = 0, high = 0;
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        /* Midnight is a time: it would make a column of days one of seconds. */
        const bool fits = unit != NX_UNIT_D || nx_csv_field_size(field) == 10;
        if (fits && !nx_csv_glance_word(cells, field, words) &&
            nx_time_fast(field.start, nx_csv_field_size(field), unit, zoned, &day,
                         &values[row])) {
            low = values[row] < low ? values[row] : low;
            high = values[row] > high ? values[row] : high;
        }
        else if (!put_odd(cells, row, field, NX_NAT)) {
            break;
        }
    }
    cells->classes |= nx_csv_beyond_ns(low, high, unit);
    return row;
}

/* Integers that no integer type holds: text, as long as no decimal comes. */
NX_INLINE size_t
run_digits(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->column;
    const bool words = cells->rules->na.count > 0;
    nx_string_view *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t n = nx_csv_field_size(field);
        uint64_t ignored;
        if (n - 1 < NX_VIEW_INLINE && !nx_csv_glance_word(cells, field, words) &&
            nx_digits_ending(field.end, n, &ignored)) {
            nx_view_put_short(&values[row], field.start, n);
        }
        else if (n == 0 && nx_csv_glance_missing(cells, row, field)) {
            nx_view_put_short(&values[row], field.start, 0);
        }
        else if (!nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

NX_INLINE size_t
run_inferred(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    switch (cells->type) {
        case NX_TYPE_BOOL:
            return run_bool(run, cells, words);
        case NX_TYPE_INT64:
            return run_int64(run, cells, words);
        case NX_TYPE_UINT64:
            return run_uint64(run, cells, words);
        case NX_TYPE_FLOAT64:
            return cells->rules->own_numbers ? nx_csv_number_form_run(run, cells)
                                             : run_float64(run, cells, words);
        case NX_TYPE_DATETIME_D:
            return run_datetime(run, cells, words, NX_UNIT_D);
        case NX_TYPE_DATETIME_S:
            return run_datetime(run, cells, words, NX_UNIT_S);
        case NX_TYPE_DATETIME_MS:
            return run_datetime(run, cells, words, NX_UNIT_MS);
        case NX_TYPE_DATETIME_US:
            return run_datetime(run, cells, words, NX_UNIT_US);
        case NX_TYPE_DATETIME_NS:
            return run_datetime(run, cells, words, NX_UNIT_NS);
        case NX_TYPE_DIGITS:
            return run_digits(run, cells);
        default:
            return run_none(run, cells);
    }
}

size_t
nx_csv_kernel_run(const nx_csv_run *shared, nx_csv_cells *cells)
{
    /* A copy that no store can change: the loops need not read it again and again. */
    const nx_csv_run own = *shared, *const run = &own;
    const nx_csv_rules *rules = cells->rules;
    const bool words = rules->na.count > 0;
    cells->mask = NULL;
    if (cells->type == NX_TYPE_STRING) {
        return nx_csv_strings_run(shared, cells);
    }
    if (cells->target->requested != NX_TYPE_NONE) {
        return nx_csv_requested_run(shared, cells);
    }
    return words ? run_inferred(run, cells, true) : run_inferred(run, cells, false);
}
