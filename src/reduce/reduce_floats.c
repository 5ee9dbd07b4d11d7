#include "reduce/reduce_floats.h"

#include <fenv.h>
#include <math.h>

#include "base/alloc.h"
#include "reduce/reduce_norm.h"
#include "reduce/reduce_sums.h"

enum {
    FEW = 16 /* doubles that need no allocation */
};

typedef struct float_loop {
    const nx_float_request *request;
    nx_sums_request sums;
    double *centers;  /* by output: what deviations are from */
    atomic_int flags; /* of results, where those of the sums do not count */
} float_loop;

static bool
is_variance(nx_float_op op)
{
    return op == NX_FLOAT_VARIANCE || op == NX_FLOAT_DEVIATION;
}

/* ---- From sums to results ---- */

static double
taken_of(const float_loop *loop, size_t output)
{
    return loop->sums.taken == NULL ? (double)loop->request->view->length
                                    : (double)loop->sums.taken[output];
}

static double
norm_of(const float_loop *loop, size_t output, double sum)
{
    return nx_norm_is_doubtful(sum) ? nx_norm_scaled(loop->request->view, output)
                                    : sqrt(sum);
}

/* The mean of the squares about a center c that is nearly the mean: what c is off is
 * known from the sum of the deviations, and taken away. */
static double
variance_of(const float_loop *loop, size_t output, double squares)
{
    const double deviations = loop->sums.sums[loop->request->view->outputs + output];
    const double taken = taken_of(loop, output), rest = taken - loop->request->ddof;
    if (rest <= 0) {
        return (double)NAN;
    }
    if (!isfinite(squares)) {
        return squares;
    }
    const double off = deviations * (deviations / taken);
    return (off < squares ? squares - off : 0) / rest;
}

static double
result_of(const float_loop *loop, size_t output)
{
    const double sum = loop->sums.sums[output];
    switch (loop->request->op) {
        case NX_FLOAT_NORM:
            return norm_of(loop, output, sum);
        case NX_FLOAT_MEAN:
            return taken_of(loop, output) == 0 ? (double)NAN
                                               : sum / taken_of(loop, output);
        case NX_FLOAT_VARIANCE:
            return variance_of(loop, output, sum);
        case NX_FLOAT_DEVIATION:
            return sqrt(variance_of(loop, output, sum));
        default:
            return sum;
    }
}

static void
write_results(void *context, size_t output, size_t count)
{
    float_loop *const loop = context;
    const bool is_norm = loop->request->op == NX_FLOAT_NORM;
    if (is_norm) { /* squares may have gone beyond what the norm is */
        (void)feclearexcept(FE_ALL_EXCEPT);
    }
    for (size_t i = output; i < output + count; i++) {
        const double result = result_of(loop, i);
        const double written = isnan(result) ? (double)NAN : result;
        if (loop->request->narrow) {
            ((float *)loop->request->results)[i] = (float)written;
        }
        else {
            ((double *)loop->request->results)[i] = written;
        }
    }
    if (is_norm) {
        atomic_fetch_or(&loop->flags, fetestexcept(FE_OVERFLOW));
    }
}

static void
write_centers(void *context, size_t output, size_t count)
{
    float_loop *const loop = context;
    for (size_t i = output; i < output + count; i++) {
        const double taken = taken_of(loop, i);
        loop->centers[i] = taken == 0 ? 0 : loop->centers[i] / taken;
    }
}

/* ---- The way there ---- */

static nx_term
term_of(nx_float_op op)
{
    switch (op) {
        case NX_FLOAT_ROOTS:
            return NX_TERM_ROOT;
        case NX_FLOAT_SQUARES:
        case NX_FLOAT_NORM:
            return NX_TERM_SQUARE;
        case NX_FLOAT_DOT:
            return NX_TERM_PRODUCT;
        case NX_FLOAT_SIZES:
            return NX_TERM_SIZE;
        default:
            return NX_TERM_ITEM;
    }
}

static nx_status
sum_up(float_loop *loop, unsigned threads, const nx_wait *wait, int *flags,
       nx_error *error)
{
    const nx_float_request *const request = loop->request;
    nx_sums_request *const sums = &loop->sums;
    double *const made = sums->sums;
    sums->view = request->view;
    sums->context = loop;
    sums->terms = (nx_sum_terms){.count = 1, .terms = {term_of(request->op)}};
    if (is_variance(request->op)) {
        sums->sums = loop->centers;
        sums->done = write_centers;
        const nx_status status = nx_sums(sums, threads, wait, flags, error);
        if (status != NX_OK) {
            return status;
        }
        sums->sums = made;
        sums->terms = (nx_sum_terms){
            .count = 2,
            .terms = {NX_TERM_SQUARE_DEVIATION, NX_TERM_DEVIATION},
            .c = loop->centers,
        };
    }
    sums->done = write_results;
    return nx_sums(sums, threads, wait, flags, error);
}

nx_status
nx_reduce_floats(const nx_float_request *request, unsigned threads, const nx_wait *wait,
                 int *flags, nx_error *error)
{
    const size_t outputs = request->view->outputs;
    const bool counts = nx_reduce_view_skips(request->view);
    const size_t rows = is_variance(request->op) ? 3 : 1;
    float_loop loop = {.request = request};
    double few[FEW];
    int64_t few_taken[FEW];
    double *sums = few;
    int64_t *taken = request->taken != NULL ? request->taken : few_taken;
    nx_status status = NX_OK;
    atomic_init(&loop.flags, 0);
    *flags = 0;
    if (outputs > FEW / 3) {
        sums = nx_alloc(outputs, rows * sizeof *sums);
        if (counts && request->taken == NULL) {
            taken = nx_alloc(outputs, sizeof *taken);
        }
    }
    if (sums == NULL || taken == NULL) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for sums");
    }
    else {
        loop.sums.sums = sums;
        loop.centers = sums + 2 * (rows > 1 ? outputs : 0);
        loop.sums.taken = counts || request->taken != NULL ? taken : NULL;
        status = sum_up(&loop, threads, wait, flags, error);
    }
    *flags = request->op == NX_FLOAT_NORM ? atomic_load(&loop.flags) : *flags;
    if (outputs > FEW / 3) {
        nx_free(sums);
        if (request->taken == NULL && counts) {
            nx_free(taken);
        }
    }
    return status;
}
