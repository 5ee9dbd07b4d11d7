/* Sorting unsigned keys of 32 or 64 bits, on several threads.
 *
 * The keys come from a callback and go to another one, so that they need not be in
 * memory before, nor what is made of them after. Equal keys cannot be told apart: who
 * needs a stable order puts places into the low bits. No input takes longer than a
 * fixed number of passes. */
#ifndef NX_SORT_KEY_SORT_H
#define NX_SORT_KEY_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "thread/parallel.h"

/* Keys that are loaded at a time, at most. */
#define NX_KEY_BLOCK ((size_t)1024)

/* So many keys are sorted by nx_key_sort_few. */
#define NX_KEYS_FEW ((size_t)4096)

typedef struct nx_key_job64 {
    /* Returns the address of keys first .. first + n - 1, n at most NX_KEY_BLOCK:
     * `block` filled with them, or where they are anyway. Called several times for each
     * key, on any thread. */
    const uint64_t *(*load)(const void *context, size_t first, size_t n,
                            uint64_t *block);
    /* Is given each sorted key once, with its place in the order, many at a time, on
     * any thread. Those that do not differ above their lowest `whole_bits` bits come in
     * one call. `keys` may be `room` + place. */
    nx_status (*emit)(const void *context, size_t place, size_t n, const uint64_t *keys,
                      nx_error *error);
    const void *context;
    size_t length;
    uint64_t least, most; /* no key is outside of these */
    int whole_bits;
    uint64_t *room; /* for `length` keys; `emit` may write over room[place .. place + n)
                     */
} nx_key_job64;

/* The same for narrow keys. */
typedef struct nx_key_job32 {
    const uint32_t *(*load)(const void *context, size_t first, size_t n,
                            uint32_t *block);
    nx_status (*emit)(const void *context, size_t place, size_t n, const uint32_t *keys,
                      nx_error *error);
    const void *context;
    size_t length;
    uint32_t least, most;
    int whole_bits;
    uint32_t *room;
} nx_key_job32;

/* Sorts the keys of a job on up to `threads` threads; `wait` may be NULL. */
NX_MUST_CHECK nx_status nx_key_sort64(const nx_key_job64 *job, unsigned threads,
                                      const nx_wait *wait, nx_error *error);
NX_MUST_CHECK nx_status nx_key_sort32(const nx_key_job32 *job, unsigned threads,
                                      const nx_wait *wait, nx_error *error);

/* What sorting few keys needs; not initialised. */
typedef struct nx_few_keys {
    uint64_t room[2][NX_KEYS_FEW];
    uint16_t counts[4 * NX_KEYS_FEW];
} nx_few_keys;

/* Sorts n keys, at most NX_KEYS_FEW; returns where the sorted ones are, which is in
 * `few` or, if they were in order, `keys`. No key is outside of least .. most, but
 * these bounds should be close. */
const uint64_t *nx_key_sort_few64(const uint64_t *keys, size_t n, uint64_t least,
                                  uint64_t most, nx_few_keys *few);
const uint32_t *nx_key_sort_few32(const uint32_t *keys, size_t n, uint32_t least,
                                  uint32_t most, nx_few_keys *few);

#endif
