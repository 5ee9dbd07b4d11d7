#include "csv/csv_kernels.h"

#include <math.h>
#include <string.h>

#include "csv/csv_glance.h"
#include "csv/csv_infer.h"
#include "csv/csv_requested.h"
#include "number/decimal_fast.h"
#include "number/parse_bool.h"
#include "number/parse_float.h"

/* The low n bytes of a word; all of them from 8 on. */
static const uint64_t low_bytes[NX_VIEW_INLINE + 1] = {
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
    const uint64_t first = nx_load64le(text) & low_bytes[n];
    const uint64_t rest = n <= 8 ? 0 : nx_load32le(text + 8) & low_bytes[n - 8];
    const uint64_t words[2] = {n | first << 32, first >> 32 | rest << 32};
    memcpy(view, words, sizeof words);
#endif
}

/* A string that goes to a slab; `room` holds n + 16 bytes. Whole vectors are
 * copied: what they bring along is written over by the next string. */
NX_INLINE void
put_long(nx_string_view *view, const uint8_t *text, size_t n, nx_slab_room *room)
{
    view->length = (int32_t)n;
    memcpy(view->u.ref.prefix, text, 4);
    view->u.ref.slab = room->slab;
    view->u.ref.offset = room->offset;
    if (n > 64) {
        memcpy(room->at, text, n);
    }
    else {
        for (size_t i = 0; i < n; i += 16) {
            memcpy(room->at + i, text + i, 16);
        }
    }
    room->at += n;
    room->offset += (int32_t)n;
}

/* True when one of n bytes is `byte`; reads up to 7 bytes behind them. */
NX_INLINE bool
has_byte(const uint8_t *text, size_t n, uint8_t byte)
{
    for (size_t i = 0; i < n; i += 8) {
        uint64_t word = nx_load64le(text + i) ^ NX_BYTES(byte);
        word |= n - i < 8 ? ~low_bytes[n - i] : 0;
        if (((word - NX_BYTES(1)) & ~word & NX_BYTES(0x80)) != 0) {
            return true;
        }
    }
    return false;
}

/* The loops. With `words` a field that may be a missing word of the column's own goes
 * the careful way, also if it is a number; without, that question costs nothing. */

/* What a loop does not take itself, apart from it, so that its registers are its own.
 * `missing` is what stands under the mask. */
static NX_NOINLINE bool
put_odd(nx_csv_cells *cells, size_t row, nx_csv_field field, int64_t missing)
{
    if (nx_csv_glance_missing(cells, row, field)) {
        memcpy((int64_t *)cells->values + row, &missing, sizeof missing);
        return true;
    }
    return nx_csv_cell_put(cells, row, field);
}

