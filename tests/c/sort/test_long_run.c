#include "order_testing.h"

#include "sort/long_run.h"

enum {
    N = NX_SHORT_RUN + 300
};

/* A job of two workers over some columns. */
static void
begin_job(nx_rows_job *job, const nx_order_column *columns, size_t count,
          int64_t *places)
{
    memset(job, 0, sizeof *job);
    job->runs = (nx_run_job){columns, count, places, NULL};
    job->threads = 2;
    for (size_t i = 0; i < N; i++) {
        places[i] = (int64_t)i;
    }
}

static void
test_what_is_common_is_skipped(void)
{
    static const size_t commons[] = {0, 1, 30};
    for (size_t c = 0; c < 3; c++) {
        test_texts source;
        int64_t *places = malloc(N * sizeof *places);
        test_texts_make(&source, N, 5, 0, 1);
        uint8_t *bytes = malloc(N * 40);
        for (size_t i = 0; i < N; i++) { /* none is shorter than what is common */
            uint8_t *text = bytes + i * 40;
            memset(text, 'x', commons[c]);
            memcpy(text + commons[c], source.spans[i].text, source.spans[i].length);
            source.spans[i] = (nx_span){text, commons[c] + source.spans[i].length};
        }
        const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
        const nx_order_column column = {.texts = &texts};
        nx_rows_job job;
        nx_long_run run;
        bool equal;
        begin_job(&job, &column, 1, places);
        const nx_run all = {0, N, 0, 0};
        CHECK_INT(nx_long_begin(&job, &all, &run, NULL), NX_OK);
        CHECK_INT(nx_long_skip_common(&run, &equal, NULL), NX_OK);
        CHECK_INT(run.run.offset, commons[c]);
        CHECK(!equal);
        for (size_t i = 0; i < N; i++) {
            source.spans[i] = source.spans[0];
        }
        CHECK_INT(nx_long_skip_common(&run, &equal, NULL), NX_OK);
        CHECK(equal);
        nx_long_end(&run);
        test_texts_free(&source);
        free(bytes);
        free(places);
    }
}

static void
test_packed_keys_are_in_the_order_of_columns(void)
{
    int32_t *values = malloc(N * sizeof *values);
    double *floats = malloc(N * sizeof *floats);
    int64_t *places = malloc(N * sizeof *places);
    uint64_t random = 3;
    for (size_t i = 0; i < N; i++) {
        values[i] = (int32_t)(nx_test_random(&random) % 9) - 4;
        floats[i] = (double)(nx_test_random(&random) % 1000) / 7;
    }
    const nx_sort_source sources[] = {{values, 4, NX_SORT_I32, false},
                                      {floats, 8, NX_SORT_F64, false}};
    const nx_order_column columns[] = {{.numbers = &sources[0], .descending = true},
                                       {.numbers = &sources[0]},
                                       {.numbers = &sources[1]}};
    nx_rows_job job;
    nx_long_run run;
    uint64_t least, greatest;
    begin_job(&job, columns, 3, places);
    const nx_run all = {0, N, 0, 0};
    CHECK_INT(nx_long_begin(&job, &all, &run, NULL), NX_OK);
    CHECK_INT(nx_long_keys(&run, &least, &greatest, NULL), NX_OK);
    CHECK_INT(greatest - least, 8);
    CHECK_INT(nx_long_pack(&run, least, greatest - least, NULL), NX_OK);
    CHECK(run.packed);
    CHECK_INT(run.next_column, 2); /* of the floats there is room for a part */
    for (size_t i = 1; i < N; i++) {
        const int compared = test_compare_rows(columns, 3, (int64_t)i - 1, (int64_t)i);
        CHECK(compared < 0   ? run.keys[i - 1] <= run.keys[i]
              : compared > 0 ? run.keys[i - 1] >= run.keys[i]
                             : run.keys[i - 1] == run.keys[i]);
    }
    nx_long_end(&run);
    free(values);
    free(floats);
    free(places);
}

const nx_test nx_suite_long_run[] = {
    NX_TEST(test_what_is_common_is_skipped),
    NX_TEST(test_packed_keys_are_in_the_order_of_columns),
    {0},
};
