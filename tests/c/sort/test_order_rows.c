#include "order_testing.h"

#include <math.h>

#include "sort/order_rows.h"
#include "sort/order_runs.h"

enum {
    FEW = 300,
    MANY = 3 * NX_SHORT_RUN + 17
};

/* Random columns of several kinds, by number; the values of columns 0 .. 5. */
typedef struct table {
    size_t n;
    int32_t *small;
    double *floats;
    uint8_t *missing;
    test_texts texts, alike;
    nx_sort_source numbers[3];
    nx_sort_texts sources[2];
    nx_order_column columns[6];
} table;

static void
make_table(table *t, size_t n, uint64_t seed)
{
    t->n = n;
    t->small = malloc(n * sizeof *t->small + 1);
    t->floats = malloc(n * sizeof *t->floats + 1);
    t->missing = malloc(n + 1);
    for (size_t i = 0; i < n; i++) {
        const uint64_t x = nx_test_random(&seed);
        t->small[i] = (int32_t)(x % 7) - 3;
        t->floats[i] = (x >> 8) % 5 == 0 ? (double)NAN : (double)(x >> 20) - 1e12;
        t->missing[i] = (x >> 4) % 3 == 0;
    }
    test_texts_make(&t->texts, n, 12, 0, seed);
    test_texts_make(&t->alike, n, 3, 30, seed + 1);
    t->numbers[0] = (nx_sort_source){t->small, sizeof *t->small, NX_SORT_I32, false};
    t->numbers[1] = (nx_sort_source){t->floats, sizeof *t->floats, NX_SORT_F64, false};
    t->numbers[2] = (nx_sort_source){t->missing, 0, NX_SORT_U8, false}; /* constant */
    t->sources[0] = (nx_sort_texts){test_texts_load, &t->texts, NX_TEXT_BY_BYTES, 0, 0};
    t->sources[1] = (nx_sort_texts){test_texts_load, &t->alike, NX_TEXT_BY_BYTES, 0, 0};
    t->columns[0] = (nx_order_column){&t->numbers[0], NULL, NULL, false};
    t->columns[1] = (nx_order_column){&t->numbers[1], NULL, NULL, true};
    t->columns[2] = (nx_order_column){NULL, &t->sources[0], NULL, false};
    t->columns[3] = (nx_order_column){NULL, &t->sources[1], t->missing, true};
    t->columns[4] = (nx_order_column){&t->numbers[0], NULL, t->missing, true};
    t->columns[5] = (nx_order_column){&t->numbers[2], NULL, NULL, false};
}

static void
free_table(table *t)
{
    free(t->small);
    free(t->floats);
    free(t->missing);
    test_texts_free(&t->texts);
    test_texts_free(&t->alike);
}

/* Orders by the columns chosen, on 1, 2 and 8 threads. */
static void
check(const table *t, const size_t *chosen, size_t count, size_t lanes, size_t rows)
{
    nx_order_column columns[6];
    int64_t *order = nx_alloc(t->n, sizeof *order);
    uint8_t *begins = nx_alloc(t->n, 1);
    for (size_t i = 0; i < count; i++) {
        columns[i] = t->columns[chosen[i]];
    }
    for (unsigned threads = 1; threads <= 8; threads += threads == 1 ? 1 : 6) {
        CHECK_INT(nx_order_rows(columns, count, lanes, rows, order, begins, threads,
                                NULL, NULL),
                  NX_OK);
        test_check_order(columns, count, lanes, rows, order, begins);
    }
    CHECK_INT(nx_order_rows(columns, count, lanes, rows, order, NULL, 2, NULL, NULL),
              NX_OK);
    test_check_order(columns, count, lanes, rows, order, NULL);
    nx_free(order);
    nx_free(begins);
}

static void
check_table(size_t n, size_t lanes, uint64_t seed)
{
    table t;
    make_table(&t, n * lanes, seed);
    for (size_t i = 0; i < 6; i++) {
        check(&t, &i, 1, lanes, n);
        for (size_t j = 0; j < 6; j++) {
            check(&t, (size_t[]){i, j}, 2, lanes, n);
            check(&t, (size_t[]){5, i, j}, 3, lanes, n);
            check(&t, (size_t[]){0, j, i, 4}, 4, lanes, n);
        }
    }
    free_table(&t);
}

static void
test_few_rows_by_every_pair_of_columns(void)
{
    for (size_t n = 0; n < 30; n++) {
        check_table(n, 1, n);
    }
    check_table(FEW, 1, 1);
}

