/* One inlined function writes a value of any kind; loops over values of one kind call
 * it with a constant, so that the compiler sees which writer it is. */
#include "json/json_value.h"

#include <string.h>

#include "base/alloc.h"
#include "json/json_brackets.h"
#include "json/json_escape.h"
#include "number/format_datetime.h"
#include "number/format_float.h"
#include "number/format_int.h"
#include "text/utf8.h"

_Static_assert(NX_INT_TEXT_ROOM + 2 <= NX_JSON_VALUE_ROOM &&
                   NX_FLOAT_TEXT_ROOM + 2 <= NX_JSON_VALUE_ROOM &&
                   NX_DATETIME_TEXT_ROOM + 2 <= NX_JSON_VALUE_ROOM,
               "a value has too little room");

enum {
    PIECE = 4096, /* bytes of text that room is made for at a time */
    POINTS = 256, /* code points that become UTF-8 at a time */
    BATCH = 64    /* values that room is made for at a time */
};

#define LARGEST_EXACT (UINT64_C(1) << 53)

/* ---- Room ---- */

uint8_t *
nx_json_grow(nx_json_out *out, uint8_t *at, size_t n)
{
    const size_t used = (size_t)(at - out->begin);
    const size_t capacity = (size_t)(out->limit - out->begin);
    size_t wanted, doubled;
    if (!nx_size_add(used, n, &wanted)) {
        return NULL;
    }
    if (nx_size_mul(used, 2, &doubled) && doubled > wanted) {
        wanted = doubled;
    }
    uint8_t *begin;
    if (out->borrowed) {
        begin = nx_alloc(wanted, 1);
        if (begin != NULL && used > 0) {
            memcpy(begin, out->begin, used);
        }
    }
    else {
        begin = nx_realloc(out->begin, capacity, wanted, 1);
    }
    if (begin == NULL) {
        return NULL;
    }
    *out = (nx_json_out){.begin = begin, .limit = begin + wanted, .borrowed = false};
    return begin + used;
}

uint8_t *
nx_json_grow_writer(nx_json_writer *writer, uint8_t *at, size_t n)
{
    at = nx_json_grow(&writer->out, at, n);
    if (at == NULL) {
        (void)nx_error_set(writer->error, NX_ERR_MEMORY, 0, "no memory left for JSON");
    }
    return at;
}

static uint8_t *
fail(nx_json_writer *writer, int code)
{
    const nx_status status = code == NX_JSON_CODE_TEXT ? NX_ERR_ENCODING : NX_ERR_VALUE;
    (void)nx_error_set(writer->error, status, code,
                       "a value that JSON has no text for");
    return NULL;
}

NX_INLINE uint8_t *
put_null(uint8_t *at)
{
    memcpy(at, "null", 4);
    return at + 4;
}

/* ---- Numbers ---- */

/* Writes what is no finite number. */
static NX_NOINLINE uint8_t *
put_not_finite(nx_json_writer *writer, bool is_nan, bool negative, uint8_t *at)
{
    switch (writer->policy->nan) {
        case NX_JSON_NAN_NULL:
            return put_null(at);
        case NX_JSON_NAN_RAISE:
            return fail(writer, NX_JSON_CODE_NAN);
        default:
            break;
    }
    if (is_nan) {
        memcpy(at, "NaN", 3);
        return at + 3;
    }
    *at = '-';
    at += negative;
    memcpy(at, "Infinity", 8);
    return at + 8;
}

NX_INLINE uint8_t *
put_half(nx_json_writer *writer, const char *item, uint8_t *at)
{
    uint16_t bits;
    memcpy(&bits, item, sizeof bits);
    if (NX_UNLIKELY((bits & 0x7C00) == 0x7C00)) {
        return put_not_finite(writer, (bits & 0x3FF) != 0, bits >> 15 != 0, at);
    }
    return at + nx_format_float16(bits, at);
}

NX_INLINE uint8_t *
put_single(nx_json_writer *writer, const char *item, uint8_t *at)
{
    uint32_t bits;
    float value;
    memcpy(&bits, item, sizeof bits);
    memcpy(&value, item, sizeof value);
    if (NX_UNLIKELY((bits & 0x7F800000) == 0x7F800000)) {
        return put_not_finite(writer, (bits & 0x7FFFFF) != 0, bits >> 31 != 0, at);
    }
    return at + nx_format_float32(value, at);
}

