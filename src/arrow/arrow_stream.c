#include "arrow/arrow_stream.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

/* What a stream holds. Fields stand apart, since a schema is made of them alone. */
typedef struct stream_state {
    nx_arrow_column *columns;
    nx_arrow_field *fields;
    char *names; /* of all columns */
    size_t count;
    size_t rows;
    bool ended;
    nx_error error;
} stream_state;

static void
let_go(nx_arrow_column *column)
{
    nx_buffer_release(column->values);
    nx_buffer_release(column->mask);
    for (size_t k = 0; k < column->slab_count; k++) {
        nx_buffer_release(column->slabs[k]);
    }
    nx_free(column->slabs);
}

static void
free_state(stream_state *state)
{
    for (size_t i = 0; i < state->count; i++) {
        nx_arrow_column *column = &state->columns[i];
        if (column->dictionary != NULL) {
            let_go(column->dictionary);
            nx_free(column->dictionary);
        }
        let_go(column);
    }
    nx_free(state->columns);
    nx_free(state->fields);
    nx_free(state->names);
    nx_free(state);
}

/* ---- The functions of a stream; a released one has no state ---- */

static int
number_of(nx_status status)
{
    return status == NX_OK ? 0 : status == NX_ERR_MEMORY ? ENOMEM : EINVAL;
}

static int
get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    stream_state *state = stream->private_data;
    if (state == NULL) {
        return EINVAL;
    }
    return number_of(
        nx_arrow_schema_export(out, state->fields, state->count, &state->error));
}

static int
get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    stream_state *state = stream->private_data;
    memset(out, 0, sizeof *out);
    if (state == NULL) {
        return EINVAL;
    }
    if (state->ended) {
        return 0;
    }
    const nx_status status = nx_arrow_array_export(out, state->columns, state->count,
                                                   state->rows, &state->error);
    state->ended = status == NX_OK;
    return number_of(status);
}

static const char *
get_last_error(struct ArrowArrayStream *stream)
{
    const stream_state *state = stream->private_data;
    return state == NULL                  ? "the stream is released"
           : state->error.status == NX_OK ? NULL
                                          : state->error.msg;
}

static void
release_stream(struct ArrowArrayStream *stream)
{
    free_state(stream->private_data);
    stream->private_data = NULL;
    stream->release = NULL;
}

/* ---- Making one ---- */

/* Copies a column and takes references; its name stays where it is. */
static bool
hold_values(nx_arrow_column *own, const nx_arrow_column *column)
{
    nx_buffer **slabs = nx_alloc(column->slab_count, sizeof(nx_buffer *));
    if (slabs == NULL) {
        return false;
    }
    for (size_t i = 0; i < column->slab_count; i++) {
        slabs[i] = column->slabs[i] == NULL ? NULL : nx_buffer_retain(column->slabs[i]);
    }
    *own = *column;
    own->values = nx_buffer_retain(column->values);
    own->mask = column->mask == NULL ? NULL : nx_buffer_retain(column->mask);
    own->slabs = slabs;
    own->dictionary = NULL;
    return true;
}

/* The same with its dictionary; its name moves to *names. */
static bool
hold_column(nx_arrow_column *own, const nx_arrow_column *column, char **names)
{
    const size_t size = strlen(column->field.name) + 1;
    nx_arrow_column *dictionary = NULL;
    if (column->dictionary != NULL) {
        dictionary = nx_alloc(1, sizeof *dictionary);
        if (dictionary == NULL || !hold_values(dictionary, column->dictionary)) {
            nx_free(dictionary);
            return false;
        }
    }
    if (!hold_values(own, column)) {
        if (dictionary != NULL) {
            let_go(dictionary);
            nx_free(dictionary);
        }
        return false;
    }
    own->dictionary = dictionary;
    own->field.name = memcpy(*names, column->field.name, size);
    *names += size;
    return true;
}

static stream_state *
new_state(const nx_arrow_column *columns, size_t count)
{
    size_t names = 0;
    for (size_t i = 0; i < count; i++) {
        names += strlen(columns[i].field.name) + 1;
    }
    stream_state *state = nx_alloc_zeroed(1, sizeof *state);
    if (state == NULL) {
        return NULL;
    }
    state->columns = nx_alloc_zeroed(count, sizeof *state->columns);
    state->fields = nx_alloc(count, sizeof *state->fields);
    state->names = nx_alloc(names, 1);
    bool made = state->columns != NULL && state->fields != NULL && state->names != NULL;
    char *name = state->names;
    while (made && state->count < count) {
        const size_t i = state->count;
        made = hold_column(&state->columns[i], &columns[i], &name);
        state->count += made;
    }
    if (!made) {
        free_state(state);
        return NULL;
    }
    return state;
}

/* Lays the strings out as requested, as far as that can hold them. */
static void
choose_layouts(stream_state *state, const struct ArrowSchema *requested)
{
    for (size_t i = 0; i < state->count; i++) {
        state->fields[i] = state->columns[i].field;
    }
    nx_arrow_schema_honour(requested, state->fields, state->count);
    for (size_t i = 0; i < state->count; i++) {
        bool zoned;
        if (state->fields[i].type->layout == NX_ARROW_UTF8 &&
            nx_arrow_text_bytes(&state->columns[i]) > INT32_MAX) {
            state->fields[i].type = nx_arrow_type_of_format("U", &zoned);
        }
        state->columns[i].field = state->fields[i];
    }
}

nx_status
nx_arrow_stream_export(struct ArrowArrayStream *out, const nx_arrow_column *columns,
                       size_t count, size_t rows, const struct ArrowSchema *requested,
                       nx_error *error)
{
    stream_state *state = new_state(columns, count);
    if (state == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for an Arrow stream");
    }
    state->rows = rows;
    choose_layouts(state, requested);
    *out = (struct ArrowArrayStream){
        .get_schema = get_schema,
        .get_next = get_next,
        .get_last_error = get_last_error,
        .release = release_stream,
        .private_data = state,
    };
    return NX_OK;
}
