#include "reduce/reduce_panel.h"

#include <string.h>

#include "base/bits.h"
#include "reduce/reduce_fetch.h"

enum {
    ASKED_COLUMNS = 16 /* ahead of the one that is read */
};

bool
nx_panel_pays(const nx_reduce_view *view)
{
    if (view->reduced_axes < 2 || view->data[NX_OF_FACTORS] != NULL ||
        nx_reduce_view_skips(view)) {
        return false;
    }
    const nx_reduce_axis *const inner = &view->reduced[view->reduced_axes - 1];
    const nx_reduce_axis *const outer = inner - 1;
    return nx_distance(outer->steps[NX_OF_ITEMS]) <
               nx_distance(inner->steps[NX_OF_ITEMS]) &&
           inner->length <= NX_PANEL_ITEMS / 2;
}

/* A part of one row. */
static void
fill_run(const nx_reduce_view *view, const char *at, ptrdiff_t step, size_t n,
         double *to)
{
    for (size_t done = 0; done < n; done += NX_LANES_BLOCK) {
        const size_t left = n - done;
        const size_t count = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
        const double *const x =
            nx_fetch_doubles(view, at + (ptrdiff_t)done * step, step, count, to + done);
        if (x != to + done) {
            memcpy(to + done, x, count * sizeof *to);
        }
    }
}

/* Whole rows, column by column. */
static void
fill_rows(const nx_reduce_view *view, const char *at, size_t rows, double *to)
{
    const nx_reduce_axis *const inner = &view->reduced[view->reduced_axes - 1];
    const ptrdiff_t across = inner->steps[NX_OF_ITEMS];
    const ptrdiff_t down = inner[-1].steps[NX_OF_ITEMS];
    const size_t width = inner->length;
    double column[NX_LANES_BLOCK];
    for (size_t first = 0; first < rows; first += NX_LANES_BLOCK) {
        const size_t left = rows - first;
        const size_t count = left < NX_LANES_BLOCK ? left : NX_LANES_BLOCK;
        for (size_t i = 0; i < width; i++) {
            const char *const top =
                at + (ptrdiff_t)first * down + (ptrdiff_t)i * across;
            /* Columns that are far apart are not foreseen by the processor. */
            nx_prefetch(top + ASKED_COLUMNS * across);
            const double *const x = nx_fetch_doubles(view, top, down, count, column);
            double *place = to + first * width + i;
            for (size_t row = 0; row < count; row++, place += width) {
                *place = x[row];
            }
        }
    }
}

void
nx_panel_fill(const nx_reduce_view *view, const char *const base[NX_OPERANDS],
              size_t begin, size_t n, double *panel)
{
    const unsigned last = view->reduced_axes - 1;
    const nx_reduce_axis *const inner = &view->reduced[last];
    nx_reduce_place place;
    nx_reduce_place_at(&place, view->reduced, view->reduced_axes, base, begin);
    while (n > 0) {
        const char *const at = place.at[NX_OF_ITEMS];
        const size_t width = inner->length;
        const size_t below = inner[-1].length - place.index[last - 1];
        const size_t rows = n / width < below ? n / width : below;
        size_t done = place.run < n ? place.run : n;
        if (place.index[last] == 0 && rows > 1) {
            fill_rows(view, at, rows, panel);
            done = rows * width;
        }
        else {
            fill_run(view, at, inner->steps[NX_OF_ITEMS], done, panel);
        }
        begin += done;
        panel += done;
        n -= done;
        if (n > 0) {
            nx_reduce_place_at(&place, view->reduced, view->reduced_axes, base, begin);
        }
    }
}
