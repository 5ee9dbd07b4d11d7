#include "column/column_check.h"

#include <string.h>

#include "base/bits.h"
#include "text/utf8.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* True when nothing but zeros follows the text of an inline view. */
static bool
rest_is_zero(const nx_string_view *view)
{
    const size_t length = (size_t)view->length;
    const uint64_t first = nx_load64le((const uint8_t *)view) >> 32; /* four bytes */
    const uint64_t last = nx_load64le((const uint8_t *)view + 8);
    if (length <= 4) {
        return last == 0 && first >> 8 * length == 0;
    }
    return length == NX_VIEW_INLINE || last >> 8 * (length - 4) == 0;
}

/* True when a view without problems has text of ASCII inside. */
static bool
is_short_ascii(const nx_string_view *view)
{
    return view->length <= NX_VIEW_INLINE &&
           ((nx_load64le((const uint8_t *)view) >> 32 |
             nx_load64le((const uint8_t *)view + 8)) &
            HIGH_BITS) == 0;
}

/* What is wrong with a view, apart from its text; NULL if nothing is. */
static const char *
view_problem(const nx_string_view *view, const nx_slabs *slabs)
{
    if (view->length < 0) {
        return "its length is negative";
    }
    const size_t length = (size_t)view->length;
    if (length <= NX_VIEW_INLINE) {
        return rest_is_zero(view) ? NULL : "there are bytes behind its text";
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
        else if (!is_short_ascii(view)) {
            const uint8_t *text = nx_view_text(view, column->slabs.buffers);
            const size_t length = (size_t)view->length;
            if (!nx_is_ascii(text, length) &&
                NX_UNLIKELY(nx_utf8_valid_prefix(text, length) != length)) {
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
