/* One value of any kind as JSON text, inlined: loops over values of one kind call it
 * with a constant, so that the compiler sees which writer it is. */
#ifndef NX_JSON_JSON_PUT_H
#define NX_JSON_JSON_PUT_H

#include <string.h>

#include "json/json_value.h"
#include "number/format_datetime.h"
#include "number/format_float.h"
#include "number/format_int.h"

_Static_assert(NX_INT_TEXT_ROOM + 2 <= NX_JSON_VALUE_ROOM &&
                   NX_FLOAT_TEXT_ROOM + 2 <= NX_JSON_VALUE_ROOM &&
                   NX_DATETIME_TEXT_ROOM + 2 <= NX_JSON_VALUE_ROOM,
               "a value has too little room");

#define NX_JSON_LARGEST_EXACT (UINT64_C(1) << 53)

/* What is rare, in json_value.c. They return NULL with the error filled where the
 * policy has it so. */

/* Writes what is no finite number. */
uint8_t *nx_json_put_not_finite(nx_json_writer *writer, bool is_nan, bool negative,
                                uint8_t *at);

/* Writes an integer that is beyond 2^53 and is not to be a number. */
uint8_t *nx_json_put_big(nx_json_writer *writer, bool negative, uint64_t value,
                         uint8_t *at);

/* Writes a string, as `load` or a view finds it, of any length: it makes room for what
 * is more than NX_JSON_VALUE_ROOM. */
uint8_t *nx_json_put_text(nx_json_writer *writer, const nx_json_column *column,
                          const char *item, uint8_t *at);
uint8_t *nx_json_put_view(nx_json_writer *writer, const nx_json_column *column,
                          const char *item, uint8_t *at);

/* Writes the text before a value; there is room for NX_JSON_PADDING bytes more. */
NX_INLINE uint8_t *
nx_json_put_before(const nx_json_column *column, uint8_t *at)
{
    const size_t n = column->before_length;
    if (NX_LIKELY(n <= NX_JSON_PADDING)) {
        memcpy(at, column->before, NX_JSON_PADDING);
    }
    else {
        memcpy(at, column->before, n);
    }
    return at + n;
}

NX_INLINE uint8_t *
nx_json_put_null(uint8_t *at)
{
    memcpy(at, "null", 4);
    return at + 4;
}

/* ---- Numbers ---- */

NX_INLINE uint8_t *
nx_json_put_half(nx_json_writer *writer, const char *item, uint8_t *at)
{
    uint16_t bits;
    memcpy(&bits, item, sizeof bits);
    if (NX_UNLIKELY((bits & 0x7C00) == 0x7C00)) {
        return nx_json_put_not_finite(writer, (bits & 0x3FF) != 0, bits >> 15 != 0, at);
    }
    return at + nx_format_float16(bits, at);
}

NX_INLINE uint8_t *
nx_json_put_single(nx_json_writer *writer, const char *item, uint8_t *at)
{
    uint32_t bits;
    float value;
    memcpy(&bits, item, sizeof bits);
    memcpy(&value, item, sizeof value);
    if (NX_UNLIKELY((bits & 0x7F800000) == 0x7F800000)) {
        return nx_json_put_not_finite(writer, (bits & 0x7FFFFF) != 0, bits >> 31 != 0,
                                      at);
    }
    return at + nx_format_float32(value, at);
}

NX_INLINE uint8_t *
nx_json_put_double(nx_json_writer *writer, const nx_json_scale *scale, const char *item,
                   uint8_t *at)
{
    uint64_t bits;
    double value;
    memcpy(&bits, item, sizeof bits);
    memcpy(&value, item, sizeof value);
    if (scale->is_used) {
        const size_t n = nx_json_put_decimal(scale, value, at);
        if (NX_LIKELY(n != 0)) {
            return at + n;
        }
    }
    const uint64_t infinity = UINT64_C(0x7FF) << 52;
    if (NX_UNLIKELY((bits & infinity) == infinity)) {
        return nx_json_put_not_finite(writer, bits << 12 != 0, bits >> 63 != 0, at);
    }
    return at + nx_format_double(value, at);
}

