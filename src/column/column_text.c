/* Rows are cut into pieces of PIECE_ROWS for the threads. A piece has a slab of its
 * own, as large as its longest texts could need, and every value is written at the
 * slab's free end: a text that is short enough moves into its view from there, another
 * one stays where it is. */
#include "column/column_text.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "column/view_fast.h"
#include "number/format_datetime.h"
#include "number/format_float.h"
#include "number/format_int.h"

enum {
    PIECE_ROWS = 1 << 15,
    ROOM = 48 /* of any text */
};

_Static_assert(NX_INT_TEXT_ROOM <= (int)ROOM && NX_FLOAT_TEXT_ROOM <= (int)ROOM &&
                   NX_DATETIME_TEXT_ROOM <= (int)ROOM,
               "a text has too little room");

/* What all pieces share. */
typedef struct text_job {
    nx_type type;
    const void *values;
    const uint8_t *missing;
    nx_column *text;
} text_job;

/* Writes value `row` and returns the length of its text. */
NX_INLINE size_t
put_value(nx_type type, const void *values, size_t row, uint8_t *out)
{
    switch (type) {
        case NX_TYPE_BOOL:
            if (((const uint8_t *)values)[row] != 0) {
                memcpy(out, "True", 4);
                return 4;
            }
            memcpy(out, "False", 5);
            return 5;
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

/* Bytes of the longest text of a type. */
static size_t
longest_text(nx_type type)
{
    int64_t low;
    uint64_t high;
    switch (type) {
        case NX_TYPE_BOOL:
            return 5;
        case NX_TYPE_FLOAT16:
        case NX_TYPE_FLOAT32:
        case NX_TYPE_FLOAT64:
            return NX_FLOAT_TEXT_MAX;
        default:
            return nx_type_integer_range(type, &low, &high) ? NX_INT_TEXT_MAX
                                                            : NX_DATETIME_TEXT_MAX;
    }
}

static nx_status
put_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    const text_job *job = context;
    const size_t start = item * PIECE_ROWS, left = job->text->length - start;
    const size_t rows = left < PIECE_ROWS ? left : PIECE_ROWS;
    nx_string_view *views = nx_buffer_data(job->text->values);
    nx_buffer *const slab = nx_buffer_new(rows * longest_text(job->type) + ROOM, 1);
    (void)worker;
    if (slab == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
    }
    job->text->slabs.buffers[item] = slab;
    uint8_t *const text = nx_buffer_data(slab);
    uint8_t *at = text;
    for (size_t row = start; row < start + rows; row++) {
        nx_string_view *view = &views[row];
        if (job->missing != NULL && job->missing[row] != 0) {
            memset(view, 0, sizeof *view);
            continue;
        }
        const size_t n = put_value(job->type, job->values, row, at);
        if (n <= NX_VIEW_INLINE) {
            nx_view_put_short(view, at, n);
            continue;
        }
        view->length = (int32_t)n;
        memcpy(view->u.ref.prefix, at, 4);
        view->u.ref.slab = (int32_t)item;
        view->u.ref.offset = (int32_t)(at - text);
        at += n;
    }
    return NX_OK;
}

nx_status
nx_text_of_values(nx_type type, const void *values, const uint8_t *missing,
                  size_t length, unsigned threads, const nx_wait *wait, nx_column *text,
                  nx_error *error)
{
    const size_t pieces = length / PIECE_ROWS + (length % PIECE_ROWS != 0);
    text_job job = {.type = type, .values = values, .missing = missing, .text = text};
    *text = (nx_column){.type = NX_TYPE_STRING, .length = length};
    text->values = nx_buffer_new(length, sizeof(nx_string_view));
    text->slabs.buffers = nx_alloc_zeroed(pieces, sizeof(nx_buffer *));
    nx_status status;
    if (text->values == NULL || text->slabs.buffers == NULL || pieces > INT32_MAX) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
    }
    else {
        text->slabs.count = text->slabs.capacity = text->slabs.made = pieces;
        status = nx_parallel_for(pieces, threads, put_piece, &job, wait, error);
    }
    if (status != NX_OK) {
        nx_column_clear(text);
    }
    else if (pieces > 0) {
        /* Nobody may write to the slabs any more. */
        text->slabs.used = nx_buffer_size(text->slabs.buffers[pieces - 1]);
    }
    return status;
}
