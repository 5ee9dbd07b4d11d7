#include "csv/csv_requested.h"

#include <math.h>

#include "column/column_values.h"
#include "csv/csv_glance.h"
#include "csv/csv_number_form.h"
#include "number/decimal_fast.h"
#include "number/parse_bool.h"
#include "number/time_fast.h"

/* ---- The careful way ---- */

/* A time in the layout that was asked for. */
static nx_value_note
dated_value(const nx_csv_cells *cells, nx_csv_field text, void *value, bool *zoned)
{
    nx_datetime when;
    if (nx_date_format_parse(cells->rules->dates, text.start, nx_csv_field_size(text),
                             &when) != NX_PARSE_OK) {
        return NX_VALUE_KIND;
    }
    *zoned = when.zoned;
    switch (nx_datetime_to_unit_exact(&when, nx_type_unit(cells->type), value)) {
        case NX_PARSE_OK:
            return NX_VALUE_GOOD;
        case NX_PARSE_RANGE:
            return NX_VALUE_RANGE;
        default:
            return NX_VALUE_FINE;
    }
}

static nx_value_note
value_of(const nx_csv_cells *cells, nx_csv_field text, void *value, bool *zoned)
{
    uint8_t room[NX_CSV_NUMBER_ROOM];
    const bool time = nx_type_is_time(cells->type);
    if (time && cells->rules->dates != NULL) {
        return dated_value(cells, text, value, zoned);
    }
    if (!time && cells->type != NX_TYPE_BOOL) {
        text = nx_csv_number_text(cells->rules, text, room);
    }
    return nx_value_of_text(cells->type, text.start, nx_csv_field_size(text), value,
                            zoned);
}

/* Writes a value of whatever type; takes note of times with and without a zone. */
static nx_csv_fault
put_value(nx_csv_cells *cells, size_t row, nx_csv_field field, nx_csv_field text)
{
    uint8_t *value = (uint8_t *)cells->values + row * nx_type_width(cells->type);
    bool zoned;
    switch (value_of(cells, text, value, &zoned)) {
        case NX_VALUE_GOOD:
            break;
        case NX_VALUE_RANGE:
            return NX_CSV_FAULT_RANGE;
        case NX_VALUE_FINE:
            return NX_CSV_FAULT_FINE;
        default:
            return cells->type == NX_TYPE_BOOL &&
                           nx_csv_rules_truth(cells->rules, text, value)
                       ? NX_CSV_FAULT_NONE
                       : NX_CSV_FAULT_KIND;
    }
    if (nx_type_is_time(cells->type)) {
        const nx_csv_zones zones = cells->target->zones;
        if (zones != NX_CSV_ANY_ZONE && zoned != (zones == NX_CSV_SOME_ZONE)) {
            return zoned ? NX_CSV_FAULT_ZONED : NX_CSV_FAULT_NAIVE;
        }
        nx_csv_cell_note(cells, zoned ? NX_CSV_NOTE_ZONED : NX_CSV_NOTE_NAIVE, row,
                         field);
    }
    return NX_CSV_FAULT_NONE;
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
    const size_t column = cells->column;
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
    const size_t column = cells->column;
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

/* Integers of every width: `width` is a constant where this is used. */
NX_INLINE size_t
run_integer(const nx_csv_run *run, nx_csv_cells *cells, const size_t width,
            const bool is_signed)
{
    const size_t column = cells->column;
    const uint64_t above = UINT64_MAX >> (64 + is_signed - 8 * width);
    const uint64_t below = is_signed ? above + 1 : 0;
    uint8_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        uint64_t value = 0;
        if ((nx_csv_glance_word(cells, field, cells->rules->na.count > 0) ||
             !nx_integer_fast(field.start, field.end, below, above, &value)) &&
            !nx_csv_glance_missing(cells, row, field)) {
            if (!nx_csv_requested_put(cells, row, field)) {
                return row;
            }
            continue;
        }
        nx_value_store_integer(values + row * width, width, value);
    }
    return run->rows;
}

static size_t
run_float64(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->column;
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
    const size_t column = cells->column;
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

/* Times in a layout of their own. */
static size_t
run_dated(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->column;
    const nx_date_format *dates = cells->rules->dates;
    const nx_datetime_unit unit = nx_type_unit(cells->type);
    const nx_csv_note_kind kind =
        nx_date_format_zoned(dates) ? NX_CSV_NOTE_ZONED : NX_CSV_NOTE_NAIVE;
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        nx_datetime when;
        if (cells->seen[kind].field.start != NULL &&
            !nx_csv_glance_word(cells, field, cells->rules->na.count > 0) &&
            nx_date_format_parse(dates, field.start, nx_csv_field_size(field), &when) ==
                NX_PARSE_OK &&
            nx_datetime_to_unit(&when, unit, &values[row])) {
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

/* The first time decides, chunk by chunk, whether times with a zone are looked for;
 * one of the other kind goes the careful way, which takes note of it. */
NX_INLINE size_t
run_datetime(const nx_csv_run *run, nx_csv_cells *cells, const nx_datetime_unit unit)
{
    const size_t column = cells->column;
    nx_time_day day = nx_time_day_first();
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const bool zoned = cells->seen[NX_CSV_NOTE_ZONED].field.start != NULL;
        const bool known = zoned || cells->seen[NX_CSV_NOTE_NAIVE].field.start != NULL;
        if (known && !nx_csv_glance_word(cells, field, cells->rules->na.count > 0) &&
            nx_time_fast(field.start, nx_csv_field_size(field), unit, zoned, &day,
                         &values[row])) {
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
    const nx_csv_rules *rules = cells->rules;
    if (nx_type_is_time(cells->type) && rules->dates != NULL) {
        return run_dated(run, cells);
    }
    if (rules->own_numbers && cells->type == NX_TYPE_FLOAT64) {
        return nx_csv_number_form_run(run, cells);
    }
    if (rules->own_numbers && cells->type == NX_TYPE_FLOAT32) {
        return run_carefully(run, cells);
    }
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
