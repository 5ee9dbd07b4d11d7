#include "csv/csv_testing.h"

#include "csv/csv_sift.h"

enum {
    OFFSET = 1000, /* of the chunk in its source */
    FIRST_ROW = 3,
    COLUMNS = 2
};

static const nx_csv_rules never_missing = {.default_na = true, .missing_raises = true};

/* A text of two columns as a chunk. */
typedef struct sift_case {
    nx_csv_source source;
    nx_csv_dirt dirt;
    nx_csv_block block;
    nx_csv_chunk chunk;
    nx_csv_target targets[COLUMNS];
    nx_csv_written written[COLUMNS];
    nx_class_set known[COLUMNS];
    nx_csv_seen seen[COLUMNS * NX_CSV_NOTE_KINDS];
    nx_csv_decider deciders[COLUMNS];
    nx_slabs slabs[COLUMNS];
    nx_csv_sift sift;
} sift_case;

static const nx_csv_shape shape = {.dialect = &comma,
                                   .scanner = &nx_csv_scanner_portable,
                                   .columns = COLUMNS,
                                   .skip_blank = true};

static void
begin(sift_case *c, const char *text)
{
    const size_t n = strlen(text);
    *c = (sift_case){.source = {.memory = (const uint8_t *)text, .size = n},
                     .dirt = {.collects = true}};
    c->block.dirt = &c->dirt;
    for (size_t i = 0; i < COLUMNS; i++) {
        c->targets[i] = (nx_csv_target){.field = i, .rows = 30};
    }
    CHECK_INT(nx_csv_block_index(&c->block, &c->source, n, &shape, &c->chunk, NULL),
              NX_OK);
    nx_csv_dirt_begin(&c->dirt, c->chunk.rows);
    c->chunk.offset = OFFSET;
    c->chunk.first_row = FIRST_ROW;
    c->sift = (nx_csv_sift){.shape = &shape,
                            .chunk_index = 7,
                            .chunk = &c->chunk,
                            .block = &c->block,
                            .targets = c->targets,
                            .target_count = COLUMNS,
                            .slabs = c->slabs,
                            .known = c->known,
                            .decides = true,
                            .written = c->written,
                            .seen = c->seen,
                            .deciders = c->deciders};
}

static void
end(sift_case *c)
{
    for (int i = 0; i < COLUMNS; i++) {
        nx_csv_target_clear(&c->targets[i]);
        nx_slabs_clear(&c->slabs[i]);
    }
    nx_csv_block_clear(&c->block);
    nx_csv_dirt_clear(&c->dirt);
}

static void
check_flaws(const sift_case *c, const uint32_t *rows, size_t count)
{
    CHECK_INT(c->dirt.count, count);
    for (size_t i = 0; i < count; i++) {
        CHECK(nx_csv_dirt_has(&c->dirt, rows[i]));
    }
}

/* A bad value of the second column takes with it what the first one has shown. */
static void
test_bad_records_show_nothing(void)
{
    sift_case c;
    begin(&c, "1,2\ntext,x\n,y\n3,4\n0.5,z\n5,6\n");
    c.targets[1].requested = NX_TYPE_INT64;
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    check_flaws(&c, (const uint32_t[]){1, 2, 4}, 3);
    CHECK_INT(c.written[0].type, NX_TYPE_INT64);
    CHECK_INT(c.written[0].missing, 0);
    CHECK_INT(c.targets[0].decider.row, FIRST_ROW);
    CHECK_INT(c.targets[0].decider.size, 1);
    const int64_t *first = nx_csv_target_values(&c.targets[0], NX_TYPE_INT64);
    const int64_t *second = nx_csv_target_values(&c.targets[1], NX_TYPE_INT64);
    CHECK(first[FIRST_ROW] == 1 && first[FIRST_ROW + 3] == 3 &&
          first[FIRST_ROW + 5] == 5);
    CHECK(second[FIRST_ROW] == 2 && second[FIRST_ROW + 3] == 4 &&
          second[FIRST_ROW + 5] == 6);
    end(&c);
}

