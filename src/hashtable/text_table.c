/* Slots are small, a tag and a number, and the keys lie densely in the order of their
 * numbers: of a text that is not there the slot tells as much, and one that is there
 * costs a second look. A key is two words, whatever the text: one of up to 15 bytes is
 * in them with its length, and two are the same if their words are. Of a longer one
 * they are a hash, and the texts themselves, which lie elsewhere, are compared behind
 * it. So the keys of 16,000 words and the slots for them fit into a cache of half a
 * MiB.
 *
 * Batches, runs and seeds are as in number_table.c. When the seed changes, the keys of
 * long texts are made anew, for they depend on it.
 */
#include "hashtable/text_table.h"

#include <string.h>

#include "base/alloc.h"

enum {
    FEWEST_SLOTS = 1 << 6,
    FEWEST_KEYS = 1 << 4,
    SMALL_TABLE = 1 << 14, /* slots; up to here a table that is full grows fourfold */
    IN_CACHE = 1 << 12,    /* keys; so many are near enough not to be asked for early */
    SHORT = 15,            /* bytes of a text that is its own key */
    LONGEST_RUN = 192,
    MOST_RESEEDS = 8
};

void
nx_text_table_begin(nx_text_table *table, nx_hash_seed seed)
{
    memset(table, 0, sizeof *table);
    table->seed = seed;
}

void
nx_text_table_clear(nx_text_table *table)
{
    nx_free(table->keys);
    nx_free(table->texts);
    nx_free(table->slots);
    memset(table, 0, sizeof *table);
}

/* ---- Keys ---- */

/* The last byte of `high`: the length of a short text, or this. */
#define LONG_TEXT ((uint64_t)0xFF << 56)

/* 1 to 15 bytes as a number, zeros above them; reads no others. */
NX_INLINE nx_text_key
short_key(const uint8_t *text, size_t n)
{
    if (n >= 8) {
        return (nx_text_key){
            nx_load64le(text),
            n == 8 ? 0 : nx_load64le(text + n - 8) >> (8 * (16 - n)),
        };
    }
    if (n >= 4) {
        return (nx_text_key){
            nx_load32le(text) | (uint64_t)nx_load32le(text + n - 4) << (8 * (n - 4)),
            0,
        };
    }
    const size_t middle = n / 2, last = n - 1;
    return (nx_text_key){
        text[0] | (uint64_t)text[middle] << (8 * middle) |
            (uint64_t)text[last] << (8 * last),
        0,
    };
}

/* As short_key for 0 to 15 bytes, of which 16 may be read; without a branch, since no
 * processor foresees the lengths of words. */
NX_INLINE nx_text_key
readable_key(const uint8_t *text, size_t n)
{
    static const _Alignas(32) uint8_t kept[32] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
    const uint8_t *const keep = kept + 16 - n;
    return (nx_text_key){nx_load64le(text) & nx_load64le(keep),
                         nx_load64le(text + 8) & nx_load64le(keep + 8)};
}

/* 16 bytes or more: two products that each take in every second pair of words. */
static NX_NOINLINE nx_text_key
long_key(const uint8_t *text, size_t n, nx_hash_seed seed)
{
    uint64_t x = seed.a ^ n, y = seed.b;
    const uint8_t *const last = text + n - 16;
    for (const uint8_t *p = text; p < last; p += 16) {
        uint64_t upper, lower;
        const uint64_t a = x ^ nx_load64le(p), b = y ^ nx_load64le(p + 8);
        nx_mul128(a, b, &upper, &lower);
        /* The factors stay beside the product: a zero among them loses nothing. */
        x = a ^ upper;
        y = b ^ lower;
    }
    uint64_t upper, lower;
    const uint64_t a = x ^ nx_load64le(last), b = y ^ nx_load64le(last + 8);
    nx_mul128(a, b, &upper, &lower);
    return (nx_text_key){a ^ upper, (b ^ lower) | LONG_TEXT};
}

NX_INLINE nx_text_key
key_of(nx_span span, bool padded, nx_hash_seed seed)
{
    nx_text_key key = {0, 0};
    if (NX_UNLIKELY(span.length > SHORT)) {
        return long_key(span.text, span.length, seed);
    }
    if (padded) {
        key = readable_key(span.text, span.length);
    }
    else if (span.length > 0) {
        key = short_key(span.text, span.length);
    }
    key.high |= (uint64_t)span.length << 56;
    return key;
}

NX_INLINE uint64_t
hash_of(nx_text_key key, nx_hash_seed seed)
{
    return nx_hash_pair(seed, key.low, key.high);
}

/* Whether a text of a key is the one of that number. */
NX_INLINE bool
is_text(const nx_text_table *table, size_t number, nx_text_key key, nx_span text)
{
    const nx_text_key other = table->keys[number];
    return other.low == key.low && other.high == key.high &&
           (NX_LIKELY(key.high < LONG_TEXT) ||
            (table->texts[number].length == text.length &&
             memcmp(table->texts[number].text, text.text, text.length) == 0));
}

/* ---- Slots ---- */

/* The slots of a table, as a loop over many keys wants them. */
typedef struct slot_view {
    nx_text_slot *slots;
    size_t last; /* the number of the last one, and a mask */
} slot_view;

static void
fill_slots(const nx_text_table *table, slot_view to)
{
    for (size_t i = 0; i < table->count; i++) {
        const uint64_t hash = hash_of(table->keys[i], table->seed);
        size_t at = hash & to.last;
        while (to.slots[at].number != 0) {
            at = (at + 1) & to.last;
        }
        to.slots[at] = (nx_text_slot){(uint32_t)(hash >> 32), (uint32_t)(i + 1)};
    }
}

