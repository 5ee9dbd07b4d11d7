#include "csv/csv_testing.h"

#include "csv/csv_chunk_column.h"

enum {
    OFFSET = 1000, /* of the chunk in its source */
    FIRST_ROW = 3
};

/* One column of text as a chunk, indexed and split. */
typedef struct chunk_case {
    nx_csv_source source;
    nx_csv_block block;
    nx_csv_chunk chunk;
    nx_csv_target target;
    nx_csv_written written;
    nx_csv_chunk_column at;
} chunk_case;

static const nx_csv_shape shape = {
    .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 1};

static void
begin(chunk_case *c, const char *text, nx_class_set known)
{
    const size_t n = strlen(text);
    *c = (chunk_case){.source = {.memory = (const uint8_t *)text, .size = n}};
    c->target = (nx_csv_target){.rows = 20};
    CHECK_INT(nx_csv_block_index(&c->block, &c->source, n, &shape, &c->chunk, NULL),
              NX_OK);
    CHECK_INT(nx_csv_block_split(&c->block, &shape, &c->chunk, NULL), NX_OK);
    c->chunk.offset = OFFSET;
    c->chunk.first_row = FIRST_ROW;
    c->at = (nx_csv_chunk_column){.shape = &shape,
                                  .chunk_index = 7,
                                  .chunk = &c->chunk,
                                  .block = &c->block,
                                  .target = &c->target,
                                  .slabs = &c->target.slabs,
                                  .known = known,
                                  .decides = true};
}

static void
end(chunk_case *c)
{
    nx_csv_target_clear(&c->target);
    nx_csv_block_clear(&c->block);
}

static void
test_a_field_that_widens_the_type_is_the_decider(void)
{
    chunk_case c;
    begin(&c, "12\n\"34\"\n5.5\n-6\n", 0);
    CHECK_INT(nx_csv_chunk_column_fill(&c.at, &c.written, NULL), NX_OK);
    CHECK_INT(c.written.type, NX_TYPE_FLOAT64);
    const double *values = nx_csv_target_values(&c.target, NX_TYPE_FLOAT64);
    CHECK(values[FIRST_ROW] == 12 && values[FIRST_ROW + 1] == 34 &&
          values[FIRST_ROW + 2] == 5.5 && values[FIRST_ROW + 3] == -6);
    CHECK_INT(c.target.decider.row, FIRST_ROW + 2);
    CHECK_INT(c.target.decider.byte, OFFSET + 8);
    CHECK_INT(c.target.decider.before, NX_TYPE_INT64);
    CHECK_INT(c.target.decider_chunk, 7);
    CHECK(memcmp(c.target.decider.text, "5.5", c.target.decider.size) == 0);
    end(&c);
}

/* What the chunks before have shown counts from the first row on. */
static void
test_a_type_that_is_known_is_written_at_once(void)
{
    chunk_case c;
    begin(&c, "1\nNA\n3\n", NX_CLASS_DECIMAL);
    CHECK_INT(nx_csv_chunk_column_fill(&c.at, &c.written, NULL), NX_OK);
    CHECK_INT(c.written.type, NX_TYPE_FLOAT64);
    CHECK_INT(c.written.missing, 1);
    CHECK_INT(c.target.decider.classes, 0);
    CHECK(nx_csv_target_mask(&c.target)[FIRST_ROW + 1] == 1);
    end(&c);
}

static void
test_a_value_that_was_not_asked_for_has_its_place(void)
{
    chunk_case c;
    nx_error error = {0};
    begin(&c, "1\n22\nx\n", 0);
    c.target.requested = NX_TYPE_INT64;
    CHECK_INT(nx_csv_chunk_column_fill(&c.at, &c.written, &error), NX_ERR_VALUE);
    CHECK_INT(error.code, 601);
    CHECK_INT(error.record, FIRST_ROW + 2);
    CHECK_INT(error.byte, OFFSET + 5);
    end(&c);
}

static bool
fill_strings(void *context)
{
    (void)context;
    chunk_case c = {0};
    const char *text = "a\na string of more than twelve bytes\n\n\"\"\"\"\n";
    c.source = (nx_csv_source){.memory = (const uint8_t *)text, .size = strlen(text)};
    c.target = (nx_csv_target){.rows = 20};
    nx_error error;
    nx_status status = nx_csv_block_index(&c.block, &c.source, c.source.size, &shape,
                                          &c.chunk, &error);
    if (status == NX_OK) {
        status = nx_csv_block_split(&c.block, &shape, &c.chunk, &error);
    }
    if (status == NX_OK) {
        c.at = (nx_csv_chunk_column){.shape = &shape,
                                     .chunk = &c.chunk,
                                     .block = &c.block,
                                     .target = &c.target,
                                     .slabs = &c.target.slabs};
        status = nx_csv_chunk_column_fill(&c.at, &c.written, &error);
    }
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    CHECK(status != NX_OK || c.written.missing == 1);
    end(&c);
    return status == NX_OK;
}

static void
test_no_memory_is_an_error(void)
{
    nx_test_alloc_failures(fill_strings, NULL, 100);
}

const nx_test nx_suite_csv_chunk_column[] = {
    NX_TEST(test_a_field_that_widens_the_type_is_the_decider),
    NX_TEST(test_a_type_that_is_known_is_written_at_once),
    NX_TEST(test_a_value_that_was_not_asked_for_has_its_place),
    NX_TEST(test_no_memory_is_an_error),
    {0},
};
