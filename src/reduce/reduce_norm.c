#include "reduce/reduce_norm.h"

#include <math.h>

#include "reduce/reduce_fetch.h"
#include "reduce/sum_parts.h"
#include "reduce/sum_tree.h"

/* A square that is lost, or rounded to a subnormal number, is wrong by 2^-1075 at most,
 * and 2^60 of them by 2^-1015: no bit of a sum from here on. */
#define SAFE_FROM 0x1p-960

bool
nx_norm_is_doubtful(double sum_of_squares)
{
    return sum_of_squares < SAFE_FROM || isinf(sum_of_squares);
}

/* The largest size of an item; NaN if one is NaN. */
static double
largest(const nx_reduce_view *view, const nx_reduce_place *first, nx_fetch_room *room)
{
    static const double zero = 0;
    static const nx_fetch_fill fill = {&zero, false};
    const ptrdiff_t *const steps = view->reduced[view->reduced_axes - 1].steps;
    nx_reduce_place place = *first;
    double most = 0;
    bool nan = false;
    for (size_t left = view->length; left > 0;) {
        const size_t n = place.run < NX_LANES_BLOCK ? place.run : NX_LANES_BLOCK;
        const nx_reduce_run run = {place.at, steps, n};
        const double *const x = nx_fetch_run(view, &run, fill, NULL, room, 0, false).x;
        for (size_t i = 0; i < n; i++) {
            const double size = fabs(x[i]);
            most = size > most ? size : most;
            nan |= isnan(size);
        }
        nx_reduce_place_advance(&place, n);
        left -= n;
    }
    return nan ? (double)NAN : most;
}

double
nx_norm_scaled(const nx_reduce_view *view, size_t output)
{
    nx_fetch_room room;
    nx_reduce_place outer, inner;
    nx_reduce_place_at(&outer, view->kept, view->kept_axes, view->data, output);
    nx_reduce_place_at(&inner, view->reduced, view->reduced_axes, outer.at, 0);
    const double most = largest(view, &inner, &room);
    if (most == 0 || !isfinite(most)) {
        return most;
    }
    int exponent;
    (void)frexp(most, &exponent);
    /* 2^-exponent itself may be too large for a double: the items then are subnormal,
     * and become large enough by less. */
    exponent = exponent < -1000 ? -1000 : exponent;
    const double scale = ldexp(1, -exponent);
    const nx_sum_terms terms = {1, {NX_TERM_SCALED_SQUARE}, &scale};
    double levels[NX_TREE_LEVELS], sum;
    nx_sum_tree tree = {.engine = nx_lanes(), .width = 1, .levels = levels};
    const size_t piece = NX_LANES_BLOCK << (NX_PIECE_LEVELS - 2);
    nx_reduce_view one = *view;
    one.kept_axes = 1;
    one.kept[0] = (nx_reduce_axis){.length = 1};
    for (int k = 0; k < NX_OPERANDS; k++) {
        one.data[k] = outer.at[k];
    }
    for (size_t begin = 0; begin < view->length; begin += piece) {
        const size_t rest = view->length - begin;
        const nx_reduce_part part = {
            .width = 1, .begin = begin, .length = rest < piece ? rest : piece};
        nx_sum_along(&one, &terms, &part, &sum, 1, NULL);
        nx_sum_tree_push(&tree, &sum);
    }
    nx_sum_tree_end(&tree, &sum);
    return ldexp(sqrt(sum), exponent);
}
