/* Columns of random rows, and how two rows compare: what tests of orders share. */
#ifndef NX_TESTS_ORDER_TESTING_H
#define NX_TESTS_ORDER_TESTING_H

#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "sort/order_rows.h"

/* Texts side by side, each with its length. */
typedef struct test_texts {
    nx_span *spans;
    uint8_t *bytes;
    int64_t broken; /* a place that cannot be loaded, or -1 */
} test_texts;

static inline nx_status
test_texts_load(const void *context, const int64_t *places, size_t n, nx_span *texts,
                nx_error *error)
{
    const test_texts *source = context;
    for (size_t i = 0; i < n; i++) {
        if (places[i] == source->broken) {
            return nx_error_set(error, NX_ERR_VALUE, 0, "broken");
        }
        texts[i] = source->spans[places[i]];
    }
    return NX_OK;
}

/* n texts of up to `most` bytes from a few letters, NUL among them, many of which begin
 * with the same `common` bytes. */
static inline void
test_texts_make(test_texts *made, size_t n, size_t most, size_t common, uint64_t seed)
{
    static const uint8_t letters[] = {0, 'a', 'b', 0xFF};
    const size_t room = common + most + 1;
    made->spans = malloc((n + 1) * sizeof *made->spans);
    made->bytes = malloc(n * room + 1);
    made->broken = -1;
    for (size_t i = 0; i < n; i++) {
        uint8_t *text = made->bytes + i * room;
        size_t length = 0;
        if (nx_test_random(&seed) % 16 != 0) {
            memset(text, 'x', common);
            length = common;
        }
        const size_t more = most == 0 ? 0 : nx_test_random(&seed) % (most + 1);
        for (size_t j = 0; j < more; j++) {
            text[length++] = letters[nx_test_random(&seed) % sizeof letters];
        }
        made->spans[i] = (nx_span){text, length};
    }
}

static inline void
test_texts_free(test_texts *texts)
{
    free(texts->spans);
    free(texts->bytes);
}

static inline int
test_compare_numbers(const nx_order_column *column, int64_t a, int64_t b)
{
    uint64_t x, y;
    nx_sort_keys(column->numbers, (size_t)a, 1, column->descending, &x);
    nx_sort_keys(column->numbers, (size_t)b, 1, column->descending, &y);
    return (x > y) - (x < y);
}

/* By the definition, one byte or one point after the other. */
static inline int
test_compare_texts(const nx_order_column *column, int64_t a, int64_t b)
{
    nx_span x, y;
    const nx_sort_texts *texts = column->texts;
    (void)!texts->load(texts->context, &a, 1, &x, NULL);
    (void)!texts->load(texts->context, &b, 1, &y, NULL);
    const size_t unit = texts->order == NX_TEXT_BY_POINTS ? 4 : 1;
    int result = 0;
    for (size_t i = 0; i < x.length && i < y.length && result == 0; i += unit) {
        uint32_t p = x.text[i], q = y.text[i];
        if (unit == 4) {
            memcpy(&p, x.text + i, sizeof p);
            memcpy(&q, y.text + i, sizeof q);
        }
        result = (p > q) - (p < q);
    }
    if (result == 0) {
        result = (x.length > y.length) - (x.length < y.length);
    }
    return column->descending ? -result : result;
}

static inline int
test_compare_rows(const nx_order_column *columns, size_t count, int64_t a, int64_t b)
{
    for (size_t i = 0; i < count; i++) {
        const nx_order_column *column = &columns[i];
        const int missing_a = column->missing != NULL && column->missing[a] != 0;
        const int missing_b = column->missing != NULL && column->missing[b] != 0;
        if (missing_a != missing_b) {
            return missing_a - missing_b;
        }
        if (missing_a) {
            continue;
        }
        const int result = column->texts == NULL ? test_compare_numbers(column, a, b)
                                                 : test_compare_texts(column, a, b);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

/* Checks an order of lanes: every row once, ascending, equal ones as they were; and
 * what `begins` says, if it is not NULL. */
static inline void
test_check_order(const nx_order_column *columns, size_t count, size_t lanes,
                 size_t rows, const int64_t *order, const uint8_t *begins)
{
    bool *seen = calloc(rows + 1, 1);
    for (size_t lane = 0; lane < lanes && nx_test_failures() == 0; lane++) {
        const int64_t base = (int64_t)(lane * rows);
        memset(seen, 0, rows);
        for (size_t i = 0; i < rows && nx_test_failures() == 0; i++) {
            const int64_t row = order[(size_t)base + i];
            CHECK(row >= 0 && row < (int64_t)rows && !seen[row]);
            seen[row] = true;
            if (i == 0) {
                CHECK(begins == NULL || begins[base] == 1);
                continue;
            }
            const int64_t before = order[(size_t)base + i - 1];
            const int result =
                test_compare_rows(columns, count, base + before, base + row);
            CHECK(result < 0 || (result == 0 && before < row));
            CHECK(begins == NULL || begins[(size_t)base + i] == (result != 0));
        }
    }
    free(seen);
}

#endif
