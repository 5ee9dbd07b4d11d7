/* The keys of records: a table that numbers them in the order in which they are added.
 *
 * Two keys are one if they are the same text, however that is escaped. Each has its
 * usual spelling at hand, quotes and colon included, so that a record that begins as
 * foreseen is told by comparing 16 bytes. Hashes depend on a secret seed (key_hash.h):
 * no file makes the table slow. Adding needs one thread at a time, finding does not. */
#ifndef NX_JSON_JSON_KEYS_H
#define NX_JSON_JSON_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "base/status.h"

#define NX_JSON_NO_KEY  UINT32_MAX
#define NX_JSON_NO_SLOT UINT32_MAX

typedef struct nx_json_key {
    uint64_t head[2]; /* the first 16 bytes of the usual spelling ... */
    uint64_t mask[2]; /* ... those that it has */
    uint32_t size;    /* of the spelling; 0: it needs escapes and cannot be foreseen */
    uint32_t slot;    /* the caller's: where its values go. NX_JSON_NO_SLOT at first */
    size_t offset;    /* of the spelling in the table's text; the key is one behind */
    size_t length;    /* of the key */
    uint64_t row;     /* the caller's: where it was first seen */
    uint64_t place;
} nx_json_key;

/* Zero-initialised; ended by nx_json_keys_clear. */
typedef struct nx_json_keys {
    nx_json_key *keys;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* numbers plus one, by hash; 0 is free */
    size_t slot_count;
    uint8_t *text;
    size_t text_size;
    size_t text_capacity;
} nx_json_keys;

/* The number of a key, NX_JSON_NO_KEY if it is not there. */
uint32_t nx_json_keys_find(const nx_json_keys *keys, const uint8_t *text,
                           size_t length);

/* The number of a key that is added unless it is there. */
NX_MUST_CHECK nx_status nx_json_keys_add(nx_json_keys *keys, const uint8_t *text,
                                         size_t length, uint32_t *number,
                                         nx_error *error);

/* The text of a key. */
const uint8_t *nx_json_keys_text(const nx_json_keys *keys, size_t number);

void nx_json_keys_clear(nx_json_keys *keys);

/* True when the usual spelling of a key begins `text`, which ends before `end`; 16
 * bytes from `text` on are readable. */
NX_INLINE bool
nx_json_key_begins(const nx_json_keys *keys, const nx_json_key *key,
                   const uint8_t *text, const uint8_t *end)
{
    const uint64_t wrong = ((nx_load64le(text) ^ key->head[0]) & key->mask[0]) |
                           ((nx_load64le(text + 8) ^ key->head[1]) & key->mask[1]);
    if (wrong != 0) {
        return false;
    }
    return NX_LIKELY(key->size <= 16) ||
           ((size_t)(end - text) > key->size &&
            memcmp(text + 16, keys->text + key->offset + 16, key->size - 16) == 0);
}

#endif
