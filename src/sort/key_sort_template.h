/* Sorting keys; included by key_sort32.c and key_sort64.c with KEY, KEY_BITS and
 * NAME(stem) set.
 *
 * All keys are distributed to buckets of about a thousand (sort/bucket_map.h): counted
 * first, then written to where their bucket is, a cache line at a time and past the
 * caches, which takes half the time of writing them one by one. A bucket fits the first
 * cache. Its keys are distributed once more, to so many slots that most hold one key or
 * none, and the few that share a slot are put right by insertion. That is about 10 ns
 * for a key of 64 bits, where comparing takes log2(n) steps.
 *
 * Keys that crowd in few slots would make insertion quadratic. It is given up when it
 * has moved too many keys, and the bucket is sorted by the bytes in which its keys
 * differ, from the lowest. A bucket that is too large is distributed again; what is
 * still too large after a few times is sorted by bytes too. So every input is sorted in
 * linear time. */

enum {
    FEWER = 16,         /* keys that are inserted one by one */
    MOVES = 4,          /* of a key, on average, that insertion may take */
    BUCKET_KEYS = 1024, /* that a bucket is to have */
    DEEPEST = 4,        /* times that keys are distributed */
    SAMPLE = 4,         /* keys of the sample for each bucket */
    LINE = 64 / sizeof(KEY),
    GROUP_KEYS = 1 << 15 /* keys of buckets that a worker takes at a time */
};

/* Keys that one worker counts or distributes at a time. */
#define LEAST_PIECE ((size_t)1 << 18)
#define MOST_PIECE  ((size_t)1 << 21)

/* A bucket that several threads sort together has so many keys. */
#define BIG_BUCKET ((size_t)1 << 17)

/* Up to so many bytes are distributed within the caches. */
#define CACHED_BYTES ((size_t)1 << 18)

/* ---- Few keys ---- */

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
    const uint64_t ones = UINT64_C(0x0001000100010001);
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i += 4) {
        uint64_t four;
        memcpy(&four, counts + i, sizeof four);
        const uint64_t sums = four * ones;
        const uint64_t starts = (sums << 16) + sum * ones;
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
    memset(counts, 0, (slots + 3) / 4 * 4 * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        counts[(KEY)(keys[i] - least) >> shift]++;
    }
    add_up(counts, slots);
    for (size_t i = 0; i < n; i++) {
        to[counts[(KEY)(keys[i] - least) >> shift]++] = keys[i];
    }
}

const KEY *
NAME(nx_key_sort_few)(const KEY *keys, size_t n, KEY least, KEY most, nx_few_keys *few)
{
    KEY *const rooms[2] = {(KEY *)(void *)few->room[0], (KEY *)(void *)few->room[1]};
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
    distribute_few(keys, n, least, shift, slots, few->counts, rooms[0]);
    if (shift == 0 || insert_all(rooms[0], n, MOVES * n)) {
        return rooms[0];
    }
    return sort_by_bytes(keys, n, rooms);
}

/* ---- Distributing many keys ---- */

/* One distribution of the keys of a job into buckets. */
typedef struct key_spread {
    const JOB *job;
    nx_bucket_map map;
    size_t piece_keys, pieces;
    uint32_t *counts; /* by piece and bucket */
    size_t *places;   /* by piece and bucket: where its first key goes */
    size_t *starts;   /* by bucket, and one more: its first place in the room */
    KEY *lines;       /* by worker and bucket: keys that wait for their line to fill */
    size_t *begins;   /* by worker and bucket: where the piece at hand has begun */
    nx_few_keys *few; /* by worker */
    size_t *groups;   /* the first bucket of each group, and the end */
    size_t group_count;
    size_t big; /* buckets from this size on are no part of a group */
    int depth;
} key_spread;

static size_t
piece_size(const key_spread *spread, size_t piece)
{
    const size_t left = spread->job->length - piece * spread->piece_keys;
    return left < spread->piece_keys ? left : spread->piece_keys;
}

static nx_status
count_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const key_spread *spread = context;
    const nx_bucket_map *map = &spread->map;
    uint32_t *counts = spread->counts + piece * map->buckets;
    const size_t first = piece * spread->piece_keys, n = piece_size(spread, piece);
    KEY block[NX_KEY_BLOCK];
    (void)worker;
    (void)error;
    memset(counts, 0, map->buckets * sizeof *counts);
    for (size_t i = 0; i < n; i += NX_KEY_BLOCK) {
        const size_t m = n - i < NX_KEY_BLOCK ? n - i : NX_KEY_BLOCK;
        const KEY *keys = spread->job->load(spread->job->context, first + i, m, block);
        for (size_t k = 0; k < m; k++) {
            counts[nx_bucket_of(map, keys[k])]++;
        }
    }
    return NX_OK;
}

