/* What the items of S and U arrays are without their padding. */
#ifndef NX_BINDING_PY_TEXT_ITEM_H
#define NX_BINDING_PY_TEXT_ITEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"

/* The size of n bytes without the blocks of 32 bytes at their end that are all NULs. */
NX_INLINE size_t
nx_py_without_blocks_of_nuls(const uint8_t *text, size_t n)
{
    for (; n >= 32; n -= 32) {
        const uint8_t *const block = text + n - 32;
        if ((nx_load64le(block) | nx_load64le(block + 8) | nx_load64le(block + 16) |
             nx_load64le(block + 24)) != 0) {
            break;
        }
    }
    return n;
}

/* The size of n bytes without the NULs at their end. */
NX_INLINE size_t
nx_py_without_nuls(const uint8_t *text, size_t n)
{
    for (n = nx_py_without_blocks_of_nuls(text, n); n >= 8; n -= 8) {
        const uint64_t last = nx_load64le(text + n - 8);
        if (last != 0) {
            return n - (size_t)nx_clz64(last) / 8;
        }
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
    n = nx_py_without_blocks_of_nuls((const uint8_t *)points, 4 * n) / 4;
    while (n > 0 && points[n - 1] == 0) {
        n--;
    }
    return n;
}

#endif
