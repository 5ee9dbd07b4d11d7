#include "order_testing.h"

#include "sort/order_runs.h"

static void
test_keys_of_places_from_anywhere(void)
{
    static const nx_sort_kind kinds[] = {NX_SORT_I8, NX_SORT_F16, NX_SORT_I32,
                                         NX_SORT_F64};
    enum {
        N = 700
    };
    uint64_t values[N], random = 1;
    int64_t places[N];
    for (size_t i = 0; i < N; i++) {
        values[i] = nx_test_random(&random);
        places[i] = (int64_t)(nx_test_random(&random) % N);
    }
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (int descending = 0; descending < 2; descending++) {
            const nx_sort_source source = {values, 8, kinds[k], false};
            const nx_order_column column = {.numbers = &source,
                                            .descending = descending != 0};
            uint64_t keys[N];
            CHECK_INT(nx_run_keys(&column, 0, places, N, keys, NULL), NX_OK);
            for (size_t i = 0; i < N; i++) {
                uint64_t key;
                nx_sort_keys(&source, (size_t)places[i], 1, descending != 0, &key);
                CHECK(keys[i] == key);
            }
        }
    }
}

static void
test_split_keeps_the_order_of_both(void)
{
    static const uint8_t missing[] = {1, 0, 0, 1, 0};
    const nx_order_column column = {.missing = missing};
    int64_t places[] = {3, 4, 0, 2, 1}, scratch[5];
    static const int64_t split[] = {4, 2, 1, 3, 0};
    size_t present;
    nx_run_split(&column, places, 5, scratch, &present);
    CHECK_INT(present, 3);
    for (size_t i = 0; i < 5; i++) {
        CHECK_INT(places[i], split[i]);
    }
    nx_run_split(&column, places, 3, scratch, &present);
    CHECK_INT(present, 3);
    nx_run_split(&column, places + 3, 2, scratch, &present);
    CHECK_INT(present, 0);
    CHECK_INT(places[3], 3);
}

/* Texts of n letters each, but for the last letter of one. */
static void
test_ties_skip_what_is_common(void)
{
    uint8_t bytes[2][100];
    memset(bytes, 'a', sizeof bytes);
    bytes[1][90] = 'b';
    nx_span spans[] = {{bytes[0], 100}, {bytes[1], 100}, {bytes[0], 100}};
    test_texts source = {spans, NULL, -1};
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    const nx_order_column column = {.texts = &texts};
    int64_t places[] = {0, 1, 2};
    const nx_run_job job = {&column, 1, places, NULL};
    const nx_run run = {0, 3, 0, 0};
    uint64_t keys[3];
    CHECK_INT(nx_run_keys(&column, 0, places, 3, keys, NULL), NX_OK);
    nx_run ties = {.begin = 0, .end = 3};
    CHECK_INT(nx_run_of_ties(&job, &run, keys[0], &ties, NULL), NX_OK);
    CHECK_INT(ties.offset, 90);
    CHECK_INT(ties.column, 0);
    ties = (nx_run){.begin = 0, .end = 2}; /* not all: the next word is looked at */
    CHECK_INT(nx_run_of_ties(&job, &run, keys[0], &ties, NULL), NX_OK);
    CHECK_INT(ties.offset, 7);
    spans[1] = spans[0];
    ties = (nx_run){.begin = 0, .end = 3};
    CHECK_INT(nx_run_of_ties(&job, &run, keys[0], &ties, NULL), NX_OK);
    CHECK_INT(ties.column, 1);
    CHECK(nx_run_is_over(&job, &ties));
}

static void
test_runs_of_one_room(void)
{
    enum {
        N = 1000
    };
    uint16_t values[N];
    int64_t places[N];
    uint8_t begins[N];
    uint64_t random = 3;
    for (size_t i = 0; i < N; i++) {
        values[i] = (uint16_t)(nx_test_random(&random) % 50);
        places[i] = (int64_t)i;
    }
    const nx_sort_source source = {values, 2, NX_SORT_U16, false};
    const nx_order_column column = {.numbers = &source};
    const nx_run_job job = {&column, 1, places, begins};
    nx_run_room room;
    memset(begins, 1, N);
    CHECK_INT(nx_run_room_make(&room, N, NULL), NX_OK);
    for (size_t begin = 0; begin < N; begin += 100) {
        room.now[room.count++] = (nx_run){begin, begin + 100, 0, 0};
    }
    CHECK_INT(nx_run_order(&job, &room, NULL), NX_OK);
    nx_run_room_clear(&room);
    for (size_t i = 0; i < N; i++) {
        places[i] -= (int64_t)(i / 100 * 100);
    }
    test_check_order(&column, 1, 10, 100, places, begins);
}

static bool
make_room(void *context)
{
    nx_run_room room;
    nx_error error;
    (void)context;
    const nx_status status = nx_run_room_make(&room, 10, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_run_room_clear(&room);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    nx_test_alloc_failures(make_room, NULL, 10);
}

const nx_test nx_suite_order_runs[] = {
    NX_TEST(test_keys_of_places_from_anywhere),
    NX_TEST(test_split_keeps_the_order_of_both),
    NX_TEST(test_ties_skip_what_is_common),
    NX_TEST(test_runs_of_one_room),
    NX_TEST(test_allocation_failures),
    {0},
};
