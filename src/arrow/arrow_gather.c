#include "arrow/arrow_gather.h"

#include <string.h>

#include "arrow/arrow_bits.h"
#include "arrow/arrow_text.h"

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for an Arrow column");
}

nx_arrow_chunk
nx_arrow_chunk_at(const nx_arrow_gather *gather, size_t i, size_t row)
{
    const struct ArrowArray *batch = gather->batches[i];
    struct ArrowArray *array = batch->children[gather->position];
    return (nx_arrow_chunk){
        .array = array,
        .start = (size_t)(batch->offset + array->offset),
        .length = (size_t)batch->length,
        .row = row,
    };
}

/* ---- What is missing ---- */

static bool
make_mask(nx_column *column)
{
    if (column->mask == NULL) {
        column->mask = nx_buffer_new_zeroed(column->length, 1);
    }
    return column->mask != NULL;
}

bool
nx_arrow_mark_missing(nx_column *column, size_t row)
{
    if (!make_mask(column)) {
        return false;
    }
    uint8_t *mask = nx_buffer_data(column->mask);
    column->missing += mask[row] == 0;
    mask[row] = 1;
    return true;
}

static bool
has_nulls(const struct ArrowArray *array)
{
    return array->null_count != 0 && array->n_buffers > 0 && array->buffers[0] != NULL;
}

static nx_status
gather_mask(nx_arrow_gather *gather, nx_error *error)
{
    nx_column *column = gather->column;
    size_t row = 0;
    for (size_t i = 0; i < gather->batch_count; i++) {
        const nx_arrow_chunk chunk = nx_arrow_chunk_at(gather, i, row);
        if (has_nulls(chunk.array)) {
            if (!make_mask(column)) {
                return no_memory(error);
            }
            uint8_t *mask = nx_buffer_data(column->mask);
            column->missing += nx_bits_unpack(chunk.array->buffers[0], chunk.start,
                                              chunk.length, true, mask + row);
        }
        row += chunk.length;
    }
    if (column->missing == 0) {
        nx_buffer_release(column->mask);
        column->mask = NULL;
    }
    return NX_OK;
}

/* ---- Values of one width ---- */

/* Whether the values of the only chunk can be shared as they are. */
static bool
can_share(const nx_arrow_gather *gather)
{
    if (gather->batch_count != 1 || gather->column->length == 0 ||
        gather->column->missing > 0 || !nx_arrow_type_is_shared(gather->type)) {
        return false;
    }
    const nx_arrow_chunk chunk = nx_arrow_chunk_at(gather, 0, 0);
    return (uintptr_t)chunk.array->buffers[1] % gather->type->width == 0;
}

static nx_status
share_values(nx_arrow_gather *gather, nx_error *error)
{
    const nx_arrow_chunk chunk = nx_arrow_chunk_at(gather, 0, 0);
    const size_t width = gather->type->width;
    const char *values = chunk.array->buffers[1];
    nx_buffer *keeper = nx_arrow_keep(chunk.array);
    if (keeper == NULL) {
        return no_memory(error);
    }
    gather->column->values =
        nx_arrow_share(keeper, values + chunk.start * width, chunk.length * width);
    nx_buffer_release(keeper);
    return gather->column->values == NULL ? no_memory(error) : NX_OK;
}

/* int32 days, or int64 multiples of type->factor, to int64. */
static nx_status
convert_times(const nx_arrow_gather *gather, const nx_arrow_chunk *chunk, int64_t *out,
              nx_error *error)
{
    const nx_arrow_type *type = gather->type;
    const uint8_t *from =
        (const uint8_t *)chunk->array->buffers[1] + chunk->start * type->arrow_width;
    const uint8_t *mask =
        gather->column->mask == NULL ? NULL : nx_buffer_data(gather->column->mask);
    for (size_t i = 0; i < chunk->length; i++) {
        if (type->arrow_width == 4) {
            int32_t days;
            memcpy(&days, from + 4 * i, 4);
            out[chunk->row + i] = days;
            continue;
        }
        int64_t value;
        memcpy(&value, from + 8 * i, 8);
        out[chunk->row + i] = value / type->factor;
        if (value % type->factor != 0 && (mask == NULL || !mask[chunk->row + i])) {
            return nx_error_set(
                error, NX_ERR_FORMAT, 0,
                "column '%.80s': row %zu of Arrow type date64 is no whole day; cast "
                "the column to timestamp first",
                gather->name, chunk->row + i);
        }
    }
    return NX_OK;
}

