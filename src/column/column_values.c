/* Each loop takes what it recognises at a glance and leaves the rest to one careful
 * function, as the column loops of the CSV reader do. */
#include "column/column_values.h"

#include <math.h>

#include "number/decimal_fast.h"
#include "number/half.h"
#include "number/parse_bool.h"
#include "number/parse_datetime_far.h"
#include "number/parse_float.h"
#include "number/time_fast.h"

enum {
    FLOAT16_NAN = 0x7E00 /* the bits of a quiet NaN */
};

void
nx_value_clear(nx_type type, void *value)
{
    const double nan64 = (double)NAN;
    const float nan32 = NAN;
    const uint16_t nan16 = FLOAT16_NAN;
    const int64_t nat = NX_NAT;
    switch (type) {
        case NX_TYPE_FLOAT64:
            memcpy(value, &nan64, sizeof nan64);
            break;
        case NX_TYPE_FLOAT32:
            memcpy(value, &nan32, sizeof nan32);
            break;
        case NX_TYPE_FLOAT16:
            memcpy(value, &nan16, sizeof nan16);
            break;
        default:
            if (nx_type_is_time(type)) {
                memcpy(value, &nat, sizeof nat);
            }
            else if (nx_type_width(type) > 0) {
                memset(value, 0, nx_type_width(type));
            }
    }
}

/* ---- One value ---- */

static nx_value_note
integer_of_text(nx_type type, const uint8_t *text, size_t n, void *value, int64_t low,
                uint64_t high)
{
    int64_t integer;
    uint64_t natural = 0;
    nx_parse_result result = nx_parse_int64(text, n, &integer);
    if (result == NX_PARSE_OK) {
        natural = (uint64_t)integer;
        result = integer < low || (integer > 0 && natural > high) ? NX_PARSE_RANGE
                                                                  : NX_PARSE_OK;
    }
    else if (result == NX_PARSE_RANGE) {
        result = nx_parse_uint64(text, n, &natural);
        result =
            result == NX_PARSE_OK && natural <= high ? NX_PARSE_OK : NX_PARSE_RANGE;
    }
    if (result != NX_PARSE_OK) {
        return result == NX_PARSE_RANGE ? NX_VALUE_RANGE : NX_VALUE_KIND;
    }
    nx_value_store_integer(value, nx_type_width(type), natural);
    return NX_VALUE_GOOD;
}

static nx_value_note
time_of_text(nx_type type, const uint8_t *text, size_t n, void *value, bool *zoned)
{
    nx_datetime when;
    if (nx_parse_datetime(text, n, &when) != NX_PARSE_OK) {
        return NX_VALUE_KIND;
    }
    *zoned = when.zoned;
    const nx_parse_result result =
        nx_datetime_to_unit_exact(&when, nx_type_unit(type), value);
    return result == NX_PARSE_OK      ? NX_VALUE_GOOD
           : result == NX_PARSE_RANGE ? NX_VALUE_RANGE
                                      : NX_VALUE_FINE;
}

nx_value_note
nx_value_of_text(nx_type type, const uint8_t *text, size_t n, void *value, bool *zoned)
{
    int64_t low;
    uint64_t high;
    nx_parse_result result;
    if (nx_type_integer_range(type, &low, &high)) {
        return integer_of_text(type, text, n, value, low, high);
    }
    switch (type) {
        case NX_TYPE_BOOL:
            result = nx_parse_bool(text, n, value);
            break;
        case NX_TYPE_FLOAT16:
            result = nx_parse_float16(text, n, value);
            break;
        case NX_TYPE_FLOAT32:
            result = nx_parse_float32(text, n, value);
            break;
        case NX_TYPE_FLOAT64:
            result = nx_parse_double(text, n, value);
            break;
        default:
            return time_of_text(type, text, n, value, zoned);
    }
    return result == NX_PARSE_OK ? NX_VALUE_GOOD : NX_VALUE_KIND;
}

/* A text with blanks around it, or with a spelling that no loop knows. It may end where
 * memory does. */
