/* One loop for every type, so that the compiler sees which writer it calls. */
#include "column/column_text.h"

#include <string.h>

#include "base/bits.h"
#include "number/format_datetime.h"
#include "number/format_float.h"
#include "number/format_int.h"

_Static_assert(NX_INT_TEXT_ROOM <= NX_TEXT_SPARE &&
                   NX_FLOAT_TEXT_ROOM <= NX_TEXT_SPARE &&
                   NX_DATETIME_TEXT_ROOM <= NX_TEXT_SPARE,
               "a text has too little room");
_Static_assert(NX_INT_TEXT_MAX <= NX_TEXT_LONGEST &&
                   NX_FLOAT_TEXT_MAX <= NX_TEXT_LONGEST &&
                   NX_DATETIME_TEXT_MAX <= NX_TEXT_LONGEST,
               "a text can be longer");

NX_INLINE size_t
put_bool(bool value, uint8_t *out)
{
    memcpy(out, value ? "True" : "False", 5);
    return 5 - (size_t)value;
}

/* Writes value `row` and returns the length of its text. */
NX_INLINE size_t
put_value(const nx_type type, const void *values, size_t row, uint8_t *out)
{
    switch (type) {
        case NX_TYPE_BOOL:
            return put_bool(((const uint8_t *)values)[row] != 0, out);
        case NX_TYPE_INT8:
            return nx_format_int64(((const int8_t *)values)[row], out);
        case NX_TYPE_INT16:
            return nx_format_int64(((const int16_t *)values)[row], out);
        case NX_TYPE_INT32:
            return nx_format_int64(((const int32_t *)values)[row], out);
        case NX_TYPE_INT64:
            return nx_format_int64(((const int64_t *)values)[row], out);
        case NX_TYPE_UINT8:
            return nx_format_uint64(((const uint8_t *)values)[row], out);
        case NX_TYPE_UINT16:
            return nx_format_uint64(((const uint16_t *)values)[row], out);
        case NX_TYPE_UINT32:
            return nx_format_uint64(((const uint32_t *)values)[row], out);
        case NX_TYPE_UINT64:
            return nx_format_uint64(((const uint64_t *)values)[row], out);
        case NX_TYPE_FLOAT16:
            return nx_format_float16(((const uint16_t *)values)[row], out);
        case NX_TYPE_FLOAT32:
            return nx_format_float32(((const float *)values)[row], out);
        case NX_TYPE_FLOAT64:
            return nx_format_double(((const double *)values)[row], out);
        default:
            return nx_format_datetime(((const int64_t *)values)[row],
                                      nx_type_unit(type), out);
    }
}

/* What the loop of one type runs over. */
typedef struct text_rows {
    const void *values;
    const uint8_t *missing;
    size_t n;
    uint8_t *out;
    uint32_t *ends;
} text_rows;

/* `type` is a constant where this is used, but for times. */
NX_INLINE void
put_rows(const text_rows *rows, const nx_type type)
{
    uint8_t *const out = rows->out;
    size_t at = 0;
    for (size_t row = 0; row < rows->n; row++) {
        if (rows->missing == NULL || rows->missing[row] == 0) {
            at += put_value(type, rows->values, row, out + at);
        }
        rows->ends[row] = (uint32_t)at;
    }
}

static void
put_integers(const text_rows *rows, nx_type type)
{
    switch (type) {
        case NX_TYPE_INT8:
            put_rows(rows, NX_TYPE_INT8);
            break;
        case NX_TYPE_INT16:
            put_rows(rows, NX_TYPE_INT16);
            break;
        case NX_TYPE_INT32:
            put_rows(rows, NX_TYPE_INT32);
            break;
        case NX_TYPE_INT64:
            put_rows(rows, NX_TYPE_INT64);
            break;
        case NX_TYPE_UINT8:
            put_rows(rows, NX_TYPE_UINT8);
            break;
        case NX_TYPE_UINT16:
            put_rows(rows, NX_TYPE_UINT16);
            break;
        case NX_TYPE_UINT32:
            put_rows(rows, NX_TYPE_UINT32);
            break;
        default:
            put_rows(rows, NX_TYPE_UINT64);
    }
}

void
nx_text_of_values(nx_type type, const void *values, const uint8_t *missing, size_t n,
                  uint8_t *out, uint32_t *ends)
{
    const text_rows rows = {values, missing, n, out, ends};
    int64_t low;
    uint64_t high;
    if (nx_type_integer_range(type, &low, &high)) {
        put_integers(&rows, type);
        return;
    }
    switch (type) {
        case NX_TYPE_BOOL:
            put_rows(&rows, NX_TYPE_BOOL);
            break;
        case NX_TYPE_FLOAT16:
            put_rows(&rows, NX_TYPE_FLOAT16);
            break;
        case NX_TYPE_FLOAT32:
            put_rows(&rows, NX_TYPE_FLOAT32);
            break;
        case NX_TYPE_FLOAT64:
            put_rows(&rows, NX_TYPE_FLOAT64);
            break;
        default:
            put_rows(&rows, type); /* a time: its writer looks at the unit */
    }
}
