/* Slots are small, a tag and a number, and the keys lie densely in the order of their
 * numbers: of a text that is not there the slot tells as much, and one that is there
 * costs a second look. A key of up to 16 bytes is compared by two words without going
 * to the text; a longer one by 128 bits of its hash, and then by its bytes.
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
    SHORT = 16,            /* bytes of a text that is its own key */
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
    nx_free(table->slots);
    memset(table, 0, sizeof *table);
}

/* ---- Keys ---- */

/* 1 to 15 bytes as a number, zeros above them; reads no others. */
NX_INLINE void
short_key(const uint8_t *text, size_t n, uint64_t *low, uint64_t *high)
{
    *high = 0;
    if (n >= 8) {
        *low = nx_load64le(text);
        *high = n == 8 ? 0 : nx_load64le(text + n - 8) >> (8 * (16 - n));
    }
    else if (n >= 4) {
        *low = nx_load32le(text) | (uint64_t)nx_load32le(text + n - 4) << (8 * (n - 4));
    }
    else {
        const size_t middle = n / 2, last = n - 1;
        *low = text[0] | (uint64_t)text[middle] << (8 * middle) |
               (uint64_t)text[last] << (8 * last);
    }
}

/* As short_key for 0 to 16 bytes, of which 16 may be read; without a branch, since no
 * processor foresees the lengths of words. */
NX_INLINE void
readable_key(const uint8_t *text, size_t n, uint64_t *low, uint64_t *high)
{
    const uint64_t first = nx_load64le(text), second = nx_load64le(text + 8);
    /* Shifts by 64 are written as two by 32 at most each. */
    const unsigned in_first = n < 8 ? (unsigned)(8 * n) : 64;
    const unsigned in_second = n < 8 ? 0 : (unsigned)(8 * (n - 8));
    const uint64_t none = ~UINT64_C(0);
    *low = first & ~(none << (in_first / 2) << (in_first - in_first / 2));
    *high = second & ~(none << (in_second / 2) << (in_second - in_second / 2));
}

/* More than 16 bytes: two products that each take in every second pair of words. */
static nx_text_key
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
    return (nx_text_key){a ^ upper, b ^ lower, text, n};
}

NX_INLINE nx_text_key
key_of(nx_span span, bool padded, nx_hash_seed seed)
{
    nx_text_key key = {0, 0, span.text, span.length};
    if (NX_UNLIKELY(span.length > SHORT)) {
        return long_key(span.text, span.length, seed);
    }
    if (padded) {
        readable_key(span.text, span.length, &key.low, &key.high);
    }
    else if (span.length > 0) {
        short_key(span.text, span.length, &key.low, &key.high);
    }
    return key;
}

NX_INLINE uint64_t
hash_of(const nx_text_key *key, nx_hash_seed seed)
{
    return nx_hash_pair(seed, key->low, key->high ^ (uint64_t)key->length << 56);
}

NX_INLINE bool
same(const nx_text_key *a, const nx_text_key *b)
{
    return a->low == b->low && a->high == b->high && a->length == b->length &&
           (a->length <= SHORT || memcmp(a->text, b->text, a->length) == 0);
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
        const uint64_t hash = hash_of(&table->keys[i], table->seed);
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

/* Makes room for n keys more. */
static nx_status
make_room(nx_text_table *table, size_t n, nx_error *error)
{
    const size_t wanted = table->count + n;
    if (wanted > NX_TABLE_MOST) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 0,
                            "there are more than %zu different texts", NX_TABLE_MOST);
    }
    if (wanted > table->capacity) {
        size_t capacity = table->capacity == 0 ? FEWEST_KEYS : table->capacity * 2;
        capacity = capacity < wanted ? wanted : capacity;
        nx_text_key *keys =
            nx_realloc(table->keys, table->capacity, capacity, sizeof *keys);
        if (keys == NULL) {
            return no_memory(capacity, error);
        }
        table->keys = keys;
        table->capacity = capacity;
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
        if (table->keys[i].length > SHORT) {
            table->keys[i] =
                long_key(table->keys[i].text, table->keys[i].length, table->seed);
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
put_key(nx_text_table *table, const nx_text_key *key, uint64_t hash, size_t longest)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    const size_t last = table->slot_count - 1;
    size_t at = hash & last;
    for (size_t run = 0; run <= longest; run++, at = (at + 1) & last) {
        nx_text_slot *const slot = &table->slots[at];
        if (slot->number == 0) {
            table->keys[table->count++] = *key;
            *slot = (nx_text_slot){tag, (uint32_t)table->count};
            return slot->number;
        }
        if (slot->tag == tag && same(&table->keys[slot->number - 1], key)) {
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
        hashes[i] = hash_of(&keys[i], table->seed);
        nx_prefetch(&table->slots[hashes[i] & last]);
    }
    if (table->count > IN_CACHE) {
        for (size_t i = 0; i < n; i++) {
            const nx_text_slot slot = table->slots[hashes[i] & last];
            nx_prefetch(&table->keys[slot.number - (slot.number != 0)]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t number = put_key(table, &keys[i], hashes[i], longest);
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
