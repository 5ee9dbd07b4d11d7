/* What the items of S and U arrays are without their padding. */
#ifndef NX_BINDING_PY_TEXT_ITEM_H
#define NX_BINDING_PY_TEXT_ITEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"

/* The size of n bytes without the NULs at their end. */
NX_INLINE size_t
nx_py_without_nuls(const uint8_t *text, size_t n)
{
    while (n >= 8 && nx_load64le(text + n - 8) == 0) {
        n -= 8;
    }
    while (n > 0 && text[n - 1] == 0) {
        n--;
    }
    return n;
}

/* The code points of a U item of n without the NULs at its end. */
NX_INLINE size_t
nx_py_points_without_nuls(const uint32_t *points, size_t n)
{
    while (n >= 2 && nx_load64le(points + n - 2) == 0) {
        n -= 2;
    }
    return n > 0 && points[n - 1] == 0 ? n - 1 : n;
}

#endif
