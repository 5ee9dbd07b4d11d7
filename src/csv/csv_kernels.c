#include "csv/csv_kernels.h"

#include <string.h>

#include "csv/csv_infer.h"
#include "number/decimal_fast.h"
#include "number/digits.h"
#include "number/parse_bool.h"

/* A string that fits into its view, without a branch on its length: twelve
 * bytes are loaded (the window is padded) and those behind the end cleared. */
NX_INLINE void
put_short(nx_string_view *view, const uint8_t *text, size_t n)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    view->length = (int32_t)n;
    memset(view->u.text, 0, NX_VIEW_INLINE);
    memcpy(view->u.text, text, n);
#else
    static const uint64_t low_bytes[] = {
        0,
        UINT64_C(0xFF),
        UINT64_C(0xFFFF),
        UINT64_C(0xFFFFFF),
        UINT64_C(0xFFFFFFFF),
        UINT64_C(0xFFFFFFFFFF),
        UINT64_C(0xFFFFFFFFFFFF),
        UINT64_C(0xFFFFFFFFFFFFFF),
        UINT64_MAX,
        UINT64_MAX,
        UINT64_MAX,
        UINT64_MAX,
        UINT64_MAX,
    };
    const uint64_t first = nx_load64le(text) & low_bytes[n];
    const uint64_t rest = n <= 8 ? 0 : nx_load32le(text + 8) & low_bytes[n - 8];
    const uint64_t words[2] = {n | first << 32, first >> 32 | rest << 32};
    memcpy(view, words, sizeof words);
#endif
}

static size_t
run_none(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    for (size_t row = 0; row < run->rows; row++) {
        if (!nx_csv_cell_put(cells, row, nx_csv_field_at(run, row, column))) {
            return row;
        }
    }
    return run->rows;
}

static size_t
run_bool(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    uint8_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t size = nx_csv_field_size(field);
        if (nx_parse_bool(field.start, size, &values[row]) != NX_PARSE_OK &&
            !nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* An integer within int64 without a plus or leading zeros. */
NX_INLINE bool
plain_integer(nx_csv_field field, int64_t *value)
{
    const bool negative = *field.start == '-';
    const uint8_t *digits = field.start + negative;
    const size_t n = (size_t)(field.end - digits);
    uint64_t magnitude;
    if (n - 1 >= 19 || (*digits == '0' && n > 1) ||
        nx_digits_ending20(field.end, n, &magnitude) != NX_PARSE_OK ||
        magnitude > INT64_MAX) {
        return false;
    }
    *value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

static size_t
run_int64(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    int64_t *values = cells->values;
    int64_t signs = 0;
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (plain_integer(field, &values[row])) {
            signs |= values[row];
        }
        else if (!nx_csv_cell_put(cells, row, field)) {
            break;
        }
    }
    cells->classes |= signs < 0 ? NX_CLASS_NEGATIVE : 0;
    return row;
}

static size_t
run_uint64(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const bool plain = *field.start != '-' && plain_integer(field, &values[row]);
        if (!plain && !nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

static size_t
run_float64(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    double *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_decimal_fast(field.start, field.end, &values[row]) &&
            !nx_decimal_long(field.start, field.end, &values[row]) &&
            !nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* Bytes of the date and time at the start of a field, if it is of the layout that
 * the column's fields have: with a Z in a zoned column, without one in a naive
 * one. Else 0. */
NX_INLINE size_t
plain_time_size(nx_csv_field field, bool zoned, bool days)
{
    const size_t size = nx_csv_field_size(field);
    if (zoned) {
        return size == 20 && field.start[19] == 'Z' ? 19 : 0;
    }
    return size == 10 || (size == 19 && !days) ? size : 0;
}

/* Days and seconds: the layouts without a fraction. */
static size_t
run_datetime(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    const bool days = cells->type == NX_TYPE_DATETIME_D;
    const bool zoned = (cells->classes & NX_CLASS_ZONED) != 0;
    int64_t *values = cells->values;
    int64_t low = 0, high = 0;
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t size = plain_time_size(field, zoned, days);
        int64_t seconds;
        if (size > 0 && nx_parse_datetime19(field.start, size, &seconds)) {
            values[row] = days ? seconds / 86400 : seconds;
            low = values[row] < low ? values[row] : low;
            high = values[row] > high ? values[row] : high;
        }
        else if (!nx_csv_cell_put(cells, row, field)) {
            break;
        }
    }
    cells->classes |= nx_csv_beyond_ns(low, high, nx_type_unit(cells->type));
    return row;
}

/* Integers that no integer type holds: text, as long as no decimal comes. */
static size_t
run_digits(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    nx_string_view *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t n = nx_csv_field_size(field);
        uint64_t ignored;
        if (n - 1 < NX_VIEW_INLINE && nx_digits_ending(field.end, n, &ignored)) {
            put_short(&values[row], field.start, n);
        }
        else if (!nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

static size_t
run_string(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    nx_string_view *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t n = nx_csv_field_size(field);
        if (n - 1 < NX_VIEW_INLINE && !cells->check_utf8 &&
            !nx_csv_field_quoted(field, cells->dialect)) {
            put_short(&values[row], field.start, n);
        }
        else if (!nx_csv_cell_put_string(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

size_t
nx_csv_kernel_run(const nx_csv_run *run, nx_csv_cells *cells)
{
    switch (cells->type) {
        case NX_TYPE_BOOL:
            return run_bool(run, cells);
        case NX_TYPE_INT64:
            return run_int64(run, cells);
        case NX_TYPE_UINT64:
            return run_uint64(run, cells);
        case NX_TYPE_FLOAT64:
            return run_float64(run, cells);
        case NX_TYPE_DATETIME_D:
        case NX_TYPE_DATETIME_S:
            return run_datetime(run, cells);
        case NX_TYPE_DIGITS:
            return run_digits(run, cells);
        case NX_TYPE_STRING:
            return run_string(run, cells);
        default:
            return run_none(run, cells);
    }
}
