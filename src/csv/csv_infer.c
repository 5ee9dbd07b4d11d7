#include "csv/csv_infer.h"

#include "csv/csv_number_form.h"
#include "number/parse_bool.h"
#include "number/parse_float.h"
#include "number/parse_int.h"

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Sign and digits only; fills the classes if so. */
static bool
classify_integer(nx_csv_field text, nx_csv_value *value)
{
    const size_t n = nx_csv_field_size(text);
    const bool sign = *text.start == '-' || *text.start == '+';
    const uint8_t *digits = text.start + sign;
    const nx_parse_result result = nx_parse_int64(text.start, n, &value->integer);
    if (result == NX_PARSE_INVALID) {
        return false;
    }
    value->classes = NX_CLASS_INTEGER;
    if (text.end - digits > 1 && *digits == '0') {
        value->classes |= NX_CLASS_LEADING_ZERO;
    }
    if (result == NX_PARSE_OK) {
        value->classes |= value->integer < 0 ? NX_CLASS_NEGATIVE : 0;
    }
    else if (nx_parse_uint64(text.start, n, &value->big) == NX_PARSE_OK) {
        value->classes |= NX_CLASS_BEYOND_INT64;
    }
    else {
        value->classes |= NX_CLASS_BEYOND_UINT64;
    }
    return true;
}

static bool
classify_datetime(nx_csv_field text, nx_csv_value *value)
{
    nx_datetime *when = &value->datetime;
    if (nx_parse_datetime(text.start, nx_csv_field_size(text), when) != NX_PARSE_OK) {
        return false;
    }
    value->classes = when->zoned ? NX_CLASS_ZONED : NX_CLASS_NAIVE;
    if (when->date_only) {
        value->classes |= NX_CLASS_DATE;
    }
    else if (when->fraction_digits == 0) {
        value->classes |= NX_CLASS_TIME_S;
    }
    else if (when->fraction_digits <= 3) {
        value->classes |= NX_CLASS_TIME_MS;
    }
    else {
        value->classes |=
            when->fraction_digits <= 6 ? NX_CLASS_TIME_US : NX_CLASS_TIME_NS;
    }
    int64_t count;
    if (!nx_datetime_to_unit(when, NX_UNIT_NS, &count)) {
        value->classes |= NX_CLASS_BEYOND_NS;
    }
    return true;
}

/* `number` is the text as a number would usually be written. */
static nx_csv_value
classify(nx_csv_field text, nx_csv_field number)
{
    nx_csv_value value = {.classes = NX_CLASS_OTHER};
    const size_t n = nx_csv_field_size(text);
    if (n == 0) {
        return value;
    }
    const uint8_t first = *text.start;
    if (is_digit(first) || first == '-' || first == '+') {
        if (classify_integer(number, &value)) {
            return value;
        }
        if (n >= 10 && text.start[4] == '-' && classify_datetime(text, &value)) {
            return value;
        }
    }
    else if (nx_parse_bool(text.start, n, &value.truth) == NX_PARSE_OK) {
        value.classes = NX_CLASS_BOOL;
        return value;
    }
    double ignored;
    if (nx_parse_double(number.start, nx_csv_field_size(number), &ignored) ==
        NX_PARSE_OK) {
        value.classes = NX_CLASS_DECIMAL;
    }
    return value;
}

nx_csv_value
nx_csv_classify(nx_csv_field text, const nx_csv_rules *rules)
{
    uint8_t room[NX_CSV_NUMBER_ROOM];
    nx_csv_value value = classify(text, nx_csv_number_text(rules, text, room));
    if (rules->leading_zeros_int) {
        value.classes &= ~(nx_class_set)NX_CLASS_LEADING_ZERO;
    }
    /* A word that reads as a number stays one, or 0 and 1 were no integers. */
    if (value.classes == NX_CLASS_OTHER &&
        nx_csv_rules_truth(rules, text, &value.truth)) {
        value.classes = NX_CLASS_BOOL;
    }
    return value;
}

nx_class_set
nx_csv_beyond_ns(int64_t low, int64_t high, nx_datetime_unit unit)
{
    static const int64_t per_unit[] = {INT64_C(86400000000000), 1000000000, 1000000,
                                       1000, 1};
    const int64_t factor = per_unit[unit];
    /* The smallest int64 is NaT, so the smallest time is one above it. */
    const bool fits = high <= INT64_MAX / factor && low >= (INT64_MIN + 1) / factor;
    return fits ? 0 : NX_CLASS_BEYOND_NS;
}
