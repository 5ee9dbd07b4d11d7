/* Sums along the items of an output, block by block. */
#include "reduce/sum_parts.h"

#include "base/alloc.h"
#include "reduce/reduce_fetch.h"
#include "reduce/reduce_panel.h"
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

/* ---- One output ---- */

/* The sums of the blocks so far. */
typedef struct along {
    const nx_sum_terms *terms;
    const double *c;
    nx_sum_tree tree;
    double levels[NX_SUM_TERMS * NX_PIECE_LEVELS];
} along;

/* Pushes the sums of n items in a row, the last block perhaps not full: floats, or
 * doubles with factors y, which may be x. */
static void
push_blocks(along *a, const float *floats, const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i += NX_LANES_BLOCK) {
        const size_t count = n - i < NX_LANES_BLOCK ? n - i : NX_LANES_BLOCK;
        double row[NX_SUM_TERMS];
        for (unsigned k = 0; k < a->terms->count; k++) {
            const nx_lanes_loops *const loops =
                &a->tree.engine->terms[a->terms->terms[k]];
            row[k] = floats != NULL ? loops->sum_floats(floats + i, count, a->c)
                                    : loops->sum(x + i, y + i, count, a->c);
        }
        nx_sum_tree_push(&a->tree, row);
    }
}

/* Doubles, or floats, of an operand that can be added up where they are. */
static bool
is_in_place(const nx_reduce_view *view, const nx_reduce_place *place, int operand)
{
    const ptrdiff_t size = (ptrdiff_t)nx_item_size(view->type);
    return view->reduced[view->reduced_axes - 1].steps[operand] == size &&
           (uintptr_t)place->at[operand] % (size_t)size == 0;
}

/* Pushes what can be added up where it is of the next n items: whole blocks, or all.
 * Returns how many items that were. */
static size_t
push_in_place(const nx_reduce_view *view, along *a, nx_reduce_place *place, size_t n)
{
    const bool pairs = view->data[NX_OF_FACTORS] != NULL;
    const bool floats = view->type == NX_ITEM_FLOAT32 && !pairs;
    size_t count = place->run < n ? place->run : n;
    count -= count < n ? count % NX_LANES_BLOCK : 0;
    if (count == 0 || view->swapped || nx_reduce_view_skips(view) ||
        !(floats || view->type == NX_ITEM_FLOAT64) ||
        !is_in_place(view, place, NX_OF_ITEMS) ||
        (pairs && !is_in_place(view, place, NX_OF_FACTORS))) {
        return 0;
    }
    const void *const x = place->at[NX_OF_ITEMS];
    const void *const y = pairs ? place->at[NX_OF_FACTORS] : x;
    push_blocks(a, floats ? x : NULL, x, y, count);
    nx_reduce_place_advance(place, count);
    return count;
}

/* Pushes items that are read by panels. */
static void
push_panels(const nx_reduce_view *view, along *a, const char *const *base,
            const nx_reduce_part *part, double *panel)
{
    for (size_t done = 0; done < part->length; done += NX_PANEL_ITEMS) {
        const size_t left = part->length - done;
        const size_t n = left < NX_PANEL_ITEMS ? left : NX_PANEL_ITEMS;
        nx_panel_fill(view, base, part->begin + done, n, panel);
        push_blocks(a, NULL, panel, panel, n);
    }
}

/* Pushes items in any place. Returns how many of them are not left out. */
static size_t
push_items(const nx_reduce_view *view, along *a, const char *const *base,
           const nx_reduce_part *part, nx_fetch_room *room)
{
    const double *const fill = nx_term_is_deviation(a->terms->terms[0]) ? a->c : &zero;
    size_t taken = 0, left = part->length;
    nx_reduce_place place;
    nx_reduce_place_at(&place, view->reduced, view->reduced_axes, base, part->begin);
    while (left > 0) {
        const size_t pushed = push_in_place(view, a, &place, left);
        taken += pushed;
        left -= pushed;
        if (pushed == 0) {
            const size_t n = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
            const nx_fetched block = fetch_block(view, &place, n, fill, room);
            push_blocks(a, NULL, block.x, block.y, n);
            taken += block.taken;
            left -= n;
        }
    }
    return taken;
}

/* Sums of one output, whose items begin at `base`. Returns how many are not left out.
 * `panel` may be NULL. */
static size_t
sum_one(const nx_reduce_view *view, const nx_sum_terms *terms, const char *const *base,
        const nx_reduce_part *part, const double *c, double *sums, size_t stride,
        nx_fetch_room *room, double *panel)
{
    along a = {.terms = terms, .c = c};
    double row[NX_SUM_TERMS];
    size_t taken = part->length;
    a.tree =
        (nx_sum_tree){.engine = nx_lanes(), .width = terms->count, .levels = a.levels};
    if (panel != NULL) {
        push_panels(view, &a, base, part, panel);
    }
    else {
        taken = push_items(view, &a, base, part, room);
    }
    nx_sum_tree_end(&a.tree, row);
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
    double *const panel = part->length > NX_LANES_BLOCK && nx_panel_pays(view)
                              ? nx_alloc(NX_PANEL_ITEMS, sizeof *panel)
                              : NULL; /* without memory for it, it takes longer */
    nx_reduce_place_at(&place, view->kept, view->kept_axes, view->data, part->output);
    for (size_t i = 0; i < part->width;) {
        const double *const c = terms->c == NULL ? NULL : terms->c + part->output + i;
        size_t done = rows ? sum_rows(view, terms, &place, part->width - i, c, sums + i,
                                      stride, &room)
                           : 0;
        size_t in = part->length;
        if (done == 0) {
            done = 1;
            in =
                sum_one(view, terms, place.at, part, c, sums + i, stride, &room, panel);
        }
        for (size_t j = i; j < i + done && taken != NULL; j++) {
            taken[j] = (int64_t)in;
        }
        nx_reduce_place_advance(&place, done);
        i += done;
    }
    nx_free(panel);
}
