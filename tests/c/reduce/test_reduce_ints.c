#include "reduce_testing.h"

#include "reduce/reduce_ints.h"
#include "reduce/wide_int.h"

#include "int_testing.h"

enum {
    ROWS = 70000,
    WIDE = 3,
    ALL = ROWS * WIDE
};

static uint64_t items[ALL], factors[ALL];
static uint8_t flags[ALL];

/* Fills the arrays; numbers are small enough for sums of products of 64 bits. */
static void
fill(nx_item_type type)
{
    uint64_t seed = (uint64_t)type + 1;
    for (size_t i = 0; i < ALL; i++) {
        const int64_t r = (int64_t)nx_test_random(&seed);
        (void)put_item(type, items, i, r >> 41);
        (void)put_item(type, factors, i, r % 100);
        flags[i] = r % 5 != 0;
        if (type == NX_ITEM_UINT64 || type == NX_ITEM_UINT32) {
            (void)put_item(type, items, i, r >> 41 & 0xFFFFFF);
            (void)put_item(type, factors, i, r & 0xFF);
        }
    }
}

static int64_t
item_at(nx_item_type type, const uint64_t *array, size_t i)
{
    uint64_t copy = 0;
    memcpy(&copy, (const char *)array + i * nx_item_size(type), nx_item_size(type));
    if (type == NX_ITEM_BOOL) {
        return copy != 0;
    }
    uint64_t again = 0;
    return put_item(type, &again, 0, (int64_t)copy);
}

static void
view_of_items(nx_reduce_view *view, nx_item_type type, bool across, bool flagged,
              bool products)
{
    const ptrdiff_t size = (ptrdiff_t)nx_item_size(type);
    view->type = type;
    view->swapped = view->skip_nan = false;
    view->data[NX_OF_ITEMS] = (const char *)items;
    view->data[NX_OF_FACTORS] = products ? (const char *)factors : NULL;
    view->data[NX_OF_TAKEN] = flagged ? (const char *)flags : NULL;
    view->kept_axes = view->reduced_axes = 1;
    const nx_reduce_axis rows = {ROWS, {WIDE * size, WIDE * size, WIDE}};
    const nx_reduce_axis columns = {WIDE, {size, size, 1}};
    view->kept[0] = across ? columns : rows;
    view->reduced[0] = across ? rows : columns;
    nx_reduce_view_simplify(view);
}

static void
check_way(nx_item_type type, bool across, bool flagged, nx_int_op op)
{
    static int64_t results[ROWS], taken[ROWS];
    nx_reduce_view view;
    nx_error error;
    view_of_items(&view, type, across, flagged, op == NX_INT_DOT);
    const nx_int_request request = {
        .view = &view, .op = op, .results = results, .taken = taken};
    CHECK_INT(nx_reduce_ints(&request, 3, NULL, &error), NX_OK);
    for (size_t o = 0; o < view.outputs; o += across ? 1 : 997) {
        int64_t sum = 0, count = 0;
        for (size_t i = 0; i < view.length; i++) {
            const size_t at = across ? i * WIDE + o : o * WIDE + i;
            const int64_t x = item_at(type, items, at);
            const int64_t y = op == NX_INT_SQUARES ? x
                              : op == NX_INT_DOT   ? item_at(type, factors, at)
                                                   : 1;
            if (!flagged || flags[at]) {
                sum += x * y;
                count++;
            }
        }
        CHECK_INT(taken[o], count);
        if (op == NX_INT_MEAN) {
            const double mean = count == 0 ? (double)NAN : (double)sum / (double)count;
            double found;
            memcpy(&found, &results[o], sizeof found);
            CHECK_SAME(found, mean);
        }
        else {
            CHECK_INT(results[o], sum);
        }
    }
}

static void
test_sums_of_every_type(void)
{
    for (nx_item_type type = NX_ITEM_BOOL; type <= NX_ITEM_UINT64; type++) {
        fill(type);
        for (int way = 0; way < 4; way++) {
            for (nx_int_op op = 0; op <= NX_INT_MEAN; op++) {
                check_way(type, way & 1, way & 2, op);
            }
        }
    }
}

