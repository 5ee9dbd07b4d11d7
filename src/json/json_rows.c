#include "json/json_rows.h"

#include <string.h>

#include "base/alloc.h"
#include "json/json_brackets.h"

enum {
    SCALES = 64 /* columns that may have one; the others are written without */
};

uint8_t *
nx_json_put_span(nx_json_writer *writer, nx_span text, uint8_t *at)
{
    at = nx_json_room(writer, at, text.length);
    if (at == NULL || text.length == 0) {
        return at;
    }
    memcpy(at, text.text, text.length);
    return at + text.length;
}

static void
find_scales(const nx_json_section *section, size_t first, size_t end,
            nx_json_scale *scales)
{
    for (size_t i = 0; i < section->column_count && i < SCALES; i++) {
        const nx_json_column *const column = &section->columns[i];
        scales[i].is_used = false;
        if (column->kind != NX_JSON_FLOAT64) {
            continue;
        }
        const char *const data = column->data + (ptrdiff_t)first * column->step;
        /* Of lists, the values of one row speak for the others, or the first ones. */
        const bool by_row = column->ndim == 0 || column->count < end - first;
        scales[i] = by_row ? nx_json_scale_of(data, column->step, end - first)
                           : nx_json_scale_of(data, (ptrdiff_t)column->item_size,
                                              column->count);
    }
}

/* Writes the values of a row with the texts before them. */
NX_INLINE uint8_t *
put_columns(nx_json_writer *writer, const nx_json_section *section,
            const nx_json_scale *scales, size_t row, uint8_t *at)
{
    for (size_t i = 0; i < section->column_count; i++) {
        const nx_json_column *const column = &section->columns[i];
        const size_t before = column->before_length;
        at = nx_json_room(writer, at, before + NX_JSON_PADDING + NX_JSON_VALUE_ROOM);
        if (NX_UNLIKELY(at == NULL)) {
            return NULL;
        }
        if (NX_LIKELY(before <= NX_JSON_PADDING)) {
            memcpy(at, column->before, NX_JSON_PADDING);
        }
        else {
            memcpy(at, column->before, before);
        }
        at = nx_json_put_row(writer, column, &scales[i < SCALES ? i : SCALES], row,
                             at + before);
        if (NX_UNLIKELY(at == NULL)) {
            writer->error->column = i;
            writer->error->record = row;
            if (writer->error->byte == NX_NOWHERE) {
                writer->error->byte = 0;
            }
            return NULL;
        }
    }
    return nx_json_put_span(writer, section->row_end, at);
}

/* True for rows that are one value and nothing else. */
static bool
is_plain(const nx_json_section *section)
{
    const nx_json_column *const column = section->columns;
    return section->column_count == 1 && column->ndim == 0 &&
           column->before_length == 0 && section->row_end.length == 0;
}

/* Writes rows that stand in one innermost list. */
static uint8_t *
put_run(nx_json_writer *writer, const nx_json_section *section,
        const nx_json_scale *scales, size_t row, size_t end, uint8_t *at)
{
    if (is_plain(section)) {
        at = nx_json_put_rows(writer, section->columns, scales, row, end - row,
                              section->between, at);
        if (at == NULL) {
            writer->error->record += row;
            writer->error->column = 0;
        }
        return at;
    }
    for (;;) {
        at = put_columns(writer, section, scales, row, at);
        if (at == NULL || ++row == end) {
            return at;
        }
        at = nx_json_put_span(writer, (nx_span){&section->between, 1}, at);
        if (at == NULL) {
            return NULL;
        }
    }
}

uint8_t *
nx_json_put_section(nx_json_writer *writer, const nx_json_section *section,
                    size_t first, size_t end, uint8_t *at)
{
    nx_json_scale scales[SCALES + 1];
    const nx_json_brackets brackets = {section->ndim, section->dims, section->between};
    const size_t inner =
        section->ndim > 0 ? section->dims[section->ndim - 1] : section->rows;
    scales[SCALES].is_used = false;
    find_scales(section, first, end, scales);
    for (size_t row = first; at != NULL;) {
        if (row == end && end != section->rows) {
            return at; /* what stands here belongs to the next range */
        }
        at = nx_json_room(writer, at, NX_JSON_BRACKETS_ROOM);
        if (at == NULL) {
            return NULL;
        }
        at = nx_json_put_brackets(&brackets, row, section->rows, at);
        if (row == end) {
            return at;
        }
        const size_t list_end = row - row % inner + inner;
        const size_t stop = list_end < end ? list_end : end;
        at = put_run(writer, section, scales, row, stop, at);
        row = stop;
    }
    return NULL;
}
