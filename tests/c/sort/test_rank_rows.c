#include "row_oracle.h"

#include "sort/rank_rows.h"

/* Rows beside each other or below each other, of both arrays. */
static void
check_rows(nx_sort_kind kind, size_t length, size_t rows, bool down, bool descending)
{
    const size_t size = nx_sort_kind_size(kind), n = length * rows;
    uint64_t random = length * 16 + rows;
    uint8_t *values = nx_alloc(n, size), *sorted = nx_alloc(n, size);
    int64_t *orders = nx_alloc(n, sizeof *orders), expected[NX_RANKED_LENGTH];
    fill_values(kind, (int)(random % 2), n, &random, values);
    const size_t step = down ? rows : 1, row_step = down ? 1 : length;
    nx_ranked_rows ranked = {
        .source = {values, (ptrdiff_t)(step * size), kind, false},
        .row_step = (ptrdiff_t)(row_step * size),
        .rows = rows,
        .length = length,
        .result = sorted,
        .result_step = (ptrdiff_t)(step * size),
        .result_row_step = (ptrdiff_t)(row_step * size),
    };
    nx_sort_ranked(&ranked, descending);
    ranked.result = (uint8_t *)orders;
    ranked.result_step = (ptrdiff_t)(step * sizeof *orders);
    ranked.result_row_step = (ptrdiff_t)(row_step * sizeof *orders);
    nx_order_ranked(&ranked, descending);
    for (size_t row = 0; row < rows; row++) {
        const nx_sort_source source = {values + row * row_step * size,
                                       (ptrdiff_t)(step * size), kind, false};
        slow_order(&source, length, descending, expected);
        for (size_t i = 0; i < length; i++) {
            const size_t at = row * row_step + i * step;
            const size_t from = row * row_step + (size_t)expected[i] * step;
            CHECK_INT(orders[at], expected[i]);
            CHECK(memcmp(sorted + at * size, values + from * size, size) == 0);
        }
    }
    nx_free(values);
    nx_free(sorted);
    nx_free(orders);
}

static void
test_every_kind_and_shape(void)
{
    for (int kind = NX_SORT_U8; kind <= NX_SORT_TIME; kind++) {
        for (size_t length = 1; length <= NX_RANKED_LENGTH; length++) {
            for (size_t rows = 1; rows <= NX_RANKED_ROWS; rows += 3) {
                check_rows((nx_sort_kind)kind, length, rows, false, rows % 2 == 0);
                check_rows((nx_sort_kind)kind, length, rows, true, rows % 2 != 0);
            }
        }
    }
}

static void
test_swapped_values_apart(void)
{
    static const uint8_t bytes[] = {0, 2, 9, 0, 1, 9, 0, 3, 9, 1, 0, 9};
    uint16_t sorted[4];
    const nx_ranked_rows ranked = {
        .source = {bytes, 3, NX_SORT_U16, true},
        .row_step = 6,
        .rows = 2,
        .length = 2,
        .result = (uint8_t *)sorted,
        .result_step = 2,
        .result_row_step = 4,
    };
    nx_sort_ranked(&ranked, true);
    CHECK_INT(sorted[0], 2);
    CHECK_INT(sorted[1], 1);
    CHECK_INT(sorted[2], 256);
    CHECK_INT(sorted[3], 3);
}

const nx_test nx_suite_rank_rows[] = {
    NX_TEST(test_every_kind_and_shape),
    NX_TEST(test_swapped_values_apart),
    {0},
};
