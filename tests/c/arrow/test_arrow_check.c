#include "arrow_testing.h"

#include "arrow/arrow_check.h"
#include "base/alloc.h"

static void
check_refused(struct ArrowSchema schema, nx_status status, const char *message)
{
    const nx_arrow_type *type, *index;
    bool zoned;
    nx_error error = {0};
    CHECK_INT(nx_arrow_check_field(&schema, &type, &index, &zoned, &error), status);
    if (strstr(error.msg, message) == NULL) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" lacks \"%s\"", error.msg, message);
    }
}

static void
test_types_that_columns_lack(void)
{
    check_refused(fake_schema("d:10,2", "price"), NX_ERR_TYPE,
                  "column 'price': values of Arrow type decimal ('d:10,2')");
    check_refused(fake_schema("d:10,2", "price"), NX_ERR_TYPE, "to float64");
    check_refused(fake_schema("+l", "x"), NX_ERR_TYPE, "flatten");
    check_refused(fake_schema("z", "x"), NX_ERR_TYPE, "cast it to strings");
    check_refused(fake_schema("ttm", NULL), NX_ERR_TYPE, "column '': ");
    check_refused(fake_schema(NULL, "x"), NX_ERR_FORMAT, "tells no type");
}

static void
test_dictionaries(void)
{
    const nx_arrow_type *type, *index;
    bool zoned;
    struct ArrowSchema values = fake_schema("U", "");
    struct ArrowSchema schema = fake_schema("C", "kind");
    schema.dictionary = &values;
    CHECK_INT(nx_arrow_check_field(&schema, &type, &index, &zoned, NULL), NX_OK);
    CHECK_STR(type->format, "U");
    CHECK_STR(index->format, "C");
    schema.format = "g";
    check_refused(schema, NX_ERR_FORMAT, "are not of type 'g'");
    schema.format = "i";
    values.format = "l";
    check_refused(schema, NX_ERR_TYPE, "only dictionaries of strings");
    values.format = NULL;
    check_refused(schema, NX_ERR_FORMAT, "tells no type");
}

static void
check_array(const struct ArrowArray *array, const char *format, const char *message)
{
    bool zoned;
    nx_error error = {0};
    const nx_arrow_type *type = nx_arrow_type_of_format(format, &zoned);
    const nx_status status = nx_arrow_check_array(array, type, "x", &error);
    CHECK_INT(status, message == NULL ? NX_OK : NX_ERR_FORMAT);
    if (message != NULL && strstr(error.msg, message) == NULL) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" lacks \"%s\"", error.msg, message);
    }
}

static void
test_broken_arrays(void)
{
    static const int64_t data[4];
    const void *buffers[4] = {NULL, data, data, data};
    struct ArrowArray array = fake_array(4, 0, 0, buffers, 2);
    check_array(&array, "l", NULL);
    check_array(NULL, "l", "released");
    check_array(&array, "u", "another number of buffers");
    check_array(&array, "vu", "another number of buffers");
    check_array(&array, "n", "another number of buffers");
    array.n_buffers = 3;
    check_array(&array, "u", NULL);
    check_array(&array, "l", "another number of buffers");
    array.n_buffers = 2;
    array.length = -1;
    check_array(&array, "l", "length is negative");
    array.length = 4;
    array.offset = -1;
    check_array(&array, "l", "an offset");
    array.offset = INT64_MAX;
    check_array(&array, "l", "an offset");
    array.offset = 0;
    array.null_count = -2;
    check_array(&array, "l", "count of nulls");
    array.null_count = 5;
    check_array(&array, "l", "count of nulls");
    array.null_count = 1;
    check_array(&array, "l", "no bitmap");
    array.null_count = -1;
    check_array(&array, "l", NULL);
    buffers[1] = NULL;
    check_array(&array, "l", "buffer of values");
    array.length = 0;
    check_array(&array, "l", NULL);
    array.buffers = NULL;
    check_array(&array, "l", "no buffers");
    array.release = NULL;
    check_array(&array, "l", "released");
}

