#include "csv/csv_testing.h"

#include "csv/csv_workers.h"

typedef struct crew {
    nx_csv_target targets[2];
    nx_csv_workers workers;
    bool left_out, collects;
} crew;

static bool
work(void *context)
{
    crew *c = context;
    uint64_t spent[NX_CSV_STAGES] = {0};
    static const uint8_t text[] = "more than twelve bytes of text";
    bool done = false;
    c->workers = (nx_csv_workers){.count = 2, .targets = c->targets, .target_count = 2};
    if (nx_csv_workers_make(&c->workers, c->left_out, c->collects, NULL) == NX_OK) {
        nx_csv_worker *each = c->workers.each;
        nx_string_view views[2] = {0};
        CHECK_INT(each[0].block.dirt == &each[0].dirt, c->left_out);
        CHECK_INT(each[1].dirt.collects, c->collects);
        CHECK_INT(each[0].seen != NULL && each[0].deciders != NULL, c->collects);
        each[1].block.clock.spent[NX_CSV_STAGE_INDEX] = 5;
        done = nx_view_store(&each[1].slabs[1], &views[0], text, sizeof text) != 0 &&
               nx_view_store(&each[0].slabs[1], &views[1], text, sizeof text) != 0 &&
               nx_csv_workers_merge(&c->workers, NULL) == NX_OK;
        for (int i = 0; done && i < 2; i++) {
            const uint8_t *stored =
                nx_view_text(&views[i], c->targets[1].slabs.buffers);
            CHECK(memcmp(stored, text, sizeof text) == 0);
        }
    }
    nx_csv_workers_clear(&c->workers, spent);
    CHECK(!done || spent[NX_CSV_STAGE_INDEX] == 5);
    for (int i = 0; i < 2; i++) {
        nx_slabs_clear(&c->targets[i].slabs);
    }
    return done;
}

static void
test_workers_share_numbers_and_leave_nothing(void)
{
    for (int kind = 0; kind < 3; kind++) {
        crew c = {.left_out = kind > 0, .collects = kind > 1};
        nx_test_alloc_failures(work, &c, 60);
    }
}

const nx_test nx_suite_csv_workers[] = {
    NX_TEST(test_workers_share_numbers_and_leave_nothing),
    {0},
};
