#include "arrow_testing.h"

#include "arrow/arrow_schema.h"
#include "base/alloc.h"

static void
three_fields(nx_arrow_field *fields)
{
    fields[0] = (nx_arrow_field){"id", nx_arrow_type_of_name("int64"), false, NULL};
    fields[1] =
        (nx_arrow_field){"when", nx_arrow_type_of_name("datetime64[s]"), true, NULL};
    fields[2] = (nx_arrow_field){"", nx_arrow_type_of_name("string"), false, NULL};
}

static void
test_layout(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_arrow_field fields[3];
    struct ArrowSchema schema;
    three_fields(fields);
    CHECK_INT(nx_arrow_schema_export(&schema, fields, 3, NULL), NX_OK);
    CHECK_STR(schema.format, "+s");
    CHECK_INT(schema.n_children, 3);
    CHECK_STR(schema.children[0]->name, "id");
    CHECK_STR(schema.children[0]->format, "l");
    CHECK_STR(schema.children[1]->format, "tss:UTC");
    CHECK_STR(schema.children[2]->name, "");
    CHECK_STR(schema.children[2]->format, "vu");
    CHECK_INT(schema.children[0]->flags, ARROW_FLAG_NULLABLE);
    schema.release(&schema);
    CHECK(schema.release == NULL);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* A consumer may move the parent, and a child out of it. */
static void
test_moved_parts_live_on(void)
{
    const size_t before = nx_alloc_live_blocks();
    nx_arrow_field fields[3];
    struct ArrowSchema schema;
    three_fields(fields);
    CHECK_INT(nx_arrow_schema_export(&schema, fields, 3, NULL), NX_OK);
    struct ArrowSchema moved = schema;
    memset(&schema, 0xEE, sizeof schema);
    struct ArrowSchema child = *moved.children[1];
    moved.children[1]->release = NULL;
    moved.release(&moved);
    CHECK_STR(child.name, "when");
    CHECK_STR(child.format, "tss:UTC");
    child.release(&child);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

/* A consumer may take the dictionary out too. */
static void
test_dictionary(void)
{
    const size_t before = nx_alloc_live_blocks();
    bool zoned;
    const nx_arrow_field field = {"kind", nx_arrow_type_of_name("int32"), false,
                                  nx_arrow_type_of_format("U", &zoned)};
    struct ArrowSchema schema;
    CHECK_INT(nx_arrow_schema_export(&schema, &field, 1, NULL), NX_OK);
    CHECK_STR(schema.children[0]->format, "i");
    CHECK_STR(schema.children[0]->name, "kind");
    CHECK_STR(schema.children[0]->dictionary->format, "U");
    struct ArrowSchema moved = *schema.children[0]->dictionary;
    schema.children[0]->dictionary->release = NULL;
    schema.release(&schema);
    CHECK_STR(moved.format, "U");
    moved.release(&moved);
    CHECK_INT(nx_alloc_live_blocks(), before);
}

static void
test_no_fields(void)
{
    struct ArrowSchema schema;
    CHECK_INT(nx_arrow_schema_export(&schema, NULL, 0, NULL), NX_OK);
    CHECK_INT(schema.n_children, 0);
    schema.release(&schema);
}

static bool
export_once(void *context)
{
    nx_arrow_field fields[3];
    struct ArrowSchema schema;
    nx_error error;
    (void)context;
    three_fields(fields);
    const nx_status status = nx_arrow_schema_export(&schema, fields, 3, &error);
    if (status == NX_OK) {
        schema.release(&schema);
    }
    return status == NX_OK;
}

static void
test_failed_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(export_once, NULL, 20);
}

static void
check_honoured(const char *requested, const char *given)
{
    nx_arrow_field fields[3];
    struct ArrowSchema columns[3] = {fake_schema("s", "id"), fake_schema("x", "when"),
                                     fake_schema(requested, "")};
    struct ArrowSchema *children[3] = {&columns[0], &columns[1], &columns[2]};
    const struct ArrowSchema schema = fake_struct(children, 3);
    three_fields(fields);
    nx_arrow_schema_honour(&schema, fields, 3);
    CHECK_STR(fields[0].type->format, "l"); /* other casts are the consumer's */
    CHECK_STR(fields[1].type->format, "tss:");
    CHECK_STR(fields[2].type->format, given);
}

static void
test_layouts_of_strings_are_honoured(void)
{
    check_honoured("u", "u");
    check_honoured("U", "U");
    check_honoured("vu", "vu");
    check_honoured("z", "vu");
}

static void
test_other_requests_are_ignored(void)
{
    nx_arrow_field fields[3];
    struct ArrowSchema columns[3] = {fake_schema("l", "id"), fake_schema("l", "why"),
                                     fake_schema("u", "")};
    struct ArrowSchema *children[3] = {&columns[0], &columns[1], &columns[2]};
    struct ArrowSchema schema = fake_struct(children, 3);
    three_fields(fields);
    nx_arrow_schema_honour(NULL, fields, 3);
    nx_arrow_schema_honour(&schema, fields, 3); /* another name */
    columns[1].name = "when";
    schema.n_children = 2;
    nx_arrow_schema_honour(&schema, fields, 3);
    schema.n_children = 3;
    schema.format = "+l";
    nx_arrow_schema_honour(&schema, fields, 3);
    schema.format = "+s";
    schema.release = NULL;
    nx_arrow_schema_honour(&schema, fields, 3);
    schema.release = count_schema;
    schema.children = NULL;
    nx_arrow_schema_honour(&schema, fields, 3);
    schema.children = children;
    children[1] = NULL;
    nx_arrow_schema_honour(&schema, fields, 3);
    children[1] = &columns[1];
    columns[2].format = NULL;
    nx_arrow_schema_honour(&schema, fields, 3);
    columns[2].format = "u";
    CHECK_STR(fields[2].type->format, "vu");
    nx_arrow_schema_honour(&schema, fields, 3);
    CHECK_STR(fields[2].type->format, "u");
}

const nx_test nx_suite_arrow_schema[] = {
    NX_TEST(test_layout),
    NX_TEST(test_moved_parts_live_on),
    NX_TEST(test_dictionary),
    NX_TEST(test_no_fields),
    NX_TEST(test_failed_allocations_leave_nothing),
    NX_TEST(test_layouts_of_strings_are_honoured),
    NX_TEST(test_other_requests_are_ignored),
    {0},
};
