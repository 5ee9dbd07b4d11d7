#include "order_testing.h"

#include "sort/search.h"

/* How many of n items come before a needle, or not behind it, by looking at all. */
static int64_t
count_below(const nx_order_column *items, size_t n, nx_span needle, bool right)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const int64_t place = (int64_t)i;
        nx_span text;
        (void)!items->texts->load(items->texts->context, &place, 1, &text, NULL);
        const int compared = nx_text_compare(items->texts->order, text, needle);
        const bool present = items->missing == NULL || items->missing[i] == 0;
        count += present && (compared < 0 || (right && compared == 0));
    }
    return count;
}

static void
check(size_t n, size_t count, size_t common, bool with_missing)
{
    test_texts source, wanted;
    test_texts_make(&source, n, 9, common, n + common);
    test_texts_make(&wanted, count, 9, common, count + 1);
    uint8_t *missing = calloc(n + count + 1, 1);
    int64_t *sorter = malloc(n * 8 + 8), *found = malloc(count * 8 + 8);
    for (size_t i = 0; i < n; i++) {
        missing[i] = with_missing && i % 5 == 0;
    }
    for (size_t i = 0; i < count; i++) {
        missing[n + i] = i % 7 == 0;
        if (i % 2 != 0 && n > 0) {
            wanted.spans[i] = source.spans[i * 3 % n];
        }
    }
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    const nx_sort_texts needle_texts = {test_texts_load, &wanted, NX_TEXT_BY_BYTES, 0,
                                        0};
    const nx_order_column column = {.texts = &texts, .missing = missing};
    const nx_order_column needles = {.texts = &needle_texts, .missing = missing + n};
    CHECK_INT(nx_order_rows(&column, 1, 1, n, sorter, NULL, 1, NULL, NULL), NX_OK);
    const nx_sorted_items items = {&column, n, sorter};
    size_t present = n;
    for (size_t i = 0; i < n; i++) {
        present -= missing[i];
    }
    for (int right = 0; right < 2; right++) {
        CHECK_INT(
            nx_search_texts(&items, &needles, count, right != 0, found, 2, NULL, NULL),
            NX_OK);
        for (size_t i = 0; i < count; i++) {
            const int64_t expected =
                missing[n + i] ? (int64_t)(right ? n : present)
                               : count_below(&column, n, wanted.spans[i], right != 0);
            CHECK_INT(found[i], expected);
        }
    }
    free(sorter);
    free(found);
    free(missing);
    test_texts_free(&source);
    test_texts_free(&wanted);
}

static void
test_few_and_many_needles(void)
{
    for (size_t n = 0; n < 30; n++) {
        check(n, 30, 0, n % 2 != 0);
        check(n, 1, 0, n % 2 != 0);
    }
    for (size_t common = 0; common <= 12; common += 4) {
        check(2000, 300, common, false); /* by their words */
        check(2000, 100, common, true);  /* by the whole texts */
        check(50, 2500, common, true);
    }
}

static void
test_padding_does_not_count(void)
{
    uint32_t items[][2] = {{'a', 0}, {'b', 0x100}, {'c', 0}};
    uint32_t wanted[][3] = {{'b', 0, 0}, {'b', 0x100, 0}, {'b', 0x100, 1}, {0, 0, 0}};
    static const int64_t left[] = {1, 1, 2, 0};
    nx_span item_spans[3], wanted_spans[4];
    for (size_t i = 0; i < 3; i++) {
        item_spans[i] = (nx_span){(uint8_t *)items[i], sizeof items[i]};
    }
    for (size_t i = 0; i < 4; i++) {
        wanted_spans[i] = (nx_span){(uint8_t *)wanted[i], sizeof wanted[i]};
    }
    test_texts source = {item_spans, NULL, -1}, sought = {wanted_spans, NULL, -1};
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_POINTS, 8, 16};
    const nx_sort_texts needle_texts = {test_texts_load, &sought, NX_TEXT_BY_POINTS, 12,
                                        16};
    const nx_order_column column = {.texts = &texts},
                          needles = {.texts = &needle_texts};
    const nx_sorted_items sorted = {&column, 3, NULL};
    int64_t found[4];
    CHECK_INT(nx_search_texts(&sorted, &needles, 4, false, found, 1, NULL, NULL),
              NX_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(found[i], left[i]);
    }
}

static void
test_text_that_cannot_be_loaded(void)
{
    test_texts source, wanted;
    test_texts_make(&source, 100, 5, 0, 1);
    test_texts_make(&wanted, 100, 5, 0, 1);
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    const nx_sort_texts needle_texts = {test_texts_load, &wanted, NX_TEXT_BY_BYTES, 0,
                                        0};
    const nx_order_column column = {.texts = &texts},
                          needles = {.texts = &needle_texts};
    const nx_sorted_items sorted = {&column, 100, NULL};
    int64_t found[100];
    nx_error error;
    source.broken = 50;
    for (size_t count = 1; count <= 100; count += 99) {
        CHECK_INT(
            nx_search_texts(&sorted, &needles, count, false, found, 1, NULL, &error),
            NX_ERR_VALUE);
    }
    source.broken = -1;
    wanted.broken = 3;
    CHECK_INT(nx_search_texts(&sorted, &needles, 100, false, found, 1, NULL, &error),
              NX_ERR_VALUE);
    test_texts_free(&source);
    test_texts_free(&wanted);
}

static bool
search_all(void *context)
{
    const nx_order_column *column = context;
    const nx_sorted_items items = {column, 0, NULL};
    int64_t found[10];
    nx_error error;
    const nx_status status =
        nx_search_texts(&items, column, 10, false, found, 1, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    test_texts source;
    test_texts_make(&source, 10, 5, 0, 1);
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    nx_order_column column = {.texts = &texts};
    nx_test_alloc_failures(search_all, &column, 5);
    test_texts_free(&source);
}

const nx_test nx_suite_search_texts[] = {
    NX_TEST(test_few_and_many_needles),
    NX_TEST(test_padding_does_not_count),
    NX_TEST(test_text_that_cannot_be_loaded),
    NX_TEST(test_allocation_failures),
    {0},
};
