#include "arrow_testing.h"

#include <errno.h>

#include "arrow/arrow_import.h"
#include "arrow/arrow_stream.h"
#include "base/alloc.h"

/* A stream of two columns and a few batches, which fails where it is told to. */
typedef struct fake_stream {
    int batches;  /* how many there are */
    int fails_at; /* the call of get_next that fails; -1: none */
    bool schema_fails;
    bool ragged; /* the second batch has another number of columns */
    int given;
    int released;
    const char *message;
    struct ArrowSchema fields[2];
    struct ArrowSchema *schema_children[2];
    struct ArrowArray columns[2 * 4];
    struct ArrowArray *children[2 * 4];
} fake_stream;

static const int64_t numbers[3] = {1, 2, 3};
static const float ratios[3] = {0.5F, 1.5F, 2.5F};
static const void *number_buffers[2] = {NULL, numbers};
static const void *ratio_buffers[2] = {NULL, ratios};

static int
fake_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    fake_stream *own = stream->private_data;
    if (own->schema_fails) {
        return EIO;
    }
    own->fields[0] = fake_schema("l", "n");
    own->fields[1] = fake_schema("f", NULL);
    for (int i = 0; i < 2; i++) {
        own->schema_children[i] = &own->fields[i];
    }
    *out = fake_struct(own->schema_children, 2);
    return 0;
}

static int
fake_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    fake_stream *own = stream->private_data;
    const int i = own->given;
    memset(out, 0, sizeof *out);
    if (i == own->fails_at) {
        return EIO;
    }
    if (i == own->batches) {
        return 0;
    }
    own->columns[2 * i] = fake_array(3, 0, 0, number_buffers, 2);
    own->columns[2 * i + 1] = fake_array(3, 0, 0, ratio_buffers, 2);
    own->children[2 * i] = &own->columns[2 * i];
    own->children[2 * i + 1] = &own->columns[2 * i + 1];
    *out = fake_batch(3, &own->children[2 * i], own->ragged && i == 1 ? 1 : 2);
    own->given++;
    return 0;
}

static const char *
fake_get_last_error(struct ArrowArrayStream *stream)
{
    return ((fake_stream *)stream->private_data)->message;
}

static void
fake_release(struct ArrowArrayStream *stream)
{
    ((fake_stream *)stream->private_data)->released++;
    stream->release = NULL;
}

static struct ArrowArrayStream
start(fake_stream *own)
{
    arrays_released = schemas_released = 0;
    return (struct ArrowArrayStream){
        .get_schema = fake_get_schema,
        .get_next = fake_get_next,
        .get_last_error = fake_get_last_error,
        .release = fake_release,
        .private_data = own,
    };
}

/* All that a producer gave is released once, a batch with both of its columns. */
static void
check_released(const fake_stream *own)
{
    CHECK_INT(own->released, 1);
    CHECK_INT(arrays_released, own->given * 3 - (own->ragged ? 1 : 0));
    CHECK_INT(schemas_released, own->schema_fails ? 0 : 3);
}

static void
test_batches_become_one_table(void)
{
    for (int batches = 0; batches <= 4; batches++) {
        fake_stream own = {.batches = batches, .fails_at = -1};
        struct ArrowArrayStream stream = start(&own);
        nx_arrow_table table;
        CHECK_INT(nx_arrow_import_stream(&stream, NULL, &table, NULL), NX_OK);
        CHECK(stream.release == NULL);
        CHECK_INT(table.count, 2);
        CHECK_INT(table.rows, 3 * batches);
        CHECK_STR(table.columns[0].name, "n");
        CHECK_STR(table.columns[0].type->name, "int64");
        CHECK_STR(table.columns[1].name, "");
        const int64_t *values = nx_buffer_data(table.columns[0].column.values);
        CHECK((values == numbers) == (batches == 1));
        for (int i = 0; i < 3 * batches; i++) {
            CHECK_INT(values[i], i % 3 + 1);
        }
        nx_arrow_table_clear(&table);
        check_released(&own);
    }
}

static void
check_fails(fake_stream *own, nx_status status, const char *message)
{
    struct ArrowArrayStream stream = start(own);
    nx_arrow_table table;
    nx_error error = {0};
    CHECK_INT(nx_arrow_import_stream(&stream, NULL, &table, &error), status);
    if (strstr(error.msg, message) == NULL) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" lacks \"%s\"", error.msg, message);
    }
    check_released(own);
}

static void
test_producers_that_fail(void)
{
    fake_stream silent = {.batches = 3, .fails_at = 2};
    check_fails(&silent, NX_ERR_FORMAT, "with error 5: it does not say why");
    fake_stream talking = {.batches = 3, .message = "the disk is gone"};
    check_fails(&talking, NX_ERR_FORMAT, "with error 5: the disk is gone");
    fake_stream early = {.schema_fails = true, .message = "no schema"};
    check_fails(&early, NX_ERR_FORMAT, "no schema");
    fake_stream ragged = {.batches = 3, .fails_at = -1, .ragged = true};
    check_fails(&ragged, NX_ERR_FORMAT, "another number of columns");
}

