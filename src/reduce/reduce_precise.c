#include "reduce/reduce_precise.h"

#include <fenv.h>
#include <math.h>

#include "reduce/exact_sum.h"
#include "reduce/pair_lanes.h"
#include "reduce/reduce_fetch.h"
#include "reduce/reduce_norm.h"
#include "reduce/reduce_parts.h"
#include "reduce/sum_parts.h"
#include "reduce/sum_tree.h"

enum {
    GROUP = 8 /* outputs side by side that share lines of memory */
};

/* What an output has come to: a pair, or an exact sum. */
typedef struct precise_state {
    int64_t taken;
    union {
        nx_pair pair;
        nx_exact_sum exact;
    } sum;
} precise_state;

#define PAIR_STATE_SIZE (sizeof(int64_t) + sizeof(nx_pair))

typedef struct precise_loop {
    const nx_float_request *request;
    bool exact;
    atomic_int flags;
} precise_loop;

/* An output on its way. */
typedef struct precise_output {
    nx_reduce_place place;
    nx_pair levels[NX_TREE_LEVELS]; /* a tree of pairs, as in sum_tree.c */
    uint64_t blocks;
} precise_output;

static precise_state *
state_at(const nx_parts_job *job, void *states, size_t i)
{
    return (precise_state *)(void *)((char *)states + i * job->state_size);
}

/* ---- One block ---- */

/* The items of a block, changed where the operation is on something else. */
static nx_fetched
fetch_terms(const nx_float_request *request, nx_reduce_place *place, size_t n,
            nx_fetch_room *room)
{
    static const double zero = 0;
    const nx_fetch_fill fill = {&zero, false};
    const nx_reduce_view *const view = request->view;
    const ptrdiff_t *const steps = view->reduced[view->reduced_axes - 1].steps;
    const bool changes = request->op == NX_FLOAT_ROOTS || request->op == NX_FLOAT_SIZES;
    const bool in_room = changes || place->run < n;
    nx_fetched block = {0};
    for (size_t done = 0; done < n;) {
        const size_t rest = n - done, count = place->run < rest ? place->run : rest;
        const nx_reduce_run run = {place->at, steps, count};
        const nx_fetched got =
            nx_fetch_run(view, &run, fill, NULL, room, done, in_room);
        if (done == 0) {
            block.x = got.x;
            block.y = got.y;
        }
        block.taken += got.taken;
        nx_reduce_place_advance(place, count);
        done += count;
    }
    for (size_t i = 0; i < n && changes; i++) {
        room->x[i] =
            request->op == NX_FLOAT_ROOTS ? sqrt(room->x[i]) : fabs(room->x[i]);
    }
    return block;
}

static void
push_pair(precise_output *output, nx_pair pair)
{
    unsigned level = 0;
    for (uint64_t count = output->blocks; (count & 1) != 0; count >>= 1) {
        pair = nx_pair_join(output->levels[level++], pair);
    }
    output->levels[level] = pair;
    output->blocks++;
}

static nx_pair
end_pairs(const precise_output *output)
{
    nx_pair sum = {0, 0};
    bool some = false;
    unsigned level = 0;
    for (uint64_t count = output->blocks; count != 0; count >>= 1, level++) {
        if ((count & 1) != 0) {
            sum =
                some ? nx_pair_join(output->levels[level], sum) : output->levels[level];
            some = true;
        }
    }
    return sum;
}

static void
add_block(const precise_loop *loop, precise_output *output, precise_state *state,
          size_t n, nx_fetch_room *room)
{
    const nx_float_op op = loop->request->op;
    const bool products =
        op == NX_FLOAT_SQUARES || op == NX_FLOAT_NORM || op == NX_FLOAT_DOT;
    const nx_fetched block = fetch_terms(loop->request, &output->place, n, room);
    state->taken += (int64_t)block.taken;
    if (loop->exact) {
        if (products) {
            nx_exact_add_products(&state->sum.exact, block.x, block.y, n);
        }
        else {
            nx_exact_add(&state->sum.exact, block.x, n);
        }
        return;
    }
    push_pair(output, products ? nx_pairs()->products(block.x, block.y, n)
                               : nx_pairs()->items(block.x, n));
}

/* ---- Parts ---- */

static void
run_group(const nx_parts_job *job, const nx_reduce_part *part, void *states)
{
    const precise_loop *const loop = job->context;
    const nx_reduce_view *const view = loop->request->view;
    nx_fetch_room room;
    precise_output outputs[GROUP];
    for (size_t i = 0; i < part->width; i++) {
        precise_state *const state = state_at(job, states, i);
        nx_reduce_place outer;
        nx_reduce_place_at(&outer, view->kept, view->kept_axes, view->data,
                           part->output + i);
        nx_reduce_place_at(&outputs[i].place, view->reduced, view->reduced_axes,
                           outer.at, part->begin);
        outputs[i].blocks = 0;
        state->taken = 0;
        if (loop->exact) {
            nx_exact_begin(&state->sum.exact);
        }
    }
    for (size_t left = part->length; left > 0;) {
        const size_t n = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
        for (size_t i = 0; i < part->width; i++) {
            add_block(loop, &outputs[i], state_at(job, states, i), n, &room);
        }
        left -= n;
    }
    for (size_t i = 0; i < part->width && !loop->exact; i++) {
        state_at(job, states, i)->sum.pair = end_pairs(&outputs[i]);
    }
}

