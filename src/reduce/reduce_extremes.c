#include "reduce/reduce_extremes.h"

#include <string.h>

#include "reduce/extremes.h"
#include "reduce/reduce_parts.h"
#include "reduce/reduce_walk.h"

/* What an output has come to. */
typedef struct extremes_state {
    nx_extremes extremes;
    int64_t taken;
} extremes_state;

/* Extremes of outputs that are side by side, by the place of an item in its run. */
typedef struct extremes_rows {
    uint64_t least[NX_LANES_BLOCK], most[NX_LANES_BLOCK];
    int64_t left_out[NX_LANES_BLOCK];
    size_t used;
} extremes_rows;

typedef struct extremes_walk {
    const nx_reduce_view *view;
    const nx_extremes_loops *loops;
    extremes_state *state; /* of one output, or ... */
    extremes_rows *rows;   /* ... of several */
    uint64_t items[NX_LANES_BLOCK];
    uint8_t flags[NX_LANES_BLOCK];
} extremes_walk;

/* ---- Items that do not count ---- */

/* Whether there is NaN among the bits of items of a type, and flags with those left
 * out; `sign` is the highest bit, `infinity` the bits of it. */
#define NANS(name, type, sign, infinity)                                       \
    static bool has_##name(const void *items, size_t n)                        \
    {                                                                          \
        const type *const bits = items;                                        \
        type some = 0;                                                         \
        for (size_t i = 0; i < n; i++) {                                       \
            some |= (type)(bits[i] & (type) ~(sign)) > (infinity);             \
        }                                                                      \
        return some != 0;                                                      \
    }                                                                          \
    static void flag_##name(const void *items, size_t n, const uint8_t *flags, \
                            uint8_t *to)                                       \
    {                                                                          \
        const type *const bits = items;                                        \
        for (size_t i = 0; i < n; i++) {                                       \
            const bool nan = (type)(bits[i] & (type) ~(sign)) > (infinity);    \
            to[i] = (uint8_t)(!nan & (flags == NULL || flags[i] != 0));        \
        }                                                                      \
    }

NANS(half, uint16_t, 0x8000, 0x7C00)
NANS(float, uint32_t, UINT32_C(0x80000000), UINT32_C(0x7F800000))
NANS(double, uint64_t, UINT64_C(1) << 63, UINT64_C(0x7FF0000000000000))

static bool
has_no_time(const void *items, size_t n)
{
    const int64_t *const times = items;
    uint64_t some = 0;
    for (size_t i = 0; i < n; i++) {
        some |= times[i] == INT64_MIN;
    }
    return some != 0;
}

static void
flag_no_time(const void *items, size_t n, const uint8_t *flags, uint8_t *to)
{
    const int64_t *const times = items;
    for (size_t i = 0; i < n; i++) {
        to[i] = (uint8_t)(times[i] != INT64_MIN && (flags == NULL || flags[i] != 0));
    }
}

/* By type; NULL where there is no NaN. */
static const struct {
    bool (*has)(const void *items, size_t n);
    void (*flag)(const void *items, size_t n, const uint8_t *flags, uint8_t *to);
} nans[NX_ITEM_FLOAT64 + 1] = {
    [NX_ITEM_TIME] = {has_no_time, flag_no_time},
    [NX_ITEM_FLOAT16] = {has_half, flag_half},
    [NX_ITEM_FLOAT32] = {has_float, flag_float},
    [NX_ITEM_FLOAT64] = {has_double, flag_double},
};

/* The flags of a run, NaN left out if it is to be. */
static const uint8_t *
flags_of(extremes_walk *walk, const nx_walked *run)
{
    const nx_item_type type = walk->view->type;
    if (!walk->view->skip_nan || nans[type].has == NULL ||
        !nans[type].has(run->items, run->n)) {
        return run->flags;
    }
    nans[type].flag(run->items, run->n, run->flags, walk->flags);
    return walk->flags;
}

/* ---- Runs ---- */

/* Copies the items that count. Returns how many. */
static size_t
compress(uint64_t *to, const void *items, const uint8_t *flags, size_t n, size_t size)
{
    const char *from = items;
    char *const kept = (char *)to;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(kept + count * size, from + i * size, size);
        count += flags[i] != 0;
    }
    return count;
}

static void
run_along(void *context, const nx_walked *run)
{
    extremes_walk *const walk = context;
    const void *items = run->items;
    size_t n = run->n;
    if (walk->view->skip_nan && run->flags == NULL &&
        walk->loops->along_skipping != NULL) {
        walk->state->taken +=
            (int64_t)walk->loops->along_skipping(items, n, &walk->state->extremes);
        return;
    }
    const uint8_t *const flags = flags_of(walk, run);
    if (flags != NULL) {
        n = compress(walk->items, items, flags, n, nx_item_size(walk->view->type));
        items = walk->items;
    }
    if (n > 0) {
        walk->loops->along(items, n, &walk->state->extremes);
        walk->state->taken += (int64_t)n;
    }
}

