/* A table that numbers the different texts it is given, from 0 on, in the order in
 * which they come.
 *
 * A text is any bytes; two are one if they have the same length and bytes. The table
 * keeps where a text is, not a copy: the memory must stay as it is while the table is
 * in use. There is nothing to be removed. One thread at a time.
 */
#ifndef NX_HASHTABLE_TEXT_TABLE_H
#define NX_HASHTABLE_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "hashtable/number_table.h"

/* What a text is compared by: up to 15 bytes padded with zeros and, in the last one,
 * their number; or a seeded hash if it is longer. */
typedef struct nx_text_key {
    uint64_t low, high;
} nx_text_key;

typedef struct nx_text_slot {
    uint32_t tag;    /* the upper half of the hash */
    uint32_t number; /* from 1 on; 0 is an empty slot */
} nx_text_slot;

typedef struct nx_text_table {
    nx_span *texts;    /* by their numbers */
    nx_text_key *keys; /* as well */
    size_t count;      /* different texts so far */
    size_t text_capacity;
    size_t key_capacity;
    nx_text_slot *slots;
    size_t slot_count; /* a power of two */
    nx_hash_seed seed;
    unsigned reseeds; /* how often a seed was given up */
} nx_text_table;

/* An empty table. Takes no memory yet. */
void nx_text_table_begin(nx_text_table *table, nx_hash_seed seed);

/* The numbers of n texts, at most NX_TABLE_BATCH: of those that were there, and next
 * ones for those that were not. `padded`: at each text that has fewer than 16 bytes, 16
 * may be read, which makes this quicker; else nothing but the texts is read.
 * NX_ERR_MEMORY, or NX_ERR_OVERFLOW beyond NX_TABLE_MOST; the table is then as before,
 * or holds the first of these texts too. */
NX_MUST_CHECK nx_status nx_text_table_put(nx_text_table *table, const nx_span *texts,
                                          size_t n, bool padded, uint32_t *numbers,
                                          nx_error *error);

/* Releases the memory of the table. */
void nx_text_table_clear(nx_text_table *table);

#endif
