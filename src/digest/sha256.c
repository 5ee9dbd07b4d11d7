/* The portable compression function, and messages on their way through lanes.
 *
 * A lane holds one message: its whole blocks are compressed where they stand, and what
 * is left of it is copied, padded, to one or two blocks of the lane itself. Two lanes
 * advance together by as many blocks as both have left, and whichever ends takes the
 * next message.
 */
#include "digest/sha256.h"

#include <stdbool.h>
#include <string.h>

#include "base/bits.h"
#include "digest/sha256_engines.h"

enum {
    BLOCK = NX_SHA256_BLOCK,
    LENGTH_BYTES = 8, /* the length in bits, at the end of the last block */
    BATCH = 256,      /* messages that are put in order at once */
    CLASSES = 16,     /* of messages by their number of blocks; the last: or more */
    SINGLES = 16      /* messages of one block that are padded at once */
};

_Alignas(64) const uint32_t nx_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

/* The first 32 bits of the fractional parts of the square roots of the first primes. */
const nx_sha256_state nx_sha256_initial = {{
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
}};

/* ---- Portable ---- */

NX_INLINE uint32_t
rotate_right(uint32_t x, int bits)
{
    return x >> bits | x << (32 - bits);
}

NX_INLINE uint32_t
load32be(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

NX_INLINE void
store32be(uint8_t *p, uint32_t x)
{
    p[0] = (uint8_t)(x >> 24);
    p[1] = (uint8_t)(x >> 16);
    p[2] = (uint8_t)(x >> 8);
    p[3] = (uint8_t)x;
}

/* W of FIPS 180-4, all 64 words of it. */
static void
expand_block(const uint8_t *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++) {
        w[i] = load32be(block + 4 * i);
    }
    for (int i = 16; i < 64; i++) {
        const uint32_t x = w[i - 15], y = w[i - 2];
        const uint32_t s0 = rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
        const uint32_t s1 = rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

static void
compress_block(nx_sha256_state *state, const uint8_t *block)
{
    uint32_t w[64];
    uint32_t *const h0 = state->words;
    uint32_t a = h0[0], b = h0[1], c = h0[2], d = h0[3];
    uint32_t e = h0[4], f = h0[5], g = h0[6], h = h0[7];
    expand_block(block, w);
    for (int i = 0; i < 64; i++) {
        const uint32_t s1 =
            rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        const uint32_t choice = (e & f) ^ (~e & g);
        const uint32_t t1 = h + s1 + choice + nx_sha256_constants[i] + w[i];
        const uint32_t s0 =
            rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        const uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + s0 + majority;
    }
    const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++) {
        h0[i] += sums[i];
    }
}

static void
compress_portable(nx_sha256_state *state, const uint8_t *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        compress_block(state, blocks + i * BLOCK);
    }
}

static const nx_sha256_engine engine_portable = {"portable", compress_portable, NULL,
                                                 NULL};

/* ---- Choice ---- */

static const nx_sha256_engine *engine = &engine_portable;

const nx_sha256_engine *
nx_sha256_engine_for(nx_cpu cpu)
{
#if defined(NX_SHA256_SHANI)
    if (cpu & NX_CPU_SHANI) {
        return &nx_sha256_engine_shani;
    }
#elif defined(NX_SHA256_ARMV8)
    if (cpu & NX_CPU_ARMSHA2) {
        return &nx_sha256_engine_armv8;
    }
#endif
    (void)cpu;
    return &engine_portable;
}

void
nx_sha256_init(nx_cpu cpu)
{
    engine = nx_sha256_engine_for(cpu);
}

const char *
nx_sha256_engine_name(void)
{
    return engine->name;
}

/* ---- Lanes ---- */

/* A message under way. */
typedef struct lane {
    nx_sha256_state state;
    const uint8_t *next; /* the blocks to compress now ... */
    size_t blocks;       /* ... and how many */
    size_t tail_blocks;  /* blocks of `tail` that come after them */
    uint8_t *digest;
    uint8_t tail[2 * BLOCK];
} lane;

/* Goes on with the tail when the whole blocks are done. */
static void
turn_to_tail(lane *l)
{
    l->next = l->tail;
    l->blocks = l->tail_blocks;
    l->tail_blocks = 0;
}

static void
begin(lane *l, const uint8_t *message, size_t length, uint8_t *digest)
{
    const size_t rest = length % BLOCK;
    const uint64_t bits = (uint64_t)length * 8;
    l->state = nx_sha256_initial;
    l->next = message;
    l->blocks = length / BLOCK;
    l->tail_blocks = rest + 1 + LENGTH_BYTES <= BLOCK ? 1 : 2;
    l->digest = digest;
    memset(l->tail, 0, sizeof l->tail);
    if (rest > 0) {
        memcpy(l->tail, message + (length - rest), rest);
    }
    l->tail[rest] = 0x80;
    uint8_t *const end = l->tail + l->tail_blocks * BLOCK;
    store32be(end - 8, (uint32_t)(bits >> 32));
    store32be(end - 4, (uint32_t)bits);
    if (l->blocks == 0) {
        turn_to_tail(l);
    }
}

/* Notes that `count` blocks are compressed; false if that was the last one, and then
 * the digest is written. */
