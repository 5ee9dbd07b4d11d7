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
mean_of(const float_loop *loop, size_t output, double sum)
{
    const double taken = taken_of(loop, output);
    return taken == 0 ? (double)NAN : sum / taken;
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

/* Writes results that stand in memory as doubles, perhaps where they are to go: in the
 * type that is wanted, and with one NaN. */
static void
write_doubles(const nx_float_request *request, const double *from, size_t output,
              size_t count)
{
    if (request->narrow) {
        float *const results = request->results;
        for (size_t i = output; i < output + count; i++) {
            results[i] = isnan(from[i]) ? NAN : (float)from[i];
        }
    }
    else {
        double *const results = request->results;
        for (size_t i = output; i < output + count; i++) {
            results[i] = isnan(from[i]) ? (double)NAN : from[i];
        }
    }
}

/* Sums of squares to norms: all their roots at once, which vectors take; then those
 * that may be wrong, of which there are few. */
static void
take_norms(const float_loop *loop, double *sums, size_t output, size_t count)
{
    uint64_t doubtful = 0;
    for (size_t i = output; i < output + count; i++) {
        doubtful |= (uint64_t)nx_norm_is_doubtful(sums[i]);
    }
    if (doubtful == 0) {
        for (size_t i = output; i < output + count; i++) {
            sums[i] = sqrt(sums[i]);
        }
        return;
    }
    for (size_t i = output; i < output + count; i++) {
        sums[i] = nx_norm_is_doubtful(sums[i]) ? nx_norm_scaled(loop->request->view, i)
                                               : sqrt(sums[i]);
    }
}

static void
take_means(const float_loop *loop, double *sums, size_t output, size_t count)
{
    const double length = (double)loop->request->view->length;
    for (size_t i = output; i < output + count; i++) {
        sums[i] =
            loop->sums.taken == NULL ? sums[i] / length : mean_of(loop, i, sums[i]);
    }
}

static void
write_results(void *context, size_t output, size_t count)
{
    float_loop *const loop = context;
    const nx_float_op op = loop->request->op;
    double *const sums = loop->sums.sums;
    if (op == NX_FLOAT_NORM) { /* squares may have gone beyond what the norm is */
        (void)feclearexcept(FE_ALL_EXCEPT);
        take_norms(loop, sums, output, count);
    }
    else if (op == NX_FLOAT_MEAN) {
        take_means(loop, sums, output, count);
    }
    else if (is_variance(op)) {
        for (size_t i = output; i < output + count; i++) {
            const double variance = variance_of(loop, i, sums[i]);
            sums[i] = op == NX_FLOAT_VARIANCE ? variance : sqrt(variance);
        }
    }
    write_doubles(loop->request, sums, output, count);
    if (op == NX_FLOAT_NORM) {
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
    const bool in_place = rows == 1 && !request->narrow;
    if (in_place) {
        sums = request->results;
    }
    if (outputs > FEW / 3) {
        if (!in_place) {
            sums = nx_alloc(outputs, rows * sizeof *sums);
        }
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
        if (!in_place) {
            nx_free(sums);
        }
        if (request->taken == NULL && counts) {
            nx_free(taken);
        }
    }
    return status;
}