/* From counts to places: by bucket, then by piece. */
static void
place_pieces(key_spread *spread)
{
    const size_t buckets = spread->map.buckets;
    size_t sum = 0;
    for (size_t b = 0; b < buckets; b++) {
        spread->starts[b] = sum;
        for (size_t p = 0; p < spread->pieces; p++) {
            spread->places[p * buckets + b] = sum;
            sum += spread->counts[p * buckets + b];
        }
    }
    spread->starts[buckets] = sum;
}

/* The buckets of a block of keys. On its own, a loop of look-ups runs ahead of itself;
 * between writes it would wait for each that was predicted wrongly. */
NX_INLINE void
find_buckets(const nx_bucket_map *map, const KEY *keys, size_t n, uint16_t *buckets)
{
    for (size_t i = 0; i < n; i++) {
        buckets[i] = (uint16_t)nx_bucket_of(map, keys[i]);
    }
}

NX_INLINE void
put_line(KEY *to, const KEY *line)
{
#if defined(__SSE2__)
    for (size_t i = 0; i < 4; i++) {
        _mm_stream_si128((__m128i *)(void *)to + i,
                         _mm_load_si128((const __m128i *)(const void *)line + i));
    }
#else
    memcpy(to, line, 64);
#endif
}

/* Where a worker writes the keys of one piece. */
typedef struct key_lines {
    KEY *room;
    size_t skew;          /* keys from the start of a cache line to the room */
    size_t *places;       /* by bucket: where the next key goes */
    const size_t *begins; /* by bucket: where the first one of the piece went */
    KEY *lines;           /* by bucket: keys that wait for their line to fill */
} key_lines;

/* The line of a key is that of its address, so that full ones are written whole. */
NX_INLINE void
put_far(const key_lines *lines, const KEY *keys, const uint16_t *buckets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const size_t bucket = buckets[i];
        const size_t place = lines->places[bucket]++;
        const size_t at = (place + lines->skew) % LINE;
        KEY *line = lines->lines + bucket * LINE;
        line[at] = keys[i];
        if (at < LINE - 1) {
            continue;
        }
        const size_t begin = lines->begins[bucket], own = place + 1 - begin;
        if (own >= LINE) {
            put_line(lines->room + place + 1 - LINE, line);
        }
        else { /* the line begins in another bucket, or with another piece */
            memcpy(lines->room + begin, line + LINE - own, own * sizeof *line);
        }
    }
}

/* Writes what waits. */
static void
flush_lines(const key_lines *lines, size_t buckets)
{
    for (size_t b = 0; b < buckets; b++) {
        const size_t place = lines->places[b], own = place - lines->begins[b];
        const size_t at = (place + lines->skew) % LINE, waiting = own < at ? own : at;
        memcpy(lines->room + place - waiting, lines->lines + b * LINE + at - waiting,
               waiting * sizeof *lines->lines);
    }
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

NX_INLINE void
put_near(KEY *room, const KEY *keys, const uint16_t *buckets, size_t n, size_t *places)
{
    for (size_t i = 0; i < n; i++) {
        room[places[buckets[i]]++] = keys[i];
    }
}

static nx_status
distribute_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const key_spread *spread = context;
    const JOB *job = spread->job;
    const size_t first = piece * spread->piece_keys, n = piece_size(spread, piece);
    const size_t count = spread->map.buckets;
    size_t *places = spread->places + piece * count;
    KEY block[NX_KEY_BLOCK];
    uint16_t buckets[NX_KEY_BLOCK];
    key_lines lines = {.room = job->room, .places = places};
    (void)error;
    if (spread->lines != NULL) {
        lines.skew = (uintptr_t)job->room / sizeof *job->room % LINE;
        lines.lines = spread->lines + worker * count * LINE;
        lines.begins =
            memcpy(spread->begins + worker * count, places, count * sizeof *places);
    }
    for (size_t i = 0; i < n; i += NX_KEY_BLOCK) {
        const size_t m = n - i < NX_KEY_BLOCK ? n - i : NX_KEY_BLOCK;
        const KEY *keys = job->load(job->context, first + i, m, block);
        find_buckets(&spread->map, keys, m, buckets);
        if (spread->lines != NULL) {
            put_far(&lines, keys, buckets, m);
        }
        else {
            put_near(job->room, keys, buckets, m, places);
        }
    }
    if (spread->lines != NULL) {
        flush_lines(&lines, count);
    }
    return NX_OK;
}

/* ---- Buckets ---- */

/* A part of the keys of a job, in memory. */
typedef struct key_segment {
    const JOB *job;
    const KEY *keys;
    size_t place; /* of the first one */
} key_segment;

static nx_status sort_segment(const JOB *job, size_t place, size_t n, int depth,
                              unsigned threads, const nx_wait *wait, nx_error *error);

