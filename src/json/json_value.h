/* Values of one column as JSON text, into a buffer that grows. */
#ifndef NX_JSON_JSON_VALUE_H
#define NX_JSON_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "column/column_string.h"
#include "json/json_decimal.h"
#include "number/parse_datetime.h"

/* ---- What is written ---- */

typedef enum nx_json_kind {
    NX_JSON_BOOL,
    NX_JSON_INT8,
    NX_JSON_INT16,
    NX_JSON_INT32,
    NX_JSON_INT64,
    NX_JSON_UINT8,
    NX_JSON_UINT16,
    NX_JSON_UINT32,
    NX_JSON_UINT64,
    NX_JSON_FLOAT16,
    NX_JSON_FLOAT32,
    NX_JSON_FLOAT64,
    NX_JSON_TIME, /* counts of a unit since 1970 as ISO text; the least int64 is null */
    NX_JSON_COUNT, /* counts as integers; the least int64 is null */
    NX_JSON_TEXT,  /* strings that `load` finds */
    NX_JSON_RAW,   /* the same, JSON text already */
    NX_JSON_VIEW   /* nx_string_view, valid UTF-8 */
} nx_json_kind;

/* What `load` has found. */
typedef enum nx_json_form {
    NX_JSON_NOTHING, /* no string: null */
    NX_JSON_UTF8,    /* valid UTF-8 */
    NX_JSON_BYTES,   /* bytes that should be UTF-8 */
    NX_JSON_POINTS   /* code points, four aligned bytes each; `length` counts them */
} nx_json_form;

/* The string of an item, which stays until everything is written. Cannot fail; any
 * thread. */
typedef nx_json_form (*nx_json_load)(const void *context, const char *item,
                                     nx_span *text);

/* Bytes that are readable behind a text that comes before a value. */
#define NX_JSON_PADDING 32

/* One value of each row, or a nested list of values of one kind. Nothing is aligned,
 * but items that are code points. */
typedef struct nx_json_column {
    nx_json_kind kind;
    nx_datetime_unit unit;
    const char *data; /* the value of row 0, or the first one of its list */
    ptrdiff_t step;   /* bytes from row to row */
    size_t item_size; /* bytes from value to value of a list */
    const uint8_t
        *mask; /* laid out alike, with items of 1 byte; not 0: null. Or NULL */
    ptrdiff_t mask_step;
    int ndim; /* of the list; 0: the value itself */
    const size_t *dims;
    size_t count; /* of values in a row, not 0 */
    nx_json_load load;
    const void *context;
    nx_buffer *const *slabs; /* of NX_JSON_VIEW */
    const uint8_t *before;   /* text before the value, with NX_JSON_PADDING behind it */
    size_t before_length;
} nx_json_column;

/* What becomes of values that JSON, or other readers of it, have no number for. */
typedef enum nx_json_nan {
    NX_JSON_NAN_NULL,
    NX_JSON_NAN_RAISE,
    NX_JSON_NAN_LITERAL /* NaN, Infinity, -Infinity: no JSON, but widely read */
} nx_json_nan;

typedef enum nx_json_big { /* integers beyond 2^53 */
    NX_JSON_BIG_NUMBER,
    NX_JSON_BIG_STRING,
    NX_JSON_BIG_RAISE
} nx_json_big;

typedef struct nx_json_policy {
    nx_json_nan nan;
    nx_json_big big;
} nx_json_policy;

/* Codes of values that cannot be written: NX_ERR_VALUE, or NX_ERR_ENCODING for text. */
enum {
    NX_JSON_CODE_NAN = 701,
    NX_JSON_CODE_BIG = 702,
    NX_JSON_CODE_TEXT = 703
};

/* ---- Where to ---- */

/* Room for any value that is no text, and for what follows it. */
#define NX_JSON_VALUE_ROOM 64

typedef struct nx_json_out {
    uint8_t *begin;
    uint8_t *limit; /* room ends here */
    bool borrowed;  /* the memory is somebody else's, until it has to grow */
} nx_json_out;

/* Makes room for n bytes from `at` on, which is in `out`, and returns where that is
 * now. NULL without memory. */
uint8_t *nx_json_grow(nx_json_out *out, uint8_t *at, size_t n);

/* ---- How ---- */

typedef struct nx_json_writer {
    nx_json_out out;
    const nx_json_policy *policy;
    /* Filled when a function returns NULL. For NX_ERR_VALUE and NX_ERR_ENCODING `byte`
     * is the number of the value in its row; the caller adds the others. */
    nx_error *error;
} nx_json_writer;

/* As nx_json_grow, with the error filled. */
uint8_t *nx_json_grow_writer(nx_json_writer *writer, uint8_t *at, size_t n);

/* Makes room for n bytes at `at` if there is none. */
NX_INLINE uint8_t *
nx_json_room(nx_json_writer *writer, uint8_t *at, size_t n)
{
    return NX_LIKELY((size_t)(writer->out.limit - at) >= n)
               ? at
               : nx_json_grow_writer(writer, at, n);
}

/* Writes the value of a row, or its list, without the text before it. `at` is in
 * writer->out, with room for NX_JSON_VALUE_ROOM bytes; returns the end of the text,
 * where there may be none. NULL on failure. */
uint8_t *nx_json_put_row(nx_json_writer *writer, const nx_json_column *column,
                         const nx_json_scale *scale, size_t row, uint8_t *at);

/* The same for the values of n rows, at least one, of a column without lists, with a
 * byte between them. On failure error->record is the row, counted from `row`. */
uint8_t *nx_json_put_rows(nx_json_writer *writer, const nx_json_column *column,
                          const nx_json_scale *scale, size_t row, size_t n,
                          uint8_t between, uint8_t *at);

#endif
