#include "row_oracle.h"

#include "sort/easy_row.h"

enum {
    N = (1 << 19) * 2 + 77 /* three pieces */
};

/* Sorts values that are easy, or not, and tells whether they were taken to be. */
static bool
sort_easily(const int32_t *values, size_t n, bool descending, unsigned threads)
{
    const nx_sort_source source = {values, sizeof *values, NX_SORT_I32, false};
    int32_t *sorted = nx_alloc(n, sizeof *sorted);
    bool is_done;
    CHECK_INT(
        nx_sort_easy_row(&source, n, descending, sorted, threads, NULL, &is_done, NULL),
        NX_OK);
    if (is_done) {
        int64_t *order = nx_alloc(n, sizeof *order);
        slow_order(&source, n, descending, order);
        for (size_t i = 0; i < n && nx_test_failures() == 0; i++) {
            CHECK_INT(sorted[i], values[order[i]]);
        }
        nx_free(order);
    }
    nx_free(sorted);
    return is_done;
}

static void
test_rows_in_order_or_falling(void)
{
    int32_t *values = nx_alloc(N, sizeof *values);
    for (int down = 0; down < 2; down++) {
        for (int i = 0; i < N; i++) {
            values[i] = down ? -i : i;
        }
        for (int descending = 0; descending < 2; descending++) {
            CHECK(sort_easily(values, N, descending, 1));
            CHECK(sort_easily(values, N, descending, 3));
            CHECK(sort_easily(values, 1024, descending, 1));
            CHECK(sort_easily(values, 2, descending, 1));
            CHECK(sort_easily(values, 1, descending, 1));
        }
        /* One that is out of order: within, beside a seam, at the end. */
        static const int places[] = {1023, 1024, 1 << 19, (1 << 19) - 1, 700000, N - 1};
        for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
            const int32_t kept = values[places[p]];
            values[places[p]] = values[places[p] - 1] + (down ? 5 : -5);
            CHECK(!sort_easily(values, N, false, 1));
            CHECK(!sort_easily(values, N, true, 3));
            values[places[p]] = values[places[p] - 1]; /* equal neighbours */
            CHECK(sort_easily(values, N, down, 2));
            CHECK(!sort_easily(values, N, !down, 2));
            values[places[p]] = kept;
        }
    }
    nx_free(values);
}

static void
test_narrow_ranges(void)
{
    static const uint32_t ranges[] = {1, 2, 1000, 1024, 30000, 60000};
    static const int64_t lows[] = {INT32_MIN, -500, 0, INT32_MAX - 60000};
    int32_t *values = nx_alloc(N, sizeof *values);
    uint64_t random = 1;
    for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
        for (size_t l = 0; l < sizeof lows / sizeof lows[0]; l++) {
            for (size_t i = 0; i < N; i++) {
                const int64_t more = (int64_t)(nx_test_random(&random) % ranges[r]);
                values[i] = (int32_t)(lows[l] + more);
            }
            CHECK(sort_easily(values, N, l % 2 != 0, 1 + (unsigned)r % 3));
            values[N - 3] = l % 2 != 0 ? INT32_MIN : INT32_MAX; /* the sample has not */
            values[N - 1] = l % 2 != 0 ? INT32_MAX : INT32_MIN;
            CHECK(!sort_easily(values, N, false, 1 + (unsigned)r % 3));
        }
    }
    nx_free(values);
}

static void
test_bytes_of_every_value(void)
{
    uint8_t *values = nx_alloc(N, 1), *sorted = nx_alloc(N, 1);
    uint64_t random = 2;
    size_t counts[256] = {0};
    for (size_t i = 0; i < N; i++) {
        values[i] = (uint8_t)nx_test_random(&random);
        counts[values[i] ^ 0x80]++;
    }
    const nx_sort_source source = {values, 1, NX_SORT_I8, false};
    bool is_done;
    CHECK_INT(nx_sort_easy_row(&source, N, true, sorted, 2, NULL, &is_done, NULL),
              NX_OK);
    CHECK(is_done);
    for (size_t i = 0, value = 256; i < N && value-- > 0; i += counts[value]) {
        CHECK_INT(sorted[i], value ^ 0x80);
        CHECK_INT(sorted[i + counts[value] - 1], value ^ 0x80);
    }
    nx_free(values);
    nx_free(sorted);
}

static void
test_few_values_of_a_wide_window_are_left(void)
{
    int32_t values[3000];
    for (int i = 0; i < 3000; i++) {
        values[i] = i * 7919 % 3000;
    }
    CHECK(!sort_easily(values, 3000, false, 1));
}

typedef struct failing {
    const int32_t *values;
    int32_t *sorted;
} failing;

static bool
count_failing(void *context)
{
    const failing *given = context;
    const nx_sort_source source = {given->values, 4, NX_SORT_I32, false};
    nx_error error = {0};
    bool is_done;
    const nx_status status = nx_sort_easy_row(&source, 50000, false, given->sorted, 1,
                                              NULL, &is_done, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    CHECK(status != NX_OK || is_done);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    int32_t *values = nx_alloc(50000, sizeof *values);
    int32_t *sorted = nx_alloc(50000, sizeof *sorted);
    for (int i = 0; i < 50000; i++) {
        values[i] = i * 7919 % 500;
    }
    failing given = {values, sorted};
    nx_test_alloc_failures(count_failing, &given, 10);
    nx_free(values);
    nx_free(sorted);
}

const nx_test nx_suite_easy_row[] = {
    NX_TEST(test_rows_in_order_or_falling),
    NX_TEST(test_narrow_ranges),
    NX_TEST(test_bytes_of_every_value),
    NX_TEST(test_few_values_of_a_wide_window_are_left),
    NX_TEST(test_allocation_failures),
    {0},
};
