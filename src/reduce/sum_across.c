/* Sums of outputs that are side by side in memory: an item of each at a time.
 *
 * Each output has 32 lanes of its own. Lane l of all outputs is a row of doubles, and
 * rows of items are added to rows of lanes, so that every output sees the additions
 * that it would see alone. Where rows follow one another in memory and are short,
 * several of them are added at once, to as many lanes. Where they are long, the rows of
 * one lane are added up before those of the next one, in the order in which the tree
 * joins lanes: then the sums at hand stay in the nearest cache, however many outputs
 * there are.
 */
#include "reduce/sum_parts.h"

#include <string.h>

#include "base/bits.h"
#include "reduce/reduce_fetch.h"
#include "reduce/sum_tree.h"

enum {
    SHORT_ROW = 64,   /* items; the lanes of such rows fit in the nearest cache */
    LANE_LEVELS = 5,  /* of the tree of lanes */
    ASKED_LINES = 16, /* of the next row */
    TREE_ROOM = 1024  /* doubles for the tree of the blocks of a part: fewer outputs,
                         more blocks, see reduce_plan.c */
};

static const double zeros[NX_LANES * SHORT_ROW];

typedef struct across {
    const nx_reduce_view *view;
    const nx_lanes_engine *engine;
    nx_term term;
    size_t width;
    const char *const *base; /* the first items of the outputs */
    const double *fill; /* of items that are left out, one for each of a row, ... */
    const double *c;    /* ... and numbers of terms that have them; rows that follow one
                           another have as many of each */
    double *counts;     /* the same: items not left out; NULL: not wanted */
    nx_fetch_room room;
} across;

/* Adds `rows` rows from a place on, which follow one another if there are several, to
 * as many rows of lanes, which begin with them or are there already. `first` is the
 * number of items before them in fill, c and counts. */
static void
add_rows(across *a, const nx_reduce_place *place, size_t rows, size_t first, bool begin,
         double *lanes)
{
    const nx_lanes_loops *const loops = &a->engine->terms[a->term];
    const ptrdiff_t *const steps = a->view->kept[a->view->kept_axes - 1].steps;
    const nx_reduce_run run = {.at = place->at, .steps = steps, .n = rows * a->width};
    const nx_fetch_fill fill = {a->fill + first, true};
    double *const counts = a->counts == NULL ? NULL : a->counts + first;
    const nx_fetched got =
        nx_fetch_run(a->view, &run, fill, counts, &a->room, 0, false);
    (begin ? loops->begin : loops->add)(lanes, got.x, got.y, run.n,
                                        a->c == NULL ? NULL : a->c + first);
}

/* ---- Short rows that follow one another ---- */

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

/* Adds the next n <= NX_LANES_BLOCK rows to their lanes, and those up. */
static void
sum_short_rows(across *a, nx_reduce_place *place, size_t n, double *lanes)
{
    const size_t most = NX_LANES_BLOCK / a->width;
    const size_t used = n < NX_LANES ? n : NX_LANES;
    for (size_t row = 0; row < n;) {
        /* Not beyond the last lane, the run and the room. */
        const size_t lane = row % NX_LANES;
        size_t rows = NX_LANES - lane;
        rows = rows < most ? rows : most;
        rows = rows < n - row ? rows : n - row;
        rows = rows < place->run ? rows : place->run;
        add_rows(a, place, rows, lane * a->width, row < NX_LANES,
                 lanes + lane * a->width);
        nx_reduce_place_advance(place, rows);
        row += rows;
    }
    join_lanes(a, lanes, used);
}

/* ---- Long rows ---- */

/* The k-th lane in the order in which the tree takes them: 0, 16, 8, 24, 4, ... */
static size_t
lane_of(unsigned k)
{
    return (k & 1) << 4 | (k & 2) << 2 | (k & 4) | (k & 8) >> 2 | (k & 16) >> 4;
}

static void
go_to_row(const across *a, size_t row, nx_reduce_place *place)
{
    nx_reduce_place_at(place, a->view->reduced, a->view->reduced_axes, a->base, row);
}

/* Asks for the beginning of a row; for the rest of it the processor will. */
static void
ask_for_row(const across *a, size_t row)
{
    nx_reduce_place place;
    const ptrdiff_t step = a->view->kept[a->view->kept_axes - 1].steps[NX_OF_ITEMS];
    go_to_row(a, row, &place);
    for (ptrdiff_t i = 0; i < ASKED_LINES; i++) {
        nx_prefetch(place.at[NX_OF_ITEMS] + (step < 0 ? -64 * i : 64 * i));
    }
}