/* Items one by one where some are left out, else all at once. */
static void
run_across(void *context, const nx_walked *run)
{
    extremes_walk *const walk = context;
    extremes_rows *const rows = walk->rows;
    const size_t size = nx_item_size(walk->view->type);
    const uint8_t *const flags = flags_of(walk, run);
    rows->used = run->n > rows->used ? run->n : rows->used;
    if (flags == NULL) {
        walk->loops->across(run->items, run->n, rows->least, rows->most);
        return;
    }
    const char *const items = run->items;
    char *const least = (char *)rows->least, *const most = (char *)rows->most;
    for (size_t i = 0; i < run->n;) {
        size_t end = i;
        while (end < run->n && flags[end] != 0) {
            end++;
        }
        if (end > i) {
            walk->loops->across(items + i * size, end - i, least + i * size,
                                most + i * size);
        }
        for (i = end; i < run->n && flags[i] == 0; i++) {
            rows->left_out[i]++;
        }
    }
}

/* ---- Parts ---- */

static void
begin_states(extremes_state *states, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        states[i] = (extremes_state){.extremes = {INT64_MAX, INT64_MIN}};
    }
}

static void
join_states(void *state, const void *later)
{
    extremes_state *const a = state;
    const extremes_state *const b = later;
    if (b->extremes.least < a->extremes.least) {
        a->extremes.least = b->extremes.least;
    }
    if (b->extremes.most > a->extremes.most) {
        a->extremes.most = b->extremes.most;
    }
    a->taken += b->taken;
}

static void
part_across(extremes_walk *walk, const nx_reduce_part *part, extremes_state *states)
{
    extremes_rows rows;
    const nx_item_type type = walk->view->type;
    nx_extremes_begin(type, NX_LANES_BLOCK, rows.least, rows.most);
    memset(rows.left_out, 0, sizeof rows.left_out);
    rows.used = 0;
    walk->rows = &rows;
    nx_walk_across(walk->view, part, run_across, walk);
    for (size_t i = 0; i < rows.used; i++) {
        /* Places of a run: several of an output where rows follow one another. */
        const extremes_state place = {
            .extremes = {nx_extremes_key(type, rows.least, i),
                         nx_extremes_key(type, rows.most, i)},
            .taken = -rows.left_out[i],
        };
        join_states(&states[i % part->width], &place);
    }
    for (size_t i = 0; i < part->width; i++) {
        states[i].taken += (int64_t)part->length;
    }
}

static void
part_along(extremes_walk *walk, const nx_reduce_part *part, extremes_state *states)
{
    const size_t size = nx_item_size(walk->view->type), n = walk->view->length;
    uint64_t room[NX_LANES_BLOCK];
    for (size_t i = 0; i < part->width;) {
        const nx_walked_rows walked =
            nx_walk_rows(walk->view, part->output + i, part->width - i, room);
        const char *items = walked.items;
        for (size_t row = 0; row < walked.rows; row++, items += n * size) {
            const nx_walked run = {.items = items, .n = n};
            walk->state = &states[i++];
            run_along(walk, &run);
        }
        if (walked.rows == 0) {
            walk->state = &states[i];
            nx_walk_along(walk->view, part->output + i, part->begin, part->length,
                          run_along, walk);
            i++;
        }
    }
}

static void
run_part(const nx_parts_job *job, const nx_reduce_part *part, bool across, void *states)
{
    extremes_walk walk = {
        .view = job->view,
        .loops = &nx_extremes_in_use()->types[job->view->type],
    };
    begin_states(states, part->width);
    if (across) {
        part_across(&walk, part, states);
    }
    else {
        part_along(&walk, part, states);
    }
}

/* ---- Results ---- */

static nx_status
finish(const nx_parts_job *job, size_t output, size_t count, void *states,
       nx_error *error)
{
    const nx_extremes_request *const request = job->context;
    const nx_item_type type = request->view->type;
    const size_t size = nx_item_size(type);
    const bool has_nan = type >= NX_ITEM_TIME;
    (void)error;
    for (size_t i = 0; i < count; i++) {
        const extremes_state *const state = (const extremes_state *)states + i;
        int64_t least = state->extremes.least, most = state->extremes.most;
        if (state->taken == 0) {
            least = most = has_nan ? INT64_MIN : type == NX_ITEM_UINT64 ? INT64_MIN : 0;
        }
        else if (nx_extremes_is_nan(type, least)) {
            most = least;
        }
        else if (nx_extremes_is_nan(type, most)) {
            least = most;
        }
        if (request->least != NULL) {
            nx_extremes_item(type, least, (char *)request->least + (output + i) * size);
        }
        if (request->most != NULL) {
            nx_extremes_item(type, most, (char *)request->most + (output + i) * size);
        }
        if (request->taken != NULL) {
            request->taken[output + i] = state->taken;
        }
    }
    return NX_OK;
}

nx_status
nx_reduce_extremes(const nx_extremes_request *request, unsigned threads,
                   const nx_wait *wait, nx_error *error)
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
        .state_size = sizeof(extremes_state),
        .run = run_part,
        .join = join_states,
        .finish = finish,
        .context = (void *)(uintptr_t)request,
    };
    return nx_reduce_parts(&job, threads, wait, error);
}