static void
run_part(const nx_parts_job *job, const nx_reduce_part *part, bool across, void *states)
{
    precise_loop *const loop = job->context;
    const size_t most = across ? GROUP : 1;
    (void)feclearexcept(FE_ALL_EXCEPT);
    for (size_t done = 0; done < part->width; done += most) {
        nx_reduce_part group = *part;
        group.output += done;
        group.width = part->width - done < most ? part->width - done : most;
        run_group(job, &group, state_at(job, states, done));
    }
    const bool roots = loop->exact && loop->request->op == NX_FLOAT_ROOTS;
    const int flags = roots ? fetestexcept(FE_INVALID) : 0; /* of negative numbers */
    atomic_fetch_or_explicit(&loop->flags, flags, memory_order_relaxed);
}

static void
join_pairs(void *state, const void *later)
{
    precise_state *const a = state;
    const precise_state *const b = later;
    a->taken += b->taken;
    a->sum.pair = nx_pair_join(a->sum.pair, b->sum.pair);
}

static void
join_exact(void *state, const void *later)
{
    precise_state *const a = state;
    const precise_state *const b = later;
    a->taken += b->taken;
    nx_exact_join(&a->sum.exact, &b->sum.exact);
}

/* ---- Results ---- */

static double
exact_result(nx_float_op op, nx_exact_sum *sum, double taken)
{
    int exponent;
    if (op != NX_FLOAT_NORM && op != NX_FLOAT_MEAN) {
        return nx_exact_round(sum);
    }
    double fraction = nx_exact_fraction(sum, &exponent);
    if (op == NX_FLOAT_MEAN) {
        return taken == 0 ? (double)NAN : ldexp(fraction / taken, exponent);
    }
    if (exponent % 2 != 0) {
        fraction *= 2;
        exponent--;
    }
    return ldexp(sqrt(fraction), exponent / 2);
}

/* What reduce_floats.h has for one output, flags included. */
static nx_status
plain_result(precise_loop *loop, size_t output, double *result, nx_error *error)
{
    nx_float_request request = *loop->request;
    nx_reduce_view one = *request.view;
    nx_reduce_place place;
    int flags;
    nx_reduce_place_at(&place, one.kept, one.kept_axes, one.data, output);
    for (int k = 0; k < NX_OPERANDS; k++) {
        one.data[k] = place.at[k];
    }
    one.kept_axes = 1;
    one.kept[0] = (nx_reduce_axis){.length = 1};
    one.outputs = 1;
    request.view = &one;
    request.narrow = false;
    request.results = result;
    request.taken = NULL;
    const nx_status status = nx_reduce_floats(&request, 1, NULL, &flags, error);
    atomic_fetch_or(&loop->flags, flags);
    return status;
}

static nx_status
finish_one(precise_loop *loop, size_t output, precise_state *state, double *result,
           nx_error *error)
{
    const nx_float_op op = loop->request->op;
    const double taken = (double)state->taken;
    if (loop->exact) {
        *result = exact_result(op, &state->sum.exact, taken);
        if (state->sum.exact.invalid) {
            atomic_fetch_or(&loop->flags, FE_INVALID);
        }
        return NX_OK;
    }
    const double sum = state->sum.pair.sum + state->sum.pair.lost;
    const bool doubtful = op == NX_FLOAT_NORM && nx_norm_is_doubtful(sum);
    if (!isfinite(sum) || doubtful) {
        return plain_result(loop, output, result, error);
    }
    *result = op == NX_FLOAT_NORM   ? sqrt(sum)
              : op != NX_FLOAT_MEAN ? sum
              : taken == 0          ? (double)NAN
                                    : sum / taken;
    return NX_OK;
}

static nx_status
finish(const nx_parts_job *job, size_t output, size_t count, void *states,
       nx_error *error)
{
    precise_loop *const loop = job->context;
    const nx_float_request *const request = loop->request;
    nx_status status = NX_OK;
    (void)feclearexcept(FE_ALL_EXCEPT);
    for (size_t i = 0; i < count && status == NX_OK; i++) {
        /* Rounding a sum carries in it, which does not change it. */
        precise_state *const state = state_at(job, states, i);
        double result = 0;
        status = finish_one(loop, output + i, state, &result, error);
        result = isnan(result) ? (double)NAN : result;
        if (request->narrow) {
            ((float *)request->results)[output + i] = (float)result;
        }
        else {
            ((double *)request->results)[output + i] = result;
        }
        if (request->taken != NULL) {
            request->taken[output + i] = state->taken;
        }
    }
    atomic_fetch_or(&loop->flags, fetestexcept(FE_OVERFLOW));
    return status;
}

nx_status
nx_reduce_precisely(const nx_float_request *request, bool exact, unsigned threads,
                    const nx_wait *wait, int *flags, nx_error *error)
{
    precise_loop loop = {.request = request, .exact = exact};
    const nx_parts_job job = {
        .view = request->view,
        .state_size = exact ? sizeof(precise_state) : PAIR_STATE_SIZE,
        .run = run_part,
        .join = exact ? join_exact : join_pairs,
        .finish = finish,
        .context = &loop,
    };
    atomic_init(&loop.flags, 0);
    const nx_status status = nx_reduce_parts(&job, threads, wait, error);
    *flags = atomic_load(&loop.flags);
    return status;
}
