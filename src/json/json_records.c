#include "json/json_records.h"

#include <string.h>

#include "json/json_escape.h"
#include "json/json_put.h"
#include "text/utf8.h"

enum {
    CELL = 32,                 /* bytes */
    CELLS = 512,               /* so that they stay in the first cache */
    MOST_ROWS = 64,            /* of a block */
    MOST_COLUMNS = CELLS / 8,  /* for blocks that are worth it */
    LONGEST_INSIDE = CELL - 2, /* bytes of a string between its quotes */
    NOT_INSIDE = 0xFF          /* the length of what is not in its cell */
};

typedef struct cells {
    size_t rows; /* of each column */
    uint8_t lengths[CELLS];
    uint8_t texts[CELLS * CELL + NX_JSON_VALUE_ROOM];
} cells;

/* The values of one column in a block. */
typedef struct column_part {
    const nx_json_column *column;
    nx_json_scale scale;
    const char *item;
    const uint8_t *mask; /* or NULL */
    size_t n;
    uint8_t *texts, *lengths;
} column_part;

static const nx_json_scale no_scale = {.is_used = false};

/* ---- Column by column ---- */

/* A string of at most 16 bytes, of which 16 are readable, in a cell; NULL if it has to
 * be escaped. */
NX_INLINE uint8_t *
put_short(const uint8_t *text, size_t length, uint8_t *at)
{
    at[0] = '"';
#ifdef NX_JSON_SSE2
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
    const unsigned special = (unsigned)_mm_movemask_epi8(nx_json_special16(bytes));
    _mm_storeu_si128((__m128i *)(void *)(at + 1), bytes);
    const bool is_plain = (special & ((1u << length) - 1)) == 0;
#else
    const bool is_plain = nx_json_copy_few(at + 1, text, length);
#endif
    at[length + 1] = '"';
    return NX_LIKELY(is_plain) ? at + length + 2 : NULL;
}

/* A string in a cell; NULL if it does not fit, or must be looked at more closely. */
NX_INLINE uint8_t *
put_string(nx_json_form form, nx_span text, uint8_t *at)
{
    if (form == NX_JSON_NOTHING) {
        return nx_json_put_null(at);
    }
    if (form == NX_JSON_POINTS || text.length > LONGEST_INSIDE ||
        (form == NX_JSON_BYTES && !nx_is_ascii(text.text, text.length)) ||
        !nx_json_copy_few(at + 1, text.text, text.length)) {
        return NULL;
    }
    at[0] = '"';
    at[text.length + 1] = '"';
    return at + text.length + 2;
}

/* The string of an item, alike. */
NX_INLINE uint8_t *
put_item(nx_json_kind kind, const nx_json_column *column, const char *item, uint8_t *at)
{
    nx_span text = {NULL, 0};
    if (kind == NX_JSON_VIEW) {
        const nx_string_view *const view = (const nx_string_view *)(const void *)item;
        text = (nx_span){nx_view_text(view, column->slabs), (size_t)view->length};
        return put_string(NX_JSON_UTF8, text, at);
    }
    if (kind != NX_JSON_TEXT) {
        return NULL;
    }
    if (column->sizes != NULL) {
        const uint8_t size = column->sizes[(uint8_t)item[column->size_place]];
        if (NX_LIKELY(size != NX_JSON_NO_SIZE)) {
            return put_short((const uint8_t *)item, size, at);
        }
    }
    const nx_json_form form = column->load(column->context, item, &text);
    return put_string(form, text, at);
}

/* Writes values of a kind, which is a constant where speed matters, to their cells.
 * False if one fails. */
NX_INLINE bool
fill_cells(nx_json_writer *writer, const column_part *part, const nx_json_kind kind)
{
    const nx_json_column *const column = part->column;
    const nx_json_scale scale = part->scale;
    const char *item = part->item;
    for (size_t i = 0; i < part->n; i++, item += column->step) {
        uint8_t *const begin = part->texts + i * CELL;
        uint8_t *end;
        if (part->mask != NULL && part->mask[(ptrdiff_t)i * column->mask_step] != 0) {
            end = nx_json_put_null(begin);
        }
        else if (kind >= NX_JSON_TEXT) {
            end = put_item(kind, column, item, begin);
        }
        else {
            end = nx_json_put_value(writer, kind, column, &scale, item, begin);
            if (NX_UNLIKELY(end == NULL)) {
                return false;
            }
        }
        const size_t length = end == NULL ? NOT_INSIDE : (size_t)(end - begin);
        part->lengths[i] = length <= CELL ? (uint8_t)length : (uint8_t)NOT_INSIDE;
    }
    return true;
}

