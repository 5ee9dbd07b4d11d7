#include "csv/csv_requested.h"

#include <math.h>
#include <string.h>

#include "csv/csv_glance.h"
#include "number/decimal_fast.h"
#include "number/parse_bool.h"
#include "number/parse_float.h"

/* ---- The careful way ---- */

/* Stores the low `width` bytes of an integer. */
NX_INLINE void
store_integer(uint8_t *values, size_t row, size_t width, uint64_t value)
{
    const uint8_t narrow = (uint8_t)value;
    const uint16_t half = (uint16_t)value;
    const uint32_t single = (uint32_t)value;
    switch (width) {
        case 1:
            memcpy(values + row, &narrow, 1);
            break;
        case 2:
            memcpy(values + row * 2, &half, 2);
            break;
        case 4:
            memcpy(values + row * 4, &single, 4);
            break;
        default:
            memcpy(values + row * 8, &value, 8);
    }
}

static nx_csv_fault
put_integer(nx_csv_cells *cells, size_t row, nx_csv_field text, int64_t low,
            uint64_t high)
{
    const size_t n = nx_csv_field_size(text);
    int64_t integer;
    uint64_t natural = 0;
    nx_parse_result result = nx_parse_int64(text.start, n, &integer);
    if (result == NX_PARSE_OK) {
        natural = (uint64_t)integer;
        result = integer < low || (integer > 0 && natural > high) ? NX_PARSE_RANGE
                                                                  : NX_PARSE_OK;
    }
    else if (result == NX_PARSE_RANGE) {
        result = nx_parse_uint64(text.start, n, &natural);
        result =
            result == NX_PARSE_OK && natural <= high ? NX_PARSE_OK : NX_PARSE_RANGE;
    }
    if (result != NX_PARSE_OK) {
        return result == NX_PARSE_RANGE ? NX_CSV_FAULT_RANGE : NX_CSV_FAULT_KIND;
    }
    store_integer(cells->values, row, nx_type_width(cells->type), natural);
    return NX_CSV_FAULT_NONE;
}

static nx_csv_fault
put_float(nx_csv_cells *cells, size_t row, nx_csv_field text)
{
    const size_t n = nx_csv_field_size(text);
    nx_parse_result result;
    switch (cells->type) {
        case NX_TYPE_FLOAT16:
            result = nx_parse_float16(text.start, n, (uint16_t *)cells->values + row);
            break;
        case NX_TYPE_FLOAT32:
            result = nx_parse_float32(text.start, n, (float *)cells->values + row);
            break;
        default:
            result = nx_parse_double(text.start, n, (double *)cells->values + row);
    }
    return result == NX_PARSE_OK ? NX_CSV_FAULT_NONE : NX_CSV_FAULT_KIND;
}

static nx_csv_fault
put_bool(nx_csv_cells *cells, size_t row, nx_csv_field text)
{
    uint8_t *truth = (uint8_t *)cells->values + row;
    return nx_parse_bool(text.start, nx_csv_field_size(text), truth) == NX_PARSE_OK ||
                   nx_csv_rules_truth(cells->rules, text, truth)
               ? NX_CSV_FAULT_NONE
               : NX_CSV_FAULT_KIND;
}

static nx_csv_fault
put_datetime(nx_csv_cells *cells, size_t row, nx_csv_field text, bool *zoned)
{
    nx_datetime when;
    if (nx_parse_datetime(text.start, nx_csv_field_size(text), &when) != NX_PARSE_OK) {
        return NX_CSV_FAULT_KIND;
    }
    *zoned = when.zoned;
    const nx_parse_result result = nx_datetime_to_unit_exact(
        &when, nx_type_unit(cells->type), (int64_t *)cells->values + row);
    return result == NX_PARSE_OK      ? NX_CSV_FAULT_NONE
           : result == NX_PARSE_RANGE ? NX_CSV_FAULT_RANGE
                                      : NX_CSV_FAULT_FINE;
}

/* Writes a value of whatever type; takes note of times with and without a zone. */
static nx_csv_fault
put_value(nx_csv_cells *cells, size_t row, nx_csv_field field, nx_csv_field text)
{
    int64_t low;
    uint64_t high;
    bool zoned;
    if (nx_type_integer_range(cells->type, &low, &high)) {
        return put_integer(cells, row, text, low, high);
    }
    switch (cells->type) {
        case NX_TYPE_BOOL:
            return put_bool(cells, row, text);
        case NX_TYPE_FLOAT16:
        case NX_TYPE_FLOAT32:
        case NX_TYPE_FLOAT64:
            return put_float(cells, row, text);
        default:
            break;
    }
    const nx_csv_fault fault = put_datetime(cells, row, text, &zoned);
    if (fault == NX_CSV_FAULT_NONE) {
        nx_csv_cell_note(cells, zoned ? NX_CSV_NOTE_ZONED : NX_CSV_NOTE_NAIVE, row,
                         field);
    }
    return fault;
}

bool
nx_csv_requested_put(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    const nx_csv_field text = nx_csv_field_value(field, cells->dialect);
    const nx_csv_absence absence =
        nx_csv_rules_absence(cells->rules, field, text, cells->dialect);
    if (absence != NX_CSV_PRESENT) {
        return nx_csv_cell_put_missing(cells, row, field, absence);
    }
    const nx_csv_fault fault = put_value(cells, row, field, text);
    return fault == NX_CSV_FAULT_NONE || nx_csv_cell_fail(cells, fault, field);
}

