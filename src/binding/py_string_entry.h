/* Entries of StringDType arrays: how one is read, and how one is written without NumPy.
 *
 * What entries of short strings look like: their text from the first byte on, zeros
 * and, in the last byte, a tag that depends on the length alone. This is NumPy's habit
 * ("short string optimization") and no promise, so it is learned at import from entries
 * that NumPy packs, and not used if NumPy does otherwise. */
#ifndef NX_BINDING_PY_STRING_ENTRY_H
#define NX_BINDING_PY_STRING_ENTRY_H

#include "binding/np_api.h"

#include "base/bits.h"
#include "base/span.h"

enum {
    NX_PY_SHORT_STRING = sizeof(npy_static_string) - 1,
    NX_PY_ENTRY = 16,        /* bytes of an entry that is_learned stands for */
    NX_PY_NOT_INSIDE = 0xFF, /* no size of a short string */
};

typedef struct nx_py_entry_form {
    bool stays_inside; /* short strings write their entry and nothing else */
    bool is_learned;   /* the form is the one described, and what follows valid */
    uint8_t tags[NX_PY_SHORT_STRING + 1];
    /* Which byte of an entry says whether its string is inside, and the sizes that it
     * tells of; else NX_PY_NOT_INSIDE, as all of them are if nothing is learned. Empty
     * strings are not told of: entries that are filled otherwise may end like theirs.
     */
    size_t tag_place;
    uint8_t sizes[256];
} nx_py_entry_form;

/* The form of entries in this process. */
extern nx_py_entry_form nx_py_entries;

/* Learns the form: once, at import. -1 with an exception set. */
int nx_py_learn_entries(void);

/* ---- Reading ---- */

/* The strings of an array, between nx_py_acquire_strings and nx_py_release_strings.
 * Who holds them must not wait for the interpreter, which another thread may hold while
 * it waits for the strings. */
typedef struct nx_py_strings {
    npy_string_allocator *allocator;
    const PyArray_StringDTypeObject *descr;
} nx_py_strings;

/* Of an array whose allocator is acquired already. */
NX_INLINE nx_py_strings
nx_py_strings_of(const PyArray_Descr *descr, npy_string_allocator *allocator)
{
    return (nx_py_strings){allocator,
                           (const PyArray_StringDTypeObject *)(const void *)descr};
}

NX_INLINE nx_py_strings
nx_py_acquire_strings(const PyArray_Descr *descr)
{
    return nx_py_strings_of(
        descr, NpyString_acquire_allocator(
                   (const PyArray_StringDTypeObject *)(const void *)descr));
}

NX_INLINE void
nx_py_release_strings(const nx_py_strings *strings)
{
    NpyString_release_allocator(strings->allocator);
}

/* What an entry holds. */
typedef enum nx_py_loaded {
    NX_PY_NOT_LOADED = -1, /* no memory */
    NX_PY_TEXT,
    NX_PY_NA_TEXT, /* missing; with a str as the NA value that is its text, as it is for
                    * NumPy itself */
    NX_PY_NA       /* missing, without a text */
} nx_py_loaded;

/* nx_py_load_string for every string, by NumPy. */
nx_py_loaded nx_py_load_by_numpy(const nx_py_strings *strings, const char *entry,
                                 nx_span *text);

/* The text of an entry, not NULL: one of no bytes is at the entry. */
NX_INLINE nx_py_loaded
nx_py_load_string(const nx_py_strings *strings, const char *entry, nx_span *text)
{
    const uint8_t size = nx_py_entries.sizes[(uint8_t)entry[nx_py_entries.tag_place]];
    if (NX_UNLIKELY(size == NX_PY_NOT_INSIDE)) {
        return nx_py_load_by_numpy(strings, entry, text);
    }
    *text = (nx_span){(const uint8_t *)entry, size};
    return NX_PY_TEXT;
}

/* ---- Writing ---- */

/* Writes an entry of n bytes, at most NX_PY_SHORT_STRING, whose text is the words'
 * first n bytes; the others are zeros. Only for a form that is learned. */
NX_INLINE void
nx_py_put_entry(char *entry, uint64_t first, uint64_t last, size_t n)
{
    const uint64_t words[2] = {first, last | (uint64_t)nx_py_entries.tags[n] << 56};
    memcpy(entry, words, sizeof words);
}

/* The same of a text with 16 readable bytes, whatever n is. */
NX_INLINE void
nx_py_put_text_entry(char *entry, const uint8_t *text, size_t n)
{
    static const _Alignas(32) uint8_t kept[32] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
    const uint8_t *const keep = kept + 16 - n;
    nx_py_put_entry(entry, nx_load64le(text) & nx_load64le(keep),
                    nx_load64le(text + 8) & nx_load64le(keep + 8), n);
}

#endif
