#include "binding/py_string_entry.h"

#include <string.h>

enum {
    LARGEST_ENTRY = 64
};

/* An entry of `size` bytes that NumPy packs a text into; false if it keeps the text
 * elsewhere. */
static bool
pack_probe(npy_string_allocator *allocator, const uint8_t *text, size_t n, size_t size,
           char *entry)
{
    npy_packed_static_string *packed = (npy_packed_static_string *)(void *)entry;
    npy_static_string loaded = {0, NULL};
    memset(entry, 0, LARGEST_ENTRY);
    return NpyString_pack(allocator, packed, (const char *)text, n) == 0 &&
           NpyString_load(allocator, packed, &loaded) == 0 && loaded.size == n &&
           (n == 0 || (uintptr_t)loaded.buf - (uintptr_t)entry < size);
}

/* True if entries of n bytes are text, zeros and a tag, whatever the text is. */
static bool
learn_tag(nx_py_entry_form *form, npy_string_allocator *allocator, size_t n)
{
    static const uint8_t firsts[] = {0x01, 'a', 0xC3, 0xFF};
    _Alignas(NX_PY_ENTRY) char entry[LARGEST_ENTRY];
    for (size_t i = 0; i < sizeof firsts; i++) {
        uint8_t text[NX_PY_ENTRY] = {0};
        for (size_t at = 0; at < n; at++) {
            text[at] = (uint8_t)(firsts[i] - at % 2 * (firsts[i] > 0x01));
        }
        if (!pack_probe(allocator, text, n, NX_PY_ENTRY, entry)) {
            return false;
        }
        const uint8_t tag = (uint8_t)entry[NX_PY_ENTRY - 1];
        if (memcmp(entry, text, NX_PY_ENTRY - 1) != 0 ||
            (i > 0 && tag != form->tags[n])) {
            return false;
        }
        form->tags[n] = tag;
    }
    return true;
}

void
nx_py_learn_entry(nx_py_entry_form *form, npy_string_allocator *allocator, size_t step)
{
    _Alignas(NX_PY_ENTRY) char entry[LARGEST_ENTRY];
    const uint8_t text[NX_PY_SHORT_STRING] = {1};
    *form = (nx_py_entry_form){.stays_inside = false};
    if (step > sizeof entry) {
        return;
    }
    form->stays_inside = pack_probe(allocator, text, NX_PY_SHORT_STRING, step, entry);
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bool learned = form->stays_inside && step == NX_PY_ENTRY;
    for (size_t n = 0; learned && n <= NX_PY_SHORT_STRING; n++) {
        learned = learn_tag(form, allocator, n);
    }
    form->is_learned = learned;
#endif
}