NX_INLINE size_t
run_none(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->target->field;
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
    const size_t column = cells->target->field;
    uint8_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t size = nx_csv_field_size(field);
        if (!nx_csv_glance_word(cells, field, words) &&
            nx_parse_bool(field.start, size, &values[row]) == NX_PARSE_OK) {
            continue;
        }
        if (nx_csv_glance_missing(cells, row, field)) {
            values[row] = 0;
        }
        else if (!nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* The integers of 17 to 19 digits. */
static NX_NOINLINE bool
long_integer(nx_csv_field field, size_t n, bool zeros, int64_t *value)
{
    const uint8_t *digits = field.end - n;
    uint64_t magnitude;
    if (n - 1 >= 19 || (*digits == '0' && !zeros) ||
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
plain_integer(nx_csv_field field, bool zeros, int64_t *value)
{
    /* The least number of n digits: what is below it begins with a zero. */
    static const uint64_t least[17] = {0,
                                       0,
                                       10,
                                       100,
                                       1000,
                                       10000,
                                       100000,
                                       1000000,
                                       10000000,
                                       100000000,
                                       1000000000,
                                       10000000000,
                                       100000000000,
                                       1000000000000,
                                       10000000000000,
                                       100000000000000,
                                       1000000000000000};
    const bool negative = *field.start == '-';
    const size_t n = nx_csv_field_size(field) - negative;
    uint64_t magnitude;
    if (NX_UNLIKELY(n - 1 > 15)) {
        return long_integer(field, n, zeros, value);
    }
    const bool digits = nx_digits_ending(field.end, n, &magnitude);
    *value = ((int64_t)magnitude ^ -(int64_t)negative) + negative;
    return digits && (NX_LIKELY(magnitude >= least[n]) || zeros);
}

NX_INLINE size_t
run_int64(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->target->field;
    const bool zeros = cells->rules->leading_zeros_int;
    int64_t *values = cells->values;
    int64_t signs = 0;
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_csv_glance_word(cells, field, words) &&
            plain_integer(field, zeros, &values[row])) {
            signs |= values[row];
        }
        else if (!put_odd(cells, row, field, 0)) {
            break;
        }
    }
    cells->classes |= signs < 0 ? NX_CLASS_NEGATIVE : 0;
    return row;
}

NX_INLINE size_t
run_uint64(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->target->field;
    const bool zeros = cells->rules->leading_zeros_int;
    int64_t *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if (!nx_csv_glance_word(cells, field, words) && *field.start != '-' &&
            plain_integer(field, zeros, &values[row])) {
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
    if (nx_csv_glance_missing(cells, row, field)) {
        *value = (double)NAN;
        return true;
    }
    return (number &&
            nx_parse_double(field.start, nx_csv_field_size(field), value) ==
                NX_PARSE_OK &&
            !isnan(*value)) ||
           nx_csv_cell_put(cells, row, field);
}

NX_INLINE size_t
run_float64(const nx_csv_run *run, nx_csv_cells *cells, const bool words)
{
    const size_t column = cells->target->field;
    double *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const bool number = !nx_csv_glance_word(cells, field, words);
        if (number && nx_decimal_plain(field.start, field.end, &values[row])) {
            continue;
        }
        if (!put_odd_float(cells, row, field, number)) {
            return row;
        }
    }
    return run->rows;
}

NX_INLINE size_t
run_datetime(const nx_csv_run *run, nx_csv_cells *cells, const bool words,
             const nx_datetime_unit unit)
{
    const size_t column = cells->target->field;
    const bool zoned = (cells->classes & NX_CLASS_ZONED) != 0;
    nx_csv_day day = nx_csv_day_first();
    int64_t *values = cells->values;
    int64_t low = 0, high = 0;
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        /* Midnight is a time: it would make a column of days one of seconds. */
        const bool fits = unit != NX_UNIT_D || nx_csv_field_size(field) == 10;
        if (fits && !nx_csv_glance_word(cells, field, words) &&
            nx_csv_glance_time(field, unit, zoned, &day, &values[row])) {
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
    const size_t column = cells->target->field;
    const bool words = cells->rules->na.count > 0;
    nx_string_view *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        const size_t n = nx_csv_field_size(field);
        uint64_t ignored;
        if (n - 1 < NX_VIEW_INLINE && !nx_csv_glance_word(cells, field, words) &&
            nx_digits_ending(field.end, n, &ignored)) {
            put_short(&values[row], field.start, n);
        }
        else if (n == 0 && nx_csv_glance_missing(cells, row, field)) {
            put_short(&values[row], field.start, 0);
        }
        else if (!nx_csv_cell_put(cells, row, field)) {
            return row;
        }
    }
    return run->rows;
}

/* True for a string on which the rules may have an effect, with its text inside
 * quotes or as it stands. */
static bool
string_needs_care(const nx_csv_cells *cells, nx_csv_field text, bool quoted)
{
    const int64_t limit = cells->target->limit;
    const size_t n = nx_csv_field_size(text);
    const uint8_t first = *text.start, last = text.end[-1];
    if (nx_csv_words_maybe(&cells->rules->na, text)) {
        return true;
    }
    if (n > 0 && !quoted &&
        (first == ' ' || first == '\t' || last == ' ' || last == '\t')) {
        return true;
    }
    /* Bytes are at least as many as characters. */
    const uint64_t most = limit > 0 ? (uint64_t)limit : UINT64_C(0) - (uint64_t)limit;
    return limit != 0 && n > 0 && (n > most || last == 0);
}

/* The text of a field if nothing inside has to be unquoted; false for a field that
 * needs care. An empty field is one: it is missing. */
NX_INLINE bool
plain_text(const nx_csv_cells *cells, nx_csv_field field, const bool rules,
           nx_csv_field *text)
{
    *text = field;
    const bool quoted = nx_csv_field_quoted(field, cells->dialect);
    if (quoted) {
        const uint8_t quote = cells->dialect->quote;
        text->start++;
        text->end--;
        if (text->end < text->start || *text->end != quote ||
            has_byte(text->start, nx_csv_field_size(*text), quote)) {
            return false;
        }
    }
    else if (field.start == field.end) {
        return false;
    }
    return !rules || !string_needs_care(cells, *text, quoted);
}

enum {
    LONGEST = 1 << 16 /* bytes of a string that the loop copies itself */
};

/* With `rules` there are missing words, blanks to strip or a limit. */
NX_INLINE size_t
run_string(const nx_csv_run *run, nx_csv_cells *cells, const bool rules)
{
    const size_t column = cells->target->field;
    const bool easy = !cells->check_utf8;
    nx_string_view *values = cells->values;
    nx_slab_room room = {0};
    size_t row = 0;
    for (; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        nx_csv_field text;
        if (easy && plain_text(cells, field, rules, &text)) {
            const size_t n = nx_csv_field_size(text);
            if (n <= NX_VIEW_INLINE) {
                put_short(&values[row], text.start, n);
                continue;
            }
            if (room.at == NULL || (size_t)(room.end - room.at) < n + 16) {
                nx_slabs_close(cells->slabs, &room);
            }
            if (n <= LONGEST &&
                (room.at != NULL || nx_slabs_open(cells->slabs, n + 16, &room))) {
                put_long(&values[row], text.start, n, &room);
                continue;
            }
        }
        nx_slabs_close(cells->slabs, &room);
        if (field.start == field.end && nx_csv_glance_missing(cells, row, field)) {
            put_short(&values[row], field.start, 0);
        }
        else if (!nx_csv_cell_put_string(cells, row, field)) {
            break;
        }
    }
    nx_slabs_close(cells->slabs, &room);
    return row;
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
            return run_float64(run, cells, words);
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
        return words || rules->strip || cells->target->limit != 0
                   ? run_string(run, cells, true)
                   : run_string(run, cells, false);
    }
    if (cells->target->requested != NX_TYPE_NONE) {
        return nx_csv_requested_run(shared, cells);
    }
    return words ? run_inferred(run, cells, true) : run_inferred(run, cells, false);
}