static nx_status
convert_chunk(const nx_arrow_gather *gather, const nx_arrow_chunk *chunk,
              nx_error *error)
{
    const nx_arrow_type *type = gather->type;
    uint8_t *values = nx_buffer_data(gather->column->values);
    if (chunk->length == 0 || type->layout == NX_ARROW_NULLS) {
        return NX_OK;
    }
    if (type->layout == NX_ARROW_BITS) {
        (void)nx_bits_unpack(chunk->array->buffers[1], chunk->start, chunk->length,
                             false, values + chunk->row);
        return NX_OK;
    }
    if (!nx_arrow_type_is_shared(type)) {
        return convert_times(gather, chunk, (int64_t *)values, error);
    }
    memcpy(values + chunk->row * type->width,
           (const uint8_t *)chunk->array->buffers[1] + chunk->start * type->width,
           chunk->length * type->width);
    return NX_OK;
}

/* Whatever stood under the nulls becomes the value of a missing cell. */
static void
fill_missing(const nx_arrow_gather *gather)
{
    const nx_column *column = gather->column;
    const size_t width = gather->type->width;
    const uint8_t *mask = nx_buffer_data(column->mask);
    uint8_t *values = nx_buffer_data(column->values);
    const uint64_t bits = nx_arrow_missing_bits(gather->type);
    const uint32_t bits32 = (uint32_t)bits;
    const uint16_t bits16 = (uint16_t)bits;
    const uint8_t bits8 = (uint8_t)bits;
    const void *pattern = width == 8   ? (const void *)&bits
                          : width == 4 ? (const void *)&bits32
                          : width == 2 ? (const void *)&bits16
                                       : (const void *)&bits8;
    for (size_t row = 0; row < column->length; row++) {
        if (mask[row]) {
            memcpy(values + row * width, pattern, width);
        }
    }
}

static nx_status
gather_values(nx_arrow_gather *gather, nx_error *error)
{
    nx_column *column = gather->column;
    size_t row = 0;
    nx_status status = NX_OK;
    if (can_share(gather)) {
        return share_values(gather, error);
    }
    column->values = nx_buffer_new(column->length, gather->type->width);
    if (column->values == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < gather->batch_count && status == NX_OK; i++) {
        const nx_arrow_chunk chunk = nx_arrow_chunk_at(gather, i, row);
        status = convert_chunk(gather, &chunk, error);
        row += chunk.length;
    }
    if (status == NX_OK && column->missing > 0) {
        fill_missing(gather);
    }
    return status;
}

/* ---- Columns ---- */

static nx_status
check_chunks(const nx_arrow_gather *gather, nx_error *error)
{
    const nx_arrow_type *type = gather->index == NULL ? gather->type : gather->index;
    nx_status status = NX_OK;
    for (size_t i = 0; i < gather->batch_count && status == NX_OK; i++) {
        const struct ArrowArray *array = gather->batches[i]->children[gather->position];
        status = nx_arrow_check_array(array, type, gather->name, error);
        if (status == NX_OK && gather->index != NULL) {
            status = nx_arrow_check_array(array->dictionary, gather->type, gather->name,
                                          error);
        }
    }
    return status;
}

nx_status
nx_arrow_gather_column(nx_arrow_gather *gather, nx_error *error)
{
    nx_column *column = gather->column;
    column->type = nx_type_of_name(gather->type->name);
    nx_status status = check_chunks(gather, error);
    if (status != NX_OK) {
        return status;
    }
    if (gather->type->layout == NX_ARROW_NULLS) {
        for (size_t row = 0; row < column->length; row++) {
            if (!nx_arrow_mark_missing(column, row)) {
                return no_memory(error);
            }
        }
    }
    status = gather_mask(gather, error);
    if (status != NX_OK) {
        return status;
    }
    return nx_arrow_type_is_string(gather->type) ? nx_arrow_gather_text(gather, error)
                                                 : gather_values(gather, error);
}