NX_INLINE uint8_t *
put_double(nx_json_writer *writer, const nx_json_scale *scale, const char *item,
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
        return put_not_finite(writer, bits << 12 != 0, bits >> 63 != 0, at);
    }
    return at + nx_format_double(value, at);
}

/* Writes an integer that is beyond 2^53 and is not to be a number. */
static NX_NOINLINE uint8_t *
put_big(nx_json_writer *writer, bool negative, uint64_t value, uint8_t *at)
{
    if (writer->policy->big == NX_JSON_BIG_RAISE) {
        return fail(writer, NX_JSON_CODE_BIG);
    }
    *at++ = '"';
    at += negative ? nx_format_int64((int64_t)value, at) : nx_format_uint64(value, at);
    *at++ = '"';
    return at;
}

NX_INLINE uint8_t *
put_signed(nx_json_writer *writer, int64_t value, uint8_t *at)
{
    if (NX_UNLIKELY(writer->policy->big != NX_JSON_BIG_NUMBER) &&
        (uint64_t)value + LARGEST_EXACT > 2 * LARGEST_EXACT) {
        return put_big(writer, value < 0, (uint64_t)value, at);
    }
    return at + nx_format_int64(value, at);
}

NX_INLINE uint8_t *
put_unsigned(nx_json_writer *writer, uint64_t value, uint8_t *at)
{
    if (NX_UNLIKELY(writer->policy->big != NX_JSON_BIG_NUMBER) &&
        value > LARGEST_EXACT) {
        return put_big(writer, false, value, at);
    }
    return at + nx_format_uint64(value, at);
}

NX_INLINE uint8_t *
put_count(nx_json_writer *writer, const nx_json_column *column, const char *item,
          uint8_t *at)
{
    int64_t count;
    memcpy(&count, item, sizeof count);
    if (count == INT64_MIN) {
        return put_null(at);
    }
    if (column->kind == NX_JSON_COUNT) {
        return put_signed(writer, count, at);
    }
    *at++ = '"';
    at += nx_format_datetime(count, column->unit, at);
    *at++ = '"';
    return at;
}

/* ---- Text ---- */

static uint8_t *
put_utf8(nx_json_writer *writer, nx_span text, uint8_t *at)
{
    size_t done = 0;
    do {
        const size_t left = text.length - done, n = left < PIECE ? left : PIECE;
        at = nx_json_room(
            writer, at,
            n * NX_JSON_ESCAPE_LONGEST + NX_JSON_ESCAPE_SPARE + NX_JSON_VALUE_ROOM);
        if (at == NULL) {
            return NULL;
        }
        at = nx_json_escape(at, text.text + done, n);
        done += n;
    } while (done < text.length);
    return at;
}

static uint8_t *
put_points(nx_json_writer *writer, nx_span text, uint8_t *at)
{
    const uint32_t *const points = (const uint32_t *)(const void *)text.text;
    uint8_t utf8[4 * POINTS];
    for (size_t done = 0; done < text.length;) {
        const size_t left = text.length - done, n = left < POINTS ? left : POINTS;
        const size_t size = nx_utf8_encode(points + done, n, utf8);
        if (size == SIZE_MAX) {
            return fail(writer, NX_JSON_CODE_TEXT);
        }
        at = put_utf8(writer, (nx_span){utf8, size}, at);
        if (at == NULL) {
            return NULL;
        }
        done += n;
    }
    return at;
}

static uint8_t *
put_raw(nx_json_writer *writer, nx_span text, uint8_t *at)
{
    size_t wanted;
    if (!nx_size_add(text.length, NX_JSON_VALUE_ROOM, &wanted)) {
        wanted = SIZE_MAX;
    }
    at = nx_json_room(writer, at, wanted);
    if (at == NULL) {
        return NULL;
    }
    memcpy(at, text.text, text.length);
    return at + text.length;
}