static bool
advance(lane *l, size_t count)
{
    l->next += count * BLOCK;
    l->blocks -= count;
    if (l->blocks == 0 && l->tail_blocks > 0) {
        turn_to_tail(l);
    }
    if (l->blocks > 0) {
        return true;
    }
    for (int i = 0; i < 8; i++) {
        store32be(l->digest + 4 * i, l->state.words[i]);
    }
    return false;
}

static void
finish_alone(lane *l)
{
    size_t count;
    do {
        count = l->blocks;
        engine->one(&l->state, l->next, count);
    } while (advance(l, count));
}

void
nx_sha256(const void *message, size_t length, uint8_t *digest)
{
    lane l;
    begin(&l, message, length, digest);
    finish_alone(&l);
}

/* ---- Many messages ---- */

/* Messages on their way into the lanes, in order. */
typedef struct queue {
    const nx_span *messages;
    uint8_t *digests;
    ptrdiff_t step;
    size_t left;
    const uint8_t *order;
} queue;

static bool
begin_next(lane *l, queue *q)
{
    if (q->left == 0) {
        return false;
    }
    const size_t i = *q->order++;
    q->left--;
    begin(l, q->messages[i].text, q->messages[i].length,
          q->digests + (ptrdiff_t)i * q->step);
    return true;
}

static size_t
class_of(const nx_span *message)
{
    const size_t blocks = (message->length + LENGTH_BYTES) / BLOCK + 1;
    return blocks < CLASSES ? CLASSES - blocks : 0;
}

/* Writes the order in which n messages are taken, and returns how many of them have
 * more than one block: they come first, those of many blocks before others. Lanes whose
 * messages have the same number of blocks end together, which the branch predictor
 * learns: a misprediction costs as much as hashing a short message. */
static size_t
put_in_order(const nx_span *messages, size_t n, uint8_t order[BATCH])
{
    size_t places[CLASSES + 1] = {0};
    uint8_t classes[BATCH];
    for (size_t i = 0; i < n; i++) {
        classes[i] = (uint8_t)class_of(&messages[i]);
        places[classes[i] + 1]++;
    }
    for (size_t c = 1; c < CLASSES; c++) {
        places[c] += places[c - 1];
    }
    const size_t longer = places[CLASSES - 1];
    for (size_t i = 0; i < n; i++) {
        order[places[classes[i]]++] = (uint8_t)i;
    }
    return longer;
}

static void
run_two_lanes(queue *q)
{
    lane a, b;
    bool a_busy = begin_next(&a, q), b_busy = begin_next(&b, q);
    while (a_busy && b_busy) {
        const size_t count = a.blocks < b.blocks ? a.blocks : b.blocks;
        engine->two(&a.state, a.next, &b.state, b.next, count);
        a_busy = advance(&a, count) || begin_next(&a, q);
        b_busy = advance(&b, count) || begin_next(&b, q);
    }
    if (a_busy) {
        finish_alone(&a);
    }
    if (b_busy) {
        finish_alone(&b);
    }
}

/* Copies n bytes, less than a block, by whole vectors where there are some. */
NX_INLINE void
copy_short(uint8_t *to, const uint8_t *from, size_t n)
{
    if (n >= 16) {
        for (size_t i = 0; i + 16 < n; i += 16) {
            memcpy(to + i, from + i, 16);
        }
        memcpy(to + n - 16, from + n - 16, 16);
    }
    else if (n >= 8) {
        memcpy(to, from, 8);
        memcpy(to + n - 8, from + n - 8, 8);
    }
    else {
        for (size_t i = 0; i < n; i++) {
            to[i] = from[i];
        }
    }
}

/* Hashes messages of one block. They are padded some at a time, so that what is written
 * has reached the cache when it is loaded as whole vectors. */
static void
run_singles(queue *q)
{
    _Alignas(64) uint8_t blocks[SINGLES][BLOCK];
    uint8_t *digests[SINGLES];
    while (q->left > 0) {
        const size_t count = q->left < SINGLES ? q->left : SINGLES;
        memset(blocks, 0, count * BLOCK);
        for (size_t i = 0; i < count; i++) {
            const size_t at = *q->order++, n = q->messages[at].length;
            copy_short(blocks[i], q->messages[at].text, n);
            blocks[i][n] = 0x80;
            store32be(blocks[i] + BLOCK - 4, (uint32_t)(n * 8));
            digests[i] = q->digests + (ptrdiff_t)at * q->step;
        }
        engine->single(blocks[0], count, digests);
        q->left -= count;
    }
}

void
nx_sha256_many(const nx_span *messages, size_t n, uint8_t *digests, ptrdiff_t step)
{
    uint8_t order[BATCH];
    if (engine->two == NULL) {
        for (size_t i = 0; i < n; i++) {
            nx_sha256(messages[i].text, messages[i].length,
                      digests + (ptrdiff_t)i * step);
        }
        return;
    }
    while (n > 0) {
        const size_t count = n < BATCH ? n : BATCH;
        const size_t longer = put_in_order(messages, count, order);
        queue q = {messages, digests, step, longer, order};
        run_two_lanes(&q);
        q = (queue){messages, digests, step, count - longer, order + longer};
        run_singles(&q);
        messages += count;
        digests += (ptrdiff_t)count * step;
        n -= count;
    }
}
