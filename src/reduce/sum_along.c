/* Sums along the items of an output, block by block. */
#include "reduce/sum_parts.h"

#include "reduce/reduce_fetch.h"
#include "reduce/sum_tree.h"

static const double zero = 0;

/* The next n <= NX_LANES_BLOCK items of an output: where they are if they are one run.
 */
static nx_fetched
fetch_block(const nx_reduce_view *view, nx_reduce_place *place, size_t n,
            const double *fill, nx_fetch_room *room)
{
    const ptrdiff_t *const steps = view->reduced[view->reduced_axes - 1].steps;
    const nx_fetch_fill fills = {.values = fill};
    nx_fetched block = {0};
    const bool parted = place->run < n;
    for (size_t done = 0; done < n;) {
        const size_t rest = n - done, count = place->run < rest ? place->run : rest;
        const nx_reduce_run run = {.at = place->at, .steps = steps, .n = count};
        const nx_fetched got =
            nx_fetch_run(view, &run, fills, NULL, room, done, parted);
        if (done == 0) {
            block = got;
        }
        else {
            block.taken += got.taken;
        }
        nx_reduce_place_advance(place, count);
        done += count;
    }
    return block;
}

/* Sums of one output, whose items begin at `base`. Returns how many are not left out.
 */
static size_t
sum_one(const nx_reduce_view *view, const nx_sum_terms *terms, const char *const *base,
        const nx_reduce_part *part, const double *c, double *sums, size_t stride,
        nx_fetch_room *room)
{
    const nx_lanes_engine *const engine = nx_lanes();
    double levels[NX_SUM_TERMS * NX_PIECE_LEVELS], row[NX_SUM_TERMS];
    nx_sum_tree tree = {.engine = engine, .width = terms->count, .levels = levels};
    nx_reduce_place place;
    const double *const fill = nx_term_is_deviation(terms->terms[0]) ? c : &zero;
    size_t taken = 0, left = part->length;
    nx_reduce_place_at(&place, view->reduced, view->reduced_axes, base, part->begin);
    while (left > 0) {
        const size_t n = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
        const nx_fetched block = fetch_block(view, &place, n, fill, room);
        for (unsigned k = 0; k < terms->count; k++) {
            row[k] = engine->terms[terms->terms[k]].sum(block.x, block.y, n, c);
        }
        nx_sum_tree_push(&tree, row);
        taken += block.taken;
        left -= n;
    }
    nx_sum_tree_end(&tree, row);
    for (unsigned k = 0; k < terms->count; k++) {
        sums[k * stride] = row[k];
    }
    return taken;
}

/* ---- Short outputs ---- */

/* True if outputs are one block each, all of whose items are one run and count. */
static bool
are_rows(const nx_reduce_view *view)
{
    return view->reduced_axes == 1 && view->length <= NX_LANES_BLOCK &&
           view->data[NX_OF_FACTORS] == NULL && !nx_reduce_view_skips(view);
}

/* Sums of outputs along the last axis that is kept, as many of `most` as are to be had
 * at once. Returns how many, which may be none. */
static size_t
sum_rows(const nx_reduce_view *view, const nx_sum_terms *terms,
         const nx_reduce_place *place, size_t most, const double *c, double *sums,
         size_t stride, nx_fetch_room *room)
{
    const nx_reduce_axis *const kept = &view->kept[view->kept_axes - 1];
    const ptrdiff_t step = view->reduced[0].steps[NX_OF_ITEMS];
    const ptrdiff_t to_next = kept->steps[NX_OF_ITEMS];
    const char *const at = place->at[NX_OF_ITEMS];
    const size_t n = view->length;
    size_t rows = place->run < most ? place->run : most;
    const double *x;
    ptrdiff_t row_step = (ptrdiff_t)n;
    if (view->type == NX_ITEM_FLOAT64 && !view->swapped && step == sizeof(double) &&
        ((uintptr_t)at | (uintptr_t)to_next) % sizeof(double) == 0) {
        x = (const double *)(const void *)at;
        row_step = to_next / (ptrdiff_t)sizeof(double);
    }
    else if (to_next == step * (ptrdiff_t)n) { /* all items of these outputs in turn */
        const size_t fitting = NX_LANES_BLOCK / n;
        rows = rows < fitting ? rows : fitting;
        x = nx_fetch_doubles(view, at, step, rows * n, room->x);
    }
    else {
        return 0;
    }
    for (unsigned k = 0; k < terms->count; k++) {
        nx_lanes()->terms[terms->terms[k]].sum_rows(x, row_step, n, rows, c,
                                                    sums + k * stride);
    }
    return rows;
}

/* ---- Both ---- */

void
nx_sum_along(const nx_reduce_view *view, const nx_sum_terms *terms,
             const nx_reduce_part *part, double *sums, size_t stride, int64_t *taken)
{
    nx_fetch_room room;
    nx_reduce_place place;
    const bool rows = are_rows(view);
    nx_reduce_place_at(&place, view->kept, view->kept_axes, view->data, part->output);
    for (size_t i = 0; i < part->width;) {
        const double *const c = terms->c == NULL ? NULL : terms->c + part->output + i;
        size_t done = rows ? sum_rows(view, terms, &place, part->width - i, c, sums + i,
                                      stride, &room)
                           : 0;
        size_t in = part->length;
        if (done == 0) {
            done = 1;
            in = sum_one(view, terms, place.at, part, c, sums + i, stride, &room);
        }
        for (size_t j = i; j < i + done && taken != NULL; j++) {
            taken[j] = (int64_t)in;
        }
        nx_reduce_place_advance(&place, done);
        i += done;
    }
}
