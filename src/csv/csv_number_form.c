#include "csv/csv_number_form.h"

#include <math.h>
#include <string.h>

#include "csv/csv_glance.h"
#include "csv/csv_requested.h"
#include "number/decimal_fast.h"

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t
count_digits(const uint8_t *from, const uint8_t *end)
{
    size_t count = 0;
    while (from + count < end && is_digit(from[count])) {
        count++;
    }
    return count;
}

static bool
has_separator(const nx_csv_rules *rules, const uint8_t *from, const uint8_t *end)
{
    const nx_csv_token thousands = rules->thousands;
    return thousands.size > 0 && (size_t)(end - from) >= thousands.size &&
           memcmp(from, thousands.text, thousands.size) == 0;
}

/* Copies the digits before the decimal mark without their separators; *from moves
 * behind them. False when they are grouped wrongly. */
static bool
copy_groups(const nx_csv_rules *rules, const uint8_t **from, const uint8_t *end,
            uint8_t **to)
{
    const uint8_t *at = *from;
    size_t digits = count_digits(at, end);
    const size_t first = digits;
    for (bool more = true; more;) {
        memcpy(*to, at, digits);
        *to += digits;
        at += digits;
        more = digits > 0 && has_separator(rules, at, end);
        if (more) {
            at += rules->thousands.size;
            digits = count_digits(at, end);
            if (first > 3 || digits != 3) {
                return false;
            }
        }
    }
    *from = at;
    return true;
}

/* Text that is no number. */
static nx_csv_field
no_number(uint8_t *room)
{
    *room = '?';
    return (nx_csv_field){room, room + 1};
}

nx_csv_field
nx_csv_number_text(const nx_csv_rules *rules, nx_csv_field text, uint8_t *room)
{
    const uint8_t *from = text.start;
    uint8_t *to = room;
    if (!rules->own_numbers) {
        return text;
    }
    if (nx_csv_field_size(text) > NX_CSV_NUMBER_ROOM) {
        return no_number(room);
    }
    if (from < text.end && (*from == '-' || *from == '+')) {
        *to++ = *from++;
    }
    if (!copy_groups(rules, &from, text.end, &to)) {
        return no_number(room);
    }
    if (from < text.end && *from == rules->decimal) {
        *to++ = '.';
        from++;
    }
    /* One more mark, or one of the other kind, is no number. */
    const size_t rest = (size_t)(text.end - from);
    if (memchr(from, '.', rest) != NULL) {
        return no_number(room);
    }
    memcpy(to, from, rest);
    return (nx_csv_field){room, to + rest};
}

/* ---- The loop ---- */

enum {
    SHORT = 32 /* bytes that are changed at once */
};

/* A short field with a decimal comma and no separators: point and comma change places,
 * which is the change of one bit, so that a point is no mark any more. Reads 32 bytes
 * before the end of the field. */
NX_INLINE bool
comma_decimal(nx_csv_field field, double *value)
{
    uint8_t own[2 * SHORT];
    const size_t n = nx_csv_field_size(field);
    const uint8_t *from = field.end - SHORT;
    if (n > SHORT) {
        return false;
    }
    memset(own, 0, SHORT);
    for (int i = 0; i < SHORT; i++) {
        own[SHORT + i] = (uint8_t)(from[i] ^ (uint8_t)(((from[i] & 0xFD) == ',') << 1));
    }
    return nx_decimal_plain(own + 2 * SHORT - n, own + 2 * SHORT, value);
}

/* Any field of moderate length. */
NX_INLINE bool
grouped_decimal(const nx_csv_rules *rules, nx_csv_field field, double *value)
{
    uint8_t room[SHORT + 2 * SHORT];
    if (nx_csv_field_size(field) > 2 * SHORT) {
        return false;
    }
    memset(room, 0, SHORT);
    const nx_csv_field text = nx_csv_number_text(rules, field, room + SHORT);
    return nx_decimal_plain(text.start, text.end, value);
}

size_t
nx_csv_number_form_run(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->column;
    const nx_csv_rules *rules = cells->rules;
    const bool words = rules->na.count > 0;
    const bool commas = rules->decimal == ',' && rules->thousands.size == 0;
    const bool requested = cells->target->requested != NX_TYPE_NONE;
    double *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_csv_glance_word(cells, field, words) &&
            (commas ? comma_decimal(field, &values[row])
                    : grouped_decimal(rules, field, &values[row]))) {
            continue;
        }
        if (nx_csv_glance_missing(cells, row, field)) {
            values[row] = (double)NAN;
        }
        else if (!(requested ? nx_csv_requested_put(cells, row, field)
                             : nx_csv_cell_put(cells, row, field))) {
            return row;
        }
    }
    return run->rows;
}
