/* What a worker keeps from block to block while it walks over records: the matrix of
 * values (json_walk.h), which keys a record had, and which ones are foreseen. It lives
 * as the `own` of an nx_csv_block. One thread at a time. */
#ifndef NX_JSON_JSON_ROOM_H
#define NX_JSON_JSON_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_block.h"
#include "json/json_keys.h"

/* A key of the last record: all that is needed to read the same one again. */
typedef struct nx_json_foreseen {
    uint64_t head[2], mask[2]; /* as in nx_json_key */
    const uint8_t *rest;
    uint32_t size;
    uint32_t cell; /* of its slot in a row of the matrix */
    uint32_t number;
} nx_json_foreseen;

typedef struct nx_json_room {
    uint32_t *cells; /* the matrix */
    size_t cell_capacity;
    uint64_t *stamps; /* by key: the last record that had it, by its stamp */
    uint32_t *next;   /* by key: the one that came behind it; then for the start of a
                         record, and behind a key that is not known */
    nx_json_foreseen *foreseen; /* the keys of the last record in their order, up to one
                                   that is not known, not wanted or never foreseen */
    size_t foreseen_count;
    uint64_t *further; /* as `stamps`, for keys that are not known */
    size_t further_count;
    uint64_t stamp; /* of the record at hand */
    uint8_t *plain; /* a key without its escapes */
    size_t plain_capacity;
} nx_json_room;

/* The room of a block, which is made at the first call: at first keys are foreseen in
 * their order. NULL when no memory is left. */
nx_json_room *nx_json_room_of(nx_csv_block *block, const nx_json_keys *keys);

/* Makes a matrix for so many rows; what was in it is lost. False when no memory is
 * left, as below. */
bool nx_json_room_reserve(nx_json_room *room, size_t rows, size_t slots);

/* Makes `plain` at least that large. */
bool nx_json_room_reserve_plain(nx_json_room *room, size_t bytes);

/* Stamps a key that is not known; *first: it had not this stamp before. */
bool nx_json_room_stamp_further(nx_json_room *room, uint32_t number, bool *first);

/* Foresees a key at a place of records, if all places before it are foreseen. */
void nx_json_room_foresee(nx_json_room *room, const nx_json_keys *keys, size_t place,
                          uint32_t number);

/* True when a foreseen key begins `text`, as nx_json_key_begins. */
NX_INLINE bool
nx_json_foreseen_begins(const nx_json_foreseen *key, const uint8_t *text,
                        const uint8_t *end)
{
    return nx_json_spelling_begins(key->head, key->mask, key->size, key->rest, text,
                                   end);
}

#endif