NX_INLINE uint8_t *
put_quoted(nx_json_writer *writer, nx_json_form form, nx_span text, uint8_t *at)
{
    if (form == NX_JSON_BYTES && !nx_is_ascii(text.text, text.length) &&
        nx_utf8_valid_prefix(text.text, text.length) != text.length) {
        return fail(writer, NX_JSON_CODE_TEXT);
    }
    *at++ = '"';
    at = form == NX_JSON_POINTS ? put_points(writer, text, at)
                                : put_utf8(writer, text, at);
    if (at != NULL) {
        *at++ = '"';
    }
    return at;
}

static uint8_t *
put_text(nx_json_writer *writer, const nx_json_column *column, const char *item,
         uint8_t *at)
{
    nx_span text;
    const nx_json_form form = column->load(column->context, item, &text);
    if (form == NX_JSON_NOTHING) {
        return put_null(at);
    }
    return column->kind == NX_JSON_RAW ? put_raw(writer, text, at)
                                       : put_quoted(writer, form, text, at);
}

static uint8_t *
put_view(nx_json_writer *writer, const nx_json_column *column, const char *item,
         uint8_t *at)
{
    const nx_string_view *const view = (const nx_string_view *)(const void *)item;
    const nx_span text = {nx_view_text(view, column->slabs), (size_t)view->length};
    return put_quoted(writer, NX_JSON_UTF8, text, at);
}

/* ---- Values ---- */

#define PUT_INTEGER(type, put)                  \
    do {                                        \
        type integer;                           \
        memcpy(&integer, item, sizeof integer); \
        return put(writer, integer, at);        \
    } while (0)

/* Writes a value of a kind, which is a constant where speed matters. There is room for
 * NX_JSON_VALUE_ROOM bytes at `at`, of which a few are left; for more, text makes room.
 */
NX_INLINE uint8_t *
put_value(nx_json_writer *writer, const nx_json_kind kind, const nx_json_column *column,
          const nx_json_scale *scale, const char *item, uint8_t *at)
{
    switch (kind) {
        case NX_JSON_BOOL:
            memcpy(at, *item != 0 ? "true" : "false", 5);
            return at + 5 - (*item != 0);
        case NX_JSON_INT8:
            PUT_INTEGER(int8_t, put_signed);
        case NX_JSON_INT16:
            PUT_INTEGER(int16_t, put_signed);
        case NX_JSON_INT32:
            PUT_INTEGER(int32_t, put_signed);
        case NX_JSON_INT64:
            PUT_INTEGER(int64_t, put_signed);
        case NX_JSON_UINT8:
            PUT_INTEGER(uint8_t, put_unsigned);
        case NX_JSON_UINT16:
            PUT_INTEGER(uint16_t, put_unsigned);
        case NX_JSON_UINT32:
            PUT_INTEGER(uint32_t, put_unsigned);
        case NX_JSON_UINT64:
            PUT_INTEGER(uint64_t, put_unsigned);
        case NX_JSON_FLOAT16:
            return put_half(writer, item, at);
        case NX_JSON_FLOAT32:
            return put_single(writer, item, at);
        case NX_JSON_FLOAT64:
            return put_double(writer, scale, item, at);
        case NX_JSON_TIME:
        case NX_JSON_COUNT:
            return put_count(writer, column, item, at);
        case NX_JSON_VIEW:
            return put_view(writer, column, item, at);
        default:
            return put_text(writer, column, item, at);
    }
}

/* Values that follow each other, with a byte between them. */
typedef struct value_run {
    const nx_json_column *column;
    const nx_json_scale *scale;
    const char *item;
    ptrdiff_t step;
    const uint8_t *mask; /* or NULL */
    ptrdiff_t mask_step;
    size_t n; /* at least 1 */
    uint8_t between;
} value_run;

/* Writes them, and one byte `between` more. On failure error->byte is the number of the
 * value in the run. */
