#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "json/json_room.h"

static nx_json_keys
keys_of(const char *const *names, size_t count)
{
    nx_json_keys keys = {0};
    for (size_t i = 0; i < count; i++) {
        uint32_t number;
        CHECK_INT(nx_json_keys_add(&keys, (const uint8_t *)names[i], strlen(names[i]),
                                   &number, NULL),
                  NX_OK);
        keys.keys[i].slot = (uint32_t)i;
    }
    return keys;
}

static void
test_keys_are_foreseen_in_their_order(void)
{
    static const char *const names[] = {"a", "a key of more than sixteen bytes", "b"};
    nx_json_keys keys = keys_of(names, 3);
    nx_csv_block block = {0};
    nx_json_room *room = nx_json_room_of(&block, &keys);
    CHECK(room != NULL && nx_json_room_of(&block, &keys) == room);
    CHECK_INT(room->foreseen_count, 3);
    for (size_t i = 0; i < 3; i++) {
        uint8_t text[80] = "";
        const nx_json_foreseen *key = &room->foreseen[i];
        sprintf((char *)text, "\"%s\":1", names[i]);
        CHECK_INT(key->cell, 2 * i);
        CHECK_INT(key->number, i);
        CHECK(nx_json_foreseen_begins(key, text, text + key->size + 1));
        text[key->size - 3] ^= 1;
        CHECK(!nx_json_foreseen_begins(key, text, text + key->size + 1));
    }
    CHECK_INT(room->next[3], 0); /* the start of a record */
    CHECK_INT(room->next[0], 1);
    nx_csv_block_clear(&block);
    nx_json_keys_clear(&keys);
}

/* A hole in what is foreseen ends it. */
static void
test_what_cannot_be_foreseen(void)
{
    static const char *const names[] = {"a", "b", "c\"", "d"};
    nx_json_keys keys = keys_of(names, 4);
    keys.keys[1].slot = NX_JSON_NO_SLOT;
    nx_csv_block block = {0};
    nx_json_room *room = nx_json_room_of(&block, &keys);
    CHECK_INT(room->foreseen_count, 1);
    nx_json_room_foresee(room, &keys, 1, 2); /* it has to be escaped */
    CHECK_INT(room->foreseen_count, 1);
    nx_json_room_foresee(room, &keys, 2, 3);
    CHECK_INT(room->foreseen_count, 1);
    nx_json_room_foresee(room, &keys, 1, 3);
    CHECK_INT(room->foreseen_count, 2);
    CHECK_INT(room->foreseen[1].number, 3);
    nx_csv_block_clear(&block);
    nx_json_keys_clear(&keys);
}

static bool
use_room(void *context)
{
    nx_csv_block block = {0};
    const nx_json_keys *keys = context;
    nx_json_room *room = nx_json_room_of(&block, keys);
    bool first = false, again = true;
    bool done = room != NULL && nx_json_room_reserve(room, 10, 3) &&
                nx_json_room_reserve(room, 100, 3) &&
                nx_json_room_reserve_plain(room, 1) &&
                nx_json_room_reserve_plain(room, 1000);
    if (done) {
        room->stamp = 1;
        done = nx_json_room_stamp_further(room, 500, &first) &&
               nx_json_room_stamp_further(room, 500, &again);
        CHECK(!done || (first && !again));
        memset(room->cells, 1, 600 * sizeof room->cells[0]);
    }
    nx_csv_block_clear(&block);
    return done;
}

static void
test_failing_allocations_leave_nothing(void)
{
    static const char *const names[] = {"a", "b"};
    nx_json_keys keys = keys_of(names, 2);
    nx_test_alloc_failures(use_room, &keys, 50);
    nx_json_keys_clear(&keys);
}

static void
test_a_matrix_that_no_memory_holds(void)
{
    nx_json_keys keys = {0};
    nx_csv_block block = {0};
    nx_json_room *room = nx_json_room_of(&block, &keys);
    CHECK(room != NULL && !nx_json_room_reserve(room, SIZE_MAX / 2, 3));
    CHECK(nx_json_room_reserve(room, 0, 0));
    nx_csv_block_clear(&block);
}

const nx_test nx_suite_json_room[] = {
    NX_TEST(test_keys_are_foreseen_in_their_order),
    NX_TEST(test_what_cannot_be_foreseen),
    NX_TEST(test_failing_allocations_leave_nothing),
    NX_TEST(test_a_matrix_that_no_memory_holds),
    {0},
};
