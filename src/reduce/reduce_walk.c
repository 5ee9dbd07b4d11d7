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
        walked.factors = nx_fetch_items(view, at[NX_OF_FACTORS], steps[NX_OF_FACTORS],
                                        n, room->factors);
    }
    if (at[NX_OF_TAKEN] != NULL) {
        walked.flags =
            nx_fetch_flags(at[NX_OF_TAKEN], steps[NX_OF_TAKEN], n, room->flags);
    }
    run(context, &walked);
}

/* Items of a run from an address on, at most. */
static size_t
longest_run(const nx_reduce_view *view, const char *at)
{
    const size_t size = nx_item_size(view->type);
    const bool in_place =
        view->reduced[view->reduced_axes - 1].steps[NX_OF_ITEMS] == (ptrdiff_t)size &&
        (uintptr_t)at % size == 0 && !view->swapped && view->type != NX_ITEM_TIME &&
        view->data[NX_OF_FACTORS] == NULL && !nx_reduce_view_skips(view);
    return in_place ? NX_LONG_RUN : NX_LANES_BLOCK;
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
        const size_t most = longest_run(view, place.at[NX_OF_ITEMS]);
        size_t n = place.run < length ? place.run : length;
        n = n < most ? n : most;
        walk_run(view, place.at, steps, n, &room, run, context);
        nx_reduce_place_advance(&place, n);
        length -= n;
    }
}

nx_walked_rows
nx_walk_rows(const nx_reduce_view *view, size_t output, size_t most, uint64_t *room)
{
    const nx_reduce_axis *const kept = &view->kept[view->kept_axes - 1];
    const ptrdiff_t step = view->reduced[0].steps[NX_OF_ITEMS];
    const size_t n = view->length, fitting = NX_LANES_BLOCK / n;
    nx_walked_rows walked = {0};
    nx_reduce_place place;
    if (view->reduced_axes > 1 || fitting < 2 || view->data[NX_OF_FACTORS] != NULL ||
        view->data[NX_OF_TAKEN] != NULL ||
        kept->steps[NX_OF_ITEMS] != step * (ptrdiff_t)n) {
        return walked;
    }
    nx_reduce_place_at(&place, view->kept, view->kept_axes, view->data, output);
    walked.rows = place.run < most ? place.run : most;
    walked.rows = walked.rows < fitting ? walked.rows : fitting;
    walked.items =
        nx_fetch_items(view, place.at[NX_OF_ITEMS], step, walked.rows * n, room);
    return walked;
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
    nx_reduce_place_at(&place, view->reduced, view->reduced_axes, outer.at,
                       part->begin);
    for (size_t left = part->length; left > 0;) {
        size_t rows = place.run < left ? place.run : left;
        rows = rows < most ? rows : most;
        walk_run(view, place.at, steps, rows * part->width, &room, run, context);
        nx_reduce_place_advance(&place, rows);
        left -= rows;
    }
}
