#include "json/json_rows.h"

#include <string.h>

#include "base/alloc.h"
#include "json/json_brackets.h"

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
    for (size_t i = 0; i < section->column_count && i < NX_JSON_SCALES; i++) {
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
    const nx_span row_end = section->row_end;
    for (;;) {
        at = nx_json_put_record(writer, section->columns, section->column_count, scales,
                                row, at);
        at = at == NULL ? NULL : nx_json_room(writer, at, row_end.length + 1);
        if (at == NULL) {
            return NULL;
        }
        for (size_t i = 0; i < row_end.length; i++) { /* a brace or two */
            *at++ = row_end.text[i];
        }
        if (++row == end) {
            return at;
        }
        *at++ = section->between;
    }
}

uint8_t *
nx_json_put_section(nx_json_writer *writer, const nx_json_section *section,
                    size_t first, size_t end, uint8_t *at)
{
    nx_json_scale scales[NX_JSON_SCALES];
    const nx_json_brackets brackets = {section->ndim, section->dims, section->between};
    const size_t inner =
        section->ndim > 0 ? section->dims[section->ndim - 1] : section->rows;
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
