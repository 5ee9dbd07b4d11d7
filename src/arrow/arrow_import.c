#include "arrow/arrow_import.h"

#include <string.h>

#include "arrow/arrow_gather.h"
#include "base/alloc.h"

/* What has come so far: a schema and batches of it, all owned. */
typedef struct batch_list {
    struct ArrowSchema schema;
    struct ArrowArray **batches;
    size_t count;
    size_t capacity;
} batch_list;

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for an Arrow table");
}

static void
free_batches(batch_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->batches[i]->release != NULL) {
            list->batches[i]->release(list->batches[i]);
        }
        nx_free(list->batches[i]);
    }
    nx_free(list->batches);
    if (list->schema.release != NULL) {
        list->schema.release(&list->schema);
    }
}

/* Takes a batch over; releases it if that fails. */
static bool
take_batch(batch_list *list, struct ArrowArray *batch)
{
    struct ArrowArray *own = nx_alloc(1, sizeof *own);
    bool taken = own != NULL;
    if (taken && list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        struct ArrowArray **more =
            nx_realloc(list->batches, list->capacity, capacity, sizeof *more);
        taken = more != NULL;
        if (taken) {
            list->batches = more;
            list->capacity = capacity;
        }
    }
    if (!taken) {
        nx_free(own);
        batch->release(batch);
        return false;
    }
    *own = *batch;
    batch->release = NULL;
    list->batches[list->count++] = own;
    return true;
}

/* ---- Tables of batches ---- */

void
nx_arrow_table_clear(nx_arrow_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        nx_column_clear(&table->columns[i].column);
        nx_free(table->columns[i].name);
    }
    nx_free(table->columns);
    memset(table, 0, sizeof *table);
}

static nx_status
check_schema(const struct ArrowSchema *schema, nx_error *error)
{
    if (schema->release == NULL || schema->format == NULL || schema->n_children < 0 ||
        (schema->n_children > 0 && schema->children == NULL)) {
        return nx_error_set(error, NX_ERR_FORMAT, 0,
                            "the Arrow producer broke the rules: its schema is empty");
    }
    if (strcmp(schema->format, "+s") != 0 || schema->dictionary != NULL) {
        return nx_error_set(error, NX_ERR_TYPE, 0,
                            "the Arrow data are one column of type '%.20s', not a "
                            "table; put the column into a table first",
                            schema->format);
    }
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i] == NULL || schema->children[i]->release == NULL) {
            return nx_error_set(error, NX_ERR_FORMAT, 0,
                                "the Arrow producer broke the rules: its schema lacks "
                                "a column");
        }
    }
    return NX_OK;
}

static nx_status
count_rows(const batch_list *list, size_t columns, size_t *rows, nx_error *error)
{
    *rows = 0;
    for (size_t i = 0; i < list->count; i++) {
        const nx_status status = nx_arrow_check_batch(list->batches[i], columns, error);
        if (status != NX_OK) {
            return status;
        }
        *rows += (size_t)list->batches[i]->length;
        if (*rows > (size_t)INT64_MAX / 32) {
            return nx_error_set(error, NX_ERR_FORMAT, 0,
                                "the Arrow producer broke the rules: more rows than "
                                "can be");
        }
    }
    return NX_OK;
}

static nx_status
import_column(const batch_list *list, size_t position, nx_arrow_imported *column,
              nx_error *error)
{
    const struct ArrowSchema *field = list->schema.children[position];
    const char *name = field->name == NULL ? "" : field->name;
    nx_arrow_gather gather = {
        .name = name,
        .batches = list->batches,
        .batch_count = list->count,
        .position = position,
        .column = &column->column,
    };
    const nx_status status =
        nx_arrow_check_field(field, &gather.type, &gather.index, &column->zoned, error);
    if (status != NX_OK) {
        return status;
    }
    column->type = gather.type;
    column->name = nx_alloc(strlen(name) + 1, 1);
    if (column->name == NULL) {
        return no_memory(error);
    }
    memcpy(column->name, name, strlen(name) + 1);
    return nx_arrow_gather_column(&gather, error);
}

