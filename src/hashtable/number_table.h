/* A table that numbers the different 64-bit keys it is given, from 0 on, in the order
 * in which they come.
 *
 * Keys are what the caller makes of his values: integers as they are, floats by their
 * bits, with one zero and one NaN if they are to be one group. There is nothing to be
 * removed. One thread at a time.
 */
#ifndef NX_HASHTABLE_NUMBER_TABLE_H
#define NX_HASHTABLE_NUMBER_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "hashtable/key_hash.h"

enum {
    NX_TABLE_BATCH = 256 /* keys that are put at once, at most */
};

/* Different keys of one table, at most. */
#define NX_TABLE_MOST ((size_t)UINT32_MAX - 1)

typedef struct nx_number_slot {
    uint64_t key;
    uint64_t number; /* from 1 on; 0 is an empty slot */
} nx_number_slot;

typedef struct nx_number_table {
    size_t count; /* different keys so far */
    /* A hash table, open addressing with linear probing ... */
    nx_number_slot *slots;
    size_t slot_count; /* a power of two */
    nx_hash_seed seed;
    unsigned reseeds; /* how often a seed was given up */
    /* ... or, for keys of a small range, a slot for each of them */
    uint32_t *direct; /* numbers from 1 on */
    uint64_t least;   /* the key of direct[0] */
    size_t range;
} nx_number_table;

/* An empty table for any keys. Takes no memory yet. */
void nx_number_table_begin(nx_number_table *table, nx_hash_seed seed);

/* An empty table for keys of which `key - least` is below `range`; modulo 2^64, so that
 * `least` may stand for a negative number. */
NX_MUST_CHECK nx_status nx_number_table_begin_direct(nx_number_table *table,
                                                     uint64_t least, size_t range,
                                                     nx_error *error);

/* The numbers of n keys, at most NX_TABLE_BATCH: of those that were there, and next
 * ones for those that were not. NX_ERR_MEMORY, or NX_ERR_OVERFLOW beyond NX_TABLE_MOST;
 * the table is then as before, or holds the first of these keys too. */
NX_MUST_CHECK nx_status nx_number_table_put(nx_number_table *table,
                                            const uint64_t *keys, size_t n,
                                            uint32_t *numbers, nx_error *error);

/* Releases the memory of the table. */
void nx_number_table_clear(nx_number_table *table);

#endif
