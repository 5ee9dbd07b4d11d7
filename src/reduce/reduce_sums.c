#include "reduce/reduce_sums.h"

#include <fenv.h>
#include <string.h>

#include "base/alloc.h"
#include "reduce/sum_tree.h"

typedef struct sums_loop {
    const nx_sums_request *request;
    nx_reduce_plan plan;
    double *sums;   /* of each piece, as those of the request */
    int64_t *taken; /* the same */
    atomic_int flags;
} sums_loop;

void
nx_sum_part(const nx_reduce_view *view, const nx_reduce_plan *plan,
            const nx_sum_terms *terms, const nx_reduce_part *part, double *sums,
            size_t stride, int64_t *taken)
{
    if (plan->across) {
        nx_sum_across(view, terms, part, sums, stride, taken);
    }
    else {
        nx_sum_along(view, terms, part, sums, stride, taken);
    }
}

static nx_status
sum_part(void *context, size_t item, unsigned worker, nx_error *error)
{
    sums_loop *const loop = context;
    const nx_sums_request *const request = loop->request;
    const nx_reduce_part part = nx_reduce_plan_part(&loop->plan, item);
    const size_t outputs = loop->plan.outputs;
    double *const sums =
        loop->sums + part.number * request->terms.count * outputs + part.output;
    int64_t *const taken =
        loop->taken == NULL ? NULL : loop->taken + part.number * outputs + part.output;
    (void)worker;
    (void)error;
    (void)feclearexcept(FE_ALL_EXCEPT);
    nx_sum_part(request->view, &loop->plan, &request->terms, &part, sums, outputs,
                taken);
    if (loop->plan.pieces == 1 && request->done != NULL) {
        request->done(request->context, part.output, part.width);
    }
    const int flags = fetestexcept(FE_ALL_EXCEPT);
    atomic_fetch_or_explicit(&loop->flags, flags, memory_order_relaxed);
    return NX_OK;
}

/* Joins what the pieces have. */
static void
join_pieces(sums_loop *loop)
{
    const nx_sums_request *const request = loop->request;
    const size_t outputs = loop->plan.outputs, all = request->terms.count * outputs;
    double levels[NX_TREE_LEVELS * NX_TILE], row[NX_TILE];
    for (size_t first = 0; first < all; first += NX_TILE) {
        const size_t width = all - first < NX_TILE ? all - first : NX_TILE;
        nx_sum_tree tree = {.engine = nx_lanes(), .width = width, .levels = levels};
        for (size_t piece = 0; piece < loop->plan.pieces; piece++) {
            memcpy(row, loop->sums + piece * all + first, width * sizeof *row);
            nx_sum_tree_push(&tree, row);
        }
        nx_sum_tree_end(&tree, request->sums + first);
    }
    for (size_t i = 0; i < outputs && loop->taken != NULL; i++) {
        request->taken[i] = 0;
        for (size_t piece = 0; piece < loop->plan.pieces; piece++) {
            request->taken[i] += loop->taken[piece * outputs + i];
        }
    }
}

static nx_status
sum_pieces(sums_loop *loop, unsigned threads, const nx_wait *wait, nx_error *error)
{
    const nx_sums_request *const request = loop->request;
    const size_t pieces = loop->plan.pieces, outputs = loop->plan.outputs;
    size_t rows;
    nx_status status = NX_ERR_MEMORY;
    loop->sums = NULL;
    loop->taken = NULL;
    if (nx_size_mul(pieces, request->terms.count, &rows) &&
        nx_size_mul(rows, outputs, &rows)) {
        loop->sums = nx_alloc(rows, sizeof *loop->sums);
        loop->taken = request->taken == NULL
                          ? NULL
                          : nx_alloc(pieces * outputs, sizeof *loop->taken);
    }
    if (loop->sums == NULL || (loop->taken == NULL && request->taken != NULL)) {
        (void)nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for partial sums");
    }
    else {
        status = nx_parallel_for(loop->plan.tiles * pieces, threads, sum_part, loop,
                                 wait, error);
    }
    if (status == NX_OK) {
        (void)feclearexcept(FE_ALL_EXCEPT);
        join_pieces(loop);
        if (request->done != NULL) {
            request->done(request->context, 0, outputs);
        }
        atomic_fetch_or(&loop->flags, fetestexcept(FE_ALL_EXCEPT));
    }
    nx_free(loop->sums);
    nx_free(loop->taken);
    return status;
}

nx_status
nx_sums(const nx_sums_request *request, unsigned threads, const nx_wait *wait,
        int *flags, nx_error *error)
{
    sums_loop loop = {.request = request, .plan = nx_reduce_plan_of(request->view)};
    nx_status status;
    atomic_init(&loop.flags, 0);
    if (loop.plan.pieces == 1) {
        loop.sums = request->sums;
        loop.taken = request->taken;
        status =
            nx_parallel_for(loop.plan.tiles, threads, sum_part, &loop, wait, error);
    }
    else {
        status = sum_pieces(&loop, threads, wait, error);
    }
    *flags |= atomic_load(&loop.flags);
    return status;
}
