#include "reduce/reduce_walk.h"

#include "reduce/reduce_fetch.h"

/* Room for the items of a run that are not in a row in memory. */
typedef struct walk_room {
    uint64_t items[NX_LANES_BLOCK], factors[NX_LANES_BLOCK];
    uint8_t flags[NX_LANES_BLOCK];
} walk_room;

static void
walk_run(const nx_reduce_view *view, const char *const *at, const ptrdiff_t *steps,
         size_t n, walk_room *room, nx_walk_run *run, void *context)
{
    nx_walked walked = {.n = n};
    walked.items =
        nx_fetch_items(view, at[NX_OF_ITEMS], steps[NX_OF_ITEMS], n, room->items);
    if (at[NX_OF_FACTORS] != NULL) {
        walked.factors = nx_fetch_items(view, at[NX_OF_FACTORS], steps[NX_OF_FACTORS], n,
                                        room->factors);
    }
    if (at[NX_OF_TAKEN] != NULL) {
        walked.flags =
            nx_fetch_flags(at[NX_OF_TAKEN], steps[NX_OF_TAKEN], n, room->flags);
    }
    run(context, &walked);
}

void
nx_walk_along(const nx_reduce_view *view, size_t output, size_t begin, size_t length,
              nx_walk_run *run, void *context)
{
    walk_room room;
    nx_reduce_place outer, place;
    const ptrdiff_t *const steps = view->reduced[view->reduced_axes - 1].steps;
    nx_reduce_place_at(&outer, view->kept, view->kept_axes, view->data, output);
    nx_reduce_place_at(&place, view->reduced, view->reduced_axes, outer.at, begin);
    while (length > 0) {
        size_t n = place.run < length ? place.run : length;
        n = n < NX_LANES_BLOCK ? n : NX_LANES_BLOCK;
        walk_run(view, place.at, steps, n, &room, run, context);
        nx_reduce_place_advance(&place, n);
        length -= n;
    }
}

void
nx_walk_across(const nx_reduce_view *view, const nx_reduce_part *part, nx_walk_run *run,
               void *context)
{
    walk_room room;
    nx_reduce_place outer, place;
    const ptrdiff_t *const steps = view->kept[view->kept_axes - 1].steps;
    const size_t most =
        nx_reduce_is_chained(view, part->width) ? NX_LANES_BLOCK / part->width : 1;
    nx_reduce_place_at(&outer, view->kept, view->kept_axes, view->data, part->output);
    nx_reduce_place_at(&place, view->reduced, view->reduced_axes, outer.at, part->begin);
    for (size_t left = part->length; left > 0;) {
        size_t rows = place.run < left ? place.run : left;
        rows = rows < most ? rows : most;
        walk_run(view, place.at, steps, rows * part->width, &room, run, context);
        nx_reduce_place_advance(&place, rows);
        left -= rows;
    }
}
