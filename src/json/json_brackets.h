/* The brackets of nested lists, between values that are numbered in C order. */
#ifndef NX_JSON_JSON_BRACKETS_H
#define NX_JSON_JSON_BRACKETS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Dimensions of an array, at most; NumPy's limit. */
#define NX_JSON_MOST_DIMS 64

/* Room that nx_json_put_brackets needs. */
#define NX_JSON_BRACKETS_ROOM (2 * NX_JSON_MOST_DIMS + 1)

typedef struct nx_json_brackets {
    int ndim; /* 0: no brackets, only what is between values */
    const size_t *dims;
    uint8_t between;
} nx_json_brackets;

/* Writes what stands before value `i` of `count`, behind value i - 1, or for i == count
 * at the end. `count` is the product of the dims, not 0; any number if there are none.
 * Returns the end. */
static inline uint8_t *
nx_json_put_brackets(const nx_json_brackets *brackets, size_t i, size_t count,
                     uint8_t *at)
{
    /* Lists that end, and begin again, here. */
    size_t levels = 0, rest = i;
    for (int axis = brackets->ndim - 1; axis >= 0; axis--) {
        const size_t length = brackets->dims[axis];
        if (rest % length != 0) {
            break;
        }
        rest /= length;
        levels++;
    }
    if (i > 0) {
        memset(at, ']', levels);
        at += levels;
        if (i == count) {
            return at;
        }
        *at++ = brackets->between;
    }
    memset(at, '[', levels);
    return at + levels;
}

#endif
