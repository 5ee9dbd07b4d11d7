/* Each child holds what it needs by itself: a consumer may move it away and release
 * it later than its parent. */
#include "arrow/arrow_export.h"

#include <string.h>

#include "arrow/arrow_bits.h"
#include "base/alloc.h"
#include "column/column_string.h"

/* ---- One array ---- */

/* What a child holds: its buffers, in the order of Arrow, and where they are. The
 * sizes of slabs, which are a buffer themselves, come last. */
typedef struct array_parts {
    nx_buffer **held;
    const void **buffers;
    size_t count;
} array_parts;

static void
free_parts(array_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        nx_buffer_release(parts->held[i]);
    }
    nx_free(parts->held);
    nx_free(parts->buffers);
    nx_free(parts);
}

static void
release_array(struct ArrowArray *array)
{
    if (array->dictionary != NULL && array->dictionary->release != NULL) {
        array->dictionary->release(array->dictionary);
    }
    nx_free(array->dictionary);
    free_parts(array->private_data);
    array->release = NULL;
}

static array_parts *
new_parts(size_t count)
{
    array_parts *parts = nx_alloc_zeroed(1, sizeof *parts);
    if (parts == NULL) {
        return NULL;
    }
    parts->held = nx_alloc_zeroed(count, sizeof(nx_buffer *));
    parts->buffers = nx_alloc_zeroed(count, sizeof(void *));
    if (parts->held == NULL || parts->buffers == NULL) {
        free_parts(parts);
        return NULL;
    }
    parts->count = count;
    return parts;
}

/* ---- Validity ---- */

static size_t
count_nat(const int64_t *values, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += values[i] == INT64_MIN;
    }
    return count;
}

static bool
is_missing(const nx_arrow_column *column, size_t row)
{
    const uint8_t *mask = column->mask == NULL ? NULL : nx_buffer_data(column->mask);
    return (mask != NULL && mask[row] != 0) ||
           (column->field.type->missing == NX_ARROW_NAT &&
            ((const int64_t *)nx_buffer_data(column->values))[row] == INT64_MIN);
}

/* The validity bitmap of a column, if anything is missing; a NaT always is, since
 * Arrow has none. False when no memory is left. */
static bool
export_validity(const nx_arrow_column *column, nx_buffer **validity, size_t *missing)
{
    const size_t n = column->length;
    const uint8_t *mask = column->mask == NULL ? NULL : nx_buffer_data(column->mask);
    const bool nat = column->field.type->missing == NX_ARROW_NAT &&
                     count_nat(nx_buffer_data(column->values), n) > 0;
    *missing = mask == NULL ? 0 : nx_bytes_count(mask, n);
    *validity = NULL;
    if (*missing == 0 && !nat) {
        return true;
    }
    *validity = nx_buffer_new_zeroed(nx_bits_size(n), 1);
    if (*validity == NULL) {
        return false;
    }
    uint8_t *bits = nx_buffer_data(*validity);
    if (!nat) {
        nx_bits_pack(mask, n, true, bits);
        return true;
    }
    *missing = 0;
    for (size_t i = 0; i < n; i++) {
        const bool gone = is_missing(column, i);
        bits[i / 8] |= (uint8_t)(!gone << i % 8);
        *missing += gone;
    }
    return true;
}

/* ---- Values of one width ---- */

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for an Arrow array");
}

/* int64 days to int32. */
static nx_status
export_dates(const nx_arrow_column *column, int32_t *dates, nx_error *error)
{
    const int64_t *days = nx_buffer_data(column->values);
    for (size_t i = 0; i < column->length; i++) {
        if (days[i] >= INT32_MIN && days[i] <= INT32_MAX) {
            dates[i] = (int32_t)days[i];
            continue;
        }
        dates[i] = 0;
        if (!is_missing(column, i)) {
            return nx_error_set(
                error, NX_ERR_FORMAT, 0,
                "column '%s': the date in row %zu is beyond Arrow's date32; convert "
                "the column to datetime64[s]",
                column->field.name, i);
        }
    }
    return NX_OK;
}

