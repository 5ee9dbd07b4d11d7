/* Sorting few keys; included by key_sort32.c and key_sort64.c with KEY, KEY_BITS and
 * NAME(stem) set.
 *
 * The keys are distributed to slots of equal width, two to four for each key, so that
 * most hold one key or none, and the few that share a slot are put right by insertion.
 * Keys that crowd in few slots would make insertion quadratic. It is given up when it
 * has moved too many keys, and they are sorted by the bytes in which they differ, from
 * the lowest. */

enum {
    FEWER = 16, /* keys that are inserted one by one */
    MOVES = 4   /* of a key, on average, that insertion may take */
};

NX_INLINE bool
ascends(const KEY *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (keys[i - 1] > keys[i]) {
            return false;
        }
    }
    return true;
}

/* Inserts each key among those before it. False if that took more than `moves` moves;
 * the keys are then in any order. */
NX_INLINE bool
insert_all(KEY *keys, size_t n, size_t moves)
{
    KEY last = keys[0];
    for (size_t i = 1; i < n; i++) {
        const KEY key = keys[i];
        if (key >= last) {
            last = key;
            continue;
        }
        size_t to = i;
        do {
            keys[to] = keys[to - 1];
            to--;
        } while (to > 0 && keys[to - 1] > key);
        keys[to] = key;
        if (i - to > moves) {
            return false;
        }
        moves -= i - to;
    }
    return true;
}

/* Sorts by the bytes in which keys differ, from the lowest. Returns that of the rooms
 * where the keys are in the end. */
static const KEY *
sort_by_bytes(const KEY *keys, size_t n, KEY *const rooms[2])
{
    KEY differ = 0;
    for (size_t i = 1; i < n; i++) {
        differ |= keys[i] ^ keys[0];
    }
    const KEY *from = keys;
    int to = 0;
    for (int shift = 0; shift < KEY_BITS; shift += 8) {
        size_t starts[257] = {0};
        if ((differ >> shift & 0xFF) == 0) {
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            starts[(from[i] >> shift & 0xFF) + 1]++;
        }
        for (size_t i = 1; i < 256; i++) {
            starts[i] += starts[i - 1];
        }
        for (size_t i = 0; i < n; i++) {
            rooms[to][starts[from[i] >> shift & 0xFF]++] = from[i];
        }
        from = rooms[to];
        to = !to;
    }
    return from;
}

/* Turns counts into starts: each becomes the sum of those before it. Four counts are
 * added up by one multiplication. `n` is rounded up to a multiple of four. */
NX_INLINE void
add_up(uint16_t *counts, size_t n)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned count = counts[i];
        counts[i] = (uint16_t)sum;
        sum += count;
    }
#else
    uint64_t ones = UINT64_C(0x0001000100010001), sum = 0;
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+r"(ones)); /* or shifts and additions would take its place */
#endif
    for (size_t i = 0; i < n; i += 4) {
        uint64_t four;
        memcpy(&four, counts + i, sizeof four);
        const uint64_t sums = four * ones, starts = (sums << 16) + sum * ones;
        memcpy(counts + i, &starts, sizeof starts);
        sum += sums >> 48;
    }
#endif
}

/* Distributes keys to slots of equal width, in order but for what shares a slot. */
NX_INLINE void
distribute_few(const KEY *keys, size_t n, KEY least, int shift, size_t slots,
               uint16_t *counts, KEY *to)
{
    const size_t whole = n - n % 4;
    memset(counts, 0, (slots + 3) / 4 * 4 * sizeof *counts);
    for (size_t i = 0; i < whole; i += 4) {
        counts[(KEY)(keys[i] - least) >> shift]++;
        counts[(KEY)(keys[i + 1] - least) >> shift]++;
        counts[(KEY)(keys[i + 2] - least) >> shift]++;
        counts[(KEY)(keys[i + 3] - least) >> shift]++;
    }
    for (size_t i = whole; i < n; i++) {
        counts[(KEY)(keys[i] - least) >> shift]++;
    }
    add_up(counts, slots);
    for (size_t i = 0; i < whole; i += 2) {
        const KEY a = keys[i], b = keys[i + 1];
        to[counts[(KEY)(a - least) >> shift]++] = a;
        to[counts[(KEY)(b - least) >> shift]++] = b;
    }
    for (size_t i = whole; i < n; i++) {
        to[counts[(KEY)(keys[i] - least) >> shift]++] = keys[i];
    }
}

const KEY *
NAME(nx_key_sort_few)(const KEY *keys, size_t n, KEY least, KEY most, void *room)
{
    KEY *const rooms[2] = {room, (KEY *)room + n};
    uint16_t *counts = (uint16_t *)(void *)((KEY *)room + 2 * n);
    if (least == most || ascends(keys, n)) {
        return keys;
    }
    if (n <= FEWER) {
        memcpy(rooms[0], keys, n * sizeof *keys);
        (void)insert_all(rooms[0], n, SIZE_MAX);
        return rooms[0];
    }
    /* Two to four slots for each key. */
    const int bits = 64 - nx_clz64(most - least);
    const int slot_bits = 64 - nx_clz64(2 * n - 1);
    const int shift = bits > slot_bits ? bits - slot_bits : 0;
    const size_t slots = (size_t)((KEY)(most - least) >> shift) + 1;
    distribute_few(keys, n, least, shift, slots, counts, rooms[0]);
    if (shift == 0 || insert_all(rooms[0], n, MOVES * n)) {
        return rooms[0];
    }
    return sort_by_bytes(keys, n, rooms);
}

void
NAME(nx_key_sort_parts)(KEY *keys, size_t n, const KEY limits[NX_KEY_LIMITS],
                        void *room)
{
    KEY *apart = room;
    size_t starts[NX_KEY_LIMITS + 2] = {0};
    for (size_t i = 0; i < n; i++) {
        const KEY key = keys[i];
        apart[i] = key;
        starts[1 + (key >= limits[0]) + (key >= limits[1]) + (key >= limits[2])]++;
    }
    for (size_t part = 1; part <= NX_KEY_LIMITS + 1; part++) {
        starts[part] += starts[part - 1];
    }
    size_t places[NX_KEY_LIMITS + 1];
    memcpy(places, starts, sizeof places);
    for (size_t i = 0; i < n; i++) {
        const KEY key = apart[i];
        keys[places[(key >= limits[0]) + (key >= limits[1]) + (key >= limits[2])]++] =
            key;
    }
    for (size_t part = 0; part <= NX_KEY_LIMITS; part++) {
        KEY *own = keys + starts[part];
        const size_t m = starts[part + 1] - starts[part];
        if (m > 1) {
            KEY least = own[0], most = own[0];
            nx_sort_engine_now()->NAME(bound)(own, m, &least, &most);
            const KEY *sorted = NAME(nx_key_sort_few)(own, m, least, most, room);
            if (sorted != own) {
                memcpy(own, sorted, m * sizeof *own);
            }
        }
    }
}
