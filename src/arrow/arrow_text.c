#include "arrow/arrow_text.h"

#include <string.h>

#include "base/alloc.h"
#include "text/utf8.h"

/* Strings of one array, the chunk itself or its dictionary, while they are read. */
typedef struct text_source {
    const nx_arrow_gather *gather;
    nx_arrow_layout layout;
    const struct ArrowArray *array; /* where the strings are */
    struct ArrowArray *owner;       /* what is taken over to keep them */
    nx_buffer *keeper;              /* ... as soon as a view needs it */
    size_t start;
    size_t length;
    size_t row;        /* of the column, for messages */
    int32_t *slabs;    /* of views: the slab that a buffer became, or -1 */
    int32_t slab;      /* of text: the slab that is open, or -1 */
    int64_t slab_from; /* ... and the offset it starts at */
} text_source;

enum {
    NO_SLAB = -1
};

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for strings");
}

static nx_status
broken(const text_source *source, size_t i, const char *what, nx_error *error)
{
    return nx_error_set(error, NX_ERR_FORMAT, 0, "column '%.80s': %s %zu: %s",
                        source->gather->name,
                        source->gather->index == NULL ? "row" : "dictionary entry",
                        source->row + i, what);
}

/* ---- Slabs ---- */

/* Adds bytes of the source to the slabs of the column. */
static bool
add_slab(text_source *source, const uint8_t *data, size_t size, int32_t *slab)
{
    if (source->keeper == NULL) {
        source->keeper = nx_arrow_keep(source->owner);
        if (source->keeper == NULL) {
            return false;
        }
    }
    nx_buffer *shared = nx_arrow_share(source->keeper, data, size);
    const bool added =
        shared != NULL && nx_slabs_adopt(&source->gather->column->slabs, shared, slab);
    nx_buffer_release(shared);
    return added;
}

/* ---- One string ---- */

/* Where a string is, and in which slab if it is too long for its view. */
static nx_status
put_view(const text_source *source, size_t i, const uint8_t *text, size_t n,
         nx_string_view *view, nx_error *error)
{
    memset(view, 0, sizeof *view);
    view->length = (int32_t)n;
    if (!nx_is_ascii(text, n) && nx_utf8_valid_prefix(text, n) != n) {
        return broken(source, i, "the string is not UTF-8", error);
    }
    memcpy(view->u.text, text, n <= NX_VIEW_INLINE ? n : sizeof view->u.ref.prefix);
    return NX_OK;
}

static nx_status
read_view(text_source *source, size_t i, nx_string_view *view, nx_error *error)
{
    const struct ArrowArray *array = source->array;
    const int64_t buffers = array->n_buffers - 3;
    const int64_t *sizes = array->buffers[array->n_buffers - 1];
    nx_string_view given;
    memcpy(&given, (const nx_string_view *)array->buffers[1] + source->start + i,
           sizeof given);
    if (given.length < 0) {
        return broken(source, i, "the length of the string is negative", error);
    }
    if (given.length <= NX_VIEW_INLINE) {
        return put_view(source, i, given.u.text, (size_t)given.length, view, error);
    }
    const int32_t k = given.u.ref.slab, offset = given.u.ref.offset;
    if (k < 0 || k >= buffers || offset < 0 || array->buffers[2 + k] == NULL ||
        sizes[k] < (int64_t)offset + given.length) {
        return broken(source, i, "the string is outside of its buffer", error);
    }
    const uint8_t *data = array->buffers[2 + k];
    if (source->slabs[k] == NO_SLAB &&
        !add_slab(source, data, (size_t)sizes[k], &source->slabs[k])) {
        return no_memory(error);
    }
    const nx_status status =
        put_view(source, i, data + offset, (size_t)given.length, view, error);
    view->u.ref.slab = source->slabs[k];
    view->u.ref.offset = offset;
    return status;
}

