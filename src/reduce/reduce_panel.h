/* Items whose order in C is not the one in memory, several blocks at a time.
 *
 * Along the last axis of such a view, each item is in another line of memory, and its
 * neighbours there belong to later rows. A panel takes several rows at once, in the
 * order of memory, and has their items in C order.
 */
#ifndef NX_REDUCE_REDUCE_PANEL_H
#define NX_REDUCE_REDUCE_PANEL_H

#include "reduce/lanes.h"
#include "reduce/reduce_view.h"

enum {
    NX_PANEL_BLOCKS = 16,
    NX_PANEL_ITEMS = NX_PANEL_BLOCKS * NX_LANES_BLOCK
};

/* True if the items of outputs are better read by panels. */
bool nx_panel_pays(const nx_reduce_view *view);

/* Writes n <= NX_PANEL_ITEMS items as doubles, from number `begin` on, of the output
 * whose items begin at `base`. Of views without factors that leave nothing out. */
void nx_panel_fill(const nx_reduce_view *view, const char *const base[NX_OPERANDS],
                   size_t begin, size_t n, double *panel);

#endif
