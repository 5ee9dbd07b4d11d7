#include "json/json_kernels.h"

#include <math.h>
#include <string.h>

#include "csv/csv_infer.h"
#include "csv/csv_plain.h"
#include "json/json_cells.h"
#include "json/json_walk.h"
#include "number/decimal_fast.h"
#include "number/pairs_fast.h"
#include "number/time_fast.h"

/* What a loop does not take itself, apart from it, so that its registers are its own.
 * `missing` is what stands under the mask. */
static NX_NOINLINE bool
put_odd(nx_csv_cells *cells, size_t row, nx_csv_field field, int64_t missing)
{
    if (nx_json_glance_missing(cells, row, field)) {
        memcpy((int64_t *)cells->values + row, &missing, sizeof missing);
        return true;
    }
    return nx_json_cell_put(cells, row, field);
}

static size_t
run_carefully(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    for (size_t row = 0; row < run->rows; row++) {
        if (!nx_json_cell_put(cells, row, nx_csv_field_at(run, row, column))) {
            return row;
        }
    }
    return run->rows;
}

/* Columns that have shown no value yet: nothing is written but the mask. */
static size_t
run_none(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_json_glance_missing(cells, row, field) &&
            !nx_json_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* Which of the two comes next is what no processor foresees: no branch depends on it.
 */
static size_t
run_bool(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    uint8_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t n = nx_csv_field_size(field);
        const uint32_t word = nx_load32le(field.start);
        const bool truth = (n == 4) & (word == NX_WORD('t', 'r', 'u', 'e'));
        const bool falsehood =
            (n == 5) & (word == NX_WORD('f', 'a', 'l', 's')) & (field.start[4] == 'e');
        values[row] = truth;
        if (NX_LIKELY(truth | falsehood)) {
            continue;
        }
        if (nx_json_glance_missing(cells, row, field)) {
            values[row] = 0;
        }
        else if (!nx_json_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* ---- Numbers ---- */

static size_t
run_int64(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    const bool inferred = cells->target->requested == NX_TYPE_NONE;
    int64_t *values = cells->values;
    int64_t signs = 0;
    size_t row = 0;
    while (row < run->rows) {
        row = nx_csv_int_pairs(run, column, row, false, values, &signs);
        const size_t stop = nx_csv_end_of_singles(run, row);
        for (; row < stop; row++) {
            const nx_csv_field field = nx_csv_field_at(run, row, column);
            if (nx_csv_plain_integer(field, false, &values[row])) {
                signs |= values[row];
            }
            else if (!put_odd(cells, row, field, 0)) {
                cells->classes |= inferred && signs < 0 ? NX_CLASS_NEGATIVE : 0;
                return row;
            }
        }
    }
    cells->classes |= inferred && signs < 0 ? NX_CLASS_NEGATIVE : 0;
    return row;
}

static size_t
run_uint64(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!(*field.start != '-' &&
              nx_csv_plain_integer(field, false, &values[row])) &&
            !put_odd(cells, row, field, 0)) {
            return row;
        }
    }
    return run->rows;
}

/* True for a text that begins and ends as a number of JSON does: with a digit behind
 * its sign, which is a 0 only before something else, and with a digit. Of digits and a
 * point such a text is a number. Reads one byte behind it. */
NX_INLINE bool
has_number_edges(nx_csv_field field)
{
    const uint8_t *digits = field.start + (*field.start == '-');
    const uint8_t first = (uint8_t)(digits[0] - '0'), next = (uint8_t)(digits[1] - '0');
    const uint8_t last = (uint8_t)(field.end[-1] - '0');
    return (first <= 9) & (last <= 9) & !((first == 0) & (next <= 9));
}

/* Writes decimals from `row` on as long as two in a row are plain and short; returns
 * where that ends. */
NX_INLINE size_t
decimal_pairs(const nx_csv_run *run, size_t column, size_t row, double *values)
{
#ifdef NX_DIGITS_SSE
    for (; run->rows - row >= 2; row += 2) {
        const nx_csv_field a = nx_csv_field_at(run, row, column);
        const nx_csv_field b = nx_csv_field_at(run, row + 1, column);
        if (!(has_number_edges(a) & has_number_edges(b)) ||
            !nx_decimal_pair(nx_pair_text_of(a.start, a.end),
                             nx_pair_text_of(b.start, b.end), &values[row])) {
            break;
        }
    }
#endif
    return row;
}

static NX_NOINLINE bool
put_odd_float(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    if (nx_json_glance_missing(cells, row, field)) {
        ((double *)cells->values)[row] = (double)NAN;
        return true;
    }
    return nx_json_cell_put(cells, row, field);
}

static size_t
run_float64(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    double *values = cells->values;
    size_t row = 0;
    while (row < run->rows) {
        row = decimal_pairs(run, column, row, values);
        const size_t stop = nx_csv_end_of_singles(run, row);
        for (; row < stop; row++) {
            const nx_csv_field field = nx_csv_field_at(run, row, column);
            if (!(has_number_edges(field) &&
                  nx_decimal_plain(field.start, field.end, &values[row])) &&
                !put_odd_float(cells, row, field)) {
                return row;
            }
        }
    }
    return row;
}

/* ---- Times ---- */

NX_INLINE size_t
run_datetime(const nx_csv_run *run, nx_csv_cells *cells, size_t column,
             const nx_datetime_unit unit)
{
    const bool zoned = (cells->classes & NX_CLASS_ZONED) != 0;
    nx_time_day day = nx_time_day_first();
    int64_t *values = cells->values;
    int64_t low = 0, high = 0;
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t n = nx_csv_field_size(field) - 2; /* its quotes */
        /* Midnight is a time: it would make a column of days one of seconds. */
        const bool fits = unit != NX_UNIT_D ? n < 64 : n == 10;
        if (fits && *field.start == '"' && field.end[-1] == '"' &&
            nx_time_fast(field.start + 1, n, unit, zoned, &day, &values[row])) {
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

static size_t
run_times(const nx_csv_run *run, nx_csv_cells *cells, size_t column)
{
    /* Those that were asked for are noted one by one, with a zone or without. */
    if (cells->target->requested != NX_TYPE_NONE) {
        return run_carefully(run, cells, column);
    }
    switch (cells->type) {
        case NX_TYPE_DATETIME_D:
            return run_datetime(run, cells, column, NX_UNIT_D);
        case NX_TYPE_DATETIME_S:
            return run_datetime(run, cells, column, NX_UNIT_S);
        case NX_TYPE_DATETIME_MS:
            return run_datetime(run, cells, column, NX_UNIT_MS);
        case NX_TYPE_DATETIME_US:
            return run_datetime(run, cells, column, NX_UNIT_US);
        default:
            return run_datetime(run, cells, column, NX_UNIT_NS);
    }
}

size_t
nx_json_kernel_run(const nx_csv_run *shared, nx_csv_cells *cells)
{
    /* A copy that no store can change: the loops need not read it again and again. */
    const nx_csv_run own = *shared, *const run = &own;
    const size_t column = nx_json_run_column(cells->target->field);
    cells->mask = NULL;
    if (cells->rules->na.count > 0 && cells->type != NX_TYPE_NONE) {
        return run_carefully(run, cells, column);
    }
    switch (cells->type) {
        case NX_TYPE_NONE:
            return run_none(run, cells, column);
        case NX_TYPE_BOOL:
            return run_bool(run, cells, column);
        case NX_TYPE_INT64:
            return run_int64(run, cells, column);
        case NX_TYPE_UINT64:
            return run_uint64(run, cells, column);
        case NX_TYPE_FLOAT64:
            return run_float64(run, cells, column);
        case NX_TYPE_STRING:
            return nx_json_strings_run(run, cells);
        default:
            return nx_type_is_time(cells->type) ? run_times(run, cells, column)
                                                : run_carefully(run, cells, column);
    }
}
