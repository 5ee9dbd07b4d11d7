#include "reduce/reduce_parts.h"

#include "base/alloc.h"

enum {
    STATES_BYTES = 1 << 13, /* on the stack */
    MOST_BYTES = 1 << 26    /* of states of pieces */
};

typedef struct parts_loop {
    const nx_parts_job *job;
    nx_reduce_plan plan;
    char *states; /* of all pieces and outputs, where there are several pieces */
} parts_loop;

static nx_status
run_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    const parts_loop *const loop = context;
    const nx_reduce_part part = nx_reduce_plan_part(&loop->plan, item);
    const size_t place = part.number * loop->plan.outputs + part.output;
    (void)worker;
    (void)error;
    loop->job->run(loop->job, &part, loop->plan.across,
                   loop->states + place * loop->job->state_size);
    return NX_OK;
}

/* Some outputs as a whole, a few at a time: their states need little memory. */
static nx_status
run_outputs(void *context, size_t item, unsigned worker, nx_error *error)
{
    const parts_loop *const loop = context;
    const nx_parts_job *const job = loop->job;
    const nx_reduce_part all = nx_reduce_plan_part(&loop->plan, item);
    const size_t fitting = STATES_BYTES / job->state_size;
    const size_t tile = all.width < NX_TILE ? all.width : NX_TILE;
    const size_t most = loop->plan.across ? tile : 1 + fitting / 2;
    uint64_t few[STATES_BYTES / sizeof(uint64_t)];
    void *const states = most <= fitting ? few : nx_alloc(most, job->state_size);
    nx_status status = NX_OK;
    (void)worker;
    if (states == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for results");
    }
    for (size_t done = 0; done < all.width && status == NX_OK; done += most) {
        nx_reduce_part part = all;
        part.output += done;
        part.width = all.width - done < most ? all.width - done : most;
        job->run(job, &part, loop->plan.across, states);
        status = job->finish(job, part.output, part.width, states, error);
    }
    if (states != few) {
        nx_free(states);
    }
    return status;
}

static nx_status
join_pieces(const parts_loop *loop, nx_error *error)
{
    const nx_parts_job *const job = loop->job;
    const size_t outputs = loop->plan.outputs, row = outputs * job->state_size;
    for (size_t apart = 1; apart < loop->plan.pieces; apart *= 2) {
        for (size_t i = 0; i + apart < loop->plan.pieces; i += 2 * apart) {
            char *const left = loop->states + i * row;
            for (size_t at = 0; at < row; at += job->state_size) {
                job->join(left + at, left + apart * row + at);
            }
        }
    }
    return job->finish(job, 0, outputs, loop->states, error);
}

nx_status
nx_reduce_parts(const nx_parts_job *job, unsigned threads, const nx_wait *wait,
                nx_error *error)
{
    parts_loop loop = {.job = job, .plan = nx_reduce_plan_of(job->view)};
    size_t states;
    /* Larger pieces, so that there is memory for their states. */
    while (loop.plan.pieces > 1 &&
           loop.plan.pieces > MOST_BYTES / job->state_size / loop.plan.outputs) {
        loop.plan.piece *= 2;
        loop.plan.pieces = 1 + (loop.plan.length - 1) / loop.plan.piece;
    }
    const size_t parts = loop.plan.tiles * loop.plan.pieces;
    if (loop.plan.pieces == 1) {
        return nx_parallel_for(parts, threads, run_outputs, &loop, wait, error);
    }
    loop.states = nx_size_mul(loop.plan.pieces, loop.plan.outputs, &states)
                      ? nx_alloc(states, job->state_size)
                      : NULL;
    if (loop.states == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for partial results");
    }
    nx_status status = nx_parallel_for(parts, threads, run_piece, &loop, wait, error);
    if (status == NX_OK) {
        status = join_pieces(&loop, error);
    }
    nx_free(loop.states);
    return status;
}