static void
test_the_first_field_of_a_bad_record_is_told(void)
{
    sift_case c;
    begin(&c, "x,y\n1,\xFF\n\xFF,1\n");
    c.targets[0].requested = NX_TYPE_INT64;
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    check_flaws(&c, (const uint32_t[]){0, 1, 2}, 3);
    CHECK_INT(c.dirt.flaws[c.dirt.of_row[0] - 1].field, 0);
    CHECK_INT(c.dirt.flaws[c.dirt.of_row[1] - 1].field, 1);
    CHECK_INT(c.dirt.flaws[c.dirt.of_row[1] - 1].status, NX_ERR_ENCODING);
    CHECK_INT(c.dirt.flaws[c.dirt.of_row[2] - 1].status, NX_ERR_VALUE);
    /* No row is left, so nothing has been shown. */
    CHECK_INT(c.written[1].classes, 0);
    CHECK_INT(c.written[1].type, NX_TYPE_NONE);
    end(&c);
}

/* Notes are of good records only; missing words are not judged before the end. */
static void
test_notes_of_bad_records_are_not_kept(void)
{
    sift_case c;
    begin(&c, "2020-01-01T00:00Z,x\n2020-01-01,1\nNA,2\n,3\n");
    c.targets[0].requested = NX_TYPE_DATETIME_S;
    c.targets[1].requested = NX_TYPE_INT64;
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    CHECK(!c.targets[0].notes.first[NX_CSV_NOTE_ZONED].made);
    CHECK(c.targets[0].notes.first[NX_CSV_NOTE_NAIVE].made);
    CHECK_INT(c.targets[0].notes.first[NX_CSV_NOTE_NAIVE].byte, OFFSET + 20);
    end(&c);
    begin(&c, "NA,1\n,2\n4,3\n");
    c.targets[0].rules = &never_missing;
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    check_flaws(&c, (const uint32_t[]){1}, 1);
    CHECK(c.targets[0].notes.first[NX_CSV_NOTE_MISSING_UNLESS_STRING].made);
    c.targets[0].classes = c.written[0].classes;
    CHECK(nx_csv_targets_in_doubt(c.targets, COLUMNS));
    CHECK(!nx_csv_targets_settle_zones(c.targets, COLUMNS));
    CHECK(nx_csv_targets_settle(c.targets, COLUMNS));
    CHECK(!nx_csv_targets_settle(c.targets, COLUMNS));
    CHECK(!nx_csv_targets_in_doubt(c.targets, COLUMNS));
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    check_flaws(&c, (const uint32_t[]){0, 1}, 2);
    end(&c);
}

/* What rows behind the end have decided is taken back. */
static void
test_a_chunk_that_ends_earlier(void)
{
    sift_case c;
    begin(&c, "1,1\n2,2\n0.5,3\n");
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    CHECK_INT(c.written[0].type, NX_TYPE_FLOAT64);
    CHECK_INT(c.targets[0].decider.row, FIRST_ROW + 2);
    c.chunk.rows = 2;
    nx_csv_dirt_cut(&c.dirt, 2);
    c.sift.again = true;
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    CHECK_INT(c.written[0].type, NX_TYPE_INT64);
    CHECK_INT(c.targets[0].decider.row, FIRST_ROW);
    end(&c);
}

static void
test_times_with_and_without_a_zone(void)
{
    sift_case c;
    begin(&c, "2020-01-01T00:00Z,1\n2020-01-02,2\n2020-01-03T00:00Z,3\n");
    c.targets[0].requested = NX_TYPE_DATETIME_S;
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    check_flaws(&c, NULL, 0);
    CHECK(!nx_csv_targets_in_doubt(c.targets, COLUMNS));
    CHECK(nx_csv_targets_settle_zones(c.targets, COLUMNS));
    CHECK(!nx_csv_targets_settle(c.targets, COLUMNS));
    CHECK_INT(c.targets[0].zones, NX_CSV_SOME_ZONE);
    nx_csv_targets_restart(c.targets, COLUMNS);
    CHECK_INT(nx_csv_sift_chunk(&c.sift, NULL), NX_OK);
    check_flaws(&c, (const uint32_t[]){1}, 1);
    CHECK_INT(c.dirt.flaws[0].fault, NX_CSV_FAULT_NAIVE);
    end(&c);
}

const nx_test nx_suite_csv_sift[] = {
    NX_TEST(test_bad_records_show_nothing),
    NX_TEST(test_the_first_field_of_a_bad_record_is_told),
    NX_TEST(test_notes_of_bad_records_are_not_kept),
    NX_TEST(test_a_chunk_that_ends_earlier),
    NX_TEST(test_times_with_and_without_a_zone),
    {0},
};
