#include "json/json_cells.h"

#include <string.h>

#include "column/column_values.h"
#include "csv/csv_infer.h"
#include "json/json_check.h"

enum {
    SHORT = 6 * NX_CSV_WORD_MAX, /* bytes of a string that is unescaped to look at it:
                                    a word or a time, however it is escaped */
    SPARE = 64                   /* readable on both sides of it */
};

/* A value: what it is, and its text. */
typedef struct json_value {
    nx_json_kind kind;
    nx_csv_field text; /* of a string: between its quotes */
    uint8_t room[SPARE + SHORT + SPARE];
} json_value;

static bool
fail(nx_csv_cells *cells, nx_status status, nx_csv_field field)
{
    cells->status = status;
    cells->misfit = field;
    cells->bad_byte = 0;
    return false;
}

/* Looks at a field. Short strings are unescaped; false for longer ones with escapes,
 * whose text is as it stands. */
static bool
look(nx_csv_field field, json_value *value)
{
    value->kind = nx_json_kind_of(field.start, nx_csv_field_size(field));
    value->text = field;
    if (value->kind == NX_JSON_STRING || value->kind == NX_JSON_ESCAPED) {
        value->text.start++;
        value->text.end--;
    }
    if (value->kind != NX_JSON_ESCAPED) {
        return true;
    }
    const size_t size = nx_csv_field_size(value->text);
    if (size > SHORT) {
        return false;
    }
    uint8_t *plain = value->room + SPARE;
    memset(value->room, 0, SPARE);
    const size_t n = nx_json_unescape(value->text.start, size, plain);
    memset(plain + n, 0, SPARE);
    value->text = (nx_csv_field){plain, plain + n};
    return true;
}

/* ---- Strings ---- */

/* A string with escapes that is too long for the room of a value: unescaped straight
 * into a slab. */
static bool
put_escaped(nx_csv_cells *cells, nx_string_view *view, nx_csv_field text)
{
    const size_t size = nx_csv_field_size(text);
    uint8_t *room =
        nx_slabs_reserve(cells->slabs, size, &view->u.ref.slab, &view->u.ref.offset);
    if (room == NULL) {
        return fail(cells, NX_ERR_MEMORY, text);
    }
    const size_t n = nx_json_unescape(text.start, size, room);
    nx_slabs_give_back(cells->slabs, size - n);
    view->length = (int32_t)n;
    if (n > NX_VIEW_INLINE) {
        memcpy(view->u.ref.prefix, room, 4);
        return true;
    }
    /* Its escapes were long and its text is not: it belongs into the view. */
    uint8_t small[NX_VIEW_INLINE];
    memcpy(small, room, n);
    nx_slabs_give_back(cells->slabs, n);
    return nx_view_store(cells->slabs, view, small, n) ||
           fail(cells, NX_ERR_MEMORY, text);
}

static bool
put_string(nx_csv_cells *cells, size_t row, nx_csv_field field, const json_value *value,
           bool whole)
{
    nx_string_view *view = (nx_string_view *)cells->values + row;
    const bool stored = whole ? nx_view_store(cells->slabs, view, value->text.start,
                                              nx_csv_field_size(value->text)) ||
                                    fail(cells, NX_ERR_MEMORY, field)
                              : put_escaped(cells, view, value->text);
    return stored && nx_csv_cell_check_limit(cells, view, field);
}

/* ---- Requested types ---- */

static bool
put_requested(nx_csv_cells *cells, size_t row, nx_csv_field field,
              const json_value *value)
{
    uint8_t *to = (uint8_t *)cells->values + row * nx_type_width(cells->type);
    const nx_csv_field text = value->text;
    bool zoned;
    if (value->kind == NX_JSON_NESTED) {
        return nx_csv_cell_fail(cells, NX_CSV_FAULT_KIND, field);
    }
    switch (nx_value_of_text(cells->type, text.start, nx_csv_field_size(text), to,
                             &zoned)) {
        case NX_VALUE_GOOD:
            break;
        case NX_VALUE_RANGE:
            return nx_csv_cell_fail(cells, NX_CSV_FAULT_RANGE, field);
        case NX_VALUE_FINE:
            return nx_csv_cell_fail(cells, NX_CSV_FAULT_FINE, field);
        default:
            return nx_csv_cell_fail(cells, NX_CSV_FAULT_KIND, field);
    }
    if (nx_type_is_time(cells->type)) {
        nx_csv_cell_note(cells, zoned ? NX_CSV_NOTE_ZONED : NX_CSV_NOTE_NAIVE, row,
                         field);
    }
    return true;
}

/* ---- Inferred types ---- */

/* True for a text that may be a date, for nx_csv_classify to find out: it takes nothing
 * that begins so for a number. */
static bool
looks_like_date(nx_csv_field text)
{
    return nx_csv_field_size(text) >= 10 && text.start[0] >= '0' &&
           text.start[0] <= '9' && text.start[4] == '-' && text.start[7] == '-';
}

static nx_csv_value
classify(const json_value *value, bool whole, const nx_csv_rules *rules)
{
    nx_csv_value found = {.classes = NX_CLASS_OTHER};
    switch (value->kind) {
        case NX_JSON_TRUE:
        case NX_JSON_FALSE:
            found.classes = NX_CLASS_BOOL;
            found.truth = value->kind == NX_JSON_TRUE;
            return found;
        case NX_JSON_INTEGER:
        case NX_JSON_DECIMAL:
            return nx_csv_classify(value->text, rules);
        case NX_JSON_STRING:
        case NX_JSON_ESCAPED:
            return whole && looks_like_date(value->text)
                       ? nx_csv_classify(value->text, rules)
                       : found;
        default:
            return found;
    }
}

static bool
put_inferred(nx_csv_cells *cells, size_t row, nx_csv_field field,
             const json_value *value, bool whole)
{
    const nx_csv_value found = classify(value, whole, cells->rules);
    const nx_class_set classes = cells->classes | found.classes;
    const bool same = nx_type_of_classes(classes) == cells->type;
    cells->classes = classes;
    if (!same) {
        cells->misfit = field;
        cells->misfit_classes = found.classes;
        return false;
    }
    if (cells->type == NX_TYPE_DIGITS) {
        return put_string(cells, row, field, value, whole);
    }
    nx_csv_cell_put_value(cells, row, &found, value->text);
    return true;
}

static bool
is_missing(const nx_csv_cells *cells, const json_value *value, bool whole)
{
    return value->kind == NX_JSON_NULL ||
           (whole && value->kind != NX_JSON_NESTED &&
            nx_csv_words_has(&cells->rules->na, value->text));
}

bool
nx_json_cell_put(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    json_value value;
    if (field.start == field.end) {
        return nx_csv_cell_put_missing(cells, row, field, NX_CSV_ABSENT);
    }
    const bool whole = look(field, &value);
    if (value.kind == NX_JSON_INVALID) {
        return fail(cells, NX_ERR_SYNTAX, field);
    }
    if (is_missing(cells, &value, whole)) {
        return nx_csv_cell_put_missing(cells, row, field, NX_CSV_ABSENT);
    }
    if (cells->type == NX_TYPE_STRING) {
        return put_string(cells, row, field, &value, whole);
    }
    return cells->target->requested != NX_TYPE_NONE
               ? put_requested(cells, row, field, &value)
               : put_inferred(cells, row, field, &value, whole);
}
