#include "arrow/arrow_check.h"

#include <string.h>

#include "base/alloc.h"

/* ---- Types ---- */

static const char *
name_of(const struct ArrowSchema *schema)
{
    return schema->name == NULL ? "" : schema->name;
}

/* What to do about a type that columns do not have. */
static const char *
way_out(const char *format)
{
    switch (format[0]) {
        case '+':
            return "flatten it into columns of its own, or leave it out";
        case 'd':
            return "cast it first, to float64 or to strings";
        case 'z':
        case 'Z':
        case 'w':
        case 'v':
            return "cast it to strings first if it is UTF-8, or leave it out";
        default:
            return "cast it first, to integers for example, or leave it out";
    }
}

static nx_status
no_such_type(const struct ArrowSchema *field, const char *what, const char *format,
             nx_error *error)
{
    return nx_error_set(error, NX_ERR_TYPE, 0,
                        "column '%.80s': %s of Arrow type %s ('%.20s') have no NumPy "
                        "dtype; %s",
                        name_of(field), what, nx_arrow_format_word(format), format,
                        way_out(format));
}

nx_status
nx_arrow_check_field(const struct ArrowSchema *schema, const nx_arrow_type **type,
                     const nx_arrow_type **index, bool *zoned, nx_error *error)
{
    const struct ArrowSchema *values = schema->dictionary;
    bool unused;
    if (schema->format == NULL || (values != NULL && values->format == NULL)) {
        return nx_error_set(error, NX_ERR_FORMAT, 0,
                            "column '%.80s': the Arrow schema tells no type",
                            name_of(schema));
    }
    *index = NULL;
    *type = nx_arrow_type_of_format(schema->format, zoned);
    if (values == NULL) {
        return *type != NULL ? NX_OK
                             : no_such_type(schema, "values", schema->format, error);
    }
    *index = *type;
    if (*index == NULL || strchr("cCsSiIlL", (*index)->format[0]) == NULL) {
        return nx_error_set(error, NX_ERR_FORMAT, 0,
                            "column '%.80s': indices of an Arrow dictionary are not "
                            "of type '%.20s'",
                            name_of(schema), schema->format);
    }
    *type = nx_arrow_type_of_format(values->format, &unused);
    if (*type == NULL || !nx_arrow_type_is_string(*type) ||
        values->dictionary != NULL) {
        return nx_error_set(error, NX_ERR_TYPE, 0,
                            "column '%.80s': only dictionaries of strings can be "
                            "decoded, this one is of '%.20s'; cast it to the type of "
                            "its values first",
                            name_of(schema), values->format);
    }
    return NX_OK;
}

/* ---- Arrays ---- */

static nx_status
broken(const char *name, const char *what, nx_error *error)
{
    return nx_error_set(error, NX_ERR_FORMAT, 0,
                        "column '%.80s': the Arrow producer broke the rules: %s", name,
                        what);
}

/* The sizes that every array has, struct or not; NULL if they are right. */
static const char *
wrong_sizes(const struct ArrowArray *array)
{
    if (array == NULL || array->release == NULL) {
        return "an array is released already";
    }
    if (array->length < 0) {
        return "a length is negative";
    }
    if (array->offset < 0 || array->offset > INT64_MAX / 32 - array->length) {
        return "an offset is negative or too large";
    }
    if (array->null_count < -1 || array->null_count > array->length) {
        return "a count of nulls is impossible";
    }
    if (array->n_buffers > 0 && array->buffers == NULL) {
        return "an array has no buffers";
    }
    return NULL;
}

static const char *
wrong_buffers(const struct ArrowArray *array, const nx_arrow_type *type)
{
    const bool text =
        type->layout == NX_ARROW_UTF8 || type->layout == NX_ARROW_LARGE_UTF8;
    const int64_t wanted = type->layout == NX_ARROW_NULLS ? 0 : text ? 3 : 2;
    const bool views = type->layout == NX_ARROW_VIEWS;
    if (views ? array->n_buffers < 3 || array->n_buffers > INT32_MAX
              : array->n_buffers != wanted) {
        return "an array has another number of buffers than its type";
    }
    if (type->layout == NX_ARROW_NULLS) {
        return NULL;
    }
    if (array->null_count > 0 && array->buffers[0] == NULL) {
        return "there are nulls and no bitmap of them";
    }
    /* Text itself may be nowhere, as long as all strings are empty. */
    if (array->length > 0 && array->buffers[1] == NULL) {
        return "a buffer of values is missing";
    }
    if (views && array->n_buffers > 3 && array->buffers[array->n_buffers - 1] == NULL) {
        return "the sizes of the buffers of a string view array are missing";
    }
    return NULL;
}

nx_status
nx_arrow_check_array(const struct ArrowArray *array, const nx_arrow_type *type,
                     const char *name, nx_error *error)
{
    const char *wrong = wrong_sizes(array);
    if (wrong == NULL) {
        wrong = wrong_buffers(array, type);
    }
    return wrong == NULL ? NX_OK : broken(name, wrong, error);
}

/* True when a row of the batch is null as a whole; a count may be unknown, or of rows
 * that the batch does not show. */
static bool
has_null_rows(const struct ArrowArray *batch)
{
    if (batch->null_count == 0 || batch->n_buffers <= 0 || batch->buffers[0] == NULL) {
        return false;
    }
    const uint8_t *bits = batch->buffers[0];
    const int64_t end = batch->offset + batch->length;
    for (int64_t i = batch->offset; i < end; i++) {
        if ((bits[i / 8] >> i % 8 & 1) == 0) {
            return true;
        }
    }
    return false;
}

nx_status
nx_arrow_check_batch(const struct ArrowArray *batch, size_t count, nx_error *error)
{
    const char *wrong = wrong_sizes(batch);
    if (wrong == NULL && (batch->n_children != (int64_t)count ||
                          (count > 0 && batch->children == NULL))) {
        wrong = "a batch has another number of columns than the schema";
    }
    for (size_t i = 0; wrong == NULL && i < count; i++) {
        wrong = wrong_sizes(batch->children[i]);
        if (wrong == NULL &&
            batch->children[i]->length < batch->offset + batch->length) {
            wrong = "a column is shorter than its batch";
        }
    }
    if (wrong != NULL) {
        return nx_error_set(error, NX_ERR_FORMAT, 0,
                            "the Arrow producer broke the rules: %s", wrong);
    }
    if (has_null_rows(batch)) {
        return nx_error_set(error, NX_ERR_TYPE, 0,
                            "rows that are null as a whole have no place in a table; "
                            "drop the nulls of the struct first");
    }
    return NX_OK;
}

/* ---- Keeping ---- */

static void
release_kept(void *context)
{
    struct ArrowArray *array = context;
    array->release(array);
    nx_free(array);
}

nx_buffer *
nx_arrow_keep(struct ArrowArray *array)
{
    struct ArrowArray *own = nx_alloc(1, sizeof *own);
    if (own == NULL) {
        return NULL;
    }
    *own = *array;
    nx_buffer *keeper = nx_buffer_foreign(own, 0, release_kept, own);
    if (keeper == NULL) {
        nx_free(own);
        return NULL;
    }
    array->release = NULL;
    return keeper;
}

static void
release_keeper(void *keeper)
{
    nx_buffer_release(keeper);
}

nx_buffer *
nx_arrow_share(nx_buffer *keeper, const void *data, size_t size)
{
    nx_buffer *shared = nx_buffer_foreign(data, size, release_keeper, keeper);
    if (shared != NULL) {
        nx_buffer_retain(keeper);
    }
    return shared;
}
