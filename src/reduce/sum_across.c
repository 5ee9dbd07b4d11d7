/* Sums of outputs that are side by side in memory: an item of each at a time.
 *
 * Each output has 32 lanes of its own. Lane l of all outputs is a row of doubles, and
 * rows of items are added to rows of lanes in turn, so that every output sees the
 * additions that it would see alone.
 */
#include "reduce/sum_parts.h"

#include <string.h>

#include "reduce/reduce_fetch.h"
#include "reduce/sum_tree.h"

static const double zeros[NX_LANES * NX_TILE];

typedef struct across {
    const nx_reduce_view *view;
    const nx_lanes_engine *engine;
    size_t width;
    bool chained;       /* rows follow one another as the items of a row do */
    nx_fetch_fill fill; /* of the rows of all lanes */
    const double *c;    /* the same numbers, NULL if terms have none */
    double *counts;     /* by lane and output: items not left out; NULL: not wanted */
    nx_reduce_place place;
    nx_fetch_room room;
} across;

/* Adds the next n <= NX_LANES_BLOCK rows of items. */
static void
add_rows(across *a, nx_term term, double *lanes, size_t n)
{
    const ptrdiff_t *const steps = a->view->kept[a->view->kept_axes - 1].steps;
    const size_t width = a->width, most = a->chained ? NX_LANES_BLOCK / width : 1;
    for (size_t row = 0; row < n;) {
        /* Not beyond the last lane, the run and the room. */
        const size_t lane = row % NX_LANES;
        size_t rows = NX_LANES - lane;
        rows = rows < most ? rows : most;
        rows = rows < n - row ? rows : n - row;
        rows = rows < a->place.run ? rows : a->place.run;
        const size_t first = lane * width, count = rows * width;
        const nx_reduce_run run = {.at = a->place.at, .steps = steps, .n = count};
        const nx_fetch_fill fill = {a->fill.values + first, true};
        double *const counts = a->counts == NULL ? NULL : a->counts + first;
        const nx_fetched got =
            nx_fetch_run(a->view, &run, fill, counts, &a->room, 0, false);
        a->engine->terms[term].add(lanes + first, got.x, got.y, count,
                                   a->c == NULL ? NULL : a->c + first);
        nx_reduce_place_advance(&a->place, rows);
        row += rows;
    }
}

/* Joins the first n lanes; those behind them are +0.0. */
static void
join_lanes(const across *a, double *lanes, size_t n)
{
    for (size_t half = NX_LANES / 2; half > 0; half /= 2) {
        if (n > half) {
            a->engine->join(lanes, lanes + half * a->width, (n - half) * a->width);
            n = half;
        }
    }
}

/* The sums of one term over a part. */
static void
sum_term(across *a, const nx_reduce_part *part, nx_term term,
         const char *const base[NX_OPERANDS], double *sums)
{
    double lanes[NX_LANES * NX_TILE], levels[NX_PIECE_LEVELS * NX_TILE];
    nx_sum_tree tree = {.engine = a->engine, .width = a->width, .levels = levels};
    nx_reduce_place_at(&a->place, a->view->reduced, a->view->reduced_axes, base,
                       part->begin);
    for (size_t left = part->length; left > 0;) {
        const size_t n = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
        const size_t used = n < NX_LANES ? n : NX_LANES;
        memset(lanes, 0, used * a->width * sizeof *lanes);
        add_rows(a, term, lanes, n);
        join_lanes(a, lanes, used);
        nx_sum_tree_push(&tree, lanes);
        left -= n;
    }
    nx_sum_tree_end(&tree, sums);
}

/* True if the items of a row are followed by those of the next one. */
static bool
is_chained(const nx_reduce_view *view, size_t width)
{
    const nx_reduce_axis *const kept = &view->kept[view->kept_axes - 1];
    const nx_reduce_axis *const reduced = &view->reduced[view->reduced_axes - 1];
    for (int k = 0; k < NX_OPERANDS; k++) {
        if (view->data[k] != NULL &&
            reduced->steps[k] != kept->steps[k] * (ptrdiff_t)width) {
            return false;
        }
    }
    return true;
}

void
nx_sum_across(const nx_reduce_view *view, const nx_sum_terms *terms,
              const nx_reduce_part *part, double *sums, size_t stride, int64_t *taken)
{
    const size_t width = part->width;
    double counts[NX_LANES * NX_TILE], c[NX_LANES * NX_TILE];
    const bool counting = taken != NULL && nx_reduce_view_skips(view);
    across a = {.view = view,
                .engine = nx_lanes(),
                .width = width,
                .chained = is_chained(view, width),
                .fill = {zeros, true}};
    if (terms->c != NULL) {
        for (size_t lane = 0; lane < NX_LANES; lane++) {
            memcpy(c + lane * width, terms->c + part->output, width * sizeof *c);
        }
        a.c = c;
        a.fill.values = nx_term_is_deviation(terms->terms[0]) ? c : zeros;
    }
    if (counting) {
        memset(counts, 0, NX_LANES * width * sizeof *counts);
        a.counts = counts;
    }
    nx_reduce_place place;
    nx_reduce_place_at(&place, view->kept, view->kept_axes, view->data, part->output);
    for (unsigned k = 0; k < terms->count; k++) {
        sum_term(&a, part, terms->terms[k], place.at, sums + k * stride);
        a.counts = NULL;
    }
    if (counting) {
        join_lanes(&a, counts, NX_LANES);
    }
    for (size_t i = 0; i < width && taken != NULL; i++) {
        taken[i] = counting ? (int64_t)counts[i] : (int64_t)part->length;
    }
}
