#include "order_testing.h"

#include "sort/top_k.h"

static void
check(const nx_order_column *column, size_t lanes, size_t rows, size_t k)
{
    int64_t *order = malloc(lanes * rows * sizeof *order);
    int64_t *places = malloc(lanes * k * sizeof *places + 1);
    CHECK_INT(nx_order_rows(column, 1, lanes, rows, order, NULL, 1, NULL, NULL), NX_OK);
    for (unsigned threads = 1; threads <= 2; threads++) {
        CHECK_INT(nx_top_k_texts(column, lanes, rows, k, places, threads, NULL, NULL),
                  NX_OK);
        for (size_t i = 0; i < lanes * k && nx_test_failures() == 0; i++) {
            CHECK_INT(places[i], order[i / k * rows + i % k]);
        }
    }
    free(order);
    free(places);
}

static void
test_first_of_the_order(void)
{
    enum {
        MOST = 40000
    };
    uint8_t *missing = malloc(MOST);
    uint64_t random = 1;
    for (size_t common = 0; common <= 20; common += 20) {
        test_texts source;
        test_texts_make(&source, MOST, 10, common, 3);
        for (size_t i = 0; i < MOST; i++) {
            missing[i] = nx_test_random(&random) % (common == 0 ? 2000 : 2) != 0;
        }
        const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
        for (int i = 0; i < 4; i++) {
            const nx_order_column column = {.texts = &texts,
                                            .descending = i % 2 != 0,
                                            .missing = i < 2 ? NULL : missing};
            check(&column, 1, MOST, 10);
            check(&column, 1, MOST, MOST / 5);
            check(&column, 1, MOST, MOST);
            check(&column, 4, MOST / 4, 100);
            check(&column, 100, MOST / 100, 3);
            check(&column, 1, MOST, 0);
        }
        test_texts_free(&source);
    }
    free(missing);
}

static bool
top(void *context)
{
    const nx_order_column *column = context;
    int64_t places[20];
    nx_error error;
    const nx_status status =
        nx_top_k_texts(column, 1, 20000, 20, places, 1, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    test_texts source;
    test_texts_make(&source, 20000, 4, 9, 5);
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    nx_order_column column = {.texts = &texts};
    nx_test_alloc_failures(top, &column, 60);
    test_texts_free(&source);
}

const nx_test nx_suite_top_k_texts[] = {
    NX_TEST(test_first_of_the_order),
    NX_TEST(test_allocation_failures),
    {0},
};
