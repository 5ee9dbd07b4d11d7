#include "csv/csv_cells.h"

#include <math.h>
#include <string.h>

#include "csv/csv_infer.h"
#include "number/parse_float.h"
#include "text/utf8.h"

static bool
fail(nx_csv_cells *cells, nx_status status)
{
    cells->status = status;
    return false;
}

bool
nx_csv_cell_put_missing(nx_csv_cells *cells, size_t row)
{
    uint8_t *mask = nx_csv_target_mask(cells->target);
    if (mask == NULL) {
        return fail(cells, NX_ERR_MEMORY);
    }
    mask[cells->first_row + row] = 1;
    cells->missing++;
    switch (cells->type) {
        case NX_TYPE_NONE:
            break;
        case NX_TYPE_BOOL:
            ((uint8_t *)cells->values)[row] = 0;
            break;
        case NX_TYPE_INT64:
        case NX_TYPE_UINT64:
            ((int64_t *)cells->values)[row] = 0;
            break;
        case NX_TYPE_FLOAT64:
            ((double *)cells->values)[row] = (double)NAN;
            break;
        case NX_TYPE_DIGITS:
        case NX_TYPE_STRING:
            memset((nx_string_view *)cells->values + row, 0, sizeof(nx_string_view));
            break;
        default:
            ((int64_t *)cells->values)[row] = NX_NAT;
    }
    return true;
}

/* A quoted field with quotes inside (doubled ones, or one that closes it before its
 * end): unquoted straight into a slab, or
 * through a small buffer when it may fit into the view. */
static bool
put_unquoted(nx_csv_cells *cells, nx_string_view *view, nx_csv_field field)
{
    uint8_t small[64];
    nx_slabs *slabs = cells->slabs;
    const size_t size = nx_csv_field_size(field);
    if (size <= sizeof small) {
        const size_t n = nx_csv_unquote(field, cells->dialect, small);
        return nx_view_store(slabs, view, small, n) || fail(cells, NX_ERR_MEMORY);
    }
    uint8_t *room =
        nx_slabs_reserve(slabs, size, &view->u.ref.slab, &view->u.ref.offset);
    if (room == NULL) {
        return fail(cells, NX_ERR_MEMORY);
    }
    const size_t n = nx_csv_unquote(field, cells->dialect, room);
    nx_slabs_give_back(slabs, size - n);
    view->length = (int32_t)n;
    memcpy(view->u.ref.prefix, room, 4);
    return true;
}

bool
nx_csv_cell_put_string(nx_csv_cells *cells, size_t row, nx_csv_field field)
{
    nx_string_view *view = (nx_string_view *)cells->values + row;
    const size_t size = nx_csv_field_size(field);
    if (size == 0) {
        return nx_csv_cell_put_missing(cells, row);
    }
    if (cells->check_utf8) {
        const size_t valid = nx_utf8_valid_prefix(field.start, size);
        if (valid < size) {
            cells->bad_byte = valid;
            cells->misfit = field;
            return fail(cells, NX_ERR_ENCODING);
        }
    }
    if (nx_csv_field_quoted(field, cells->dialect)) {
        const uint8_t quote = cells->dialect->quote;
        if (memchr(field.start + 1, quote, size - 2) != NULL) {
            return put_unquoted(cells, view, field);
        }
        field.start++;
        field.end--;
    }
    return nx_view_store(cells->slabs, view, field.start, nx_csv_field_size(field)) ||
           fail(cells, NX_ERR_MEMORY);
}

/* Converts a value whose classes the cells' type holds. */
static void
put_value(nx_csv_cells *cells, size_t row, const nx_csv_value *value, nx_csv_field text)
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
    if (!nx_csv_missing_word(text)) {
        value = nx_csv_classify(text);
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
        return nx_csv_cell_put_missing(cells, row);
    }
    put_value(cells, row, &value, text);
    return true;
}
