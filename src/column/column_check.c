#include "column/column_check.h"

#include <string.h>

#include "base/bits.h"
#include "text/utf8.h"

static const uint8_t ZEROS[NX_VIEW_INLINE];

/* What is wrong with a view, apart from its text; NULL if nothing is. */
static const char *
view_problem(const nx_string_view *view, const nx_slabs *slabs)
{
    if (view->length < 0) {
        return "its length is negative";
    }
    const size_t length = (size_t)view->length;
    if (length <= NX_VIEW_INLINE) {
        const size_t rest = NX_VIEW_INLINE - length;
        return memcmp(view->u.text + length, ZEROS, rest) == 0
                   ? NULL
                   : "there are bytes behind its text";
    }
    const int32_t slab = view->u.ref.slab, offset = view->u.ref.offset;
    if (slab < 0 || (size_t)slab >= slabs->count || slabs->buffers[slab] == NULL) {
        return "its block of memory is not there";
    }
    const size_t size = nx_buffer_size(slabs->buffers[slab]);
    if (offset < 0 || (size_t)offset > size || length > size - (size_t)offset) {
        return "it ends behind its block of memory";
    }
    return memcmp(nx_view_text(view, slabs->buffers), view->u.ref.prefix, 4) == 0
               ? NULL
               : "its text begins in another way";
}

nx_status
nx_strings_check(const nx_column *column, nx_error *error)
{
    const nx_string_view *views = nx_buffer_data(column->values);
    nx_status status = NX_OK;
    for (size_t row = 0; row < column->length && status == NX_OK; row++) {
        const nx_string_view *view = &views[row];
        const char *problem = view_problem(view, &column->slabs);
        if (NX_UNLIKELY(problem != NULL)) {
            status = nx_error_set(error, NX_ERR_VALUE, 0, "string of row %zu: %s", row,
                                  problem);
        }
        else {
            const uint8_t *text = nx_view_text(view, column->slabs.buffers);
            const size_t length = (size_t)view->length;
            if (NX_UNLIKELY(nx_utf8_valid_prefix(text, length) != length)) {
                status = nx_error_set(error, NX_ERR_ENCODING, 0,
                                      "string of row %zu: it is not UTF-8", row);
            }
        }
        if (status != NX_OK && error != NULL) {
            error->record = row;
        }
    }
    return status;
}
