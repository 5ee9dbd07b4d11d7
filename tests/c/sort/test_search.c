#include "order_testing.h"

#include "sort/search.h"

/* How many of n items are less than a needle, or not greater, by looking at all. */
static int64_t
count_below(const nx_sort_source *items, size_t n, const nx_sort_source *needle,
            size_t at, bool right)
{
    uint64_t wanted;
    int64_t count = 0;
    nx_sort_keys(needle, at, 1, false, &wanted);
    for (size_t i = 0; i < n; i++) {
        uint64_t key;
        nx_sort_keys(items, i, 1, false, &key);
        count += right ? key <= wanted : key < wanted;
    }
    return count;
}

/* Searches among n random items of a kind, sorted, themselves and by a sorter. */
static void
check_kind(nx_sort_kind kind, size_t n, size_t count, int shape)
{
    const size_t size = nx_sort_kind_size(kind);
    uint64_t random = n + 1;
    uint8_t *values = malloc(n * size + 8), *sorted = malloc(n * size + 8);
    uint8_t *wanted = malloc(count * size + 8);
    int64_t *sorter = malloc(n * 8 + 8), *found = malloc(count * 8 + 8);
    for (size_t i = 0; i < n * size; i++) {
        values[i] = (uint8_t)(nx_test_random(&random) % 7 * 0x2B);
    }
    const nx_sort_source source = {values, (ptrdiff_t)size, kind, false};
    const nx_order_column column = {.numbers = &source};
    CHECK_INT(nx_order_rows(&column, 1, 1, n, sorter, NULL, 1, NULL, NULL), NX_OK);
    for (size_t i = 0; i < n; i++) {
        memcpy(sorted + i * size, values + (size_t)sorter[i] * size, size);
    }
    for (size_t i = 0; i < count; i++) {
        const size_t at = shape == 0   ? nx_test_random(&random) % (n + 1)
                          : shape == 1 ? i * n / count
                                       : i % (n + 1);
        for (size_t j = 0; j < size; j++) {
            wanted[i * size + j] = at < n && i % 4 != 0
                                       ? sorted[at * size + j]
                                       : (uint8_t)nx_test_random(&random);
        }
    }
    const nx_sort_source needles = {wanted, (ptrdiff_t)size, kind, false};
    const nx_sort_source in_turn = {sorted, (ptrdiff_t)size, kind, false};
    const nx_order_column sorted_column = {.numbers = &in_turn};
    const nx_sorted_items ways[] = {{&sorted_column, n, NULL}, {&column, n, sorter}};
    for (int way = 0; way < 4; way++) {
        CHECK_INT(nx_search_numbers(&ways[way % 2], &needles, count, way / 2 != 0,
                                    found, (unsigned)way + 1, NULL, NULL),
                  NX_OK);
        for (size_t i = 0; i < count; i++) {
            CHECK_INT(found[i], count_below(&source, n, &needles, i, way / 2 != 0));
        }
    }
    free(values);
    free(sorted);
    free(wanted);
    free(sorter);
    free(found);
}

static void
test_numbers_of_every_kind(void)
{
    for (nx_sort_kind kind = NX_SORT_U8; kind <= NX_SORT_TIME; kind++) {
        for (size_t n = 0; n < 40; n++) {
            check_kind(kind, n, 40, 0);
        }
        for (int shape = 0; shape < 3; shape++) {
            check_kind(kind, 1000, 100, shape);
            check_kind(kind, 10, 333, shape);
        }
    }
    check_kind(NX_SORT_F64, 50, 9000, 1); /* more than one piece */
    check_kind(NX_SORT_F64, 50, 0, 0);
}

const nx_test nx_suite_search[] = {
    NX_TEST(test_numbers_of_every_kind),
    {0},
};