static void
test_views_need_sizes(void)
{
    static const int64_t data[4];
    const void *buffers[4] = {NULL, data, data, NULL};
    struct ArrowArray array = fake_array(1, 0, 0, buffers, 4);
    check_array(&array, "vu", "the sizes");
    buffers[3] = data;
    check_array(&array, "vu", NULL);
    buffers[2] = NULL;
    array.n_buffers = 3; /* no slab, so no sizes either */
    check_array(&array, "vu", NULL);
}

static void
check_batch(const struct ArrowArray *batch, nx_status status, const char *message)
{
    nx_error error = {0};
    CHECK_INT(nx_arrow_check_batch(batch, 1, &error), status);
    if (strstr(error.msg, message) == NULL) {
        nx_test_fail(__FILE__, __LINE__, "\"%s\" lacks \"%s\"", error.msg, message);
    }
}

static void
test_broken_batches(void)
{
    static const int64_t data[4];
    static const uint8_t bits[1] = {0x0E};
    const void *buffers[2] = {NULL, data}, *validity[1] = {data};
    struct ArrowArray column = fake_array(4, 0, 0, buffers, 2);
    struct ArrowArray *children[1] = {&column};
    struct ArrowArray batch = fake_batch(4, children, 1);
    check_batch(&batch, NX_OK, "");
    batch.n_children = 2;
    check_batch(&batch, NX_ERR_FORMAT, "another number of columns");
    batch.n_children = 1;
    batch.offset = 1;
    check_batch(&batch, NX_ERR_FORMAT, "shorter than its batch");
    batch.length = 3;
    check_batch(&batch, NX_OK, "");
    batch.buffers = validity;
    batch.null_count = -1;
    check_batch(&batch, NX_ERR_TYPE, "null as a whole");
    validity[0] = bits;
    check_batch(&batch, NX_OK, ""); /* the null is none of its rows */
    batch.offset = 0;
    check_batch(&batch, NX_ERR_TYPE, "null as a whole");
    batch.null_count = 0;
    check_batch(&batch, NX_OK, "");
    children[0] = NULL;
    check_batch(&batch, NX_ERR_FORMAT, "released");
    batch.children = NULL;
    check_batch(&batch, NX_ERR_FORMAT, "another number of columns");
}

static void
test_kept_arrays_are_released_once(void)
{
    const size_t before = nx_alloc_live_blocks();
    static const int64_t data[4] = {1, 2, 3, 4};
    const void *buffers[2] = {NULL, data};
    struct ArrowArray array = fake_array(4, 0, 0, buffers, 2);
    arrays_released = 0;
    nx_buffer *keeper = nx_arrow_keep(&array);
    CHECK(array.release == NULL);
    nx_buffer *shared = nx_arrow_share(keeper, data + 1, 16);
    nx_buffer_release(keeper);
    CHECK_INT(arrays_released, 0);
    CHECK(nx_buffer_data(shared) == data + 1);
    CHECK_INT(nx_buffer_size(shared), 16);
    nx_buffer_release(shared);
    CHECK_INT(arrays_released, 1);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static bool
keep_and_share(void *context)
{
    struct ArrowArray array = fake_array(0, 0, 0, context, 0);
    arrays_released = 0;
    nx_buffer *keeper = nx_arrow_keep(&array);
    nx_buffer *shared = keeper == NULL ? NULL : nx_arrow_share(keeper, "x", 1);
    const bool made = shared != NULL;
    CHECK((keeper == NULL) == (array.release != NULL));
    nx_buffer_release(keeper);
    nx_buffer_release(shared);
    CHECK_INT(arrays_released, keeper != NULL);
    return made;
}

static void
test_failed_allocations_leave_the_array(void)
{
    nx_test_alloc_failures(keep_and_share, NULL, 10);
}

const nx_test nx_suite_arrow_check[] = {
    NX_TEST(test_types_that_columns_lack),
    NX_TEST(test_dictionaries),
    NX_TEST(test_broken_arrays),
    NX_TEST(test_views_need_sizes),
    NX_TEST(test_broken_batches),
    NX_TEST(test_kept_arrays_are_released_once),
    NX_TEST(test_failed_allocations_leave_the_array),
    {0},
};
