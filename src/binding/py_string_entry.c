#include "binding/py_string_entry.h"

#include <string.h>

enum {
    LARGEST_ENTRY = 64
};

nx_py_entry_form nx_py_entries;

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

/* Learns the form from the entries, of `size` bytes, that an allocator packs. */
static void
learn(nx_py_entry_form *form, npy_string_allocator *allocator, size_t size)
{
    _Alignas(NX_PY_ENTRY) char entry[LARGEST_ENTRY];
    const uint8_t text[NX_PY_SHORT_STRING] = {1};
    memset(form, 0, sizeof *form);
    memset(form->sizes, NX_PY_NOT_INSIDE, sizeof form->sizes);
    if (size > sizeof entry) {
        return;
    }
    form->stays_inside = pack_probe(allocator, text, NX_PY_SHORT_STRING, size, entry);
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bool learned = form->stays_inside && size == NX_PY_ENTRY;
    for (size_t n = 0; learned && n <= NX_PY_SHORT_STRING; n++) {
        learned = learn_tag(form, allocator, n);
    }
    form->is_learned = learned;
    for (size_t n = 1; learned && n <= NX_PY_SHORT_STRING; n++) {
        form->sizes[form->tags[n]] = (uint8_t)n;
        form->tag_place = NX_PY_ENTRY - 1;
    }
#endif
}

int
nx_py_learn_entries(void)
{
    PyArray_Descr *descr = PyArray_DescrFromType(NPY_VSTRING); /* a fresh one */
    if (descr == NULL) {
        return -1;
    }
    const nx_py_strings strings = nx_py_acquire_strings(descr);
    learn(&nx_py_entries, strings.allocator, (size_t)PyDataType_ELSIZE(descr));
    nx_py_release_strings(&strings);
    Py_DECREF(descr);
    return 0;
}

nx_py_loaded
nx_py_load_by_numpy(const nx_py_strings *strings, const char *entry, nx_span *text)
{
    npy_static_string loaded = {0, NULL};
    const int null =
        NpyString_load(strings->allocator,
                       (const npy_packed_static_string *)(const void *)entry, &loaded);
    if (null < 0) {
        return NX_PY_NOT_LOADED;
    }
    const bool is_text = null == 0 || strings->descr->has_string_na;
    if (null > 0 && is_text) {
        loaded = strings->descr->default_string;
    }
    const bool is_empty = !is_text || loaded.size == 0;
    *text = is_empty ? (nx_span){(const uint8_t *)entry, 0}
                     : (nx_span){(const uint8_t *)loaded.buf, loaded.size};
    return null == 0 ? NX_PY_TEXT : is_text ? NX_PY_NA_TEXT : NX_PY_NA;
}
