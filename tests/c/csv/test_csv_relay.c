#include "csv/csv_testing.h"

#include "csv/csv_relay.h"

static void
test_cells_cover_the_source(void)
{
    for (uint64_t bytes = 0; bytes < 40; bytes++) {
        for (size_t size = 1; size < 45; size++) {
            const nx_csv_grid grid = {.start = 7, .end = 7 + bytes, .cell_bytes = size};
            const size_t count = nx_csv_grid_count(&grid);
            uint64_t end = grid.start;
            for (size_t cell = 0; cell < count; cell++) {
                const uint64_t next = nx_csv_grid_cell_end(&grid, cell);
                CHECK(next > end && next - end <= size);
                end = next;
            }
            CHECK_INT(end, grid.end);
        }
    }
}

static void
test_the_place_is_carried_from_chunk_to_chunk(void)
{
    nx_csv_relay relay;
    nx_csv_chunk chunk = {.rows = 3, .bytes = 10};
    CHECK(nx_csv_relay_init(&relay, 5));
    CHECK(nx_csv_relay_is_ready(&relay, 0) && !nx_csv_relay_is_ready(&relay, 1));
    CHECK(nx_csv_relay_take(&relay, 0, &chunk));
    CHECK(chunk.offset == 5 && chunk.first_row == 0);
    nx_csv_relay_pass(&relay, &chunk);
    CHECK(!nx_csv_relay_is_ready(&relay, 0) && nx_csv_relay_is_ready(&relay, 1));
    CHECK(nx_csv_relay_take(&relay, 1, &chunk));
    CHECK(chunk.offset == 15 && chunk.first_row == 3);
    nx_csv_relay_close(&relay);
    CHECK(nx_csv_relay_is_ready(&relay, 9));
    CHECK(!nx_csv_relay_take(&relay, 9, &chunk));
    nx_csv_relay_destroy(&relay);
}

const nx_test nx_suite_csv_relay[] = {
    NX_TEST(test_cells_cover_the_source),
    NX_TEST(test_the_place_is_carried_from_chunk_to_chunk),
    {0},
};