/* Sorts and emits a bucket. */
static nx_status
finish_bucket(const key_spread *spread, size_t bucket, nx_few_keys *few,
              nx_error *error)
{
    const JOB *job = spread->job;
    const size_t place = spread->starts[bucket];
    const size_t n = spread->starts[bucket + 1] - place;
    if (n > NX_KEYS_FEW) {
        return sort_segment(job, place, n, spread->depth + 1, 1, NULL, error);
    }
    const uint64_t *bounds = spread->map.starts + bucket;
    const KEY least = (KEY)(spread->map.least + bounds[0]);
    const KEY most = (KEY)(spread->map.least + bounds[1] - 1);
    const KEY *keys = NAME(nx_key_sort_few)(job->room + place, n, least, most, few);
    return n == 0 ? NX_OK : job->emit(job->context, place, n, keys, error);
}

static bool
is_big(const key_spread *spread, size_t bucket)
{
    return spread->starts[bucket + 1] - spread->starts[bucket] >= spread->big;
}

static nx_status
finish_group(void *context, size_t group, unsigned worker, nx_error *error)
{
    const key_spread *spread = context;
    nx_status status = NX_OK;
    for (size_t b = spread->groups[group];
         b < spread->groups[group + 1] && status == NX_OK; b++) {
        if (!is_big(spread, b)) {
            status = finish_bucket(spread, b, spread->few + worker, error);
        }
    }
    return status;
}

/* Puts neighbouring buckets into groups that are worth a worker's while. */
static void
group_buckets(key_spread *spread)
{
    size_t keys = GROUP_KEYS;
    spread->group_count = 0;
    for (size_t b = 0; b < spread->map.buckets; b++) {
        if (keys >= GROUP_KEYS) {
            spread->groups[spread->group_count++] = b;
            keys = 0;
        }
        keys += is_big(spread, b) ? 0 : spread->starts[b + 1] - spread->starts[b];
    }
    spread->groups[spread->group_count] = spread->map.buckets;
}

static nx_status
finish_buckets(key_spread *spread, unsigned threads, const nx_wait *wait,
               nx_error *error)
{
    nx_status status = NX_OK;
    for (size_t b = 0; b < spread->map.buckets && status == NX_OK; b++) {
        if (is_big(spread, b)) {
            const size_t place = spread->starts[b];
            status = sort_segment(spread->job, place, spread->starts[b + 1] - place,
                                  spread->depth + 1, threads, wait, error);
        }
    }
    if (status != NX_OK) {
        return status;
    }
    group_buckets(spread);
    return nx_parallel_for(spread->group_count, threads, finish_group, spread, wait,
                           error);
}

/* ---- All ---- */

/* The key at a place of a random sample; the same for every run. */
static uint64_t
sample_key(const JOB *job, size_t i, size_t n)
{
    /* One from each of n parts of equal length, at a place that no period meets. */
    const uint64_t mixed = (i + 1) * UINT64_C(0x9E3779B97F4A7C15);
    const double part = (double)job->length / (double)n;
    const double at = ((double)i + (double)(mixed >> 40) * 0x1p-24) * part;
    size_t place = (size_t)at;
    place = place < job->length ? place : job->length - 1;
    KEY block;
    return *job->load(job->context, place, 1, &block);
}