static nx_status
no_memory(size_t keys, nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu different texts",
                        keys);
}

static nx_status
move_slots(nx_text_table *table, size_t slot_count, nx_error *error)
{
    nx_text_slot *slots = nx_alloc_zeroed(slot_count, sizeof *slots);
    if (slots == NULL) {
        return no_memory(slot_count / 2, error);
    }
    fill_slots(table, (slot_view){slots, slot_count - 1});
    nx_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return NX_OK;
}

/* A capacity for `wanted` at least, that grows by doubling. */
static size_t
larger(size_t capacity, size_t wanted)
{
    capacity = capacity == 0 ? FEWEST_KEYS : capacity * 2;
    return capacity < wanted ? wanted : capacity;
}

/* Makes room for n keys more. */
static nx_status
make_room(nx_text_table *table, size_t n, nx_error *error)
{
    const size_t wanted = table->count + n;
    if (wanted > NX_TABLE_MOST) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 0,
                            "there are more than %zu different texts", NX_TABLE_MOST);
    }
    if (wanted > table->key_capacity) {
        const size_t capacity = larger(table->key_capacity, wanted);
        nx_text_key *keys =
            nx_realloc(table->keys, table->key_capacity, capacity, sizeof *keys);
        if (keys == NULL) {
            return no_memory(capacity, error);
        }
        table->keys = keys;
        table->key_capacity = capacity;
    }
    if (wanted > table->text_capacity) {
        const size_t capacity = larger(table->text_capacity, wanted);
        nx_span *texts =
            nx_realloc(table->texts, table->text_capacity, capacity, sizeof *texts);
        if (texts == NULL) {
            return no_memory(capacity, error);
        }
        table->texts = texts;
        table->text_capacity = capacity;
    }
    size_t slots = table->slot_count == 0 ? FEWEST_SLOTS : table->slot_count;
    while (wanted > slots / 2) {
        slots *= slots < SMALL_TABLE ? 4 : 2;
    }
    return slots == table->slot_count ? NX_OK : move_slots(table, slots, error);
}

static nx_status
reseed(nx_text_table *table, nx_error *error)
{
    /* The slots first: if there is no memory for them, all stays as it is. */
    nx_text_slot *slots = nx_alloc_zeroed(table->slot_count, sizeof *slots);
    if (slots == NULL) {
        return no_memory(table->slot_count / 2, error);
    }
    table->seed = nx_hash_seed_next();
    table->reseeds++;
    for (size_t i = 0; i < table->count; i++) {
        if (table->texts[i].length > SHORT) {
            table->keys[i] =
                long_key(table->texts[i].text, table->texts[i].length, table->seed);
        }
    }
    fill_slots(table, (slot_view){slots, table->slot_count - 1});
    nx_free(table->slots);
    table->slots = slots;
    return NX_OK;
}

/* ---- Texts ---- */

/* The number of a key, from 1 on, which is added if it is not there; 0 if the run of
 * slots on the way is too long. */
NX_INLINE uint32_t
put_key(nx_text_table *table, nx_text_key key, uint64_t hash, nx_span text,
        size_t longest)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    const size_t last = table->slot_count - 1;
    size_t at = hash & last;
    for (size_t run = 0; run <= longest; run++, at = (at + 1) & last) {
        nx_text_slot *const slot = &table->slots[at];
        if (slot->number == 0) {
            table->keys[table->count] = key;
            table->texts[table->count++] = text;
            *slot = (nx_text_slot){tag, (uint32_t)table->count};
            return slot->number;
        }
        if (slot->tag == tag && is_text(table, slot->number - 1, key, text)) {
            return slot->number;
        }
    }
    return 0;
}

/* Puts texts until one of them meets too long a run; returns how many were put. */
static size_t
put_some(nx_text_table *table, const nx_span *texts, size_t n, bool padded,
         uint32_t *numbers)
{
    const size_t longest = table->reseeds < MOST_RESEEDS ? LONGEST_RUN : SIZE_MAX - 1;
    const size_t last = table->slot_count - 1;
    nx_text_key keys[NX_TABLE_BATCH];
    uint64_t hashes[NX_TABLE_BATCH];
    for (size_t i = 0; i < n; i++) {
        keys[i] = key_of(texts[i], padded, table->seed);
        hashes[i] = hash_of(keys[i], table->seed);
        nx_prefetch(&table->slots[hashes[i] & last]);
    }
    if (table->count > IN_CACHE) {
        for (size_t i = 0; i < n; i++) {
            const nx_text_slot slot = table->slots[hashes[i] & last];
            const size_t number = slot.number - (slot.number != 0);
            nx_prefetch(&table->keys[number]);
            if (keys[i].high >= LONG_TEXT) {
                nx_prefetch(&table->texts[number]);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t number = put_key(table, keys[i], hashes[i], texts[i], longest);
        if (NX_UNLIKELY(number == 0)) {
            return i;
        }
        numbers[i] = number - 1;
    }
    return n;
}

nx_status
nx_text_table_put(nx_text_table *table, const nx_span *texts, size_t n, bool padded,
                  uint32_t *numbers, nx_error *error)
{
    nx_status status = make_room(table, n, error);
    for (size_t done = 0; done < n && status == NX_OK;) {
        done += put_some(table, texts + done, n - done, padded, numbers + done);
        if (done < n) {
            status = reseed(table, error);
        }
    }
    return status;
}
