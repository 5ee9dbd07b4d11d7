/* Entries of StringDType arrays that are written without NumPy.
 *
 * What entries of short strings look like: their text from the first byte on, zeros
 * and, in the last byte, a tag that depends on the length alone. This is NumPy's habit
 * ("short string optimization") and no promise, so it is learned from entries that
 * NumPy packs, for every array anew, and not used if NumPy does otherwise. */
#ifndef NX_BINDING_PY_STRING_ENTRY_H
#define NX_BINDING_PY_STRING_ENTRY_H

#include "binding/np_api.h"

#include "base/bits.h"

enum {
    NX_PY_SHORT_STRING = sizeof(npy_static_string) - 1,
    NX_PY_ENTRY = 16 /* bytes of an entry that is_learned stands for */
};

typedef struct nx_py_entry_form {
    bool stays_inside; /* short strings write their entry and nothing else */
    bool is_learned;   /* the form is the one described, and what follows valid */
    uint8_t tags[NX_PY_SHORT_STRING + 1];
} nx_py_entry_form;

/* Learns the form from an allocator, which is acquired, of an array whose entries are
 * `step` bytes apart. */
void nx_py_learn_entry(nx_py_entry_form *form, npy_string_allocator *allocator,
                       size_t step);

/* Writes an entry of n bytes, at most NX_PY_SHORT_STRING, whose text is the words'
 * first n bytes; the others are zeros. Only for a form that is learned. */
NX_INLINE void
nx_py_put_entry(const nx_py_entry_form *form, char *entry, uint64_t first,
                uint64_t last, size_t n)
{
    const uint64_t words[2] = {first, last | (uint64_t)form->tags[n] << 56};
    memcpy(entry, words, sizeof words);
}

/* The same of a text with 16 readable bytes, whatever n is. */
NX_INLINE void
nx_py_put_text_entry(const nx_py_entry_form *form, char *entry, const uint8_t *text,
                     size_t n)
{
    static const _Alignas(32) uint8_t kept[32] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
    const uint8_t *const keep = kept + 16 - n;
    nx_py_put_entry(form, entry, nx_load64le(text) & nx_load64le(keep),
                    nx_load64le(text + 8) & nx_load64le(keep + 8), n);
}

#endif
