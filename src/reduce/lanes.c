/* Lanes by the portable engine, the reference, and the choice among engines. */
#include "reduce/lanes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/bits.h"
#include "reduce/lanes_engines.h"

/* The term of one item; loops are compiled for one term each. */
NX_INLINE double
term_of(nx_term term, double x, double y, double c)
{
    switch (term) {
        case NX_TERM_SIZE:
            return fabs(x);
        case NX_TERM_ROOT:
            return sqrt(x);
        case NX_TERM_SQUARE:
            return x * x;
        case NX_TERM_PRODUCT:
            return x * y;
        case NX_TERM_SCALED_SQUARE:
            return (x * c) * (x * c);
        case NX_TERM_DEVIATION:
            return x - c;
        case NX_TERM_SQUARE_DEVIATION:
            return (x - c) * (x - c);
        default:
            return x;
    }
}

NX_INLINE double
sum_block(nx_term term, const double *x, const double *y, size_t n, double c)
{
    double lanes[NX_LANES] = {0};
    size_t i = 0;
    for (; i + NX_LANES <= n; i += NX_LANES) {
        for (size_t l = 0; l < NX_LANES; l++) {
            lanes[l] +=
                term_of(term, x[i + l], term == NX_TERM_PRODUCT ? y[i + l] : 0, c);
        }
    }
    for (size_t l = 0; i + l < n; l++) {
        lanes[l] += term_of(term, x[i + l], term == NX_TERM_PRODUCT ? y[i + l] : 0, c);
    }
    for (size_t half = NX_LANES / 2; half > 0; half /= 2) {
        for (size_t l = 0; l < half; l++) {
            lanes[l] += lanes[l + half];
        }
    }
    return lanes[0];
}

NX_INLINE void
add_items(nx_term term, double *lanes, const double *x, const double *y, size_t n,
          const double *c)
{
    const bool has_c = term == NX_TERM_SCALED_SQUARE || term == NX_TERM_DEVIATION ||
                       term == NX_TERM_SQUARE_DEVIATION;
    for (size_t i = 0; i < n; i++) {
        lanes[i] +=
            term_of(term, x[i], term == NX_TERM_PRODUCT ? y[i] : 0, has_c ? c[i] : 0);
    }
}

static void
join(double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        a[i] += b[i];
    }
}

static size_t
take(double *to, const double *from, size_t n, const uint8_t *taken, bool skip_nan,
     const double *fill, bool filled, double *counts)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        const bool in =
            (taken == NULL || taken[i] != 0) && (!skip_nan || !isnan(from[i]));
        to[i] = in ? from[i] : fill[filled ? i : 0];
        left += in;
        if (counts != NULL) {
            counts[i] += in;
        }
    }
    return left;
}

static void
widen(double *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float x;
        memcpy(&x, from + i * sizeof x, sizeof x);
        to[i] = (double)x;
    }
}

#include "reduce/lanes_template.h"

const nx_lanes_engine nx_lanes_engine_portable = {
    .name = "portable",
    .terms = NX_LANES_TERMS,
    .join = join,
    .take = take,
    .widen = widen,
};

/* ---- The choice ---- */

static const nx_lanes_engine *engine = &nx_lanes_engine_portable;

const nx_lanes_engine *
nx_lanes(void)
{
    return engine;
}

const nx_lanes_engine *
nx_lanes_engine_for(nx_cpu cpu)
{
#ifdef NX_LANES_AVX2
    if (cpu & NX_CPU_AVX2) {
        return &nx_lanes_engine_avx2;
    }
#endif
    (void)cpu;
    return &nx_lanes_engine_portable;
}

void
nx_lanes_init(nx_cpu cpu)
{
    engine = nx_lanes_engine_for(cpu);
}