static NX_NOINLINE nx_value_note
value_with_care(nx_type type, nx_span span, void *value)
{
    const uint8_t *text = span.text;
    uint8_t word[8] = {0};
    size_t n = span.length;
    bool zoned = false;
    if (text == NULL) {
        return NX_VALUE_MISSING;
    }
    while (n > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        n--;
    }
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
        n--;
    }
    if (type == NX_TYPE_BOOL) {
        if (n == 0 || n > 5) {
            return NX_VALUE_KIND;
        }
        memcpy(word, text, n);
        text = word;
    }
    const nx_value_note note = nx_value_of_text(type, text, n, value, &zoned);
    if (note != NX_VALUE_KIND || !nx_type_is_time(type)) {
        return note == NX_VALUE_GOOD && zoned ? NX_VALUE_ZONED : note;
    }
    switch (nx_parse_datetime_far(text, n, nx_type_unit(type), value)) {
        case NX_FAR_OK:
            return NX_VALUE_GOOD;
        case NX_FAR_RANGE:
            return NX_VALUE_RANGE;
        case NX_FAR_FINE:
            return NX_VALUE_FINE;
        default:
            return NX_VALUE_KIND;
    }
}

/* ---- Bounds ---- */

static nx_value_note
hold_float(const nx_value_bounds *bounds, double value)
{
    return !(value >= bounds->least)     ? NX_VALUE_BELOW
           : !(value <= bounds->largest) ? NX_VALUE_ABOVE
                                         : NX_VALUE_GOOD;
}

static nx_value_note
hold_key(const nx_value_bounds *bounds, uint64_t key)
{
    return bounds->all_below || key < bounds->low    ? NX_VALUE_BELOW
           : bounds->all_above || key > bounds->high ? NX_VALUE_ABOVE
                                                     : NX_VALUE_GOOD;
}

/* Says whether a value is within the bounds. */
static nx_value_note
hold(nx_type type, const nx_value_bounds *bounds, const void *value)
{
    uint64_t bits = 0;
    const size_t width = nx_type_width(type);
    double wide;
    float single;
    int64_t low, narrow;
    uint64_t high;
    switch (type) {
        case NX_TYPE_FLOAT64:
            memcpy(&wide, value, sizeof wide);
            return hold_float(bounds, wide);
        case NX_TYPE_FLOAT32:
            memcpy(&single, value, sizeof single);
            return hold_float(bounds, (double)single);
        case NX_TYPE_FLOAT16:
            return hold_float(bounds, nx_double_of_half(*(const uint16_t *)value));
        default:
            break;
    }
    switch (width) {
        case 1:
            bits = *(const uint8_t *)value;
            break;
        case 2:
            bits = *(const uint16_t *)value;
            break;
        case 4:
            bits = *(const uint32_t *)value;
            break;
        default:
            bits = *(const uint64_t *)value;
    }
    if (nx_type_integer_range(type, &low, &high) && low == 0) {
        return hold_key(bounds, bits);
    }
    /* The sign of a narrow integer, moved up and down again. */
    const unsigned unused = 64 - 8 * (unsigned)width;
    narrow = (int64_t)(bits << unused) >> unused;
    if (nx_type_is_time(type) && narrow == NX_NAT) {
        return NX_VALUE_BELOW;
    }
    return hold_key(bounds, nx_value_key(narrow));
}

/* ---- Many values ---- */

NX_INLINE bool
glance_integer(const uint8_t *text, size_t n, void *value, const size_t width,
               const bool is_signed)
{
    const uint64_t above = UINT64_MAX >> (64 + is_signed - 8 * width);
    uint64_t integer;
    if (!nx_integer_fast(text, text + n, is_signed ? above + 1 : 0, above, &integer)) {
        return false;
    }
    nx_value_store_integer(value, width, integer);
    return true;
}

/* Recognises a text of 1 to NX_VALUE_NEAR bytes; `type` is a constant. *day is that of
 * the text before. */