static void
test_lanes(void)
{
    check_table(1, 50, 2);
    check_table(2, 50, 3);
    check_table(FEW, 70, 4); /* more than a worker orders at once */
    check_table(0, 5, 5);
    check_table(5, 0, 6);
}

static void
test_many_rows(void)
{
    table t;
    make_table(&t, MANY, 7);
    static const size_t choices[][4] = {{0},    {1},    {2},    {3},       {4},
                                        {5},    {0, 1}, {0, 4}, {5, 0, 2}, {4, 3, 2, 1},
                                        {0, 3}, {3, 1}, {2, 0}, {5, 4, 0}};
    static const size_t counts[] = {1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 2, 2, 2, 3};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        check(&t, choices[i], counts[i], 1, MANY);
    }
    free_table(&t);
    make_table(&t, 2 * (NX_SHORT_RUN + 1), 8);
    check(&t, choices[8], counts[8], 2, NX_SHORT_RUN + 1);
    free_table(&t);
}

static void
test_no_columns_leave_rows_as_they_are(void)
{
    enum {
        ROWS = NX_SHORT_RUN + 5
    };
    int64_t *order = nx_alloc(ROWS, sizeof *order);
    uint8_t *begins = nx_alloc(ROWS, 1);
    CHECK_INT(nx_order_rows(NULL, 0, 1, ROWS, order, begins, 1, NULL, NULL), NX_OK);
    test_check_order(NULL, 0, 1, ROWS, order, begins);
    nx_free(order);
    nx_free(begins);
}

/* Texts of one letter and falling length, and all alike: neither deep nor slow. */
static void
test_texts_that_hardly_differ(void)
{
    enum {
        LENGTH = 2000
    };
    uint8_t *bytes = malloc(LENGTH);
    nx_span *spans = malloc((NX_SHORT_RUN + LENGTH) * sizeof *spans);
    memset(bytes, 'a', LENGTH);
    const size_t n = NX_SHORT_RUN + LENGTH;
    for (size_t i = 0; i < n; i++) {
        spans[i] = (nx_span){bytes, i < LENGTH ? LENGTH - i : 500};
    }
    test_texts source = {spans, NULL, -1};
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    const nx_order_column column = {.texts = &texts};
    int64_t *order = nx_alloc(n, sizeof *order);
    CHECK_INT(nx_order_rows(&column, 1, 1, n, order, NULL, 2, NULL, NULL), NX_OK);
    for (size_t i = 1; i < n; i++) {
        const size_t before = spans[order[i - 1]].length, now = spans[order[i]].length;
        CHECK(before < now || (before == now && order[i - 1] < order[i]));
    }
    nx_free(order);
    free(spans);
    free(bytes);
}

static void
test_some_places(void)
{
    static const size_t sizes[] = {0, 1, 2, 50, FEW, NX_SHORT_RUN + 9};
    table t;
    make_table(&t, MANY, 9);
    int64_t *places = nx_alloc(MANY, sizeof *places);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const size_t n = sizes[s];
        const nx_order_column columns[] = {t.columns[3], t.columns[0]};
        for (size_t i = 0; i < n; i++) {
            places[i] = (int64_t)(2 * i); /* in turn, so that ties show */
        }
        CHECK_INT(nx_order_some(columns, 2, places, n, 2, NULL, NULL), NX_OK);
        for (size_t i = 1; i < n && nx_test_failures() == 0; i++) {
            const int result = test_compare_rows(columns, 2, places[i - 1], places[i]);
            CHECK(result < 0 || (result == 0 && places[i - 1] < places[i]));
        }
    }
    nx_free(places);
    free_table(&t);
}

/* Writes sorted texts one after another, with their lengths. */
typedef struct written {
    uint8_t (*texts)[64];
    size_t *lengths;
} written;

static nx_status
put(void *context, const nx_sorted_texts *texts, size_t first, size_t n,
    nx_error *error)
{
    const written *to = context;
    (void)error;
    for (size_t i = first; i < first + n; i++) {
        const uint64_t key = texts->descending ? ~texts->keys[i] : texts->keys[i];
        const size_t begin = texts->prefix.length;
        memcpy(to->texts[i], texts->prefix.text, begin);
        to->lengths[i] =
            begin + nx_text_decode(&texts->alphabet, key, to->texts[i] + begin);
        CHECK(to->lengths[i] <= begin + texts->longest);
    }
    return NX_OK;
}

/* Texts of up to `most` bytes: short ones are written, of long ones there is an order.
 */