static int64_t
offset_at(const text_source *source, size_t i)
{
    const uint8_t *offsets = source->array->buffers[1];
    if (source->layout == NX_ARROW_UTF8) {
        int32_t offset;
        memcpy(&offset, offsets + (source->start + i) * 4, 4);
        return offset;
    }
    int64_t offset;
    memcpy(&offset, offsets + (source->start + i) * 8, 8);
    return offset;
}

static nx_status
read_text(text_source *source, size_t i, nx_string_view *view, nx_error *error)
{
    const int64_t begin = offset_at(source, i), end = offset_at(source, i + 1);
    const int64_t last = offset_at(source, source->length);
    const uint8_t *data = source->array->buffers[2];
    /* Those of nulls are not looked at: what is open may begin behind this string. */
    const bool below = source->slab != NO_SLAB && begin < source->slab_from;
    if (begin < 0 || end < begin || last < end || below) {
        return broken(source, i, "offsets run backwards", error);
    }
    if (end - begin > NX_VIEW_MAX) {
        return broken(source, i, "the string is longer than 2 GiB", error);
    }
    const size_t n = (size_t)(end - begin);
    if (n > 0 && data == NULL) {
        return broken(source, i, "the buffer of text is missing", error);
    }
    if (n <= NX_VIEW_INLINE) {
        static const uint8_t nothing[1];
        return put_view(source, i, n == 0 ? nothing : data + begin, n, view, error);
    }
    /* A view reaches 2 GiB into its slab, text may go on beyond. */
    if (source->slab == NO_SLAB || end - source->slab_from > INT32_MAX) {
        if (!add_slab(source, data + begin, (size_t)(last - begin), &source->slab)) {
            return no_memory(error);
        }
        source->slab_from = begin;
    }
    const nx_status status = put_view(source, i, data + begin, n, view, error);
    view->u.ref.slab = source->slab;
    view->u.ref.offset = (int32_t)(begin - source->slab_from);
    return status;
}

/* ---- Arrays of strings ---- */

static nx_status
open_source(text_source *source, nx_error *error)
{
    source->slab = NO_SLAB;
    if (source->layout == NX_ARROW_VIEWS) {
        const size_t count = (size_t)(source->array->n_buffers - 3);
        source->slabs = nx_alloc(count, sizeof source->slabs[0]);
        if (source->slabs == NULL) {
            return no_memory(error);
        }
        for (size_t k = 0; k < count; k++) {
            source->slabs[k] = NO_SLAB;
        }
    }
    return NX_OK;
}

/* Reads all strings of a source but the missing ones, which become empty. */
static nx_status
read_source(text_source *source, const uint8_t *mask, nx_string_view *views,
            nx_error *error)
{
    nx_status status = open_source(source, error);
    for (size_t i = 0; i < source->length && status == NX_OK; i++) {
        if (mask != NULL && mask[i]) {
            memset(&views[i], 0, sizeof views[i]);
            continue;
        }
        status = source->layout == NX_ARROW_VIEWS
                     ? read_view(source, i, &views[i], error)
                     : read_text(source, i, &views[i], error);
    }
    nx_free(source->slabs);
    nx_buffer_release(source->keeper);
    return status;
}

static nx_status
gather_chunk(nx_arrow_gather *gather, const nx_arrow_chunk *chunk, nx_error *error)
{
    const nx_column *column = gather->column;
    const uint8_t *mask = column->mask == NULL ? NULL : nx_buffer_data(column->mask);
    nx_string_view *views = nx_buffer_data(column->values);
    text_source source = {
        .gather = gather,
        .layout = gather->type->layout,
        .array = chunk->array,
        .owner = chunk->array,
        .start = chunk->start,
        .length = chunk->length,
        .row = chunk->row,
    };
    return chunk->length == 0
               ? NX_OK
               : read_source(&source, mask == NULL ? NULL : mask + chunk->row,
                             views + chunk->row, error);
}

/* ---- Dictionaries ---- */

