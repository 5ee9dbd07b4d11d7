/* What the items of an S array are without padding. */
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

#endif
