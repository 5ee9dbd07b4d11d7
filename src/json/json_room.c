#include "json/json_room.h"

#include "base/alloc.h"

static void
clear_room(void *own)
{
    nx_json_room *room = own;
    nx_free(room->cells);
    nx_free(room->stamps);
    nx_free(room->next);
    nx_free(room->foreseen);
    nx_free(room->further);
    nx_free(room->plain);
    nx_free(room);
}

nx_json_room *
nx_json_room_of(nx_csv_block *block, const nx_json_keys *keys)
{
    const size_t count = keys->count;
    if (block->own != NULL) {
        return block->own;
    }
    nx_json_room *room = nx_alloc_zeroed(1, sizeof *room);
    if (room == NULL) {
        return NULL;
    }
    room->stamps = nx_alloc_zeroed(count + 1, sizeof room->stamps[0]);
    room->next = nx_alloc(count + 2, sizeof room->next[0]);
    room->foreseen = nx_alloc(count + 1, sizeof room->foreseen[0]);
    if (room->stamps == NULL || room->next == NULL || room->foreseen == NULL) {
        clear_room(room);
        return NULL;
    }
    for (size_t i = 0; i < count + 2; i++) {
        room->next[i] = i + 1 < count ? (uint32_t)i + 1 : 0;
    }
    for (size_t i = 0; i < count; i++) {
        nx_json_room_foresee(room, keys, i, (uint32_t)i);
    }
    block->own = room;
    block->clear_own = clear_room;
    return room;
}

bool
nx_json_room_reserve(nx_json_room *room, size_t rows, size_t slots)
{
    size_t cells;
    if (!nx_size_mul(rows, 2 * slots, &cells)) {
        return false;
    }
    if (cells > room->cell_capacity || room->cells == NULL) {
        nx_free(room->cells);
        room->cells = nx_alloc(cells, sizeof room->cells[0]);
        room->cell_capacity = room->cells == NULL ? 0 : cells;
    }
    return room->cells != NULL;
}

bool
nx_json_room_reserve_plain(nx_json_room *room, size_t bytes)
{
    if (bytes > room->plain_capacity) {
        nx_free(room->plain);
        room->plain = nx_alloc(bytes, 1);
        room->plain_capacity = room->plain == NULL ? 0 : bytes;
    }
    return room->plain != NULL;
}

bool
nx_json_room_stamp_further(nx_json_room *room, uint32_t number, bool *first)
{
    if (number >= room->further_count) {
        const size_t count = 2 * (size_t)number + 64;
        uint64_t *more =
            nx_realloc(room->further, room->further_count, count, sizeof more[0]);
        if (more == NULL) {
            return false;
        }
        memset(more + room->further_count, 0,
               (count - room->further_count) * sizeof more[0]);
        room->further = more;
        room->further_count = count;
    }
    *first = room->further[number] != room->stamp;
    room->further[number] = room->stamp;
    return true;
}

void
nx_json_room_foresee(nx_json_room *room, const nx_json_keys *keys, size_t place,
                     uint32_t number)
{
    const nx_json_key *key = &keys->keys[number];
    if (room->foreseen_count != place || key->slot == NX_JSON_NO_SLOT ||
        key->size == 0) {
        return;
    }
    room->foreseen[room->foreseen_count++] = (nx_json_foreseen){
        .head = {key->head[0], key->head[1]},
        .mask = {key->mask[0], key->mask[1]},
        .rest = keys->text + key->offset + (key->size > 16 ? 16 : 0),
        .size = key->size,
        .cell = 2 * key->slot,
        .number = number,
    };
}