static nx_status
make_map(key_spread *spread, nx_error *error)
{
    const JOB *job = spread->job;
    size_t wanted = job->length / BUCKET_KEYS;
    wanted = wanted > NX_MOST_BUCKETS ? NX_MOST_BUCKETS : wanted < 4 ? 4 : wanted;
    const size_t n = SAMPLE * wanted;
    uint64_t *sample = nx_alloc(n, sizeof *sample);
    if (sample == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    for (size_t i = 0; i < n; i++) {
        sample[i] = sample_key(job, i, n);
    }
    const nx_status status = nx_bucket_map_begin(
        &spread->map, job->least, job->most, sample, n, wanted, job->whole_bits, error);
    nx_free(sample);
    return status;
}

static void
end_spread(key_spread *spread)
{
    nx_bucket_map_end(&spread->map);
    nx_free(spread->counts);
    nx_free(spread->places);
    nx_free(spread->starts);
    nx_free(spread->begins);
    nx_free(spread->lines);
    nx_free(spread->few);
    nx_free(spread->groups);
}

static nx_status
begin_spread(key_spread *spread, unsigned threads, nx_error *error)
{
    const size_t length = spread->job->length;
    const nx_status status = make_map(spread, error);
    if (status != NX_OK) {
        return status;
    }
    const size_t buckets = spread->map.buckets;
    size_t piece = length / (2 * (size_t)threads) + 1;
    piece = piece < LEAST_PIECE ? LEAST_PIECE : piece > MOST_PIECE ? MOST_PIECE : piece;
    spread->piece_keys = threads == 1 && length <= MOST_PIECE ? length : piece;
    spread->pieces = (length + spread->piece_keys - 1) / spread->piece_keys;
    spread->big = threads == 1                        ? SIZE_MAX
                  : length / threads / 2 < BIG_BUCKET ? BIG_BUCKET
                                                      : length / threads / 2;
    spread->counts = nx_alloc(spread->pieces, buckets * sizeof *spread->counts);
    spread->places = nx_alloc(spread->pieces, buckets * sizeof *spread->places);
    spread->starts = nx_alloc(buckets + 1, sizeof *spread->starts);
    spread->few = nx_alloc(threads, sizeof *spread->few);
    spread->groups = nx_alloc(buckets + 1, sizeof *spread->groups);
    bool is_made = spread->counts != NULL && spread->places != NULL &&
                   spread->starts != NULL && spread->few != NULL &&
                   spread->groups != NULL;
    if (is_made && length * sizeof(KEY) > CACHED_BYTES) {
        spread->lines = nx_alloc(threads, buckets * LINE * sizeof(KEY));
        spread->begins = nx_alloc(threads, buckets * sizeof *spread->begins);
        is_made = spread->lines != NULL && spread->begins != NULL;
    }
    return is_made ? NX_OK : nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
}

/* Distributes the keys of a job and finishes the buckets. */
static nx_status
sort_job(const JOB *job, int depth, unsigned threads, const nx_wait *wait,
         nx_error *error)
{
    key_spread spread = {.job = job, .depth = depth};
    nx_status status = begin_spread(&spread, threads, error);
    if (status == NX_OK) {
        status =
            nx_parallel_for(spread.pieces, threads, count_piece, &spread, wait, error);
    }
    if (status == NX_OK) {
        place_pieces(&spread);
        status = nx_parallel_for(spread.pieces, threads, distribute_piece, &spread,
                                 wait, error);
    }
    if (status == NX_OK) {
        status = finish_buckets(&spread, threads, wait, error);
    }
    end_spread(&spread);
    return status;
}

/* Keys that are in memory. */
static const KEY *
load_segment(const void *context, size_t first, size_t n, KEY *block)
{
    (void)n;
    (void)block;
    return ((const key_segment *)context)->keys + first;
}

static nx_status
emit_segment(const void *context, size_t place, size_t n, const KEY *keys,
             nx_error *error)
{
    const key_segment *segment = context;
    return segment->job->emit(segment->job->context, segment->place + place, n, keys,
                              error);
}

/* Sorts and emits n keys that are at a place of the room, too many for one bucket. */
static nx_status
sort_segment(const JOB *job, size_t place, size_t n, int depth, unsigned threads,
             const nx_wait *wait, nx_error *error)
{
    KEY *keys = job->room + place;
    KEY least = keys[0], most = keys[0];
    for (size_t i = 1; i < n; i++) {
        least = keys[i] < least ? keys[i] : least;
        most = keys[i] > most ? keys[i] : most;
    }
    if (least == most || ascends(keys, n)) {
        return job->emit(job->context, place, n, keys, error);
    }
    KEY *copy = nx_alloc(n, sizeof *copy);
    if (copy == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    nx_status status;
    if (depth > DEEPEST) {
        KEY *const rooms[2] = {copy, keys};
        status =
            job->emit(job->context, place, n, sort_by_bytes(keys, n, rooms), error);
    }
    else {
        memcpy(copy, keys, n * sizeof *keys);
        const key_segment part = {job, copy, place};
        const JOB inner = {load_segment, emit_segment, &part,           n,
                           least,        most,         job->whole_bits, keys};
        status = sort_job(&inner, depth, threads, wait, error);
    }
    nx_free(copy);
    return status;
}

nx_status
NAME(nx_key_sort)(const JOB *job, unsigned threads, const nx_wait *wait,
                  nx_error *error)
{
    threads = threads == 0 ? 1 : threads;
    if (job->length > NX_KEYS_FEW) {
        return sort_job(job, 0, threads, wait, error);
    }
    nx_few_keys *few = nx_alloc(1, sizeof *few);
    if (few == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
    }
    for (size_t i = 0; i < job->length; i += NX_KEY_BLOCK) {
        const size_t left = job->length - i;
        const size_t n = left < NX_KEY_BLOCK ? left : NX_KEY_BLOCK;
        const KEY *keys = job->load(job->context, i, n, job->room + i);
        if (keys != job->room + i) {
            memcpy(job->room + i, keys, n * sizeof *keys);
        }
    }
    nx_status status = NX_OK;
    if (job->length > 0) {
        const KEY *keys =
            NAME(nx_key_sort_few)(job->room, job->length, job->least, job->most, few);
        status = job->emit(job->context, 0, job->length, keys, error);
    }
    nx_free(few);
    return status;
}
