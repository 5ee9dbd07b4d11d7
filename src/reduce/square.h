/* Squares of items, each of the type of its item. */
#ifndef NX_REDUCE_SQUARE_H
#define NX_REDUCE_SQUARE_H

#include "reduce/reduce_view.h"

/* Bytes of results from which they are written past the caches. */
#define NX_SQUARE_FAR_FROM ((size_t)32 << 20)

/* Writes the squares of n items; addresses are aligned, in the byte order of the
 * machine, and a result may be where its item is. `far` says that the results are part
 * of so many that no cache holds them. Returns the index of the first integer whose
 * square is none of its type (what is written for those is anything), n if there is
 * none. No bools, no times. Any thread. */
size_t nx_square(nx_item_type type, const char *items, ptrdiff_t item_step,
                 char *squares, ptrdiff_t square_step, size_t n, bool far);

#endif
