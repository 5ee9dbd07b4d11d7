#include "json/json_keys.h"

#include "base/alloc.h"
#include "hashtable/key_hash.h"

enum {
    LEAST_KEYS = 16,
    LEAST_TEXT = 1024,
    TEXT_SPARE = 16 /* readable behind the last spelling */
};

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the keys");
}

/* The last n (below 8) bytes of a text as a number. */
static uint64_t
load_rest(const uint8_t *text, size_t n)
{
    uint64_t rest = 0;
    for (size_t i = 0; i < n; i++) {
        rest |= (uint64_t)text[i] << (8 * i);
    }
    return rest;
}

static size_t
hash_of(const uint8_t *text, size_t length)
{
    const nx_hash_seed seed = nx_hash_seed_first();
    uint64_t hash = length;
    for (; length >= 8; length -= 8, text += 8) {
        hash = nx_hash_pair(seed, hash, nx_load64le(text));
    }
    return (size_t)nx_hash_pair(seed, hash, load_rest(text, length));
}

const uint8_t *
nx_json_keys_text(const nx_json_keys *keys, size_t number)
{
    return keys->text + keys->keys[number].offset + 1;
}

/* Where a key is among the slots, or where it would be. */
static size_t
find_slot(const nx_json_keys *keys, const uint8_t *text, size_t length)
{
    size_t at = hash_of(text, length) & (keys->slot_count - 1);
    for (;; at = (at + 1) & (keys->slot_count - 1)) {
        const uint32_t number = keys->slots[at];
        if (number == 0) {
            return at;
        }
        const nx_json_key *key = &keys->keys[number - 1];
        if (key->length == length &&
            memcmp(nx_json_keys_text(keys, number - 1), text, length) == 0) {
            return at;
        }
    }
}

uint32_t
nx_json_keys_find(const nx_json_keys *keys, const uint8_t *text, size_t length)
{
    if (keys->slot_count == 0) {
        return NX_JSON_NO_KEY;
    }
    /* One below 0, a free slot, is NX_JSON_NO_KEY. */
    return keys->slots[find_slot(keys, text, length)] - 1;
}

/* Doubles the slots. */
static nx_status
grow_slots(nx_json_keys *keys, nx_error *error)
{
    const size_t count = keys->slot_count == 0 ? 2 * LEAST_KEYS : 2 * keys->slot_count;
    uint32_t *slots = nx_alloc_zeroed(count, sizeof slots[0]);
    if (slots == NULL) {
        return no_memory(error);
    }
    nx_free(keys->slots);
    keys->slots = slots;
    keys->slot_count = count;
    for (size_t i = 0; i < keys->count; i++) {
        const nx_json_key *key = &keys->keys[i];
        slots[find_slot(keys, nx_json_keys_text(keys, i), key->length)] =
            (uint32_t)i + 1;
    }
    return NX_OK;
}

/* Makes room for one more key, and for `bytes` more bytes. */
static nx_status
reserve(nx_json_keys *keys, size_t bytes, nx_error *error)
{
    if (keys->count == keys->capacity) {
        const size_t capacity = keys->capacity == 0 ? LEAST_KEYS : 2 * keys->capacity;
        nx_json_key *more =
            nx_realloc(keys->keys, keys->capacity, capacity, sizeof more[0]);
        if (more == NULL) {
            return no_memory(error);
        }
        keys->keys = more;
        keys->capacity = capacity;
    }
    const size_t wanted = keys->text_size + bytes + TEXT_SPARE;
    if (wanted > keys->text_capacity) {
        size_t capacity = keys->text_capacity == 0 ? LEAST_TEXT : keys->text_capacity;
        while (capacity < wanted) {
            capacity *= 2;
        }
        uint8_t *text = nx_realloc(keys->text, keys->text_capacity, capacity, 1);
        if (text == NULL) {
            return no_memory(error);
        }
        keys->text = text;
        keys->text_capacity = capacity;
    }
    return 2 * (keys->count + 1) > keys->slot_count ? grow_slots(keys, error) : NX_OK;
}

/* True when a text stands in quotes as it is. */
static bool
is_plain(const uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] == '"' || text[i] == '\\') {
            return false;
        }
    }
    return true;
}

/* Prepares what nx_json_key_begins compares. */
static void
foresee(nx_json_keys *keys, nx_json_key *key)
{
    const uint8_t *spelling = keys->text + key->offset;
    const size_t size = key->length + 3;
    key->mask[0] = key->mask[1] = UINT64_MAX;
    if (size > UINT32_MAX || !is_plain(spelling + 1, key->length)) {
        /* No record begins with NUL. */
        key->head[0] = key->head[1] = 0;
        key->size = 0;
        return;
    }
    key->size = (uint32_t)size;
    for (size_t i = 0; i < 2; i++) {
        const size_t kept = size > 8 * i ? size - 8 * i : 0;
        key->mask[i] = kept >= 8   ? UINT64_MAX
                       : kept == 0 ? 0
                                   : UINT64_MAX >> (64 - 8 * kept);
        key->head[i] = nx_load64le(spelling + 8 * i) & key->mask[i];
    }
}

nx_status
nx_json_keys_add(nx_json_keys *keys, const uint8_t *text, size_t length,
                 uint32_t *number, nx_error *error)
{
    *number = nx_json_keys_find(keys, text, length);
    if (*number != NX_JSON_NO_KEY) {
        return NX_OK;
    }
    if (keys->count >= UINT32_MAX / 4) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 716, "too many different keys");
    }
    const nx_status status = reserve(keys, length + 3, error);
    if (status != NX_OK) {
        return status;
    }
    uint8_t *spelling = keys->text + keys->text_size;
    spelling[0] = '"';
    memcpy(spelling + 1, text, length);
    spelling[length + 1] = '"';
    spelling[length + 2] = ':';
    memset(spelling + length + 3, 0, TEXT_SPARE);
    const size_t slot = find_slot(keys, text, length);
    nx_json_key *key = &keys->keys[keys->count];
    *key = (nx_json_key){
        .slot = NX_JSON_NO_SLOT, .offset = keys->text_size, .length = length};
    foresee(keys, key);
    keys->text_size += length + 3;
    *number = (uint32_t)keys->count++;
    keys->slots[slot] = *number + 1;
    return NX_OK;
}

void
nx_json_keys_clear(nx_json_keys *keys)
{
    nx_free(keys->keys);
    nx_free(keys->slots);
    nx_free(keys->text);
    memset(keys, 0, sizeof *keys);
}
