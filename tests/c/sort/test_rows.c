#include "row_oracle.h"

#include "sort/rows.h"

/* An array of three dimensions, of which one is the axis, in C order or turned round;
 * the result has an order of its own. */
typedef struct row_case {
    nx_sort_rows rows;
    size_t shape[2];
    ptrdiff_t steps[2], result_steps[2], order_steps[2];
    ptrdiff_t order_step;
} row_case;

static void
begin_case(row_case *given, nx_sort_kind kind, const void *values, const size_t *shape,
           int axis, bool turned)
{
    const ptrdiff_t size = (ptrdiff_t)nx_sort_kind_size(kind);
    const ptrdiff_t steps[3] = {(ptrdiff_t)(shape[1] * shape[2]), (ptrdiff_t)shape[2],
                                1};
    const ptrdiff_t other[3] = {1, (ptrdiff_t)shape[0],
                                (ptrdiff_t)(shape[0] * shape[1])};
    const ptrdiff_t *made = turned ? other : steps;
    *given = (row_case){.rows = {.source = {values, steps[axis] * size, kind, false},
                                 .result_step = made[axis] * size,
                                 .length = shape[axis],
                                 .dimensions = 2},
                        .order_step = made[axis] * 8};
    for (int d = 0, k = 0; d < 3; d++) {
        if (d != axis) {
            given->shape[k] = shape[d];
            given->steps[k] = steps[d] * size;
            given->result_steps[k] = made[d] * size;
            given->order_steps[k++] = made[d] * 8;
        }
    }
    given->rows.shape = given->shape;
    given->rows.source_steps = given->steps;
    given->rows.result_steps = given->result_steps;
}

static void
check_case(const row_case *given, const uint8_t *sorted, const uint8_t *orders,
           bool descending)
{
    const nx_sort_rows *rows = &given->rows;
    const size_t size = nx_sort_kind_size(rows->source.kind), n = rows->length;
    int64_t *expected = nx_alloc(n, sizeof *expected), place;
    for (size_t a = 0; a < given->shape[0] && nx_test_failures() == 0; a++) {
        for (size_t b = 0; b < given->shape[1] && nx_test_failures() == 0; b++) {
            const ptrdiff_t at[2] = {(ptrdiff_t)a, (ptrdiff_t)b};
            nx_sort_source row = rows->source;
            const uint8_t *from = (const uint8_t *)row.values +
                                  at[0] * given->steps[0] + at[1] * given->steps[1];
            row.values = from;
            slow_order(&row, n, descending, expected);
            for (size_t i = 0; i < n; i++) {
                const uint8_t *made = sorted + at[0] * given->result_steps[0] +
                                      at[1] * given->result_steps[1] +
                                      (ptrdiff_t)i * rows->result_step;
                CHECK(memcmp(made, from + expected[i] * row.step, size) == 0);
                memcpy(&place,
                       orders + at[0] * given->order_steps[0] +
                           at[1] * given->order_steps[1] +
                           (ptrdiff_t)i * given->order_step,
                       sizeof place);
                CHECK_INT(place, expected[i]);
            }
        }
    }
    nx_free(expected);
}

static void
run_case(row_case *given, uint8_t *sorted, uint8_t *orders, bool descending,
         unsigned threads)
{
    given->rows.result = sorted;
    CHECK_INT(nx_sort_every_row(&given->rows, descending, threads, NULL, NULL), NX_OK);
    nx_sort_rows rows = given->rows;
    rows.result = orders;
    rows.result_step = given->order_step;
    rows.result_steps = given->order_steps;
    CHECK_INT(nx_order_every_row(&rows, descending, threads, NULL, NULL), NX_OK);
    check_case(given, sorted, orders, descending);
}

static void
test_every_axis_of_several_shapes(void)
{
    static const size_t shapes[][3] = {
        {1, 1, 40},  {3, 5, 7},   {2, 300, 9}, {40, 2, 30}, {1, 5, 200}, {2, 2, 5000},
        {700, 1, 8}, {8, 700, 1}, {1, 2, 17},  {0, 3, 4},   {4, 0, 4}};
    static const nx_sort_kind kinds[] = {NX_SORT_F64, NX_SORT_I32, NX_SORT_F16,
                                         NX_SORT_U8, NX_SORT_TIME};
    uint64_t random = 1;
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        const size_t n = shapes[s][0] * shapes[s][1] * shapes[s][2];
        uint8_t *values = nx_alloc(n, 8), *sorted = nx_alloc(n, 8);
        uint8_t *orders = nx_alloc(n, 8);
        for (int k = 0; k < 5; k++) {
            fill_values(kinds[k], k % 2, n, &random, values);
            for (int axis = 0; axis < 3 && nx_test_failures() == 0; axis++) {
                row_case given;
                begin_case(&given, kinds[k], values, shapes[s], axis,
                           axis % 2 != k % 2);
                run_case(&given, sorted, orders, k % 2 == 0, 1);
                run_case(&given, sorted, orders, k % 2 != 0, 3);
            }
        }
        nx_free(values);
        nx_free(sorted);
        nx_free(orders);
    }
}

static void
test_long_rows_one_after_another(void)
{
    static const size_t shape[3] = {1, 2, ((size_t)1 << 17) + 3};
    const size_t n = shape[1] * shape[2];
    uint64_t random = 2;
    uint8_t *values = nx_alloc(n, 8), *sorted = nx_alloc(n, 8),
            *orders = nx_alloc(n, 8);
    fill_values(NX_SORT_F64, 0, n, &random, values);
    row_case given;
    begin_case(&given, NX_SORT_F64, values, shape, 2, true);
    run_case(&given, sorted, orders, true, 2);
    nx_free(values);
    nx_free(sorted);
    nx_free(orders);
}

static bool
sort_failing(void *context)
{
    row_case *given = context;
    nx_error error = {0};
    const nx_status status = nx_sort_every_row(&given->rows, false, 1, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    static const size_t shapes[][3] = {{1, 4, 100}, {1, 2, 6000}};
    for (int s = 0; s < 2; s++) {
        const size_t n = shapes[s][1] * shapes[s][2];
        uint64_t random = 3;
        uint8_t *values = nx_alloc(n, 8), *sorted = nx_alloc(n, 8);
        fill_values(NX_SORT_U64, 0, n, &random, values);
        row_case given;
        begin_case(&given, NX_SORT_U64, values, shapes[s], 2, true);
        given.rows.result = sorted;
        nx_test_alloc_failures(sort_failing, &given, 200);
        nx_free(values);
        nx_free(sorted);
    }
}

const nx_test nx_suite_rows[] = {
    NX_TEST(test_every_axis_of_several_shapes),
    NX_TEST(test_long_rows_one_after_another),
    NX_TEST(test_allocation_failures),
    {0},
};
