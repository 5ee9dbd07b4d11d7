#include "sort/sort_engine.h"

static const nx_sort_engine *engine = &nx_sort_engine_portable;

/* Ranks four rows, from a lane on. Written out: their keys and ranks stay in registers
 * while they meet all keys before. */
static void
rank_four(nx_rank_lanes *lanes, size_t n, size_t lane)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t *keys = &lanes->keys[i][lane];
        const uint64_t a = keys[0], b = keys[1], c = keys[2], d = keys[3];
        uint64_t of_a = i, of_b = i, of_c = i, of_d = i;
        for (size_t j = 0; j < i; j++) {
            const uint64_t *before = &lanes->keys[j][lane];
            uint64_t *ranks = &lanes->ranks[j][lane];
            const uint64_t a_less = a < before[0], b_less = b < before[1];
            const uint64_t c_less = c < before[2], d_less = d < before[3];
            ranks[0] += a_less;
            ranks[1] += b_less;
            ranks[2] += c_less;
            ranks[3] += d_less;
            of_a -= a_less;
            of_b -= b_less;
            of_c -= c_less;
            of_d -= d_less;
        }
        lanes->ranks[i][lane] = of_a;
        lanes->ranks[i][lane + 1] = of_b;
        lanes->ranks[i][lane + 2] = of_c;
        lanes->ranks[i][lane + 3] = of_d;
    }
}

static void
rank(nx_rank_lanes *lanes, size_t n)
{
    for (size_t lane = 0; lane < NX_RANKED_ROWS; lane += 4) {
        rank_four(lanes, n, lane);
    }
}

/* Two chains each, so that no comparison waits for the one before. */
#define BOUND(type)                                              \
    type low[2] = {*least, *least}, high[2] = {*most, *most};    \
    for (size_t i = 0; i + 2 <= n; i += 2) {                     \
        low[0] = keys[i] < low[0] ? keys[i] : low[0];            \
        high[0] = keys[i] > high[0] ? keys[i] : high[0];         \
        low[1] = keys[i + 1] < low[1] ? keys[i + 1] : low[1];    \
        high[1] = keys[i + 1] > high[1] ? keys[i + 1] : high[1]; \
    }                                                            \
    if (n % 2 != 0) {                                            \
        low[0] = keys[n - 1] < low[0] ? keys[n - 1] : low[0];    \
        high[0] = keys[n - 1] > high[0] ? keys[n - 1] : high[0]; \
    }                                                            \
    *least = low[0] < low[1] ? low[0] : low[1];                  \
    *most = high[0] > high[1] ? high[0] : high[1]

static void
bound64(const uint64_t *keys, size_t n, uint64_t *least, uint64_t *most)
{
    BOUND(uint64_t);
}

static void
bound32(const uint32_t *keys, size_t n, uint32_t *least, uint32_t *most)
{
    BOUND(uint32_t);
}

static uint64_t
spread64(const uint64_t *keys, size_t n, uint64_t least)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        bits |= keys[i] - least;
    }
    return bits;
}

static size_t
falls64(const uint64_t *keys, size_t n)
{
    size_t falls = 0;
    for (size_t i = 1; i < n; i++) {
        falls += keys[i] < keys[i - 1];
    }
    return falls;
}

static size_t
falls32(const uint32_t *keys, size_t n)
{
    size_t falls = 0;
    for (size_t i = 1; i < n; i++) {
        falls += keys[i] < keys[i - 1];
    }
    return falls;
}

const nx_sort_engine nx_sort_engine_portable = {
    .name = "portable",
    .rank = rank,
    .bound64 = bound64,
    .bound32 = bound32,
    .spread64 = spread64,
    .falls64 = falls64,
    .falls32 = falls32,
};

const nx_sort_engine *
nx_sort_engine_now(void)
{
    return engine;
}

const nx_sort_engine *
nx_sort_engine_for(nx_cpu cpu)
{
#if defined(NX_SORT_AVX2)
    if ((cpu & NX_CPU_AVX2) != 0) {
        return &nx_sort_engine_avx2;
    }
#endif
    (void)cpu;
    return &nx_sort_engine_portable;
}

void
nx_sort_init(nx_cpu cpu)
{
    engine = nx_sort_engine_for(cpu);
}
