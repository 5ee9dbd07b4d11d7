/* The items of a reduction: an array whose axes are kept or reduced.
 *
 * Outputs are numbered in C order of the kept axes, and the items of an output in C
 * order of the reduced ones, whatever the order is that memory has. That numbering is
 * all that results depend on.
 */
#ifndef NX_REDUCE_REDUCE_VIEW_H
#define NX_REDUCE_REDUCE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum nx_item_type {
    NX_ITEM_BOOL, /* a byte: 0, or anything else */
    NX_ITEM_INT8,
    NX_ITEM_UINT8,
    NX_ITEM_INT16,
    NX_ITEM_UINT16,
    NX_ITEM_INT32,
    NX_ITEM_UINT32,
    NX_ITEM_INT64,
    NX_ITEM_UINT64,
    NX_ITEM_TIME, /* int64, of which INT64_MIN is no time */
    NX_ITEM_FLOAT16,
    NX_ITEM_FLOAT32,
    NX_ITEM_FLOAT64
} nx_item_type;

/* The bytes of an item. */
size_t nx_item_size(nx_item_type type);

/* What a view has an address for. */
enum {
    NX_OF_ITEMS,
    NX_OF_FACTORS, /* of a dot product, the same type as the items */
    NX_OF_TAKEN,   /* a byte by item: 0 leaves it out */
    NX_OPERANDS
};

enum {
    NX_REDUCE_AXES = 64 /* at most; what NumPy has */
};

typedef struct nx_reduce_axis {
    size_t length;
    ptrdiff_t steps[NX_OPERANDS]; /* in bytes; those of absent operands do not matter */
} nx_reduce_axis;

typedef struct nx_reduce_view {
    nx_item_type type;
    bool swapped;                  /* items are in the other byte order */
    bool skip_nan;                 /* NaN (NaT) is left out */
    const char *data[NX_OPERANDS]; /* NULL if absent; items are always there */
    unsigned kept_axes, reduced_axes;
    nx_reduce_axis kept[NX_REDUCE_AXES];
    nx_reduce_axis reduced[NX_REDUCE_AXES];
    size_t outputs; /* set by nx_reduce_view_simplify, as is `length`: ... */
    size_t length;  /* ... items of each output */
} nx_reduce_view;

/* Joins axes that are one in memory and drops those of length 1; at least one axis of
 * each kind is left. Counts outputs and items, whose products must fit in a size_t. */
void nx_reduce_view_simplify(nx_reduce_view *view);

/* True if something may be left out. */
static inline bool
nx_reduce_view_skips(const nx_reduce_view *view)
{
    return view->data[NX_OF_TAKEN] != NULL || view->skip_nan;
}

/* A place in some axes of a view, and its addresses. */
typedef struct nx_reduce_place {
    const nx_reduce_axis *axes;
    unsigned count;
    size_t run; /* items from here on along the last axis, this one included */
    const char *at[NX_OPERANDS];
    size_t index[NX_REDUCE_AXES];
} nx_reduce_place;

/* Goes to a place by its number in C order, counted from addresses `base`. */
void nx_reduce_place_at(nx_reduce_place *place, const nx_reduce_axis *axes,
                        unsigned count, const char *const base[NX_OPERANDS],
                        size_t number);

/* Goes n <= place->run items on; behind the last one of all it starts again. */
void nx_reduce_place_advance(nx_reduce_place *place, size_t n);

#endif