/* An index of a chunk; negative ones and those beyond int64 are negative. */
static int64_t
index_at(const nx_arrow_gather *gather, const nx_arrow_chunk *chunk, size_t i)
{
    const char format = gather->index->format[0];
    const size_t width = gather->index->width;
    const uint8_t *at =
        (const uint8_t *)chunk->array->buffers[1] + (chunk->start + i) * width;
    union {
        int8_t c;
        int16_t s;
        int32_t i;
        int64_t l;
        uint8_t C;
        uint16_t S;
        uint32_t I;
    } value = {.l = 0};
    memcpy(&value, at, width);
    switch (format) {
        case 'c':
            return value.c;
        case 's':
            return value.s;
        case 'i':
            return value.i;
        case 'C':
            return value.C;
        case 'S':
            return value.S;
        case 'I':
            return value.I;
        default:
            return value.l;
    }
}

/* Puts the entries that the indices of a chunk name into the column. */
static nx_status
look_up(nx_arrow_gather *gather, const nx_arrow_chunk *chunk,
        const nx_string_view *entries, const uint8_t *entry_nulls, nx_error *error)
{
    nx_column *column = gather->column;
    const struct ArrowArray *dictionary = chunk->array->dictionary;
    nx_string_view *views = nx_buffer_data(column->values);
    for (size_t i = 0; i < chunk->length; i++) {
        const size_t row = chunk->row + i;
        const uint8_t *mask =
            column->mask == NULL ? NULL : nx_buffer_data(column->mask);
        if (mask != NULL && mask[row]) {
            memset(&views[row], 0, sizeof views[row]);
            continue;
        }
        const int64_t entry = index_at(gather, chunk, i);
        if (entry < 0 || entry >= dictionary->length) {
            return nx_error_set(error, NX_ERR_FORMAT, 0,
                                "column '%.80s': row %zu: the index is outside of the "
                                "dictionary",
                                gather->name, row);
        }
        views[row] = entries[entry];
        if (entry_nulls[entry] && !nx_arrow_mark_missing(column, row)) {
            return no_memory(error);
        }
    }
    return NX_OK;
}

static nx_status
gather_encoded(nx_arrow_gather *gather, const nx_arrow_chunk *chunk, nx_error *error)
{
    struct ArrowArray *dictionary = chunk->array->dictionary;
    const size_t count = (size_t)dictionary->length, from = (size_t)dictionary->offset;
    text_source source = {
        .gather = gather,
        .layout = gather->type->layout,
        .array = dictionary,
        .owner = chunk->array,
        .start = from,
        .length = count,
    };
    nx_string_view *entries = nx_alloc(count, sizeof *entries);
    uint8_t *nulls = nx_alloc_zeroed(count, 1);
    nx_status status = NX_OK;
    if (entries == NULL || nulls == NULL) {
        status = no_memory(error);
    }
    else {
        const uint8_t *bits = dictionary->buffers[0];
        for (size_t i = 0; bits != NULL && i < count; i++) {
            nulls[i] = !(bits[(from + i) / 8] >> (from + i) % 8 & 1);
        }
        if (count > 0) {
            status = read_source(&source, nulls, entries, error);
        }
    }
    if (status == NX_OK) {
        status = look_up(gather, chunk, entries, nulls, error);
    }
    nx_free(entries);
    nx_free(nulls);
    return status;
}

nx_status
nx_arrow_gather_text(nx_arrow_gather *gather, nx_error *error)
{
    nx_column *column = gather->column;
    size_t row = 0;
    nx_status status = NX_OK;
    column->values = nx_buffer_new(column->length, sizeof(nx_string_view));
    if (column->values == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < gather->batch_count && status == NX_OK; i++) {
        const nx_arrow_chunk chunk = nx_arrow_chunk_at(gather, i, row);
        status = gather->index == NULL ? gather_chunk(gather, &chunk, error)
                                       : gather_encoded(gather, &chunk, error);
        row += chunk.length;
    }
    return status;
}