static nx_status
export_scaled(const nx_arrow_column *column, int64_t *scaled, nx_error *error)
{
    const int64_t *values = nx_buffer_data(column->values);
    const int64_t factor = column->field.type->factor;
    for (size_t i = 0; i < column->length; i++) {
        const int64_t value = values[i];
        if (value <= INT64_MAX / factor && value >= INT64_MIN / factor) {
            scaled[i] = value * factor;
            continue;
        }
        scaled[i] = 0;
        if (!is_missing(column, i)) {
            return nx_error_set(error, NX_ERR_FORMAT, 0,
                                "column '%s': the time in row %zu is beyond what "
                                "Arrow holds in seconds",
                                column->field.name, i);
        }
    }
    return NX_OK;
}

static nx_status
export_fixed(const nx_arrow_column *column, nx_buffer **values, nx_error *error)
{
    const nx_arrow_type *type = column->field.type;
    if (nx_arrow_type_is_shared(type)) {
        *values = nx_buffer_retain(column->values);
        return NX_OK;
    }
    *values = type->layout == NX_ARROW_BITS
                  ? nx_buffer_new(nx_bits_size(column->length), 1)
                  : nx_buffer_new(column->length, type->arrow_width);
    if (*values == NULL) {
        return no_memory(error);
    }
    if (type->layout == NX_ARROW_BITS) {
        nx_bits_pack(nx_buffer_data(column->values), column->length, false,
                     nx_buffer_data(*values));
        return NX_OK;
    }
    return type->factor == 1 ? export_dates(column, nx_buffer_data(*values), error)
                             : export_scaled(column, nx_buffer_data(*values), error);
}

/* ---- Strings ---- */

uint64_t
nx_arrow_text_bytes(const nx_arrow_column *column)
{
    const nx_string_view *views = nx_buffer_data(column->values);
    uint64_t bytes = 0;
    for (size_t i = 0; i < column->length; i++) {
        bytes += (uint64_t)views[i].length;
    }
    return bytes;
}

/* Buffers 1 to the last: views, slabs and the sizes of slabs. */
static bool
export_views(const nx_arrow_column *column, array_parts *parts)
{
    nx_buffer *sizes = nx_buffer_new(column->slab_count, sizeof(int64_t));
    if (sizes == NULL) {
        return false;
    }
    parts->held[1] = nx_buffer_retain(column->values);
    for (size_t i = 0; i < column->slab_count; i++) {
        nx_buffer *slab = column->slabs[i];
        ((int64_t *)nx_buffer_data(sizes))[i] =
            slab == NULL ? 0 : (int64_t)nx_buffer_size(slab);
        parts->held[2 + i] = slab == NULL ? NULL : nx_buffer_retain(slab);
    }
    parts->held[2 + column->slab_count] = sizes;
    return true;
}

/* Buffers 1 and 2: offsets and text. Text of utf8 fits in int32: the caller has
 * looked. */
static bool
export_text(const nx_arrow_column *column, array_parts *parts)
{
    const bool large = column->field.type->layout == NX_ARROW_LARGE_UTF8;
    const nx_string_view *views = nx_buffer_data(column->values);
    parts->held[1] = nx_buffer_new(column->length + 1, large ? 8 : 4);
    parts->held[2] = nx_buffer_new(nx_arrow_text_bytes(column), 1);
    if (parts->held[1] == NULL || parts->held[2] == NULL) {
        return false;
    }
    void *offsets = nx_buffer_data(parts->held[1]);
    uint8_t *text = nx_buffer_data(parts->held[2]);
    size_t at = 0;
    for (size_t i = 0; i <= column->length; i++) {
        if (large) {
            ((int64_t *)offsets)[i] = (int64_t)at;
        }
        else {
            ((int32_t *)offsets)[i] = (int32_t)at;
        }
        if (i < column->length) {
            const size_t n = (size_t)views[i].length;
            memcpy(text + at, nx_view_text(&views[i], column->slabs), n);
            at += n;
        }
    }
    return true;
}

/* ---- Columns ---- */

