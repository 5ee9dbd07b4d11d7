#include "reduce/reduce_ints.h"

#include <math.h>
#include <string.h>

#include "reduce/int_sums.h"
#include "reduce/reduce_parts.h"
#include "reduce/reduce_walk.h"

#define NO_TIME INT64_MIN

/* What an output has come to. */
typedef struct int_state {
    nx_wide_int sum;
    int64_t taken;
    int64_t no_times; /* items that are no time and not left out */
} int_state;

/* Sums of outputs that are side by side, by the place of an item in its run. */
typedef struct int_rows {
    int64_t high[NX_LANES_BLOCK];
    uint64_t low[NX_LANES_BLOCK];
    int64_t left_out[NX_LANES_BLOCK], no_times[NX_LANES_BLOCK];
    size_t used;
} int_rows;

typedef struct int_walk {
    const nx_int_request *request;
    const nx_reduce_view *view; /* that of the request, its axes in another order */
    int_state *state;           /* of one output, or ... */
    int_rows *rows;             /* ... of several */
    uint64_t items[NX_LANES_BLOCK];
    uint8_t flags[NX_LANES_BLOCK];
} int_walk;

bool
nx_item_is_unsigned(nx_item_type type)
{
    return type == NX_ITEM_UINT8 || type == NX_ITEM_UINT16 || type == NX_ITEM_UINT32 ||
           type == NX_ITEM_UINT64;
}

/* ---- Items that do not count ---- */

/* Times that are none: left out, or noted. Returns the flags with those left out. */
static const uint8_t *
sort_out_times(int_walk *walk, const int64_t *times, size_t n, const uint8_t *flags)
{
    bool some = false;
    for (size_t i = 0; i < n; i++) {
        some |= times[i] == NO_TIME;
    }
    if (!some) {
        return flags;
    }
    const bool skip = walk->view->skip_nan;
    for (size_t i = 0; i < n; i++) {
        const bool in = flags == NULL || flags[i] != 0;
        const bool none = in && times[i] == NO_TIME;
        walk->flags[i] = in && times[i] != NO_TIME;
        if (none && !skip) {
            walk->rows != NULL ? walk->rows->no_times[i]++ : walk->state->no_times++;
        }
    }
    return walk->flags;
}

/* The items of a run with zeros for those that are left out. */
static const void *
with_zeros(int_walk *walk, const void *items, const uint8_t *flags, size_t n)
{
    const size_t size = nx_item_size(walk->view->type);
    const uint8_t *const from = items;
    uint8_t *const to = (uint8_t *)walk->items;
    if (size == 8) { /* the type that most are of: for a vector of them */
        for (size_t i = 0; i < n; i++) {
            walk->items[i] =
                ((const uint64_t *)items)[i] & (0 - (uint64_t)(flags[i] != 0));
        }
        return to;
    }
    for (size_t i = 0; i < n; i++) {
        const uint8_t mask = (uint8_t)(0 - (flags[i] != 0));
        for (size_t k = 0; k < size; k++) {
            to[i * size + k] = from[i * size + k] & mask;
        }
    }
    return to;
}

static void
add_run(void *context, const nx_walked *run)
{
    int_walk *const walk = context;
    const nx_int_request *const request = walk->request;
    const nx_item_type type = walk->view->type;
    const void *items = run->items;
    const uint8_t *flags = run->flags;
    int64_t left_out = 0;
    if (type == NX_ITEM_TIME) {
        flags = sort_out_times(walk, items, run->n, flags);
    }
    if (flags != NULL) {
        items = with_zeros(walk, items, flags, run->n);
        for (size_t i = 0; i < run->n; i++) {
            left_out += flags[i] == 0;
        }
    }
    /* A product with a zero is one: other factors may stay. */
    const void *const factors = request->op == NX_INT_SQUARES ? items : run->factors;
    if (walk->rows == NULL) {
        walk->state->taken += (int64_t)run->n - left_out;
        nx_int_sum(type, items, factors, run->n, &walk->state->sum);
        return;
    }
    if (run->n > walk->rows->used) {
        walk->rows->used = run->n;
    }
    for (size_t i = 0; left_out > 0 && i < run->n; i++) {
        walk->rows->left_out[i] += flags[i] == 0;
    }
    nx_int_add(type, items, factors, run->n, walk->rows->high, walk->rows->low);
}

/* ---- Parts ---- */