static nx_status
import_batches(const batch_list *list, nx_arrow_table *table, nx_error *error)
{
    const size_t count = (size_t)list->schema.n_children;
    memset(table, 0, sizeof *table);
    nx_status status = count_rows(list, count, &table->rows, error);
    if (status != NX_OK) {
        return status;
    }
    table->columns = nx_alloc_zeroed(count, sizeof *table->columns);
    if (table->columns == NULL) {
        return no_memory(error);
    }
    table->count = count;
    for (size_t i = 0; i < count && status == NX_OK; i++) {
        table->columns[i].column.length = table->rows;
        status = import_column(list, i, &table->columns[i], error);
    }
    if (status != NX_OK) {
        nx_arrow_table_clear(table);
    }
    return status;
}

nx_status
nx_arrow_import_batch(struct ArrowSchema *schema, struct ArrowArray *batch,
                      nx_arrow_table *table, nx_error *error)
{
    batch_list list = {.schema = *schema};
    schema->release = NULL;
    nx_status status = NX_OK;
    if (batch->release == NULL) {
        status = nx_error_set(error, NX_ERR_FORMAT, 0,
                              "the Arrow array was consumed before");
    }
    else if (!take_batch(&list, batch)) {
        status = no_memory(error);
    }
    if (status == NX_OK) {
        status = check_schema(&list.schema, error);
    }
    if (status == NX_OK) {
        status = import_batches(&list, table, error);
    }
    free_batches(&list);
    return status;
}

/* ---- Streams ---- */

static nx_status
stream_failed(struct ArrowArrayStream *stream, int number, nx_error *error)
{
    const char *message =
        stream->get_last_error == NULL ? NULL : stream->get_last_error(stream);
    return nx_error_set(error, NX_ERR_FORMAT, 0,
                        "the Arrow producer failed with error %d: %s", number,
                        message == NULL ? "it does not say why" : message);
}

static nx_status
pull_batches(struct ArrowArrayStream *stream, const nx_wait *wait, batch_list *list,
             nx_error *error)
{
    if (stream->get_schema == NULL || stream->get_next == NULL) {
        return nx_error_set(error, NX_ERR_FORMAT, 0,
                            "the Arrow producer broke the rules: its stream lacks a "
                            "function");
    }
    int number = stream->get_schema(stream, &list->schema);
    if (number != 0) {
        list->schema.release = NULL;
        return stream_failed(stream, number, error);
    }
    const nx_status status = check_schema(&list->schema, error);
    if (status != NX_OK) {
        return status;
    }
    for (;;) {
        struct ArrowArray batch = {0};
        number = stream->get_next(stream, &batch);
        if (number != 0) {
            return stream_failed(stream, number, error);
        }
        if (batch.release == NULL) {
            return NX_OK;
        }
        if (!take_batch(list, &batch)) {
            return no_memory(error);
        }
        if (wait != NULL && wait->poll != NULL && !wait->poll(wait->context)) {
            return nx_error_set(error, NX_ERR_CANCELLED, 0, "cancelled");
        }
    }
}

nx_status
nx_arrow_import_stream(struct ArrowArrayStream *stream, const nx_wait *wait,
                       nx_arrow_table *table, nx_error *error)
{
    struct ArrowArrayStream own = *stream;
    batch_list list = {0};
    if (stream->release == NULL) {
        return nx_error_set(error, NX_ERR_FORMAT, 0,
                            "the Arrow stream was consumed before; ask its owner for "
                            "a new one");
    }
    stream->release = NULL;
    nx_status status = pull_batches(&own, wait, &list, error);
    if (own.release != NULL) {
        own.release(&own);
    }
    if (status == NX_OK) {
        status = import_batches(&list, table, error);
    }
    free_batches(&list);
    return status;
}
