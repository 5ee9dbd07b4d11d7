/* Rows are cut into pieces of PIECE_ROWS for the threads. Most strings of most
 * columns are short, and a short string lies in its view with zeros after it: it
 * is copied together with the zeros, so that nothing depends on its length. */
#include "column/column_fixed.h"

#include <stdatomic.h>
#include <string.h>

#include "base/bits.h"
#include "text/utf8.h"
#include "thread/parallel.h"

enum {
    PIECE_ROWS = 1 << 15
};

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* What all pieces of one loop share. */
typedef struct fixed_job {
    const nx_column *column;
    nx_fixed_kind kind;
    atomic_size_t longest;
    size_t width;
    uint8_t *rows;
} fixed_job;

static size_t
piece_end(const fixed_job *job, size_t start)
{
    const size_t left = job->column->length - start;
    return start + (left < PIECE_ROWS ? left : PIECE_ROWS);
}

static nx_status
run(fixed_job *job, nx_parallel_body body, unsigned threads, nx_error *error)
{
    const size_t pieces =
        job->column->length / PIECE_ROWS + (job->column->length % PIECE_ROWS != 0);
    return nx_parallel_for(pieces, threads, body, job, NULL, error);
}

/* ---- The longest string ---- */

static nx_status
measure_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    fixed_job *job = context;
    const nx_string_view *views = nx_buffer_data(job->column->values);
    const size_t start = item * PIECE_ROWS, end = piece_end(job, start);
    size_t longest = 0;
    (void)worker;
    (void)error;
    for (size_t row = start; row < end; row++) {
        size_t length = (size_t)views[row].length;
        /* A text has no more code points than bytes. */
        if (length > longest && job->kind == NX_FIXED_UCS4) {
            length = nx_utf8_count(
                nx_view_text(&views[row], job->column->slabs.buffers), length);
        }
        longest = length > longest ? length : longest;
    }
    size_t known = atomic_load(&job->longest);
    while (known < longest &&
           !atomic_compare_exchange_weak(&job->longest, &known, longest)) {
    }
    return NX_OK;
}

nx_status
nx_fixed_longest(const nx_column *column, nx_fixed_kind kind, unsigned threads,
                 size_t *longest, nx_error *error)
{
    fixed_job job = {.column = column, .kind = kind};
    atomic_init(&job.longest, 0);
    const nx_status status = run(&job, measure_piece, threads, error);
    *longest = atomic_load(&job.longest);
    return status;
}

size_t
nx_fixed_first_nul(const nx_column *column)
{
    const nx_string_view *views = nx_buffer_data(column->values);
    size_t row = 0;
    for (; row < column->length; row++) {
        const size_t length = (size_t)views[row].length;
        if (length > 0 &&
            nx_view_text(&views[row], column->slabs.buffers)[length - 1] == 0) {
            break;
        }
    }
    return row;
}

/* ---- Rows ---- */

/* Copies n bytes, n below 8, as two words that may overlap; no loop. */
NX_INLINE void
copy_below_8(uint8_t *to, const uint8_t *from, size_t n)
{
    if (n >= 4) {
        memcpy(to, from, 4);
        memcpy(to + n - 4, from + n - 4, 4);
    }
    else if (n >= 2) {
        memcpy(to, from, 2);
        memcpy(to + n - 2, from + n - 2, 2);
    }
    else if (n == 1) {
        *to = *from;
    }
}

/* Copies the first `width` of the NX_VIEW_INLINE bytes of a view. */
NX_INLINE void
copy_inline(uint8_t *to, const uint8_t *from, size_t width)
{
    if (width >= NX_VIEW_INLINE) {
        memcpy(to, from, NX_VIEW_INLINE);
    }
    else if (width >= 8) {
        memcpy(to, from, 8);
        memcpy(to + width - 8, from + width - 8, 8);
    }
    else {
        copy_below_8(to, from, width);
    }
}

/* The row of a string as bytes; false if it does not fit. */
NX_INLINE bool
put_bytes(const nx_string_view *view, nx_buffer *const *slabs, uint8_t *to,
          size_t width)
{
    const size_t length = (size_t)view->length;
    if (NX_UNLIKELY(length > width)) {
        return false;
    }
    if (length <= NX_VIEW_INLINE) {
        copy_inline(to, view->u.text, width);
    }
    else {
        memcpy(to, nx_view_text(view, slabs), length);
    }
    return true;
}

/* True when a view holds its text and that is ASCII. */
NX_INLINE bool
is_inline_ascii(const nx_string_view *view)
{
    /* The second word overlaps the first by four bytes. */
    const uint64_t bytes =
        nx_load64le(view->u.text) | nx_load64le(view->u.text + NX_VIEW_INLINE - 8);
    return view->length <= NX_VIEW_INLINE && (bytes & HIGH_BITS) == 0;
}

/* The row of a string as code points; false if it does not fit. */
NX_INLINE bool
put_ucs4(const nx_string_view *view, nx_buffer *const *slabs, uint32_t *to,
         size_t width)
{
    const size_t length = (size_t)view->length;
    if (NX_LIKELY(is_inline_ascii(view))) {
        if (NX_UNLIKELY(length > width)) {
            return false;
        }
        const uint8_t *const text = view->u.text;
        if (width >= NX_VIEW_INLINE) {
            for (size_t i = 0; i < NX_VIEW_INLINE; i++) {
                to[i] = text[i];
            }
        }
        else {
            for (size_t i = 0; i < width; i++) {
                to[i] = text[i];
            }
        }
        return true;
    }
    const uint8_t *const text = nx_view_text(view, slabs);
    if (NX_UNLIKELY(length > width) && nx_utf8_count(text, length) > width) {
        return false;
    }
    (void)nx_utf8_decode(text, length, to);
    return true;
}

static nx_status
fill_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    const fixed_job *job = context;
    const nx_string_view *views = nx_buffer_data(job->column->values);
    nx_buffer *const *slabs = job->column->slabs.buffers;
    const size_t start = item * PIECE_ROWS, end = piece_end(job, start);
    const size_t width = job->width;
    size_t row = start;
    (void)worker;
    if (job->kind == NX_FIXED_BYTES) {
        uint8_t *to = job->rows + start * width;
        for (; row < end && put_bytes(&views[row], slabs, to, width); row++) {
            to += width;
        }
    }
    else {
        uint32_t *to = (uint32_t *)(void *)job->rows + start * width;
        for (; row < end && put_ucs4(&views[row], slabs, to, width); row++) {
            to += width;
        }
    }
    if (row < end) {
        return nx_error_set(error, NX_ERR_INTERNAL, 0,
                            "the string of row %zu is longer than %zu", row, width);
    }
    return NX_OK;
}

nx_status
nx_fixed_fill(const nx_column *column, nx_fixed_kind kind, size_t width, void *rows,
              unsigned threads, nx_error *error)
{
    fixed_job job = {.column = column, .kind = kind, .width = width, .rows = rows};
    return run(&job, fill_piece, threads, error);
}
