#include "column/column_select.h"

#include <string.h>

#include "base/bits.h"

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
}

/* Ends an attempt: the column is whole, or nothing is left of it. */
static nx_status
finish(nx_column *made, nx_status status)
{
    if (status != NX_OK) {
        nx_column_clear(made);
    }
    return status;
}

/* A column of `length` rows that shares these slabs, its views not yet filled. */
static nx_status
new_column(nx_column *made, size_t length, const nx_slabs *slabs, nx_error *error)
{
    *made = (nx_column){.type = NX_TYPE_STRING, .length = length};
    made->values = nx_buffer_new(length, sizeof(nx_string_view));
    if (made->values == NULL ||
        (slabs != NULL && !nx_slabs_share(&made->slabs, slabs))) {
        return no_memory(error);
    }
    return NX_OK;
}

nx_status
nx_strings_slice(const nx_column *column, size_t start, size_t stop, nx_column *part,
                 nx_error *error)
{
    const size_t size = sizeof(nx_string_view);
    *part = (nx_column){.type = NX_TYPE_STRING, .length = stop - start};
    part->values = nx_buffer_slice(column->values, start * size, part->length * size);
    if (part->values == NULL || !nx_slabs_share(&part->slabs, &column->slabs)) {
        return finish(part, no_memory(error));
    }
    return NX_OK;
}

nx_status
nx_strings_take(const nx_column *column, const int64_t *rows, size_t count,
                nx_column *taken, nx_error *error)
{
    const nx_status status = new_column(taken, count, &column->slabs, error);
    if (status != NX_OK) {
        return finish(taken, status);
    }
    const nx_string_view *views = nx_buffer_data(column->values);
    nx_string_view *to = nx_buffer_data(taken->values);
    for (size_t i = 0; i < count; i++) {
        /* A negative number is a large one. */
        if (NX_UNLIKELY((uint64_t)rows[i] >= column->length)) {
            return finish(taken, nx_error_set(error, NX_ERR_VALUE, 0,
                                              "row %lld is not one of %zu rows",
                                              (long long)rows[i], column->length));
        }
        to[i] = views[rows[i]];
    }
    return NX_OK;
}

/* Rows and slabs of all columns together. */
static nx_status
count_all(const nx_column *const *columns, size_t count, size_t *length,
          nx_error *error)
{
    size_t slabs = 0;
    *length = 0;
    for (size_t i = 0; i < count; i++) {
        *length += columns[i]->length; /* their views are in memory */
        slabs += columns[i]->slabs.count;
    }
    if (slabs > INT32_MAX) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 0,
                            "strings in %zu blocks of memory, %d is the limit", slabs,
                            INT32_MAX);
    }
    return NX_OK;
}

nx_status
nx_strings_concat(const nx_column *const *columns, size_t count, nx_column *whole,
                  nx_error *error)
{
    size_t length;
    nx_status status = count_all(columns, count, &length, error);
    if (status != NX_OK) {
        return status;
    }
    status = new_column(whole, length, NULL, error);
    if (status != NX_OK) {
        return finish(whole, status);
    }
    nx_string_view *to = nx_buffer_data(whole->values);
    for (size_t i = 0; i < count; i++) {
        const nx_column *column = columns[i];
        const nx_string_view *views = nx_buffer_data(column->values);
        const int32_t first = (int32_t)whole->slabs.count;
        if (!nx_slabs_share(&whole->slabs, &column->slabs)) {
            return finish(whole, no_memory(error));
        }
        for (size_t row = 0; row < column->length; row++, to++) {
            *to = views[row];
            if (to->length > NX_VIEW_INLINE) {
                to->u.ref.slab += first;
            }
        }
    }
    return NX_OK;
}

NX_INLINE bool
equal_views(const nx_string_view *a, nx_buffer *const *slabs_a, const nx_string_view *b,
            nx_buffer *const *slabs_b)
{
    /* The length, and the first four bytes or their zeros. */
    if (memcmp(a, b, 8) != 0) {
        return false;
    }
    if (a->length <= NX_VIEW_INLINE) {
        return memcmp(a->u.text + 4, b->u.text + 4, NX_VIEW_INLINE - 4) == 0;
    }
    const uint8_t *text_a = nx_view_text(a, slabs_a);
    const uint8_t *text_b = nx_view_text(b, slabs_b);
    return text_a == text_b || memcmp(text_a, text_b, (size_t)a->length) == 0;
}

void
nx_strings_equal(const nx_column *a, const nx_column *b, uint8_t *equal)
{
    const nx_string_view *views_a = nx_buffer_data(a->values);
    const nx_string_view *views_b = nx_buffer_data(b->values);
    for (size_t row = 0; row < a->length; row++) {
        equal[row] = equal_views(&views_a[row], a->slabs.buffers, &views_b[row],
                                 b->slabs.buffers);
    }
}

size_t
nx_strings_measure(const nx_column *column, size_t *ends)
{
    const nx_string_view *views = nx_buffer_data(column->values);
    size_t used = 0;
    for (size_t i = 0; i < column->slabs.count; i++) {
        ends[i] = 0;
    }
    for (size_t row = 0; row < column->length; row++) {
        const size_t length = (size_t)views[row].length;
        if (length > NX_VIEW_INLINE) {
            size_t *end = &ends[views[row].u.ref.slab];
            const size_t last = (size_t)views[row].u.ref.offset + length;
            *end = last > *end ? last : *end;
            used += length;
        }
    }
    return used;
}

nx_status
nx_strings_compact(const nx_column *column, nx_column *compact, nx_error *error)
{
    const nx_status status = new_column(compact, column->length, NULL, error);
    if (status != NX_OK) {
        return finish(compact, status);
    }
    const nx_string_view *views = nx_buffer_data(column->values);
    nx_string_view *to = nx_buffer_data(compact->values);
    for (size_t row = 0; row < column->length; row++) {
        const uint8_t *text = nx_view_text(&views[row], column->slabs.buffers);
        if (!nx_view_store(&compact->slabs, &to[row], text,
                           (size_t)views[row].length)) {
            return finish(compact, no_memory(error));
        }
    }
    return NX_OK;
}
