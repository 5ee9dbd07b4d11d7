#include "harness.h"

#include <stdlib.h>

#include "column/take_rows.h"

enum {
    LENGTH = 3000,
    N = 10000
};

static void
test_values_of_every_size_from_anywhere(void)
{
    static const size_t sizes[] = {1, 2, 3, 4, 8, 12, 16, 20};
    enum {
        COLUMNS = sizeof sizes / sizeof sizes[0]
    };
    uint64_t random = 1;
    uint8_t *from = malloc(LENGTH * 24), *to[COLUMNS];
    int64_t *rows = malloc(N * sizeof *rows);
    nx_take_column columns[COLUMNS];
    for (size_t i = 0; i < LENGTH * 24; i++) {
        from[i] = (uint8_t)nx_test_random(&random);
    }
    for (size_t i = 0; i < N; i++) {
        rows[i] = (int64_t)(nx_test_random(&random) % LENGTH);
    }
    for (unsigned threads = 1; threads <= 2; threads++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            const ptrdiff_t step = c % 2 != 0 ? -24 : 24;
            to[c] = malloc(N * sizes[c]);
            columns[c] = (nx_take_column){step < 0 ? from + (LENGTH - 1) * 24 : from,
                                          step, sizes[c], to[c]};
        }
        CHECK_INT(nx_take_rows(columns, COLUMNS, rows, N, LENGTH, threads, NULL, NULL),
                  NX_OK);
        for (size_t c = 0; c < COLUMNS; c++) {
            for (size_t i = 0; i < N; i++) {
                const int64_t at = c % 2 != 0 ? LENGTH - 1 - rows[i] : rows[i];
                CHECK(memcmp(to[c] + i * sizes[c], from + at * 24, sizes[c]) == 0);
            }
            free(to[c]);
        }
    }
    free(from);
    free(rows);
}

static void
test_rows_that_are_not_there(void)
{
    static const int64_t wrong[] = {-1, 3, INT64_MIN, INT64_MAX};
    uint8_t from[3] = {1, 2, 3}, to[2];
    const nx_take_column column = {from, 1, 1, to};
    for (size_t i = 0; i < 4; i++) {
        const int64_t rows[] = {0, wrong[i]};
        nx_error error;
        CHECK_INT(nx_take_rows(&column, 1, rows, 2, 3, 1, NULL, &error), NX_ERR_VALUE);
        CHECK(strstr(error.msg, "is not one of 3 rows") != NULL);
    }
    CHECK_INT(nx_take_rows(&column, 1, NULL, 0, 0, 1, NULL, NULL), NX_OK);
}

const nx_test nx_suite_take_rows[] = {
    NX_TEST(test_values_of_every_size_from_anywhere),
    NX_TEST(test_rows_that_are_not_there),
    {0},
};
