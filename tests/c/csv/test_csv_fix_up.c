#include "csv/csv_testing.h"

#include "csv/csv_fix_up.h"

enum {
    CHUNKS = 3
};

/* One column of text that was written chunk by chunk, by hand. */
typedef struct fix_case {
    nx_csv_source source;
    nx_csv_shape shape;
    nx_csv_target target;
    nx_csv_chunk chunks[CHUNKS];
    nx_csv_written written[CHUNKS];
    nx_csv_sieve sieves[CHUNKS];
    nx_csv_fill fill;
    nx_csv_pass pass;
    nx_error error;
} fix_case;

/* Three chunks of two rows each; the types are what they were written in. */
static void
begin(fix_case *c, const char *text, const nx_class_set classes[CHUNKS],
      const nx_type types[CHUNKS], bool left_out)
{
    *c = (fix_case){
        .source = {.memory = (const uint8_t *)text, .size = strlen(text)},
        .shape = {.dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 1},
        .target = {.rows = 2 * CHUNKS},
    };
    const char *at = text;
    for (size_t i = 0; i < CHUNKS; i++) {
        const char *next = strchr(strchr(at, '\n') + 1, '\n') + 1;
        c->chunks[i] = (nx_csv_chunk){.offset = (uint64_t)(at - text),
                                      .first_row = 2 * i,
                                      .rows = 2,
                                      .bytes = (uint32_t)(next - at)};
        c->written[i] =
            (nx_csv_written){.classes = classes[i], .type = (uint8_t)types[i]};
        c->target.classes |= classes[i];
        at = next;
    }
    c->fill = (nx_csv_fill){.source = &c->source,
                            .shape = &c->shape,
                            .grid = {.end = c->source.size, .cell_bytes = 1},
                            .targets = &c->target,
                            .target_count = 1,
                            .chunks = c->chunks,
                            .written = c->written,
                            .sieves = left_out ? c->sieves : NULL};
    c->pass = (nx_csv_pass){
        .fill = &c->fill,
        .workers = {.count = 1, .targets = &c->target, .target_count = 1},
        .cells = CHUNKS,
        .in_order = CHUNKS,
    };
    nx_mutex_init(&c->pass.lock);
    CHECK_INT(nx_csv_workers_make(&c->pass.workers, left_out, false, NULL), NX_OK);
}

static void
end(fix_case *c)
{
    uint64_t spent[NX_CSV_STAGES] = {0};
    nx_csv_workers_clear(&c->pass.workers, spent);
    nx_csv_target_clear(&c->target);
    for (int i = 0; i < CHUNKS; i++) {
        nx_csv_sieve_clear(&c->sieves[i]);
    }
    nx_mutex_destroy(&c->pass.lock);
}

static nx_status
fix_all(fix_case *c)
{
    nx_status status = nx_csv_fix_up_deciders(&c->pass, &c->error);
    c->pass.kind = NX_CSV_FIX_UP;
    for (size_t i = 0; i < CHUNKS && status == NX_OK; i++) {
        status = nx_csv_fix_up_chunk(&c->pass, i, 0, &c->error);
    }
    return status;
}

static const nx_class_set integers = NX_CLASS_INTEGER;
static const nx_class_set decimals = NX_CLASS_INTEGER | NX_CLASS_DECIMAL;

/* The chunk of the deciding field was written before its predecessors were known. */
static void
test_chunks_of_another_type_are_written_again(void)
{
    fix_case c;
    begin(&c, "1\n2\n3\n0.5\n4\n5.5\n",
          (const nx_class_set[]){integers, decimals, decimals},
          (const nx_type[]){NX_TYPE_INT64, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64}, false);
    double *values = nx_csv_target_values(&c.target, NX_TYPE_FLOAT64);
    values[4] = 4;
    values[5] = -1; /* this chunk is as it should be, and not touched */
    CHECK_INT(fix_all(&c), NX_OK);
    CHECK(values[0] == 1 && values[1] == 2 && values[2] == 3 && values[3] == 0.5);
    CHECK(values[4] == 4 && values[5] == -1);
    CHECK_INT(c.target.decider.row, 3);
    CHECK_INT(c.target.decider.before, NX_TYPE_INT64);
    CHECK_INT(c.written[0].type, NX_TYPE_FLOAT64);
    end(&c);
}

/* What was left out stays out, though it is no good record now either. */
static void
test_rows_that_were_left_out_stay_out(void)
{
    fix_case c;
    begin(&c, "1\nx,y\n3\n0.5\n\"z\"z\nw,\n",
          (const nx_class_set[]){integers, decimals, 0},
          (const nx_type[]){NX_TYPE_INT64, NX_TYPE_FLOAT64, NX_TYPE_NONE}, true);
    nx_csv_dirt dirt = {0};
    static const uint64_t out[] = {1, 4, 5};
    for (size_t i = 0; i < CHUNKS; i++) {
        nx_csv_dirt_begin(&dirt, 2);
        CHECK(nx_csv_dirt_add_records(&dirt, 2 * i, out, 3));
        CHECK(nx_csv_sieve_keep(&c.sieves[i], &dirt));
    }
    nx_csv_dirt_clear(&dirt);
    CHECK_INT(fix_all(&c), NX_OK);
    const double *values = nx_csv_target_values(&c.target, NX_TYPE_FLOAT64);
    CHECK(values[0] == 1 && values[2] == 3 && values[3] == 0.5);
    CHECK_INT(c.target.decider.row, 3);
    CHECK_INT(c.written[2].type, NX_TYPE_NONE); /* nothing of it is needed */
    end(&c);
}

static void
test_a_record_that_was_good_before(void)
{
    fix_case c;
    begin(&c, "1\n2,\n3\n0.5\n4\n5.5\n",
          (const nx_class_set[]){integers, decimals, decimals},
          (const nx_type[]){NX_TYPE_INT64, NX_TYPE_FLOAT64, NX_TYPE_FLOAT64}, false);
    CHECK_INT(fix_all(&c), NX_ERR_CHANGED);
    CHECK_INT(c.error.code, 113);
    end(&c);
}

const nx_test nx_suite_csv_fix_up[] = {
    NX_TEST(test_chunks_of_another_type_are_written_again),
    NX_TEST(test_rows_that_were_left_out_stay_out),
    NX_TEST(test_a_record_that_was_good_before),
    {0},
};