static void
test_streams_are_consumed_once(void)
{
    fake_stream own = {.batches = 1, .fails_at = -1};
    struct ArrowArrayStream stream = start(&own);
    nx_arrow_table table;
    nx_error error;
    CHECK_INT(nx_arrow_import_stream(&stream, NULL, &table, NULL), NX_OK);
    nx_arrow_table_clear(&table);
    CHECK_INT(nx_arrow_import_stream(&stream, NULL, &table, &error), NX_ERR_FORMAT);
    CHECK(strstr(error.msg, "consumed before") != NULL);
    struct ArrowArrayStream empty = {.release = fake_release, .private_data = &own};
    CHECK_INT(nx_arrow_import_stream(&empty, NULL, &table, &error), NX_ERR_FORMAT);
    CHECK(strstr(error.msg, "lacks a function") != NULL);
}

static bool
refuse(void *context)
{
    ++*(int *)context;
    return false;
}

static void
test_cancelled_between_batches(void)
{
    int polls = 0;
    fake_stream own = {.batches = 3, .fails_at = -1};
    struct ArrowArrayStream stream = start(&own);
    const nx_wait wait = {.poll = refuse, .context = &polls};
    nx_arrow_table table;
    CHECK_INT(nx_arrow_import_stream(&stream, &wait, &table, NULL), NX_ERR_CANCELLED);
    CHECK_INT(polls, 1);
    CHECK_INT(own.given, 1);
    check_released(&own);
}

static void
test_one_batch(void)
{
    struct ArrowSchema field = fake_schema("l", "n"), *fields[1] = {&field};
    struct ArrowSchema schema = fake_struct(fields, 1), again = schema;
    struct ArrowArray column = fake_array(3, 0, 0, number_buffers, 2);
    struct ArrowArray *columns[1] = {&column}, batch = fake_batch(2, columns, 1);
    nx_arrow_table table;
    nx_error error;
    arrays_released = schemas_released = 0;
    CHECK_INT(nx_arrow_import_batch(&schema, &batch, &table, NULL), NX_OK);
    CHECK(schema.release == NULL && batch.release == NULL);
    CHECK_INT(table.rows, 2);
    nx_arrow_table_clear(&table);
    CHECK_INT(arrays_released, 2);
    CHECK_INT(schemas_released, 2);
    CHECK_INT(nx_arrow_import_batch(&again, &batch, &table, &error), NX_ERR_FORMAT);
    CHECK(strstr(error.msg, "consumed before") != NULL);
}

static void
check_schema_refused(struct ArrowSchema schema, nx_status status, const char *message)
{
    struct ArrowArray batch = fake_batch(0, NULL, 0);
    nx_arrow_table table;
    nx_error error = {0};
    CHECK_INT(nx_arrow_import_batch(&schema, &batch, &table, &error), status);
    CHECK(strstr(error.msg, message) != NULL);
    CHECK(batch.release == NULL);
}

static void
test_schemas_that_are_no_table(void)
{
    struct ArrowSchema *fields[1] = {NULL};
    check_schema_refused(fake_schema("l", "n"), NX_ERR_TYPE, "one column of type 'l'");
    check_schema_refused(fake_schema(NULL, "n"), NX_ERR_FORMAT, "schema is empty");
    check_schema_refused(fake_struct(fields, 1), NX_ERR_FORMAT, "lacks a column");
    check_schema_refused(fake_struct(NULL, 1), NX_ERR_FORMAT, "schema is empty");
    check_schema_refused(fake_struct(NULL, -1), NX_ERR_FORMAT, "schema is empty");
    struct ArrowSchema released = fake_struct(NULL, 0);
    released.release = NULL;
    check_schema_refused(released, NX_ERR_FORMAT, "schema is empty");
}

/* What leaves comes back, over the very same memory. */
static void
test_there_and_back(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_arrow_column column = {
        .field = {"when", nx_arrow_type_of_name("datetime64[ms]"), true},
        .length = 9,
        .values = nx_buffer_new_zeroed(9, 8),
    };
    const void *values = nx_buffer_data(column.values);
    struct ArrowArrayStream stream;
    nx_arrow_table table;
    CHECK_INT(nx_arrow_stream_export(&stream, &column, 1, 9, NULL, NULL), NX_OK);
    nx_buffer_release(column.values);
    CHECK_INT(nx_arrow_import_stream(&stream, NULL, &table, NULL), NX_OK);
    CHECK_STR(table.columns[0].name, "when");
    CHECK_STR(table.columns[0].type->name, "datetime64[ms]");
    CHECK(table.columns[0].zoned);
    CHECK(nx_buffer_data(table.columns[0].column.values) == values);
    nx_arrow_table_clear(&table);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static bool
import_once(void *context)
{
    fake_stream own = {.batches = 3, .fails_at = -1};
    struct ArrowArrayStream stream = start(&own);
    nx_arrow_table table;
    nx_error error;
    (void)context;
    const nx_status status = nx_arrow_import_stream(&stream, NULL, &table, &error);
    if (status == NX_OK) {
        nx_arrow_table_clear(&table);
    }
    else {
        CHECK_INT(status, NX_ERR_MEMORY);
    }
    check_released(&own);
    return status == NX_OK;
}

static void
test_failed_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(import_once, NULL, 60);
}

const nx_test nx_suite_arrow_import[] = {
    NX_TEST(test_batches_become_one_table),
    NX_TEST(test_producers_that_fail),
    NX_TEST(test_streams_are_consumed_once),
    NX_TEST(test_cancelled_between_batches),
    NX_TEST(test_one_batch),
    NX_TEST(test_schemas_that_are_no_table),
    NX_TEST(test_there_and_back),
    NX_TEST(test_failed_allocations_leave_nothing),
    {0},
};