static void
run_along(int_walk *walk, const nx_reduce_part *part, int_state *states)
{
    const nx_reduce_view *const view = walk->view;
    const size_t size = nx_item_size(view->type), n = view->length;
    uint64_t room[NX_LANES_BLOCK];
    for (size_t i = 0; i < part->width;) {
        const nx_walked_rows walked =
            nx_walk_rows(view, part->output + i, part->width - i, room);
        const char *items = walked.items;
        for (size_t row = 0; row < walked.rows; row++, items += n * size) {
            const nx_walked run = {.items = items, .n = n};
            walk->state = &states[i++];
            add_run(walk, &run);
        }
        if (walked.rows == 0) {
            walk->state = &states[i];
            nx_walk_along(view, part->output + i, part->begin, part->length, add_run,
                          walk);
            i++;
        }
    }
}

static void
run_across(int_walk *walk, const nx_reduce_part *part, int_state *states)
{
    int_rows rows;
    memset(&rows, 0, sizeof rows);
    walk->rows = &rows;
    nx_walk_across(walk->view, part, add_run, walk);
    for (size_t i = 0; i < part->width; i++) {
        states[i].taken = (int64_t)part->length;
    }
    for (size_t i = 0; i < rows.used; i++) {
        int_state *const state = &states[i % part->width];
        nx_wide_add_halves(&state->sum, rows.high[i], rows.low[i]);
        state->taken -= rows.left_out[i];
        state->no_times += rows.no_times[i];
    }
}

static void
run_part(const nx_parts_job *job, const nx_reduce_part *part, bool across, void *states)
{
    int_walk walk = {.request = job->context, .view = job->view};
    const bool wide_products =
        nx_item_size(walk.view->type) == 8 &&
        (walk.request->op == NX_INT_SQUARES || walk.request->op == NX_INT_DOT);
    memset(states, 0, part->width * sizeof(int_state));
    if (across && !wide_products) {
        run_across(&walk, part, states);
    }
    else {
        run_along(&walk, part, states);
    }
}

static void
join_states(void *state, const void *later)
{
    int_state *const a = state;
    const int_state *const b = later;
    nx_wide_add(&a->sum, &b->sum);
    a->taken += b->taken;
    a->no_times += b->no_times;
}

/* ---- Results ---- */

static nx_status
finish_one(const nx_int_request *request, size_t output, const int_state *state,
           nx_error *error)
{
    const bool is_unsigned = nx_item_is_unsigned(request->view->type);
    if (request->taken != NULL) {
        request->taken[output] = state->taken;
    }
    if (request->op == NX_INT_MEAN) {
        ((double *)request->results)[output] =
            state->taken == 0 ? (double)NAN
                              : nx_wide_divided(&state->sum, (uint64_t)state->taken);
        return NX_OK;
    }
    if (state->no_times > 0) {
        ((int64_t *)request->results)[output] = NO_TIME;
        return NX_OK;
    }
    ((uint64_t *)request->results)[output] = state->sum.words[0];
    const bool fits =
        is_unsigned ? nx_wide_is_uint64(&state->sum) : nx_wide_is_int64(&state->sum);
    /* The smallest int64 is no time. */
    if (fits && !(request->view->type == NX_ITEM_TIME &&
                  (int64_t)state->sum.words[0] == NO_TIME)) {
        return NX_OK;
    }
    (void)nx_error_set(error, NX_ERR_OVERFLOW, 0, "out of the range of %s",
                       request->view->type == NX_ITEM_TIME ? "times"
                       : is_unsigned                       ? "uint64"
                                                           : "int64");
    if (error != NULL) {
        error->record = output;
    }
    return NX_ERR_OVERFLOW;
}

static nx_status
finish(const nx_parts_job *job, size_t output, size_t count, void *states,
       nx_error *error)
{
    nx_status status = NX_OK;
    for (size_t i = 0; i < count && status == NX_OK; i++) {
        status =
            finish_one(job->context, output + i, (const int_state *)states + i, error);
    }
    return status;
}

nx_status
nx_reduce_ints(const nx_int_request *request, unsigned threads, const nx_wait *wait,
               nx_error *error)
{
    nx_reduce_view ordered;
    const nx_reduce_view *view = request->view;
    if (view->reduced_axes > 1) {
        ordered = *view;
        nx_reduce_view_reorder(&ordered);
        view = &ordered;
    }
    const nx_parts_job job = {
        .view = view,
        .state_size = sizeof(int_state),
        .run = run_part,
        .join = join_states,
        .finish = finish,
        .context = (void *)(uintptr_t)request,
    };
    return nx_reduce_parts(&job, threads, wait, error);
}
