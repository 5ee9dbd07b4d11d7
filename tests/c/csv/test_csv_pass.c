#include "csv/csv_testing.h"

#include "csv/csv_pass.h"

static void
test_room_for_good_rows_or_for_all_that_stay_in_place(void)
{
    nx_csv_target target = {.rows = 10};
    nx_csv_sieve sieve = {0};
    nx_csv_fill fill = {.targets = &target, .target_count = 1};
    const nx_csv_chunk chunk = {.first_row = 4, .rows = 8};
    nx_csv_block block = {.good_rows = 6};
    CHECK(nx_csv_pass_has_room(&fill, &chunk, &block));
    block.good_rows = 7;
    CHECK(!nx_csv_pass_has_room(&fill, &chunk, &block));
    block.good_rows = 1;
    fill.sieves = &sieve; /* rows may be left out and keep their place */
    CHECK(!nx_csv_pass_has_room(&fill, &chunk, &block));
    fill.target_count = 0;
    CHECK(nx_csv_pass_has_room(&fill, &chunk, &block));
}

static void
test_what_is_known_when_a_chunk_begins(void)
{
    nx_csv_target targets[2] = {{.classes = NX_CLASS_INTEGER},
                                {.classes = NX_CLASS_BOOL}};
    nx_csv_fill fill = {.targets = targets, .target_count = 2};
    nx_csv_pass pass = {.fill = &fill, .in_order = 3};
    nx_class_set known[2] = {0};
    nx_csv_worker worker = {.known = known};
    nx_mutex_init(&pass.lock);
    nx_csv_pass_begin(&pass, 5, &worker);
    CHECK(!worker.all_known);
    CHECK(known[0] == NX_CLASS_INTEGER && known[1] == NX_CLASS_BOOL);
    nx_csv_pass_begin(&pass, 3, &worker);
    CHECK(worker.all_known);
    nx_mutex_destroy(&pass.lock);
}

/* Of values and a broken record behind them the first one is told. */
static void
test_the_first_error_of_a_chunk(void)
{
    static const uint8_t text[] = "1,x\ny,2\n3\n";
    const nx_csv_source source = {.memory = text, .size = sizeof text - 1};
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 2};
    nx_csv_target targets[2] = {
        {.field = 0, .requested = NX_TYPE_INT64, .rows = 9},
        {.field = 1, .requested = NX_TYPE_INT64, .rows = 9},
    };
    nx_csv_chunk chunk = {0};
    nx_csv_written written[2] = {{0}};
    nx_slabs slabs[2] = {{0}};
    nx_class_set known[2] = {0};
    nx_csv_worker worker = {.slabs = slabs, .known = known};
    nx_csv_fill fill = {.shape = &shape,
                        .targets = targets,
                        .target_count = 2,
                        .chunks = &chunk,
                        .written = written};
    nx_csv_pass pass = {.fill = &fill, .kind = NX_CSV_FIRST_PASS};
    nx_error error;
    CHECK_INT(
        nx_csv_block_index(&worker.block, &source, source.size, &shape, &chunk, &error),
        NX_OK);
    CHECK_INT(nx_csv_block_split(&worker.block, &shape, &chunk, &error), NX_OK);
    CHECK_INT(nx_csv_pass_write(&pass, 0, &worker, &error), NX_ERR_VALUE);
    CHECK_INT(error.record, 0);
    CHECK_INT(error.column, 1);
    targets[1].requested = NX_TYPE_STRING;
    CHECK_INT(nx_csv_pass_write(&pass, 0, &worker, &error), NX_ERR_VALUE);
    CHECK_INT(error.record, 1);
    targets[0].requested = NX_TYPE_STRING;
    CHECK_INT(nx_csv_pass_write(&pass, 0, &worker, &error), NX_ERR_RAGGED);
    CHECK_INT(error.record, 2);
    CHECK_INT(error.byte, 8);
    for (int i = 0; i < 2; i++) {
        nx_csv_target_clear(&targets[i]);
        nx_slabs_clear(&slabs[i]);
    }
    nx_csv_block_clear(&worker.block);
}

const nx_test nx_suite_csv_pass[] = {
    NX_TEST(test_room_for_good_rows_or_for_all_that_stay_in_place),
    NX_TEST(test_what_is_known_when_a_chunk_begins),
    NX_TEST(test_the_first_error_of_a_chunk),
    {0},
};