NX_INLINE uint8_t *
put_run_of(nx_json_writer *writer, const value_run *run, const nx_json_kind kind,
           uint8_t *at)
{
    const char *item = run->item;
    const nx_json_scale scale = *run->scale;
    for (size_t first = 0; first < run->n; first += BATCH) {
        const size_t left = run->n - first, n = left < BATCH ? left : BATCH;
        at = nx_json_room(writer, at, n * NX_JSON_VALUE_ROOM + NX_JSON_VALUE_ROOM);
        if (at == NULL) {
            return NULL;
        }
        for (size_t i = 0; i < n; i++, item += run->step) {
            if (kind >= NX_JSON_TEXT) { /* the one before may have used it up */
                at = nx_json_room(writer, at, NX_JSON_VALUE_ROOM);
                if (at == NULL) {
                    return NULL;
                }
            }
            if (run->mask != NULL &&
                run->mask[(ptrdiff_t)(first + i) * run->mask_step] != 0) {
                at = put_null(at);
            }
            else {
                at = put_value(writer, kind, run->column, &scale, item, at);
            }
            if (NX_UNLIKELY(at == NULL)) {
                writer->error->byte = first + i;
                return NULL;
            }
            *at++ = run->between;
        }
    }
    return at;
}

static uint8_t *
put_run(nx_json_writer *writer, const value_run *run, uint8_t *at)
{
    switch (run->column->kind) {
        case NX_JSON_INT32:
            return put_run_of(writer, run, NX_JSON_INT32, at);
        case NX_JSON_INT64:
            return put_run_of(writer, run, NX_JSON_INT64, at);
        case NX_JSON_FLOAT32:
            return put_run_of(writer, run, NX_JSON_FLOAT32, at);
        case NX_JSON_FLOAT64:
            return put_run_of(writer, run, NX_JSON_FLOAT64, at);
        case NX_JSON_TEXT:
            return put_run_of(writer, run, NX_JSON_TEXT, at);
        case NX_JSON_VIEW:
            return put_run_of(writer, run, NX_JSON_VIEW, at);
        default:
            return put_run_of(writer, run, run->column->kind, at);
    }
}

uint8_t *
nx_json_put_rows(nx_json_writer *writer, const nx_json_column *column,
                 const nx_json_scale *scale, size_t row, size_t n, uint8_t between,
                 uint8_t *at)
{
    const value_run run = {
        .column = column,
        .scale = scale,
        .item = column->data + (ptrdiff_t)row * column->step,
        .step = column->step,
        .mask = column->mask == NULL
                    ? NULL
                    : column->mask + (ptrdiff_t)row * column->mask_step,
        .mask_step = column->mask_step,
        .n = n,
        .between = between,
    };
    at = put_run(writer, &run, at);
    if (at == NULL) {
        writer->error->record = writer->error->byte;
        writer->error->byte = 0;
        return NULL;
    }
    return at - 1;
}

/* Writes the list of a row. */
static uint8_t *
put_list(nx_json_writer *writer, const nx_json_column *column,
         const nx_json_scale *scale, const char *item, const uint8_t *mask, uint8_t *at)
{
    const size_t inner = column->dims[column->ndim - 1];
    const nx_json_brackets brackets = {column->ndim, column->dims, ','};
    for (size_t done = 0; done < column->count; done += inner) {
        at = nx_json_room(writer, at, NX_JSON_BRACKETS_ROOM);
        if (at == NULL) {
            return NULL;
        }
        at = nx_json_put_brackets(&brackets, done, column->count, at);
        const value_run run = {
            .column = column,
            .scale = scale,
            .item = item + done * column->item_size,
            .step = (ptrdiff_t)column->item_size,
            .mask = mask == NULL ? NULL : mask + done,
            .mask_step = 1,
            .n = inner,
            .between = ',',
        };
        at = put_run(writer, &run, at);
        if (at == NULL) {
            writer->error->byte += done;
            return NULL;
        }
        at--;
    }
    at = nx_json_room(writer, at, NX_JSON_BRACKETS_ROOM);
    return at == NULL
               ? NULL
               : nx_json_put_brackets(&brackets, column->count, column->count, at);
}

uint8_t *
nx_json_put_row(nx_json_writer *writer, const nx_json_column *column,
                const nx_json_scale *scale, size_t row, uint8_t *at)
{
    const char *const item = column->data + (ptrdiff_t)row * column->step;
    const uint8_t *const mask =
        column->mask == NULL ? NULL : column->mask + (ptrdiff_t)row * column->mask_step;
    if (column->ndim > 0) {
        return put_list(writer, column, scale, item, mask, at);
    }
    if (mask != NULL && *mask != 0) {
        return put_null(at);
    }
    return put_value(writer, column->kind, column, scale, item, at);
}
