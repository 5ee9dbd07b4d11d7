/* Sorting many keys; included by key_sort32.c and key_sort64.c with KEY, KEY_BITS, JOB
 * and NAME(stem) set, after key_few_template.h.
 *
 * All keys are distributed to buckets of about a thousand (sort/bucket_map.h): counted
 * first, then written to where their bucket is, a cache line at a time and past the
 * caches, which takes half the time of writing them one by one. A bucket fits the first
 * cache, where its few keys are sorted. A bucket that is too large is distributed
 * again; what is still too large after a few times is sorted by bytes. So every input
 * is sorted in linear time. */

enum {
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
    uint8_t *few;     /* by worker: room for few keys */
    size_t few_size;  /* of one */
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

/* Which bucket a key belongs to: for even buckets at once, else by a look-up. */
NX_INLINE size_t
even_bucket(KEY key, KEY least, int shift)
{
    return (size_t)((KEY)(key - least) >> shift);
}

/* The buckets of a block of keys by look-ups. On its own, that loop runs ahead of
 * itself; between writes it would wait for each branch that was predicted wrongly. */
static void
find_buckets(const nx_bucket_map *map, const KEY *keys, size_t n, uint16_t *buckets)
{
    for (size_t i = 0; i < n; i++) {
        buckets[i] = (uint16_t)nx_bucket_of_cell(map, keys[i]);
    }
}

/* Counts keys by their bucket. */
static void
count_keys(const nx_bucket_map *map, const KEY *keys, size_t n, uint32_t *counts)
{
    const KEY least = (KEY)map->least;
    const int shift = map->even_shift;
    size_t i = 0;
    if (map->is_even) {
        for (; i + 4 <= n; i += 4) {
            counts[even_bucket(keys[i], least, shift)]++;
            counts[even_bucket(keys[i + 1], least, shift)]++;
            counts[even_bucket(keys[i + 2], least, shift)]++;
            counts[even_bucket(keys[i + 3], least, shift)]++;
        }
    }
    for (; i < n; i++) {
        counts[nx_bucket_of(map, keys[i])]++;
    }
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
        count_keys(map, keys, m, counts);
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
    KEY *room;            /* from the cache line on in which it begins */
    size_t *places;       /* by bucket: where the next key goes */
    const size_t *begins; /* by bucket: where the first one of the piece went */
    KEY *lines;           /* by bucket: keys that wait for their line to fill */
} key_lines;

/* Writes a line of a bucket that is full up to the key before `end`. */
NX_INLINE void
empty_line(const key_lines *lines, size_t bucket, size_t end, const KEY *line)
{
    const size_t begin = lines->begins[bucket], own = end - begin;
    if (own >= LINE) {
        put_line(lines->room + end - LINE, line);
    }
    else { /* the line begins in another bucket, or with another piece */
        memcpy(lines->room + begin, line + LINE - own, own * sizeof *line);
    }
}

/* The line of a key is that of its address, so that full ones are written whole. */
NX_INLINE void
put_one(const key_lines *lines, KEY key, size_t bucket)
{
    const size_t place = lines->places[bucket]++;
    KEY *line = lines->lines + bucket * LINE;
    line[place % LINE] = key;
    if (NX_UNLIKELY(place % LINE == LINE - 1)) {
        empty_line(lines, bucket, place + 1, line);
    }
}

static void
put_far(const nx_bucket_map *map, const key_lines *given, const KEY *keys, size_t n)
{
    const key_lines lines = *given; /* in registers */
    const KEY least = (KEY)map->least;
    const int shift = map->even_shift;
    uint16_t buckets[NX_KEY_BLOCK];
    size_t i = 0;
    if (map->is_even) {
        for (; i + 2 <= n; i += 2) {
            put_one(&lines, keys[i], even_bucket(keys[i], least, shift));
            put_one(&lines, keys[i + 1], even_bucket(keys[i + 1], least, shift));
        }
    }
    else {
        find_buckets(map, keys, n, buckets);
        for (; i < n; i++) {
            put_one(&lines, keys[i], buckets[i]);
        }
    }
    for (; i < n; i++) {
        put_one(&lines, keys[i], even_bucket(keys[i], least, shift));
    }
}

/* Writes what waits. */
static void
flush_lines(const key_lines *lines, size_t buckets)
{
    for (size_t b = 0; b < buckets; b++) {
        const size_t place = lines->places[b], own = place - lines->begins[b];
        const size_t at = place % LINE, waiting = own < at ? own : at;
        memcpy(lines->room + place - waiting, lines->lines + b * LINE + at - waiting,
               waiting * sizeof *lines->lines);
    }
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

static void
put_near(const nx_bucket_map *map, KEY *room, const KEY *keys, size_t n, size_t *places)
{
    for (size_t i = 0; i < n; i++) {
        room[places[nx_bucket_of(map, keys[i])]++] = keys[i];
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
    key_lines lines = {.room = job->room, .places = places};
    (void)error;
    if (spread->lines != NULL) {
        /* Places are counted from the start of a cache line. */
        const size_t skew = (uintptr_t)job->room / sizeof *job->room % LINE;
        for (size_t b = 0; b < count; b++) {
            places[b] += skew;
        }
        lines.room = job->room - skew;
        lines.lines = spread->lines + worker * count * LINE;
        lines.begins =
            memcpy(spread->begins + worker * count, places, count * sizeof *places);
    }
    for (size_t i = 0; i < n; i += NX_KEY_BLOCK) {
        const size_t m = n - i < NX_KEY_BLOCK ? n - i : NX_KEY_BLOCK;
        const KEY *keys = job->load(job->context, first + i, m, block);
        if (spread->lines != NULL) {
            put_far(&spread->map, &lines, keys, m);
        }
        else {
            put_near(&spread->map, job->room, keys, m, places);
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
finish_bucket(const key_spread *spread, size_t bucket, void *few, nx_error *error)
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
            status = finish_bucket(spread, b, spread->few + worker * spread->few_size,
                                   error);
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

/* Makes room for the fullest of those buckets that are sorted as few keys. */
static nx_status
make_few_room(key_spread *spread, unsigned threads, nx_error *error)
{
    size_t fullest = 0;
    for (size_t b = 0; b < spread->map.buckets; b++) {
        const size_t n = spread->starts[b + 1] - spread->starts[b];
        fullest = n > fullest && n <= NX_KEYS_FEW ? n : fullest;
    }
    spread->few_size = (fullest * NX_FEW_ROOM + 63) / 64 * 64;
    spread->few = nx_alloc(threads, spread->few_size);
    return spread->few != NULL
               ? NX_OK
               : nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
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
    if (status == NX_OK) {
        status = make_few_room(spread, threads, error);
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
    spread->groups = nx_alloc(buckets + 1, sizeof *spread->groups);
    bool is_made = spread->counts != NULL && spread->places != NULL &&
                   spread->starts != NULL && spread->groups != NULL;
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
    nx_sort_engine_now()->NAME(bound)(keys, n, &least, &most);
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
    void *few = nx_alloc(job->length, NX_FEW_ROOM);
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