static nx_status
reduce(nx_item_type type, nx_int_op op, const void *x, size_t outputs, size_t n,
       bool skip, int64_t *results, nx_error *error)
{
    nx_reduce_view view = {
        .type = type,
        .skip_nan = skip,
        .data = {x, op == NX_INT_DOT ? x : NULL, NULL},
        .kept_axes = 1,
        .reduced_axes = 1,
        .kept = {{outputs, {8 * (ptrdiff_t)n, 8 * (ptrdiff_t)n, 0}}},
        .reduced = {{n, {8, 8, 0}}},
    };
    nx_reduce_view_simplify(&view);
    const nx_int_request request = {.view = &view, .op = op, .results = results};
    return nx_reduce_ints(&request, 1, NULL, error);
}

static void
test_only_the_result_overflows(void)
{
    const int64_t x[8] = {INT64_MAX, INT64_MAX, -INT64_MAX, -INT64_MAX,
                          1,         2,         INT64_MAX,  1};
    int64_t results[4];
    nx_error error;
    CHECK_INT(reduce(NX_ITEM_INT64, NX_INT_SUM, x, 1, 4, false, results, &error),
              NX_OK);
    CHECK_INT(results[0], 0);
    CHECK_INT(reduce(NX_ITEM_INT64, NX_INT_SUM, x, 2, 4, false, results, &error),
              NX_ERR_OVERFLOW);
    CHECK_INT(error.record, 1);
    CHECK_STR(error.msg, "out of the range of int64");
    CHECK_INT(reduce(NX_ITEM_INT64, NX_INT_SQUARES, x, 1, 1, false, results, &error),
              NX_ERR_OVERFLOW);
    CHECK_INT(reduce(NX_ITEM_UINT64, NX_INT_SUM, x + 4, 2, 2, false, results, &error),
              NX_OK);
    CHECK(results[1] == INT64_MIN); /* 2^63 as uint64 */
    const uint64_t y[2] = {UINT64_MAX, 1};
    CHECK_INT(reduce(NX_ITEM_UINT64, NX_INT_SUM, y, 1, 2, false, results, &error),
              NX_ERR_OVERFLOW);
    CHECK_STR(error.msg, "out of the range of uint64");
    double mean;
    CHECK_INT(reduce(NX_ITEM_UINT64, NX_INT_MEAN, y, 1, 2, false, results, &error),
              NX_OK);
    memcpy(&mean, results, sizeof mean);
    CHECK_SAME(mean, 0x1p63);
}

static void
test_no_times(void)
{
    const int64_t x[6] = {5, INT64_MIN, 7, 1, 2, 3}, y[2] = {INT64_MIN + 1, -1};
    int64_t results[2];
    nx_error error;
    CHECK_INT(reduce(NX_ITEM_TIME, NX_INT_SUM, x, 2, 3, false, results, &error), NX_OK);
    CHECK(results[0] == INT64_MIN);
    CHECK_INT(results[1], 6);
    CHECK_INT(reduce(NX_ITEM_TIME, NX_INT_SUM, x, 2, 3, true, results, &error), NX_OK);
    CHECK_INT(results[0], 12);
    CHECK_INT(reduce(NX_ITEM_TIME, NX_INT_SUM, y, 1, 2, true, results, &error),
              NX_ERR_OVERFLOW);
    CHECK_STR(error.msg, "out of the range of times");
}

static bool
reduce_with_failures(void *context)
{
    nx_reduce_view view;
    nx_error error;
    int64_t results[WIDE];
    (void)context;
    view_of_items(&view, NX_ITEM_INT32, true, false, false);
    const nx_int_request request = {
        .view = &view, .op = NX_INT_SUM, .results = results};
    const nx_status status = nx_reduce_ints(&request, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_no_memory(void)
{
    fill(NX_ITEM_INT32);
    CHECK(reduce_with_failures(NULL));
    nx_test_alloc_failures(reduce_with_failures, NULL, 20);
}

const nx_test nx_suite_reduce_ints[] = {
    NX_TEST(test_sums_of_every_type),
    NX_TEST(test_only_the_result_overflows),
    NX_TEST(test_no_times),
    NX_TEST(test_no_memory),
    {0},
};
