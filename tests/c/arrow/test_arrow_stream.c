#include "arrow_testing.h"

#include <errno.h>

#include "arrow/arrow_stream.h"
#include "base/alloc.h"
#include "column/column_string.h"

enum {
    ROWS = 3,
    COLUMNS = 3
};

typedef struct table {
    nx_arrow_column columns[COLUMNS];
    nx_arrow_column kinds; /* what the values of the last column are numbers of */
    nx_slabs slabs;
} table;

static void
make_kinds(table *made)
{
    static const int32_t codes[ROWS] = {1, -1, 0};
    bool zoned;
    const nx_arrow_type *text = nx_arrow_type_of_format("U", &zoned);
    made->kinds = (nx_arrow_column){
        .field = {"", text, false, NULL},
        .length = 2,
        .values = nx_buffer_new_zeroed(2, sizeof(nx_string_view)),
    };
    nx_string_view *views = nx_buffer_data(made->kinds.values);
    CHECK(nx_view_store(&made->slabs, &views[0], (const uint8_t *)"ab", 2));
    CHECK(nx_view_store(&made->slabs, &views[1], (const uint8_t *)"cde", 3));
    made->columns[2] = (nx_arrow_column){
        .field = {"kind", nx_arrow_type_of_name("int32"), false, text},
        .length = ROWS,
        .values = nx_buffer_new(ROWS, sizeof codes[0]),
        .mask = nx_buffer_new_zeroed(ROWS, 1),
        .dictionary = &made->kinds,
    };
    memcpy(nx_buffer_data(made->columns[2].values), codes, sizeof codes);
    ((uint8_t *)nx_buffer_data(made->columns[2].mask))[1] = 1;
}

static void
make_table(table *made)
{
    memset(made, 0, sizeof *made);
    made->columns[0] = (nx_arrow_column){
        .field = {"day", nx_arrow_type_of_name("datetime64[D]"), false, NULL},
        .length = ROWS,
        .values = nx_buffer_new_zeroed(ROWS, 8),
        .mask = nx_buffer_new_zeroed(ROWS, 1),
    };
    made->columns[1] = (nx_arrow_column){
        .field = {"text", nx_arrow_type_of_name("string"), false, NULL},
        .length = ROWS,
        .values = nx_buffer_new_zeroed(ROWS, sizeof(nx_string_view)),
    };
    nx_string_view *views = nx_buffer_data(made->columns[1].values);
    static const char text[] = "text of some length";
    CHECK(nx_view_store(&made->slabs, &views[1], (const uint8_t *)text, sizeof text));
    made->columns[1].slabs = made->slabs.buffers;
    made->columns[1].slab_count = made->slabs.count;
    make_kinds(made);
}

static void
drop_table(table *made)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        nx_buffer_release(made->columns[i].values);
        nx_buffer_release(made->columns[i].mask);
    }
    nx_buffer_release(made->kinds.values);
    nx_slabs_clear(&made->slabs);
}

