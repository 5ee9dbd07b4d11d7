#include "order_testing.h"

#include "sort/order_long.h"

enum {
    N = 2 * NX_SHORT_RUN + 100
};

static void
begin_job(nx_rows_job *job, nx_run_room *rooms, const nx_order_column *columns,
          size_t count, int64_t *places)
{
    memset(job, 0, sizeof *job);
    memset(rooms, 0, 2 * sizeof *rooms);
    job->runs = (nx_run_job){columns, count, places, NULL};
    job->threads = 2;
    job->room_places = NX_SHORT_RUN;
    job->rooms = rooms;
    atomic_flag_clear(&job->locked);
    for (size_t i = 0; i < N; i++) {
        places[i] = (int64_t)i;
    }
}

static void
end_job(nx_rows_job *job)
{
    nx_run_room_clear(&job->rooms[0]);
    nx_run_room_clear(&job->rooms[1]);
    nx_free(job->left);
}

/* A column of two values leaves a long run to the texts, and what has no value there
 * another one. */
static void
test_long_ties_are_left(void)
{
    uint8_t *values = malloc(N), *missing = malloc(N);
    int64_t *places = malloc(N * sizeof *places);
    test_texts source;
    test_texts_make(&source, N, 9, 0, 1);
    for (size_t i = 0; i < N; i++) {
        values[i] = i < N - 10;
        missing[i] = i % 100 == 0;
    }
    const nx_sort_source numbers = {values, 1, NX_SORT_U8, false};
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    nx_order_column columns[] = {{.numbers = &numbers, .missing = missing},
                                 {.texts = &texts, .missing = missing}};
    nx_rows_job job;
    nx_run_room rooms[2];
    begin_job(&job, rooms, columns, 2, places);
    const nx_run all = {0, N, 0, 0};
    CHECK_INT(nx_order_long(&job, &all, NULL), NX_OK);
    CHECK_INT(job.left_count, 2);
    const nx_run *gone = &job.left[0], *run = &job.left[1];
    CHECK_INT(gone->column, 1);
    CHECK_INT(gone->begin, N - (N / 100 + 1));
    CHECK_INT(gone->end, N);
    CHECK_INT(run->column, 1);
    CHECK_INT(run->begin, 10);
    CHECK_INT(run->end, gone->begin);
    for (size_t i = 0; i < 10; i++) { /* a short run is ordered at once */
        CHECK(places[i] >= N - 10);
        CHECK(i == 0 || test_compare_texts(&columns[1], places[i - 1], places[i]) <= 0);
    }
    CHECK_INT(places[10], 1);
    CHECK_INT(places[N - 1] % 100, 0);
    end_job(&job);
    test_texts_free(&source);
    free(values);
    free(missing);
    free(places);
}

/* What the first column leaves of a key is filled with the second and the third. */
static void
test_keys_of_several_columns_in_one(void)
{
    int64_t *values[4], *places = malloc(N * sizeof *places);
    nx_sort_source sources[4];
    nx_order_column columns[4];
    uint64_t random = 5;
    for (size_t c = 0; c < 4; c++) {
        values[c] = malloc(N * sizeof *values[c]);
        sources[c] = (nx_sort_source){values[c], 8, NX_SORT_I64, false};
        columns[c] =
            (nx_order_column){.numbers = &sources[c], .descending = c % 2 != 0};
    }
    /* By bits of the columns: all fit; the last one in part; none but the first. */
    static const uint64_t spans[][4] = {
        {10, 3, 100, 7}, {2, 1, 5, UINT64_MAX}, {UINT64_MAX, 2, 2, 2},
        {1, 1, 1, 1},    {1, UINT64_MAX, 1, 3}, {4, UINT64_C(1) << 61, 9, 2}};
    for (size_t s = 0; s < sizeof spans / sizeof spans[0]; s++) {
        for (size_t i = 0; i < 4 * N; i++) {
            values[i % 4][i / 4] =
                (int64_t)(nx_test_random(&random) % spans[s][i % 4]) - 5;
        }
        int64_t *order = malloc(N * sizeof *order);
        CHECK_INT(nx_order_rows(columns, 4, 1, N, order, NULL, 2, NULL, NULL), NX_OK);
        test_check_order(columns, 4, 1, N, order, NULL);
        free(order);
    }
    for (size_t c = 0; c < 4; c++) {
        free(values[c]);
    }
    free(places);
}

/* Keys hold few characters of texts that have many different ones, and much of what
 * follows is equal again. */
static void
check_texts_that_differ_late(bool all_bytes)
{
    enum {
        LENGTH = 40
    };
    uint8_t *bytes = malloc((size_t)N * LENGTH);
    uint32_t *points = malloc((size_t)N * LENGTH * sizeof *points);
    nx_span *spans = malloc(N * sizeof *spans);
    int64_t *order = malloc(N * sizeof *order);
    uint8_t *begins = malloc(N);
    test_texts source = {spans, bytes, -1};
    uint64_t random = 11;
    for (size_t i = 0; i < (size_t)N * LENGTH; i++) {
        const uint64_t x = nx_test_random(&random);
        const uint64_t any = all_bytes ? x >> 8 : 'a' + (x >> 8) % 20;
        bytes[i] = (uint8_t)(x % 16 == 0 ? any : (x >> 16) % 12 == 0 ? 'b' : 'h');
        points[i] = bytes[i];
    }
    static const nx_text_order orders[] = {NX_TEXT_BY_BYTES, NX_TEXT_PADDED,
                                           NX_TEXT_BY_POINTS, NX_TEXT_BY_POINTS};
    for (size_t o = 0; o < 8; o++) {
        const nx_text_order by = orders[o / 2];
        points[0] = o / 2 == 3 ? 0x1000 : points[0]; /* there is no alphabet */
        for (size_t i = 0; i < N; i++) {
            const size_t length = by == NX_TEXT_BY_BYTES
                                      ? nx_test_random(&random) % (LENGTH + 1)
                                      : LENGTH;
            spans[i] = by == NX_TEXT_BY_POINTS
                           ? (nx_span){(uint8_t *)(points + i * LENGTH), 4 * LENGTH}
                           : (nx_span){bytes + i * LENGTH, length};
        }
        const nx_sort_texts texts = {test_texts_load, &source, by, spans[0].length,
                                     o / 2 == 3 ? 16 : 8};
        const nx_order_column column = {.texts = &texts, .descending = o % 2 != 0};
        CHECK_INT(nx_order_rows(&column, 1, 1, N, order, begins, 2, NULL, NULL), NX_OK);
        test_check_order(&column, 1, 1, N, order, begins);
    }
    free(bytes);
    free(points);
    free(spans);
    free(order);
    free(begins);
}

static void
test_texts_that_differ_late(void)
{
    check_texts_that_differ_late(true);
    check_texts_that_differ_late(false);
}

const nx_test nx_suite_order_long[] = {
    NX_TEST(test_long_ties_are_left),
    NX_TEST(test_keys_of_several_columns_in_one),
    NX_TEST(test_texts_that_differ_late),
    {0},
};
