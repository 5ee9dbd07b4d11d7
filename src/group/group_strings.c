/* The strings are grouped where they are, in their views and slabs. Only those that are
 * first of their kind are copied, so that the text of all rows can be let go of. */
#include "group/group_strings.h"

#include <string.h>

#include "column/column_select.h"
#include "group/group_texts.h"

/* What nx_text_table_put may read of a text. */
#define PADDED_TEXT 16

typedef struct string_items {
    const nx_column *column;
    const uint8_t *missing;
} string_items;

/* Whether 16 bytes may be read at a text. Behind that of a view stands the next view,
 * if there is one. */
static bool
is_padded(const nx_column *column, size_t row, const nx_string_view *view)
{
    if (view->length <= NX_VIEW_INLINE) {
        return row + 1 < column->length;
    }
    const nx_buffer *slab = column->slabs.buffers[view->u.ref.slab];
    return view->length >= PADDED_TEXT ||
           (size_t)view->u.ref.offset + PADDED_TEXT <= nx_buffer_size(slab);
}

static nx_status
load(const void *context, size_t first, size_t n, nx_span *texts, uint8_t *missing,
     bool *padded, nx_error *error)
{
    const string_items *items = context;
    const nx_column *column = items->column;
    const nx_string_view *views = nx_buffer_data(column->values);
    (void)error;
    *padded = true;
    for (size_t i = 0; i < n; i++) {
        const nx_string_view *view = &views[first + i];
        texts[i] =
            (nx_span){nx_view_text(view, column->slabs.buffers), (size_t)view->length};
        *padded &= is_padded(column, first + i, view);
    }
    if (items->missing == NULL) {
        memset(missing, 0, n);
        return NX_OK;
    }
    for (size_t i = 0; i < n; i++) {
        missing[i] = items->missing[first + i] != 0;
    }
    return NX_OK;
}

/* Codes of eight bytes as ones of four, which take the first half of their memory. */
static bool
narrow(nx_buffer *codes, size_t n)
{
    uint8_t *bytes = nx_buffer_data(codes);
    for (size_t i = 0; i < n; i++) {
        int64_t code;
        memcpy(&code, bytes + i * sizeof code, sizeof code);
        const int32_t small = (int32_t)code;
        memcpy(bytes + i * sizeof small, &small, sizeof small);
    }
    return nx_buffer_shrink(codes, n * sizeof(int32_t));
}

/* The strings that are first of their group, in memory of their own. */
static nx_status
copy_first(const nx_column *column, const nx_groups *groups, nx_column *strings,
           nx_error *error)
{
    nx_column shared;
    nx_status status =
        nx_strings_take(column, groups->first, groups->count, &shared, error);
    if (status != NX_OK) {
        return status;
    }
    status = nx_strings_compact(&shared, strings, error);
    nx_column_clear(&shared);
    return status;
}

nx_status
nx_group_strings(const nx_column *column, const uint8_t *missing, unsigned threads,
                 const nx_wait *wait, nx_categories *result, nx_error *error)
{
    const string_items context = {column, missing};
    const nx_text_items items = {load, &context, column->length};
    nx_groups groups = {0};
    *result = (nx_categories){.codes = nx_buffer_new(column->length, sizeof(int64_t))};
    if (result->codes == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for categories");
    }
    nx_status status = nx_group_texts(&items, nx_buffer_data(result->codes), false,
                                      threads, wait, &groups, error);
    if (status == NX_OK && groups.count > INT32_MAX) {
        status = nx_error_set(error, NX_ERR_OVERFLOW, 0,
                              "more different strings than categories have numbers");
    }
    if (status == NX_OK) {
        status = copy_first(column, &groups, &result->strings, error);
    }
    if (status == NX_OK && !narrow(result->codes, column->length)) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for categories");
    }
    nx_groups_clear(&groups);
    if (status != NX_OK) {
        nx_categories_clear(result);
    }
    return status;
}

void
nx_categories_clear(nx_categories *categories)
{
    nx_buffer_release(categories->codes);
    nx_column_clear(&categories->strings);
    memset(categories, 0, sizeof *categories);
}
