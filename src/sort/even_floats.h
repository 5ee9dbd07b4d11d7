/* Rows of doubles that are spread over their range, as those of most distributions are.
 *
 * The keys of floats (sort/sort_key.h) are those of their logarithms: where values are
 * spread evenly, keys crowd at both ends. So these rows are distributed to slots of
 * equal width in the values themselves, two for each, and what shares a slot is put
 * right by insertion. All steps keep the order of equal values, also that of 0.0 and
 * -0.0. */
#ifndef NX_SORT_EVEN_FLOATS_H
#define NX_SORT_EVEN_FLOATS_H

#include <stdbool.h>
#include <stddef.h>

/* The shortest row: a sample of it tells whether it is spread. */
#define NX_FEWEST_EVEN_FLOATS ((size_t)64)

/* The longest row: its slots can be told by 16 bits. */
#define NX_EVEN_FLOATS ((size_t)1 << 15)

/* Bytes of room, for each value, and some. */
#define NX_EVEN_ROOM  ((size_t)8)
#define NX_EVEN_SPARE ((size_t)16)

/* Writes n values, NX_FEWEST_EVEN_FLOATS to NX_EVEN_FLOATS of them,
 * in ascending order (falling with `descending`) to `sorted`. False, and anything
 * there, if they are not spread, or not finite. `room` has n * NX_EVEN_ROOM +
 * NX_EVEN_SPARE bytes, aligned for uint64_t. */
bool nx_sort_even_floats(const double *values, size_t n, bool descending,
                         double *sorted, void *room);

#endif