static void
check_sorted_texts(size_t n, size_t most, bool fits, bool descending)
{
    test_texts source;
    test_texts_make(&source, n, most, 0, most);
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    const nx_order_column column = {.texts = &texts, .descending = descending};
    int64_t *order = malloc(n * 8), *expected = malloc(n * 8);
    written to = {malloc(n * 64), malloc(n * sizeof(size_t))};
    const nx_text_sink sink = {put, &to, 15};
    CHECK_INT(nx_order_rows(&column, 1, 1, n, expected, NULL, 1, NULL, NULL), NX_OK);
    for (unsigned threads = 1; threads <= 2; threads++) {
        bool done;
        CHECK_INT(nx_order_or_sort_texts(&column, n, &sink, order, &done, threads, NULL,
                                         NULL),
                  NX_OK);
        CHECK_INT(done, fits);
        for (size_t i = 0; i < n && nx_test_failures() == 0; i++) {
            const nx_span text = source.spans[expected[i]];
            CHECK(done ? to.lengths[i] == text.length &&
                             memcmp(to.texts[i], text.text, text.length) == 0
                       : order[i] == expected[i]);
        }
    }
    free(order);
    free(expected);
    free(to.texts);
    free(to.lengths);
    test_texts_free(&source);
}

static void
test_short_texts_are_sorted_without_places(void)
{
    for (int descending = 0; descending < 2; descending++) {
        check_sorted_texts(MANY, 16, true, descending != 0);
        check_sorted_texts(MANY, 1, true, descending != 0);
        check_sorted_texts(MANY, 0, false, descending != 0); /* all are equal */
        check_sorted_texts(MANY, 17, false, descending != 0);
        check_sorted_texts(MANY, 40, false, descending != 0);
        check_sorted_texts(FEW, 9, false, descending != 0);
    }
}

static void
test_text_that_cannot_be_loaded(void)
{
    table t;
    make_table(&t, MANY, 10);
    int64_t *order = nx_alloc(MANY, sizeof *order);
    t.texts.broken = MANY / 2;
    for (size_t first = 0; first < 3; first += 2) {
        const nx_order_column columns[] = {t.columns[first], t.columns[2]};
        nx_error error = {.status = NX_OK};
        CHECK_INT(nx_order_rows(columns, 2, 1, MANY, order, NULL, 2, NULL, &error),
                  NX_ERR_VALUE);
        CHECK_STR(error.msg, "broken");
        CHECK_INT(nx_order_rows(columns, 2, 1, 5, order, NULL, 2, NULL, &error), NX_OK);
    }
    nx_free(order);
    free_table(&t);
}

static bool
stop(void *context)
{
    (void)context;
    return false;
}

static void
test_cancelled(void)
{
    table t;
    nx_cancel cancel;
    make_table(&t, MANY, 11);
    int64_t *order = nx_alloc(MANY, sizeof *order);
    for (size_t i = 0; i < 4; i++) {
        atomic_init(&cancel.requested, true);
        const nx_wait wait = {.poll = stop, .cancel = &cancel};
        CHECK_INT(nx_order_rows(&t.columns[i], 1, 1, MANY, order, NULL, 2, &wait, NULL),
                  NX_ERR_CANCELLED);
    }
    nx_free(order);
    free_table(&t);
}

typedef struct attempt {
    const table *t;
    size_t rows;
    int64_t *order;
} attempt;

static bool
order_all(void *context)
{
    const attempt *a = context;
    nx_error error;
    const nx_order_column columns[] = {a->t->columns[0], a->t->columns[3],
                                       a->t->columns[1]};
    const nx_status status =
        nx_order_rows(columns, 3, 1, a->rows, a->order, NULL, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    table t;
    make_table(&t, MANY, 12);
    attempt a = {&t, MANY, malloc(MANY * sizeof *a.order)};
    (void)order_all(&a); /* threads are there now */
    nx_test_alloc_failures(order_all, &a, 200);
    a.rows = 100;
    nx_test_alloc_failures(order_all, &a, 20);
    free(a.order);
    free_table(&t);
}

const nx_test nx_suite_order_rows[] = {
    NX_TEST(test_few_rows_by_every_pair_of_columns),
    NX_TEST(test_lanes),
    NX_TEST(test_many_rows),
    NX_TEST(test_no_columns_leave_rows_as_they_are),
    NX_TEST(test_texts_that_hardly_differ),
    NX_TEST(test_some_places),
    NX_TEST(test_short_texts_are_sorted_without_places),
    NX_TEST(test_text_that_cannot_be_loaded),
    NX_TEST(test_cancelled),
    NX_TEST(test_allocation_failures),
    {0},
};