static size_t
buffers_needed(const nx_arrow_column *column)
{
    switch (column->field.type->layout) {
        case NX_ARROW_VIEWS:
            return 3 + column->slab_count;
        case NX_ARROW_UTF8:
        case NX_ARROW_LARGE_UTF8:
            return 3;
        default:
            return 2;
    }
}

static nx_status
export_values(struct ArrowArray *out, const nx_arrow_column *column, nx_error *error)
{
    static const uint64_t nothing = 0; /* a slab without bytes has an address too */
    const nx_arrow_layout layout = column->field.type->layout;
    array_parts *parts = new_parts(buffers_needed(column));
    size_t missing = 0;
    nx_status status = NX_OK;
    if (parts == NULL) {
        return no_memory(error);
    }
    if (!export_validity(column, &parts->held[0], &missing)) {
        status = no_memory(error);
    }
    else if (!nx_arrow_type_is_string(column->field.type)) {
        status = export_fixed(column, &parts->held[1], error);
    }
    else if (layout == NX_ARROW_VIEWS ? !export_views(column, parts)
                                      : !export_text(column, parts)) {
        status = no_memory(error);
    }
    if (status != NX_OK) {
        free_parts(parts);
        return status;
    }
    for (size_t i = 0; i < parts->count; i++) {
        parts->buffers[i] = parts->held[i] != NULL ? nx_buffer_data(parts->held[i])
                            : i == 0               ? NULL
                                                   : (const void *)&nothing;
    }
    *out = (struct ArrowArray){
        .length = (int64_t)column->length,
        .null_count = (int64_t)missing,
        .n_buffers = (int64_t)parts->count,
        .buffers = parts->buffers,
        .release = release_array,
        .private_data = parts,
    };
    return NX_OK;
}

static nx_status
export_column(struct ArrowArray *out, const nx_arrow_column *column, nx_error *error)
{
    nx_status status = export_values(out, column, error);
    if (status != NX_OK || column->dictionary == NULL) {
        return status;
    }
    out->dictionary = nx_alloc_zeroed(1, sizeof *out->dictionary);
    status = out->dictionary == NULL
                 ? no_memory(error)
                 : export_values(out->dictionary, column->dictionary, error);
    if (status != NX_OK) {
        release_array(out);
    }
    return status;
}

/* ---- The record batch ---- */

typedef struct batch_parts {
    struct ArrowArray **pointers;
    struct ArrowArray *children;
    size_t count;
    const void *validity[1]; /* a struct has that buffer; no row is missing as such */
} batch_parts;

static void
free_batch(batch_parts *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->children[i].release != NULL) {
            batch->children[i].release(&batch->children[i]);
        }
    }
    nx_free(batch->pointers);
    nx_free(batch->children);
    nx_free(batch);
}

static void
release_batch(struct ArrowArray *array)
{
    free_batch(array->private_data);
    array->release = NULL;
}

nx_status
nx_arrow_array_export(struct ArrowArray *out, const nx_arrow_column *columns,
                      size_t count, size_t rows, nx_error *error)
{
    batch_parts *batch = nx_alloc_zeroed(1, sizeof *batch);
    nx_status status = NX_OK;
    if (batch == NULL) {
        return no_memory(error);
    }
    batch->pointers = nx_alloc(count, sizeof(struct ArrowArray *));
    batch->children = nx_alloc_zeroed(count, sizeof(struct ArrowArray));
    if (batch->pointers == NULL || batch->children == NULL) {
        status = no_memory(error);
    }
    else {
        batch->count = count;
    }
    for (size_t i = 0; i < count && status == NX_OK; i++) {
        batch->pointers[i] = &batch->children[i];
        status = export_column(&batch->children[i], &columns[i], error);
    }
    if (status != NX_OK) {
        free_batch(batch);
        return status;
    }
    *out = (struct ArrowArray){
        .length = (int64_t)rows,
        .n_buffers = 1,
        .n_children = (int64_t)count,
        .buffers = batch->validity,
        .children = batch->pointers,
        .release = release_batch,
        .private_data = batch,
    };
    return NX_OK;
}
