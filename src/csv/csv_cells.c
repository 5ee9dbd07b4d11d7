#include "csv/csv_cells.h"

#include <string.h>

#include "column/column_values.h"
#include "csv/csv_number_form.h"
#include "number/parse_float.h"
#include "text/utf8.h"

static bool
fail(nx_csv_cells *cells, nx_status status)
{
    cells->status = status;
    return false;
}

bool
nx_csv_cell_fail(nx_csv_cells *cells, nx_csv_fault fault, nx_csv_field field)
{
    cells->fault = fault;
    cells->misfit = field;
    cells->bad_byte = 0;
    return fail(cells, NX_ERR_VALUE);
}

void
nx_csv_cells_error(const nx_csv_cells *cells, nx_error *error)
{
    if (cells->status == NX_ERR_ENCODING) {
        nx_error_set(error, NX_ERR_ENCODING, 401, "byte 0x%02x is not UTF-8",
                     cells->misfit.start[cells->bad_byte]);
        return;
    }
    if (cells->status == NX_ERR_SYNTAX) {
        nx_error_set(error, NX_ERR_SYNTAX, 711, "not a value");
        return;
    }
    const nx_csv_excerpt excerpt =
        nx_csv_excerpt_of(nx_csv_field_value(cells->misfit, cells->dialect));
    (void)nx_csv_fault_error(cells->fault, &excerpt, cells->type, cells->target->limit,
                             error);
}

void
nx_csv_cell_note(nx_csv_cells *cells, nx_csv_note_kind kind, size_t row,
                 nx_csv_field field)
{
    nx_csv_seen *seen = &cells->seen[kind];
    if (seen->field.start == NULL || cells->first_row + row < seen->row) {
        *seen = (nx_csv_seen){.field = field, .row = cells->first_row + row};
    }
}

void
nx_csv_cells_keep_notes(const nx_csv_cells *cells, const uint8_t *text, uint64_t offset)
{
    for (int kind = 0; kind < NX_CSV_NOTE_KINDS; kind++) {
        const nx_csv_seen *seen = &cells->seen[kind];
        if (seen->field.start != NULL) {
            nx_csv_notes_add(&cells->target->notes, (nx_csv_note_kind)kind, seen->row,
                             offset + (uint64_t)(seen->field.start - text),
                             nx_csv_field_value(seen->field, cells->dialect));
        }
    }
}

bool
nx_csv_cell_put_missing(nx_csv_cells *cells, size_t row, nx_csv_field field,
                        nx_csv_absence absence)
{
    if (cells->rules->missing_raises) {
        const bool certain = absence == NX_CSV_ABSENT || cells->target->words_fail;
        if (cells->target->requested != NX_TYPE_NONE || (cells->collects && certain)) {
            return nx_csv_cell_fail(cells, NX_CSV_FAULT_MISSING, field);
        }
        /* An error for the end, when it is known what the column is. */
        nx_csv_cell_note(cells,
                         absence == NX_CSV_ABSENT ? NX_CSV_NOTE_MISSING
                                                  : NX_CSV_NOTE_MISSING_UNLESS_STRING,
                         row, field);
    }
    uint8_t *mask = nx_csv_target_mask(cells->target);
    if (mask == NULL) {
        return fail(cells, NX_ERR_MEMORY);
    }
    cells->mask = cells->rules->missing_raises ? NULL : mask + cells->first_row;
    mask[cells->first_row + row] = 1;
    cells->missing++;
    const size_t width = nx_type_width(cells->type);
    if (width > 0) { /* else there are no values to clear */
        nx_value_clear(cells->type, (uint8_t *)cells->values + row * width);
    }
    return true;
}

/* A field with escapes, or a quoted one with quotes inside (doubled ones, or one that
 * closes it before its end): unquoted straight into a slab, or
 * through a small buffer when it may fit into the view. */
static bool
put_unquoted(nx_csv_cells *cells, nx_string_view *view, nx_csv_field field, bool quoted)
{
    uint8_t small[64];
    nx_slabs *slabs = cells->slabs;
    const size_t size = nx_csv_field_size(field);
    if (size <= sizeof small) {
        const size_t n = nx_csv_unquote(field, quoted, cells->dialect, small);
        return nx_view_store(slabs, view, small, n) || fail(cells, NX_ERR_MEMORY);
    }
    uint8_t *room =
        nx_slabs_reserve(slabs, size, &view->u.ref.slab, &view->u.ref.offset);
    if (room == NULL) {
        return fail(cells, NX_ERR_MEMORY);
    }
    const size_t n = nx_csv_unquote(field, quoted, cells->dialect, room);
    nx_slabs_give_back(slabs, size - n);
    view->length = (int32_t)n;
    memcpy(view->u.ref.prefix, room, 4);
    return true;
}

/* Code points of valid UTF-8. */
static size_t
count_characters(const uint8_t *text, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += (text[i] & 0xC0) != 0x80;
    }
    return count;
}