NX_INLINE uint8_t *
nx_json_put_signed(nx_json_writer *writer, int64_t value, uint8_t *at)
{
    if (NX_UNLIKELY(writer->policy->big != NX_JSON_BIG_NUMBER) &&
        (uint64_t)value + NX_JSON_LARGEST_EXACT > 2 * NX_JSON_LARGEST_EXACT) {
        return nx_json_put_big(writer, value < 0, (uint64_t)value, at);
    }
    if (NX_LIKELY((uint64_t)value < 100000000)) {
        return at + nx_put_first8(at, (uint32_t)value);
    }
    return at + nx_format_int64(value, at);
}

NX_INLINE uint8_t *
nx_json_put_unsigned(nx_json_writer *writer, uint64_t value, uint8_t *at)
{
    if (NX_UNLIKELY(writer->policy->big != NX_JSON_BIG_NUMBER) &&
        value > NX_JSON_LARGEST_EXACT) {
        return nx_json_put_big(writer, false, value, at);
    }
    return at + nx_format_uint64(value, at);
}

NX_INLINE uint8_t *
nx_json_put_count(nx_json_writer *writer, const nx_json_column *column,
                  const char *item, uint8_t *at)
{
    int64_t count;
    memcpy(&count, item, sizeof count);
    if (count == INT64_MIN) {
        return nx_json_put_null(at);
    }
    if (column->kind == NX_JSON_COUNT) {
        return nx_json_put_signed(writer, count, at);
    }
    *at++ = '"';
    at += nx_format_datetime(count, column->unit, at);
    *at++ = '"';
    return at;
}

/* ---- Values ---- */

#define NX_JSON_PUT_INTEGER(type, put)          \
    do {                                        \
        type integer;                           \
        memcpy(&integer, item, sizeof integer); \
        return put(writer, integer, at);        \
    } while (0)

/* Writes a value of a kind, which is a constant where speed matters. There is room for
 * NX_JSON_VALUE_ROOM bytes at `at`, of which a few are left; for more, text makes room.
 */
NX_INLINE uint8_t *
nx_json_put_value(nx_json_writer *writer, const nx_json_kind kind,
                  const nx_json_column *column, const nx_json_scale *scale,
                  const char *item, uint8_t *at)
{
    switch (kind) {
        case NX_JSON_BOOL:
            memcpy(at, *item != 0 ? "true" : "false", 5);
            return at + 5 - (*item != 0);
        case NX_JSON_INT8:
            NX_JSON_PUT_INTEGER(int8_t, nx_json_put_signed);
        case NX_JSON_INT16:
            NX_JSON_PUT_INTEGER(int16_t, nx_json_put_signed);
        case NX_JSON_INT32:
            NX_JSON_PUT_INTEGER(int32_t, nx_json_put_signed);
        case NX_JSON_INT64:
            NX_JSON_PUT_INTEGER(int64_t, nx_json_put_signed);
        case NX_JSON_UINT8:
            NX_JSON_PUT_INTEGER(uint8_t, nx_json_put_unsigned);
        case NX_JSON_UINT16:
            NX_JSON_PUT_INTEGER(uint16_t, nx_json_put_unsigned);
        case NX_JSON_UINT32:
            NX_JSON_PUT_INTEGER(uint32_t, nx_json_put_unsigned);
        case NX_JSON_UINT64:
            NX_JSON_PUT_INTEGER(uint64_t, nx_json_put_unsigned);
        case NX_JSON_FLOAT16:
            return nx_json_put_half(writer, item, at);
        case NX_JSON_FLOAT32:
            return nx_json_put_single(writer, item, at);
        case NX_JSON_FLOAT64:
            return nx_json_put_double(writer, scale, item, at);
        case NX_JSON_TIME:
        case NX_JSON_COUNT:
            return nx_json_put_count(writer, column, item, at);
        case NX_JSON_VIEW:
            return nx_json_put_view(writer, column, item, at);
        default:
            return nx_json_put_text(writer, column, item, at);
    }
}

#undef NX_JSON_PUT_INTEGER

#endif
