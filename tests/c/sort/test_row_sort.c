#include "row_oracle.h"

#include "sort/row_sort.h"

static void
check_row(nx_sort_kind kind, int shape, size_t n, bool descending, unsigned threads)
{
    const size_t size = nx_sort_kind_size(kind);
    uint64_t random = n + (uint64_t)shape;
    uint8_t *values = nx_alloc(n, size), *sorted = nx_alloc(n, size);
    int64_t *order = nx_alloc(n, sizeof *order);
    fill_values(kind, shape, n, &random, values);
    const nx_sort_source source = {values, (ptrdiff_t)size, kind, false};
    slow_order(&source, n, descending, order);
    CHECK_INT(nx_sort_row(&source, n, descending, sorted, threads, NULL, NULL), NX_OK);
    for (size_t i = 0; i < n && nx_test_failures() == 0; i++) {
        if (memcmp(sorted + i * size, values + (size_t)order[i] * size, size) != 0) {
            nx_test_fail(__FILE__, __LINE__, "kind %d shape %d n %zu at %zu", (int)kind,
                         shape, n, i);
        }
    }
    nx_free(values);
    nx_free(sorted);
    nx_free(order);
}

static void
test_every_kind_shape_and_length(void)
{
    for (int kind = NX_SORT_U8; kind <= NX_SORT_TIME; kind++) {
        for (int shape = 0; shape < KEY_SHAPES; shape++) {
            for (size_t l = 0; l < SORT_LENGTHS && nx_test_failures() == 0; l++) {
                const size_t n = sort_lengths[l];
                if (n < 10000 || (shape + kind) % 3 == 0) {
                    check_row((nx_sort_kind)kind, shape, n, l % 2 == 0, 1);
                    check_row((nx_sort_kind)kind, shape, n, l % 2 != 0, 3);
                }
            }
        }
    }
}

static void
test_steps_and_byte_orders(void)
{
    static const size_t lengths[] = {1, 5, 40, 5000, 30000};
    for (int kind = NX_SORT_U8; kind <= NX_SORT_TIME; kind++) {
        const size_t size = nx_sort_kind_size((nx_sort_kind)kind), step = size + 3;
        for (int l = 0; l < 5; l++) {
            const size_t n = lengths[l];
            uint64_t random = 6;
            uint8_t *values = nx_alloc(n, size), *apart = nx_alloc(n, step);
            uint8_t *expected = nx_alloc(n, size), *sorted = nx_alloc(n, size);
            fill_values((nx_sort_kind)kind, l % 2, n, &random, values);
            for (size_t i = 0; i < n; i++) {
                for (size_t b = 0; b < size; b++) {
                    apart[(n - 1 - i) * step + size - 1 - b] = values[i * size + b];
                }
            }
            const nx_sort_source one = {values, (ptrdiff_t)size, (nx_sort_kind)kind,
                                        false};
            const nx_sort_source other = {apart + (n - 1) * step, -(ptrdiff_t)step,
                                          (nx_sort_kind)kind, true};
            CHECK_INT(nx_sort_row(&one, n, true, expected, 1, NULL, NULL), NX_OK);
            CHECK_INT(nx_sort_row(&other, n, true, sorted, 2, NULL, NULL), NX_OK);
            CHECK(memcmp(sorted, expected, n * size) == 0);
            nx_free(values);
            nx_free(apart);
            nx_free(expected);
            nx_free(sorted);
        }
    }
}

typedef struct failing {
    nx_sort_source source;
    size_t n;
    void *sorted;
} failing;

static bool
sort_failing(void *context)
{
    const failing *given = context;
    nx_error error = {0};
    const nx_status status =
        nx_sort_row(&given->source, given->n, false, given->sorted, 1, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    static const nx_sort_kind kinds[] = {NX_SORT_U64, NX_SORT_I16, NX_SORT_F32};
    static const int shapes[] = {0, 17};
    for (int k = 0; k < 3; k++) {
        for (int s = 0; s < 2; s++) {
            for (size_t n = 2000; n <= 20000; n *= 10) {
                uint64_t random = 7, *values = nx_alloc(n, 8), *sorted = nx_alloc(n, 8);
                fill_values(kinds[k], shapes[s], n, &random, values);
                failing given = {
                    {values, (ptrdiff_t)nx_sort_kind_size(kinds[k]), kinds[k], false},
                    n,
                    sorted};
                nx_test_alloc_failures(sort_failing, &given, 100);
                nx_free(values);
                nx_free(sorted);
            }
        }
    }
}

const nx_test nx_suite_row_sort[] = {
    NX_TEST(test_every_kind_shape_and_length),
    NX_TEST(test_steps_and_byte_orders),
    NX_TEST(test_allocation_failures),
    {0},
};