bool
nx_csv_cell_check_limit(nx_csv_cells *cells, const nx_string_view *view,
                        nx_csv_field field)
{
    const int64_t limit = cells->target->limit;
    const size_t size = (size_t)view->length;
    if (limit == 0 || size == 0) {
        return true;
    }
    const uint8_t *text = nx_view_text(view, cells->slabs->buffers);
    const uint64_t most = limit > 0 ? (uint64_t)limit : UINT64_C(0) - (uint64_t)limit;
    if (text[size - 1] == 0) {
        return nx_csv_cell_fail(cells, NX_CSV_FAULT_NUL, field);
    }
    if (size > most && (limit > 0 || count_characters(text, size) > most)) {
        return nx_csv_cell_fail(cells, NX_CSV_FAULT_LENGTH, field);
    }
    return true;
}

/* Stores the text of a quoted field that is no missing word. */
static bool
put_quoted(nx_csv_cells *cells, nx_string_view *view, nx_csv_field field)
{
    const size_t inside = nx_csv_field_size(field) - 2;
    const nx_csv_field text = {field.start + 1, field.end};
    if (memchr(text.start, cells->dialect->quote, inside) != NULL ||
        nx_csv_field_escaped(text, cells->dialect)) {
        return put_unquoted(cells, view, field, true);
    }
    return nx_view_store(cells->slabs, view, field.start + 1, inside) ||
           fail(cells, NX_ERR_MEMORY);
}

/* The same for a field without quotes around it; its text may begin with one once
 * blanks are gone. */
static bool
put_plain(nx_csv_cells *cells, nx_string_view *view, nx_csv_field text)
{
    if (nx_csv_field_escaped(text, cells->dialect)) {
        return put_unquoted(cells, view, text, false);
    }
    return nx_view_store(cells->slabs, view, text.start, nx_csv_field_size(text)) ||
           fail(cells, NX_ERR_MEMORY);
}

bool
nx_csv_cell_put_string(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    nx_string_view *view = (nx_string_view *)cells->values + row;
    const nx_csv_field text = nx_csv_field_value(field, cells->dialect);
    const size_t size = nx_csv_field_size(field);
    const nx_csv_absence absence =
        nx_csv_rules_absence(cells->rules, field, text, cells->dialect);
    if (absence == NX_CSV_ABSENT ||
        (cells->target->words_fail && absence != NX_CSV_PRESENT)) {
        return nx_csv_cell_put_missing(cells, row, field, absence);
    }
    if (cells->check_utf8) {
        const size_t valid = nx_utf8_valid_prefix(field.start, size);
        if (valid < size) {
            cells->bad_byte = valid;
            cells->misfit = field;
            return fail(cells, NX_ERR_ENCODING);
        }
    }
    const bool stored =
        nx_csv_field_quoted(field, cells->dialect)
            ? put_quoted(cells, view, field)
            : put_plain(cells, view, cells->rules->strip ? text : field);
    return stored && nx_csv_cell_check_limit(cells, view, field);
}

void
nx_csv_cell_put_value(nx_csv_cells *cells, size_t row, const nx_csv_value *value,
                      nx_csv_field text)
{
    int64_t *integers = cells->values;
    switch (cells->type) {
        case NX_TYPE_BOOL:
            ((uint8_t *)cells->values)[row] = value->truth;
            break;
        case NX_TYPE_INT64:
            integers[row] = value->integer;
            break;
        case NX_TYPE_UINT64:
            ((uint64_t *)cells->values)[row] = value->classes & NX_CLASS_BEYOND_INT64
                                                   ? value->big
                                                   : (uint64_t)value->integer;
            break;
        case NX_TYPE_FLOAT64:
            /* Every number is accepted by nx_parse_double: it cannot fail. */
            (void)nx_parse_double(text.start, nx_csv_field_size(text),
                                  (double *)cells->values + row);
            break;
        default:
            /* The lattice keeps times that do not fit away from the unit. */
            (void)nx_datetime_to_unit(&value->datetime, nx_type_unit(cells->type),
                                      integers + row);
    }
}

bool
nx_csv_cell_put(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    const nx_csv_field text = nx_csv_field_value(field, cells->dialect);
    nx_csv_value value = {0};
    const nx_csv_absence absence =
        nx_csv_rules_absence(cells->rules, field, text, cells->dialect);
    if (absence == NX_CSV_PRESENT) {
        value = nx_csv_classify(text, cells->rules);
    }
    const nx_class_set classes = cells->classes | value.classes;
    if (nx_type_of_classes(classes) != cells->type) {
        cells->classes = classes;
        cells->misfit = field;
        cells->misfit_classes = value.classes;
        return false;
    }
    cells->classes = classes;
    if (cells->type == NX_TYPE_DIGITS) {
        return nx_csv_cell_put_string(cells, row, field);
    }
    if (value.classes == 0) {
        return nx_csv_cell_put_missing(cells, row, field, absence);
    }
    uint8_t room[NX_CSV_NUMBER_ROOM];
    nx_csv_cell_put_value(cells, row, &value,
                          nx_csv_number_text(cells->rules, text, room));
    return true;
}