/* Adds up the rows of the k-th lane, of n rows from `begin` on. */
static void
sum_lane(across *a, size_t begin, size_t n, unsigned k, double *sums)
{
    for (size_t row = lane_of(k); row < n; row += NX_LANES) {
        nx_reduce_place place;
        size_t next = row + NX_LANES;
        if (next >= n) { /* the first one of the next lane that has rows, or any */
            unsigned other = k + 1;
            while (other < NX_LANES && lane_of(other) >= n) {
                other++;
            }
            next = other < NX_LANES ? lane_of(other) : row;
        }
        ask_for_row(a, begin + next);
        go_to_row(a, begin + row, &place);
        add_rows(a, &place, 1, 0, row < NX_LANES, sums);
    }
}

/* Sums n <= NX_LANES_BLOCK rows from `begin` on. `rows` has room for one more than
 * LANE_LEVELS. In this order of lanes, neighbours are joined as a binary counter
 * carries: l and l + 16 first. Lanes without rows join nothing. */
static void
sum_long_rows(across *a, size_t begin, size_t n, double *rows)
{
    bool has_rows[LANE_LEVELS + 1];
    unsigned depth = 0;
    for (unsigned k = 0; k < NX_LANES; k++) {
        has_rows[depth] = lane_of(k) < n;
        if (has_rows[depth]) {
            sum_lane(a, begin, n, k, rows + depth * a->width);
        }
        depth++;
        for (unsigned carry = k; (carry & 1) != 0; carry >>= 1) {
            depth--;
            if (has_rows[depth]) {
                a->engine->join(rows + (depth - 1) * a->width, rows + depth * a->width,
                                a->width);
            }
        }
    }
}

/* ---- Both ---- */

static void
sum_term(across *a, const nx_reduce_part *part, bool short_rows, double *sums)
{
    /* Rows of lanes: all of them if they are short, else those that a tree needs. */
    double rows[(LANE_LEVELS + 1) * NX_TILE], levels[TREE_ROOM];
    nx_sum_tree tree = {.engine = a->engine, .width = a->width, .levels = levels};
    nx_reduce_place place;
    nx_reduce_place_at(&place, a->view->reduced, a->view->reduced_axes, a->base,
                       part->begin);
    for (size_t done = 0; done < part->length;) {
        const size_t left = part->length - done;
        const size_t n = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
        if (short_rows) {
            sum_short_rows(a, &place, n, rows);
        }
        else {
            sum_long_rows(a, part->begin + done, n, rows);
        }
        done += n;
        if (part->length > NX_LANES_BLOCK) {
            nx_sum_tree_push(&tree, rows);
        }
    }
    if (part->length > NX_LANES_BLOCK) {
        nx_sum_tree_end(&tree, sums);
    }
    else {
        memcpy(sums, rows, a->width * sizeof *sums);
    }
}

void
nx_sum_across(const nx_reduce_view *view, const nx_sum_terms *terms,
              const nx_reduce_part *part, double *sums, size_t stride, int64_t *taken)
{
    const size_t width = part->width;
    const bool short_rows = width <= SHORT_ROW && nx_reduce_is_chained(view, width);
    const size_t copies = short_rows ? NX_LANES : 1;
    const bool counting = taken != NULL && nx_reduce_view_skips(view);
    double counts[NX_LANES * SHORT_ROW], c[NX_LANES * SHORT_ROW];
    nx_reduce_place place;
    nx_reduce_place_at(&place, view->kept, view->kept_axes, view->data, part->output);
    across a = {.view = view,
                .engine = nx_lanes(),
                .width = width,
                .base = place.at,
                .fill = zeros};
    if (terms->c != NULL) {
        for (size_t i = 0; i < copies; i++) {
            memcpy(c + i * width, terms->c + part->output, width * sizeof *c);
        }
        a.c = c;
        a.fill = nx_term_is_deviation(terms->terms[0]) ? c : zeros;
    }
    if (counting) {
        memset(counts, 0, copies * width * sizeof *counts);
        a.counts = counts;
    }
    for (unsigned k = 0; k < terms->count; k++) {
        a.term = terms->terms[k];
        sum_term(&a, part, short_rows, sums + k * stride);
        a.counts = NULL;
    }
    if (counting && short_rows) {
        join_lanes(&a, counts, NX_LANES);
    }
    for (size_t i = 0; i < width && taken != NULL; i++) {
        taken[i] = counting ? (int64_t)counts[i] : (int64_t)part->length;
    }
}
