/* The slot of a key is asked for a while before it is looked at: in a large table every
 * one is a cache miss, and misses that wait together cost little more than one. A slot
 * holds its key, so that there is one miss a key.
 *
 * At most half of the slots are taken. Runs of taken slots longer than LONGEST_RUN
 * happen to no hash that spreads its keys (a run of k slots has a chance of about
 * 0.82^k), so one that long means that the seed does not do for these keys: the table
 * takes another seed. After MOST_RESEEDS it stops asking, for keys may be unlucky but
 * the table must end.
 */
#include "hashtable/number_table.h"

#include <string.h>

#include "base/alloc.h"

enum {
    FEWEST_SLOTS = 1 << 6,
    SMALL_TABLE = 1 << 20, /* slots; up to here a table that is full grows fourfold */
    AHEAD = 32,            /* keys whose slots are on their way from memory */
    NEAR_RANGE = 1 << 15,  /* keys of a direct table that a near cache has room for */
    LONGEST_RUN = 192,
    MOST_RESEEDS = 8
};

void
nx_number_table_begin(nx_number_table *table, nx_hash_seed seed)
{
    memset(table, 0, sizeof *table);
    table->seed = seed;
}

nx_status
nx_number_table_begin_direct(nx_number_table *table, uint64_t least, size_t range,
                             nx_error *error)
{
    memset(table, 0, sizeof *table);
    table->direct = nx_alloc_zeroed(range, sizeof *table->direct);
    if (table->direct == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for a table");
    }
    table->least = least;
    table->range = range;
    return NX_OK;
}

void
nx_number_table_clear(nx_number_table *table)
{
    nx_free(table->slots);
    nx_free(table->direct);
    memset(table, 0, sizeof *table);
}

/* The slots of a table, as a loop over many keys wants them. */
typedef struct slot_view {
    nx_number_slot *slots;
    size_t last; /* the number of the last one, and a mask */
    nx_hash_seed seed;
} slot_view;

NX_INLINE slot_view
view_of(const nx_number_table *table)
{
    return (slot_view){table->slots, table->slot_count - 1, table->seed};
}

/* Puts the keys of `table` into `slots`, all empty, by a seed. */
static void
rebuild(const nx_number_table *table, slot_view to)
{
    for (size_t i = 0; i < table->slot_count; i++) {
        const nx_number_slot slot = table->slots[i];
        if (slot.number != 0) {
            size_t at = nx_hash_pair(to.seed, slot.key, 0) & to.last;
            while (to.slots[at].number != 0) {
                at = (at + 1) & to.last;
            }
            to.slots[at] = slot;
        }
    }
}

static nx_status
move(nx_number_table *table, size_t slot_count, nx_hash_seed seed, nx_error *error)
{
    nx_number_slot *slots = nx_alloc_zeroed(slot_count, sizeof *slots);
    if (slots == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu different keys",
                            slot_count / 2);
    }
    rebuild(table, (slot_view){slots, slot_count - 1, seed});
    nx_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    table->seed = seed;
    return NX_OK;
}

/* Makes room for n keys more. */
static nx_status
make_room(nx_number_table *table, size_t n, nx_error *error)
{
    size_t slots = table->slot_count == 0 ? FEWEST_SLOTS : table->slot_count;
    if (table->count + n > NX_TABLE_MOST) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 0,
                            "there are more than %zu different values", NX_TABLE_MOST);
    }
    while (table->count + n > slots / 2) {
        slots *= slots < SMALL_TABLE ? 4 : 2;
    }
    return slots == table->slot_count ? NX_OK : move(table, slots, table->seed, error);
}

/* The slot of a key, or the empty one it belongs in; NULL if the run of slots on the
 * way is too long. The first slot is seldom that of another key; whether it is empty
 * nobody foresees, so that is not asked by a branch of its own. */
