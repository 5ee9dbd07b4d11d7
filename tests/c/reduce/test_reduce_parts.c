#include "reduce_testing.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "reduce/reduce_parts.h"

/* A reduction that counts items, and notes the pieces that it is made of. */
typedef struct count_state {
    uint64_t items, pieces;
} count_state;

typedef struct count_context {
    uint64_t *counts, *pieces;
    size_t fails_from; /* outputs from here on have an error */
} count_context;

static void
run(const nx_parts_job *job, const nx_reduce_part *part, bool across, void *states)
{
    (void)job;
    CHECK(!across || part->width <= NX_TILE);
    for (size_t i = 0; i < part->width; i++) {
        ((count_state *)states)[i] = (count_state){part->length, 1};
    }
}

static void
join(void *state, const void *later)
{
    count_state *const a = state;
    a->items += ((const count_state *)later)->items;
    a->pieces += ((const count_state *)later)->pieces;
}

static nx_status
finish(const nx_parts_job *job, size_t output, size_t count, void *states,
       nx_error *error)
{
    const count_context *const context = job->context;
    for (size_t i = 0; i < count; i++) {
        const count_state *const state = (const count_state *)states + i;
        if (output + i >= context->fails_from) {
            (void)nx_error_set(error, NX_ERR_OVERFLOW, 0, "too large");
            error->record = output + i;
            return NX_ERR_OVERFLOW;
        }
        context->counts[output + i] = state->items;
        context->pieces[output + i] = state->pieces;
    }
    return NX_OK;
}

static nx_status
count(size_t outputs, ptrdiff_t output_step, size_t length, ptrdiff_t item_step,
      count_context *context, unsigned threads, nx_error *error)
{
    nx_reduce_view view;
    view_of_doubles(&view, NULL, outputs, output_step, length, item_step);
    const nx_parts_job job = {
        .view = &view,
        .state_size = sizeof(count_state),
        .run = run,
        .join = join,
        .finish = finish,
        .context = context,
    };
    return nx_reduce_parts(&job, threads, NULL, error);
}

static void
test_every_item_is_in_one_part(void)
{
    static const size_t sizes[] = {1, 3, 100, 700, 70000, 300000};
    nx_error error;
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 6; j++) {
            const size_t outputs = sizes[i], length = sizes[j];
            uint64_t *const counts = calloc(outputs, 2 * sizeof *counts);
            count_context context = {counts, counts + outputs, SIZE_MAX};
            for (int across = 0; across < 2; across++) {
                memset(counts, 0, outputs * sizeof *counts);
                CHECK_INT(count(outputs, across ? 1 : (ptrdiff_t)length, length,
                                across ? (ptrdiff_t)outputs : 1, &context, 3, &error),
                          NX_OK);
                for (size_t o = 0; o < outputs; o++) {
                    CHECK_INT(counts[o], length);
                    CHECK(context.pieces[o] >= 1);
                }
            }
            free(counts);
        }
    }
}

static void
test_the_first_error_is_told(void)
{
    enum {
        OUTPUTS = 300000
    };
    uint64_t *const counts = calloc(OUTPUTS, 2 * sizeof *counts);
    for (unsigned threads = 1; threads <= 8; threads *= 2) {
        for (size_t first = 5; first < OUTPUTS; first += 99991) {
            nx_error error;
            count_context context = {counts, counts + OUTPUTS, first};
            CHECK_INT(count(OUTPUTS, 3, 3, 1, &context, threads, &error),
                      NX_ERR_OVERFLOW);
            CHECK_INT(error.record, first);
        }
    }
    free(counts);
}

static bool
count_with_failures(void *context)
{
    uint64_t counts[2 * 600];
    count_context all = {counts, counts + 600, SIZE_MAX};
    nx_error error;
    const size_t *const outputs = context;
    const nx_status status =
        count(*outputs, 1, 200000, (ptrdiff_t)*outputs, &all, 2, &error);
    if (status != NX_OK) {
        CHECK_INT(status, NX_ERR_MEMORY);
        return false;
    }
    CHECK_INT(counts[*outputs - 1], 200000);
    return true;
}

static void
test_no_memory(void)
{
    size_t outputs = 600;
    CHECK(count_with_failures(&outputs));
    nx_test_alloc_failures(count_with_failures, &outputs, 40);
}

const nx_test nx_suite_reduce_parts[] = {
    NX_TEST(test_every_item_is_in_one_part),
    NX_TEST(test_the_first_error_is_told),
    NX_TEST(test_no_memory),
    {0},
};