/* ---- The loops ---- */

static size_t
run_carefully(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    for (size_t row = 0; row < run->rows; row++) {
        if (!nx_csv_requested_put(cells, row, nx_csv_field_at(run, row, column))) {
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
        if (!nx_csv_glance_word(cells, field, cells->rules->na.count > 0) &&
            nx_parse_bool(field.start, size, &values[row]) == NX_PARSE_OK) {
            continue;
        }
        if (nx_csv_glance_missing(cells, row, field)) {
            values[row] = 0;
        }
        else if (!nx_csv_requested_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* Sign and at most 20 digits, within -`below` .. `above`. */
NX_INLINE bool
glance_integer(nx_csv_field field, uint64_t below, uint64_t above, uint64_t *value)
{
    const bool negative = *field.start == '-';
    const uint8_t *digits = field.start + (negative | (*field.start == '+'));
    const size_t n = (size_t)(field.end - digits);
    uint64_t magnitude;
    if (n - 1 >= 20 || nx_digits_ending20(field.end, n, &magnitude) != NX_PARSE_OK ||
        magnitude > (negative ? below : above)) {
        return false;
    }
    *value = negative ? UINT64_C(0) - magnitude : magnitude;
    return true;
}

/* Integers of every width: `width` is a constant where this is used. */
NX_INLINE size_t
run_integer(const nx_csv_run *run, nx_csv_cells *cells, const size_t width,
            const bool is_signed)
{
    const size_t column = cells->target->field;
    const uint64_t above = UINT64_MAX >> (64 + is_signed - 8 * width);
    const uint64_t below = is_signed ? above + 1 : 0;
    uint8_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        uint64_t value = 0;
        if ((nx_csv_glance_word(cells, field, cells->rules->na.count > 0) ||
             !glance_integer(field, below, above, &value)) &&
            !nx_csv_glance_missing(cells, row, field)) {
            if (!nx_csv_requested_put(cells, row, field)) {
                return row;
            }
            continue;
        }
        store_integer(values, row, width, value);
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
        if (!nx_csv_glance_word(cells, field, cells->rules->na.count > 0) &&
            nx_decimal_plain(field.start, field.end, &values[row])) {
            continue;
        }
        if (nx_csv_glance_missing(cells, row, field)) {
            values[row] = (double)NAN;
        }
        else if (!nx_csv_requested_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

static size_t
run_float32(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
    float *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_csv_glance_word(cells, field, cells->rules->na.count > 0) &&
            nx_decimal_fast32(field.start, field.end, &values[row])) {
            continue;
        }
        if (nx_csv_glance_missing(cells, row, field)) {
            values[row] = NAN;
        }
        else if (!nx_csv_requested_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* The first time decides, chunk by chunk, whether times with a zone are looked for;
 * one of the other kind goes the careful way, which takes note of it. */
NX_INLINE size_t
run_datetime(const nx_csv_run *run, nx_csv_cells *cells, const nx_datetime_unit unit)
{
    const size_t column = cells->target->field;
    nx_csv_day day = nx_csv_day_first();
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const bool zoned = cells->seen[NX_CSV_NOTE_ZONED].field.start != NULL;
        const bool known = zoned || cells->seen[NX_CSV_NOTE_NAIVE].field.start != NULL;
        if (known && !nx_csv_glance_word(cells, field, cells->rules->na.count > 0) &&
            nx_csv_glance_time(field, unit, zoned, &day, &values[row])) {
            continue;
        }
        if (nx_csv_glance_missing(cells, row, field)) {
            values[row] = NX_NAT;
        }
        else if (!nx_csv_requested_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

size_t
nx_csv_requested_run(const nx_csv_run *run, nx_csv_cells *cells)
{
    switch (cells->type) {
        case NX_TYPE_BOOL:
            return run_bool(run, cells);
        case NX_TYPE_INT8:
            return run_integer(run, cells, 1, true);
        case NX_TYPE_INT16:
            return run_integer(run, cells, 2, true);
        case NX_TYPE_INT32:
            return run_integer(run, cells, 4, true);
        case NX_TYPE_INT64:
            return run_integer(run, cells, 8, true);
        case NX_TYPE_UINT8:
            return run_integer(run, cells, 1, false);
        case NX_TYPE_UINT16:
            return run_integer(run, cells, 2, false);
        case NX_TYPE_UINT32:
            return run_integer(run, cells, 4, false);
        case NX_TYPE_UINT64:
            return run_integer(run, cells, 8, false);
        case NX_TYPE_FLOAT32:
            return run_float32(run, cells);
        case NX_TYPE_FLOAT64:
            return run_float64(run, cells);
        case NX_TYPE_DATETIME_D:
            return run_datetime(run, cells, NX_UNIT_D);
        case NX_TYPE_DATETIME_H:
            return run_datetime(run, cells, NX_UNIT_HOUR);
        case NX_TYPE_DATETIME_M:
            return run_datetime(run, cells, NX_UNIT_MINUTE);
        case NX_TYPE_DATETIME_S:
            return run_datetime(run, cells, NX_UNIT_S);
        case NX_TYPE_DATETIME_MS:
            return run_datetime(run, cells, NX_UNIT_MS);
        case NX_TYPE_DATETIME_US:
            return run_datetime(run, cells, NX_UNIT_US);
        case NX_TYPE_DATETIME_NS:
            return run_datetime(run, cells, NX_UNIT_NS);
        default:
            return run_carefully(run, cells);
    }
}