NX_INLINE nx_number_slot *
find_slot(slot_view view, size_t at, uint64_t key, size_t longest)
{
    nx_number_slot *slot = &view.slots[at];
    for (size_t run = 0; NX_UNLIKELY((slot->key != key) & (slot->number != 0)); run++) {
        if (run > longest) {
            return NULL;
        }
        at = (at + 1) & view.last;
        slot = &view.slots[at];
    }
    return slot;
}

/* Puts keys until one of them meets too long a run; returns how many were put. */
static size_t
put_hashed(nx_number_table *table, const uint64_t *keys, size_t n, uint32_t *numbers)
{
    const slot_view view = view_of(table);
    const size_t longest = table->reseeds < MOST_RESEEDS ? LONGEST_RUN : SIZE_MAX;
    const size_t ahead = n < AHEAD ? n : AHEAD;
    size_t places[NX_TABLE_BATCH], count = table->count, i;
    for (i = 0; i < ahead; i++) {
        places[i] = nx_hash_pair(view.seed, keys[i], 0) & view.last;
        nx_prefetch(&view.slots[places[i]]);
    }
    for (i = 0; i < n; i++) {
        if (i + ahead < n) {
            places[i + ahead] = nx_hash_pair(view.seed, keys[i + ahead], 0) & view.last;
            nx_prefetch(&view.slots[places[i + ahead]]);
        }
        nx_number_slot *const slot = find_slot(view, places[i], keys[i], longest);
        if (NX_UNLIKELY(slot == NULL)) {
            break;
        }
        const bool is_new = slot->number == 0;
        count += is_new;
        *slot = (nx_number_slot){keys[i], is_new ? count : slot->number};
        numbers[i] = (uint32_t)(slot->number - 1);
    }
    table->count = count;
    return i;
}

/* A key's place in a direct table. One beyond the range, of memory that somebody writes
 * to meanwhile, gives a wrong number and does no harm. */
NX_INLINE size_t
direct_place(const nx_number_table *table, uint64_t key)
{
    const uint64_t offset = key - table->least;
    return offset < table->range ? offset : 0;
}

/* For a table in a near cache: new keys are rare, and nothing is written for others. */
static void
put_near(nx_number_table *table, const uint64_t *keys, size_t n, uint32_t *numbers)
{
    uint32_t *const direct = table->direct;
    uint32_t count = (uint32_t)table->count;
    for (size_t i = 0; i < n; i++) {
        const size_t at = direct_place(table, keys[i]);
        uint32_t number = direct[at];
        if (NX_UNLIKELY(number == 0)) {
            number = ++count;
            direct[at] = number;
        }
        numbers[i] = number - 1;
    }
    table->count = count;
}

/* For a large one, without a branch: one that waits for memory and then goes the other
 * way would keep the misses after it from overlapping. */
static void
put_far(nx_number_table *table, const uint64_t *keys, size_t n, uint32_t *numbers)
{
    uint32_t *const direct = table->direct;
    uint32_t count = (uint32_t)table->count;
    for (size_t i = 0; i < n; i++) {
        const size_t at = direct_place(table, keys[i]);
        nx_prefetch(&direct[direct_place(table, keys[i + AHEAD < n ? i + AHEAD : i])]);
        const uint32_t known = direct[at];
        count += known == 0;
        const uint32_t number = known == 0 ? count : known;
        direct[at] = number;
        numbers[i] = number - 1;
    }
    table->count = count;
}

nx_status
nx_number_table_put(nx_number_table *table, const uint64_t *keys, size_t n,
                    uint32_t *numbers, nx_error *error)
{
    if (table->direct != NULL) {
        (table->range <= NEAR_RANGE ? put_near : put_far)(table, keys, n, numbers);
        return NX_OK;
    }
    nx_status status = make_room(table, n, error);
    for (size_t done = 0; done < n && status == NX_OK;) {
        done += put_hashed(table, keys + done, n - done, numbers + done);
        if (done < n) {
            table->reseeds++;
            status = move(table, table->slot_count, nx_hash_seed_next(), error);
        }
    }
    return status;
}