static void
test_one_batch_then_the_end(void)
{
    const size_t before = nx_alloc_live_blocks();
    table made;
    struct ArrowArrayStream stream;
    make_table(&made);
    CHECK_INT(nx_arrow_stream_export(&stream, made.columns, COLUMNS, ROWS, NULL, NULL),
              NX_OK);
    drop_table(&made); /* the stream holds what it needs */
    struct ArrowSchema schema;
    struct ArrowArray batch, end;
    for (int i = 0; i < 2; i++) {
        CHECK_INT(stream.get_schema(&stream, &schema), 0);
        CHECK_STR(schema.children[0]->name, "day");
        CHECK_STR(schema.children[1]->format, "vu");
        schema.release(&schema);
    }
    CHECK_INT(stream.get_next(&stream, &batch), 0);
    CHECK_INT(stream.get_next(&stream, &end), 0);
    CHECK(end.release == NULL);
    CHECK(stream.get_last_error(&stream) == NULL);
    CHECK_INT(stream.get_schema(&stream, &schema), 0);
    stream.release(&stream);
    CHECK_STR(schema.children[1]->name, "text");
    schema.release(&schema);
    CHECK_INT(batch.length, ROWS);
    CHECK(memcmp(batch.children[1]->buffers[2], "text of", 7) == 0);
    batch.release(&batch);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_dictionary_lives_as_long_as_its_array(void)
{
    const size_t before = nx_alloc_live_blocks();
    table made;
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    make_table(&made);
    CHECK_INT(nx_arrow_stream_export(&stream, made.columns, COLUMNS, ROWS, NULL, NULL),
              NX_OK);
    drop_table(&made);
    CHECK_INT(stream.get_next(&stream, &batch), 0);
    stream.release(&stream);
    struct ArrowArray kind = *batch.children[2];
    batch.children[2]->release = NULL;
    batch.release(&batch);
    CHECK_INT(kind.null_count, 1);
    CHECK_INT(((const uint8_t *)kind.buffers[0])[0], 5);
    CHECK_INT(((const int32_t *)kind.buffers[1])[0], 1);
    CHECK_INT(kind.dictionary->length, 2);
    CHECK_INT(((const int64_t *)kind.dictionary->buffers[1])[2], 5);
    CHECK(memcmp(kind.dictionary->buffers[2], "abcde", 5) == 0);
    kind.release(&kind);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_never_asked(void)
{
    const size_t before = nx_alloc_live_blocks();
    table made;
    struct ArrowArrayStream stream;
    make_table(&made);
    CHECK_INT(nx_arrow_stream_export(&stream, made.columns, COLUMNS, ROWS, NULL, NULL),
              NX_OK);
    stream.release(&stream);
    drop_table(&made);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_a_released_stream_says_so(void)
{
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    CHECK_INT(nx_arrow_stream_export(&stream, NULL, 0, 7, NULL, NULL), NX_OK);
    stream.release(&stream);
    CHECK(stream.release == NULL);
    CHECK_INT(stream.get_schema(&stream, &schema), EINVAL);
    CHECK_INT(stream.get_next(&stream, &batch), EINVAL);
    CHECK(batch.release == NULL);
    CHECK_STR(stream.get_last_error(&stream), "the stream is released");
}

static void
test_errors_have_a_message(void)
{
    table made;
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    make_table(&made);
    ((int64_t *)nx_buffer_data(made.columns[0].values))[2] = INT64_MAX;
    CHECK_INT(nx_arrow_stream_export(&stream, made.columns, COLUMNS, ROWS, NULL, NULL),
              NX_OK);
    CHECK_INT(stream.get_next(&stream, &batch), EINVAL);
    CHECK(batch.release == NULL);
    CHECK(strstr(stream.get_last_error(&stream), "'day': the date in row 2") != NULL);
    stream.release(&stream);
    drop_table(&made);
}

static void
test_requested_layouts(void)
{
    table made;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    struct ArrowSchema fields[COLUMNS] = {
        fake_schema("tdD", "day"), fake_schema("u", "text"), fake_schema("u", "kind")};
    struct ArrowSchema *children[COLUMNS] = {&fields[0], &fields[1], &fields[2]};
    const struct ArrowSchema requested = fake_struct(children, COLUMNS);
    make_table(&made);
    CHECK_INT(
        nx_arrow_stream_export(&stream, made.columns, COLUMNS, ROWS, &requested, NULL),
        NX_OK);
    drop_table(&made);
    CHECK_INT(stream.get_schema(&stream, &schema), 0);
    CHECK_STR(schema.children[1]->format, "u");
    CHECK_STR(schema.children[2]->format, "i"); /* which is none of strings */
    CHECK_INT(stream.get_next(&stream, &batch), 0);
    CHECK_INT(batch.children[1]->n_buffers, 3);
    CHECK_INT(((const int32_t *)batch.children[1]->buffers[1])[3], 20);
    batch.release(&batch);
    schema.release(&schema);
    stream.release(&stream);
}

/* Views that share their text: more of it than int32 offsets can count. */
static void
test_text_beyond_utf8_is_large_utf8(void)
{
    struct ArrowSchema fields[1] = {fake_schema("u", "t")}, schema;
    struct ArrowSchema *children[1] = {&fields[0]};
    const struct ArrowSchema requested = fake_struct(children, 1);
    struct ArrowArrayStream stream;
    nx_arrow_column column = {
        .field = {"t", nx_arrow_type_of_name("string"), false, NULL},
        .length = 3,
        .values = nx_buffer_new_zeroed(3, sizeof(nx_string_view)),
    };
    nx_string_view *own = nx_buffer_data(column.values);
    own[0].length = own[1].length = INT32_MAX / 2;
    own[2].length = 1;
    CHECK_INT(nx_arrow_stream_export(&stream, &column, 1, 3, &requested, NULL), NX_OK);
    CHECK_INT(stream.get_schema(&stream, &schema), 0);
    CHECK_STR(schema.children[0]->format, "u"); /* just fits */
    schema.release(&schema);
    stream.release(&stream);
    own[2].length = 2;
    CHECK_INT(nx_arrow_stream_export(&stream, &column, 1, 3, &requested, NULL), NX_OK);
    CHECK_INT(stream.get_schema(&stream, &schema), 0);
    CHECK_STR(schema.children[0]->format, "U");
    schema.release(&schema);
    stream.release(&stream);
    nx_buffer_release(column.values);
}

static bool
stream_once(void *context)
{
    table *made = context;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    nx_error error;
    if (nx_arrow_stream_export(&stream, made->columns, COLUMNS, ROWS, NULL, &error) !=
        NX_OK) {
        return false;
    }
    bool done = stream.get_schema(&stream, &schema) == 0;
    if (done) {
        schema.release(&schema);
        const int number = stream.get_next(&stream, &batch);
        CHECK(number == 0 || number == ENOMEM);
        done = number == 0;
    }
    if (done) {
        batch.release(&batch);
    }
    stream.release(&stream);
    return done;
}

static void
test_failed_allocations_leave_nothing(void)
{
    table made;
    make_table(&made);
    nx_test_alloc_failures(stream_once, &made, 60);
    drop_table(&made);
}

const nx_test nx_suite_arrow_stream[] = {
    NX_TEST(test_one_batch_then_the_end),
    NX_TEST(test_dictionary_lives_as_long_as_its_array),
    NX_TEST(test_never_asked),
    NX_TEST(test_a_released_stream_says_so),
    NX_TEST(test_errors_have_a_message),
    NX_TEST(test_requested_layouts),
    NX_TEST(test_text_beyond_utf8_is_large_utf8),
    NX_TEST(test_failed_allocations_leave_nothing),
    {0},
};
