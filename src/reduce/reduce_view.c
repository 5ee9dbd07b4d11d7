#include "reduce/reduce_view.h"

size_t
nx_item_size(nx_item_type type)
{
    static const uint8_t sizes[] = {
        [NX_ITEM_BOOL] = 1,    [NX_ITEM_INT8] = 1,    [NX_ITEM_UINT8] = 1,
        [NX_ITEM_INT16] = 2,   [NX_ITEM_UINT16] = 2,  [NX_ITEM_INT32] = 4,
        [NX_ITEM_UINT32] = 4,  [NX_ITEM_INT64] = 8,   [NX_ITEM_UINT64] = 8,
        [NX_ITEM_TIME] = 8,    [NX_ITEM_FLOAT16] = 2, [NX_ITEM_FLOAT32] = 4,
        [NX_ITEM_FLOAT64] = 8,
    };
    return sizes[type];
}

/* ---- Simpler axes ---- */

/* True if the items of `outer` follow those of `inner` as those follow one another. */
static bool
are_one(const nx_reduce_view *view, const nx_reduce_axis *outer,
        const nx_reduce_axis *inner)
{
    for (int i = 0; i < NX_OPERANDS; i++) {
        if (view->data[i] != NULL &&
            outer->steps[i] != inner->steps[i] * (ptrdiff_t)inner->length) {
            return false;
        }
    }
    return true;
}

/* Returns how many axes are left, and sets the number of places in them. */
static unsigned
simplify(const nx_reduce_view *view, nx_reduce_axis *axes, unsigned count,
         size_t *places)
{
    unsigned left = 0;
    *places = 1;
    for (unsigned i = 0; i < count; i++) {
        *places *= axes[i].length;
        if (axes[i].length == 1) {
            continue;
        }
        if (left > 0 && are_one(view, &axes[left - 1], &axes[i])) {
            const size_t outer = axes[left - 1].length;
            axes[left - 1] = axes[i];
            axes[left - 1].length *= outer;
            continue;
        }
        if (left != i) {
            axes[left] = axes[i];
        }
        left++;
    }
    if (left == 0) {
        axes[0] = (nx_reduce_axis){.length = 1};
        left = 1;
    }
    return left;
}

void
nx_reduce_view_simplify(nx_reduce_view *view)
{
    view->kept_axes = simplify(view, view->kept, view->kept_axes, &view->outputs);
    view->reduced_axes =
        simplify(view, view->reduced, view->reduced_axes, &view->length);
}

/* ---- Places ---- */

void
nx_reduce_place_at(nx_reduce_place *place, const nx_reduce_axis *axes, unsigned count,
                   const char *const base[NX_OPERANDS], size_t number)
{
    place->axes = axes;
    place->count = count;
    for (int k = 0; k < NX_OPERANDS; k++) {
        place->at[k] = base[k];
    }
    for (unsigned i = count; i-- > 0;) {
        const size_t length = axes[i].length;
        /* The first axis takes what is left: no division where there is only one. */
        const size_t index = i == 0 ? number : number % length;
        number = i == 0 ? 0 : number / length;
        place->index[i] = index;
        for (int k = 0; k < NX_OPERANDS; k++) {
            if (base[k] != NULL) {
                place->at[k] += (ptrdiff_t)index * axes[i].steps[k];
            }
        }
    }
    place->run = axes[count - 1].length - place->index[count - 1];
}

void
nx_reduce_place_advance(nx_reduce_place *place, size_t n)
{
    for (unsigned i = place->count; i-- > 0; n = 1) {
        const nx_reduce_axis *const axis = &place->axes[i];
        place->index[i] += n;
        const bool wraps = place->index[i] == axis->length;
        /* Where an axis is at its end, back to its first item. */
        const ptrdiff_t by =
            (ptrdiff_t)n - (wraps ? (ptrdiff_t)axis->length : (ptrdiff_t)0);
        for (int k = 0; k < NX_OPERANDS; k++) {
            if (place->at[k] != NULL) {
                place->at[k] += by * axis->steps[k];
            }
        }
        if (!wraps) {
            break;
        }
        place->index[i] = 0;
    }
    place->run = place->axes[place->count - 1].length - place->index[place->count - 1];
}