static bool
fill_column(nx_json_writer *writer, const column_part *part)
{
    switch (part->column->kind) {
        case NX_JSON_INT32:
            return fill_cells(writer, part, NX_JSON_INT32);
        case NX_JSON_INT64:
            return fill_cells(writer, part, NX_JSON_INT64);
        case NX_JSON_FLOAT64:
            return fill_cells(writer, part, NX_JSON_FLOAT64);
        case NX_JSON_TEXT:
            return fill_cells(writer, part, NX_JSON_TEXT);
        case NX_JSON_VIEW:
            return fill_cells(writer, part, NX_JSON_VIEW);
        default:
            return fill_cells(writer, part, part->column->kind);
    }
}

/* Fills the cells of a block; false if a value fails. Lists have no cells. */
static bool
fill_block(nx_json_writer *writer, const nx_json_column *columns, size_t count,
           const nx_json_scale *scales, size_t row, size_t n, cells *block)
{
    for (size_t i = 0; i < count; i++) {
        const nx_json_column *const column = &columns[i];
        const column_part part = {
            .column = column,
            .scale = i < NX_JSON_SCALES ? scales[i] : no_scale,
            .item = column->data + (ptrdiff_t)row * column->step,
            .mask = column->mask == NULL
                        ? NULL
                        : column->mask + (ptrdiff_t)row * column->mask_step,
            .n = n,
            .texts = block->texts + i * block->rows * CELL,
            .lengths = block->lengths + i * block->rows,
        };
        if (column->ndim > 0) {
            memset(part.lengths, NOT_INSIDE, n);
        }
        else if (!fill_column(writer, &part)) {
            return false;
        }
    }
    return true;
}

/* ---- Row by row ---- */

/* Room for the values of a row that are in cells, the texts around them, and what is
 * copied with them. */
static size_t
room_of(const nx_json_column *columns, size_t count, const nx_json_ends *ends)
{
    size_t room = NX_JSON_PADDING + ends->row_end.length + 1;
    for (size_t i = 0; i < count; i++) {
        room += columns[i].before_length + CELL;
    }
    return room;
}

NX_INLINE uint8_t *
put_end(const nx_json_ends *ends, uint8_t *at)
{
    for (size_t i = 0; i < ends->row_end.length; i++) { /* a brace or two */
        *at++ = ends->row_end.text[i];
    }
    *at++ = ends->between;
    return at;
}

/* Puts the rows of a block together. */
static uint8_t *
join_block(nx_json_writer *writer, const nx_json_column *columns, size_t count,
           const nx_json_scale *scales, size_t row, size_t n, const nx_json_ends *ends,
           const cells *block, uint8_t *at)
{
    const size_t room = room_of(columns, count, ends);
    for (size_t r = 0; r < n; r++) {
        at = nx_json_room(writer, at, room);
        for (size_t i = 0; i < count && NX_LIKELY(at != NULL); i++) {
            const size_t cell = i * block->rows + r;
            const size_t length = block->lengths[cell];
            if (NX_UNLIKELY(length == NOT_INSIDE)) {
                at = nx_json_put_field(writer, columns, i, scales, row + r, at);
                at = at == NULL ? NULL : nx_json_room(writer, at, room);
                continue;
            }
            at = nx_json_put_before(&columns[i], at);
            memcpy(at, block->texts + cell * CELL, CELL);
            at += length;
        }
        if (NX_UNLIKELY(at == NULL)) {
            return NULL;
        }
        at = put_end(ends, at);
    }
    return at;
}

/* The same without cells. */
static uint8_t *
put_rows(nx_json_writer *writer, const nx_json_column *columns, size_t count,
         const nx_json_scale *scales, size_t row, size_t n, const nx_json_ends *ends,
         uint8_t *at)
{
    for (size_t r = 0; r < n; r++) {
        for (size_t i = 0; i < count && NX_LIKELY(at != NULL); i++) {
            at = nx_json_put_field(writer, columns, i, scales, row + r, at);
        }
        at = at == NULL ? NULL : nx_json_room(writer, at, ends->row_end.length + 1);
        if (NX_UNLIKELY(at == NULL)) {
            return NULL;
        }
        at = put_end(ends, at);
    }
    return at;
}

uint8_t *
nx_json_put_records(nx_json_writer *writer, const nx_json_column *columns, size_t count,
                    const nx_json_scale *scales, size_t row, size_t n,
                    const nx_json_ends *ends, uint8_t *at)
{
    if (count == 0 || count > MOST_COLUMNS) {
        return put_rows(writer, columns, count, scales, row, n, ends, at);
    }
    cells block; /* not filled: bytes behind a value's text count for nothing */
    block.rows = CELLS / count < MOST_ROWS ? CELLS / count : MOST_ROWS;
    for (size_t done = 0; done < n && at != NULL; done += block.rows) {
        const size_t left = n - done, part = left < block.rows ? left : block.rows;
        at = fill_block(writer, columns, count, scales, row + done, part, &block)
                 ? join_block(writer, columns, count, scales, row + done, part, ends,
                              &block, at)
                 : put_rows(writer, columns, count, scales, row + done, part, ends, at);
    }
    return at;
}
