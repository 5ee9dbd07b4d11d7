#include "reduce/reduce_plan.h"

enum {
    PART_ITEMS = 1 << 17, /* of a part, about: some 40 microseconds */
    PIECE_BLOCKS = 64,
    FEW_OUTPUTS = 4 /* side by side that loops over them do not pay for */
};

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t
distance(ptrdiff_t step)
{
    return step < 0 ? 0 - (size_t)step : (size_t)step;
}

/* Neighbours in memory are of different outputs, and there are enough of them. */
static bool
is_across(const nx_reduce_view *view)
{
    const nx_reduce_axis *const kept = &view->kept[view->kept_axes - 1];
    const nx_reduce_axis *const reduced = &view->reduced[view->reduced_axes - 1];
    return view->length > 1 && kept->length >= FEW_OUTPUTS &&
           distance(kept->steps[NX_OF_ITEMS]) < distance(reduced->steps[NX_OF_ITEMS]);
}

nx_reduce_plan
nx_reduce_plan_of(const nx_reduce_view *view)
{
    nx_reduce_plan plan = {
        .across = is_across(view), .outputs = view->outputs, .length = view->length};
    size_t blocks = PIECE_BLOCKS;
    if (plan.across) {
        plan.line = view->kept[view->kept_axes - 1].length;
        plan.tile = smaller(plan.line, NX_TILE);
        plan.tiles =
            (plan.line + plan.tile - 1) / plan.tile * (plan.outputs / plan.line);
        while (blocks > 1 && blocks * NX_LANES_BLOCK * plan.tile > PART_ITEMS) {
            blocks /= 2;
        }
    }
    else {
        plan.line = plan.outputs;
        plan.tile = smaller(plan.outputs, 1 + PART_ITEMS / plan.length);
        plan.tiles = (plan.outputs + plan.tile - 1) / plan.tile;
    }
    plan.piece = blocks * NX_LANES_BLOCK;
    plan.pieces = plan.length / plan.piece + (plan.length % plan.piece != 0);
    return plan;
}

nx_reduce_part
nx_reduce_plan_part(const nx_reduce_plan *plan, size_t i)
{
    const size_t number = i / plan->tiles, tile = i % plan->tiles;
    const size_t of_line = (plan->line + plan->tile - 1) / plan->tile;
    const size_t in_line = tile % of_line * plan->tile;
    nx_reduce_part part = {
        .output = tile / of_line * plan->line + in_line,
        .width = smaller(plan->tile, plan->line - in_line),
        .number = number,
        .begin = number * plan->piece,
    };
    part.length = smaller(plan->piece, plan->length - part.begin);
    return part;
}