NX_INLINE bool
glance(const nx_type type, const uint8_t *text, size_t n, nx_time_day *day, void *value)
{
    switch (type) {
        case NX_TYPE_BOOL:
            return nx_parse_bool(text, n, value) == NX_PARSE_OK;
        case NX_TYPE_INT8:
            return glance_integer(text, n, value, 1, true);
        case NX_TYPE_INT16:
            return glance_integer(text, n, value, 2, true);
        case NX_TYPE_INT32:
            return glance_integer(text, n, value, 4, true);
        case NX_TYPE_INT64:
            return glance_integer(text, n, value, 8, true);
        case NX_TYPE_UINT8:
            return glance_integer(text, n, value, 1, false);
        case NX_TYPE_UINT16:
            return glance_integer(text, n, value, 2, false);
        case NX_TYPE_UINT32:
            return glance_integer(text, n, value, 4, false);
        case NX_TYPE_UINT64:
            return glance_integer(text, n, value, 8, false);
        case NX_TYPE_FLOAT32:
            return nx_decimal_fast32(text, text + n, value);
        case NX_TYPE_FLOAT64:
            return nx_decimal_plain(text, text + n, value);
        case NX_TYPE_FLOAT16:
            return false;
        default:
            return nx_time_fast(text, n, nx_type_unit(type), false, day, value);
    }
}

/* The loop of one type; `type` is a constant where this is used. */
NX_INLINE size_t
run(const nx_type type, const size_t width, const nx_value_bounds *bounds,
    const nx_span *texts, size_t n, uint8_t *values, uint8_t *notes)
{
    nx_time_day day = nx_time_day_first();
    const bool bounded = bounds->given;
    size_t faults = 0;
    for (size_t i = 0; i < n; i++, values += width) {
        const nx_span text = texts[i];
        nx_value_note note = NX_VALUE_GOOD;
        if (NX_UNLIKELY(text.length - 1 >= NX_VALUE_NEAR ||
                        !glance(type, text.text, text.length, &day, values))) {
            note = value_with_care(type, text, values);
        }
        if (bounded && note < NX_VALUE_MISSING) {
            const nx_value_note held = hold(type, bounds, values);
            note = held != NX_VALUE_GOOD ? held : note;
        }
        if (NX_UNLIKELY(note != NX_VALUE_GOOD)) {
            notes[i] = (uint8_t)note;
            faults += note >= NX_VALUE_KIND;
            if (note >= NX_VALUE_MISSING) {
                nx_value_clear(type, values);
            }
        }
    }
    return faults;
}

size_t
nx_values_of_texts(nx_type type, const nx_value_bounds *bounds, const nx_span *texts,
                   size_t n, void *values, uint8_t *notes)
{
    switch (type) {
        case NX_TYPE_BOOL:
            return run(NX_TYPE_BOOL, 1, bounds, texts, n, values, notes);
        case NX_TYPE_INT8:
            return run(NX_TYPE_INT8, 1, bounds, texts, n, values, notes);
        case NX_TYPE_INT16:
            return run(NX_TYPE_INT16, 2, bounds, texts, n, values, notes);
        case NX_TYPE_INT32:
            return run(NX_TYPE_INT32, 4, bounds, texts, n, values, notes);
        case NX_TYPE_INT64:
            return run(NX_TYPE_INT64, 8, bounds, texts, n, values, notes);
        case NX_TYPE_UINT8:
            return run(NX_TYPE_UINT8, 1, bounds, texts, n, values, notes);
        case NX_TYPE_UINT16:
            return run(NX_TYPE_UINT16, 2, bounds, texts, n, values, notes);
        case NX_TYPE_UINT32:
            return run(NX_TYPE_UINT32, 4, bounds, texts, n, values, notes);
        case NX_TYPE_UINT64:
            return run(NX_TYPE_UINT64, 8, bounds, texts, n, values, notes);
        case NX_TYPE_FLOAT16:
            return run(NX_TYPE_FLOAT16, 2, bounds, texts, n, values, notes);
        case NX_TYPE_FLOAT32:
            return run(NX_TYPE_FLOAT32, 4, bounds, texts, n, values, notes);
        case NX_TYPE_FLOAT64:
            return run(NX_TYPE_FLOAT64, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_D:
            return run(NX_TYPE_DATETIME_D, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_H:
            return run(NX_TYPE_DATETIME_H, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_M:
            return run(NX_TYPE_DATETIME_M, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_S:
            return run(NX_TYPE_DATETIME_S, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_MS:
            return run(NX_TYPE_DATETIME_MS, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_US:
            return run(NX_TYPE_DATETIME_US, 8, bounds, texts, n, values, notes);
        case NX_TYPE_DATETIME_NS:
            return run(NX_TYPE_DATETIME_NS, 8, bounds, texts, n, values, notes);
        default:
            return 0;
    }
}
