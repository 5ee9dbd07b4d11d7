/* Values of every numeric dtype as unsigned keys in their order.
 *
 * Integers of any width, bools, floats and times become 64-bit keys such that sorting
 * by key is sorting by value: NaN and NaT come last, and there is one zero. Keys of a
 * kind of w bits are below 2^w. Equal keys mean equal values, but of a float the key
 * does not tell -0.0 from 0.0, nor one NaN from another. */
#ifndef NX_SORT_SORT_KEY_H
#define NX_SORT_SORT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How bytes are compared. */
typedef enum nx_sort_kind {
    NX_SORT_U8, /* bools too */
    NX_SORT_U16,
    NX_SORT_U32,
    NX_SORT_U64,
    NX_SORT_I8,
    NX_SORT_I16,
    NX_SORT_I32,
    NX_SORT_I64,
    NX_SORT_F16,
    NX_SORT_F32,
    NX_SORT_F64,
    NX_SORT_TIME /* 64 bits, of which INT64_MIN is no time */
} nx_sort_kind;

/* Bytes of a value: 1, 2, 4 or 8. */
size_t nx_sort_kind_size(nx_sort_kind kind);

/* Whether a kind has values that come last in both directions: NaN, NaT. Their key is
 * the greatest there is, 2^w - 1, and no other value has it. */
bool nx_sort_kind_has_last(nx_sort_kind kind);

/* Where values are: `step` bytes from one to the next, any sign, any alignment;
 * `swapped`: in the other byte order than that of the machine. */
typedef struct nx_sort_source {
    const void *values;
    ptrdiff_t step;
    nx_sort_kind kind;
    bool swapped;
} nx_sort_source;

/* Writes the keys of values first .. first + n - 1. With `descending` keys grow as
 * values fall, with NaN and NaT still last. Any thread. */
void nx_sort_keys(const nx_sort_source *source, size_t first, size_t n, bool descending,
                  uint64_t *keys);

/* The same for kinds of at most 4 bytes. */
void nx_sort_keys32(const nx_sort_source *source, size_t first, size_t n,
                    bool descending, uint32_t *keys);

/* Writes the values of n keys one after another, aligned and in the byte order of the
 * machine. Zeros are positive and NaN is one of them. `values` may be `keys`. */
void nx_sort_values(nx_sort_kind kind, const uint64_t *keys, size_t n, bool descending,
                    void *values);

/* The same for kinds of at most 4 bytes. */
void nx_sort_values32(nx_sort_kind kind, const uint32_t *keys, size_t n,
                      bool descending, void *values);

#endif
