/* Lanes with 32-byte vectors: eight of them hold the 32 lanes of a block. */
#include "reduce/lanes_engines.h"

#include <immintrin.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/bits.h"

enum {
    WIDTH = 4,
    VECTORS = NX_LANES / WIDTH
};

NX_INLINE __m256d
term_of(nx_term term, const double *x, const double *y, __m256d c)
{
    const __m256d v = _mm256_loadu_pd(x);
    switch (term) {
        case NX_TERM_SIZE:
            return _mm256_andnot_pd(_mm256_set1_pd(-0.0), v);
        case NX_TERM_ROOT:
            return _mm256_sqrt_pd(v);
        case NX_TERM_SQUARE:
            return _mm256_mul_pd(v, v);
        case NX_TERM_PRODUCT:
            return _mm256_mul_pd(v, _mm256_loadu_pd(y));
        case NX_TERM_SCALED_SQUARE: {
            const __m256d scaled = _mm256_mul_pd(v, c);
            return _mm256_mul_pd(scaled, scaled);
        }
        case NX_TERM_DEVIATION:
            return _mm256_sub_pd(v, c);
        case NX_TERM_SQUARE_DEVIATION: {
            const __m256d deviation = _mm256_sub_pd(v, c);
            return _mm256_mul_pd(deviation, deviation);
        }
        default:
            return v;
    }
}

/* One item, as above: vectors would raise flags for items that are not there. */
NX_INLINE double
term_of_one(nx_term term, double x, double y, double c)
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

/* Adds 0 < n < 4 items to the first lanes of a vector. */
NX_INLINE __m256d
add_few(nx_term term, __m256d lanes, const double *x, const double *y, size_t n,
        double c)
{
    double terms[WIDTH] = {0};
    for (size_t i = 0; i < n; i++) {
        terms[i] = term_of_one(term, x[i], term == NX_TERM_PRODUCT ? y[i] : 0, c);
    }
    return _mm256_add_pd(lanes, _mm256_loadu_pd(terms));
}

/* The tree of the lanes: 16, 8, 4, 2 and 1 apart. */
NX_INLINE double
join_lanes(const __m256d *v)
{
    const __m256d a = _mm256_add_pd(v[0], v[4]), b = _mm256_add_pd(v[1], v[5]);
    const __m256d c = _mm256_add_pd(v[2], v[6]), d = _mm256_add_pd(v[3], v[7]);
    const __m256d sum = _mm256_add_pd(_mm256_add_pd(a, c), _mm256_add_pd(b, d));
    const __m128d two =
        _mm_add_pd(_mm256_castpd256_pd128(sum), _mm256_extractf128_pd(sum, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

NX_INLINE double
sum_block(nx_term term, const double *x, const double *y, size_t n, double c)
{
    const __m256d many_c = _mm256_set1_pd(c);
    __m256d v[VECTORS];
    size_t i = 0;
    for (int k = 0; k < VECTORS; k++) {
        v[k] = _mm256_setzero_pd();
    }
    for (; i + NX_LANES <= n; i += NX_LANES) {
        for (size_t k = 0; k < VECTORS; k++) {
            const size_t at = i + k * WIDTH;
            v[k] = _mm256_add_pd(v[k], term_of(term, x + at, y + at, many_c));
        }
    }
    for (size_t k = 0; k < VECTORS; k++) {
        const size_t at = i + k * WIDTH;
        if (at + WIDTH <= n) {
            v[k] = _mm256_add_pd(v[k], term_of(term, x + at, y + at, many_c));
        }
        else if (at < n) {
            v[k] = add_few(term, v[k], x + at, y + at, n - at, c);
        }
    }
    return join_lanes(v);
}

NX_INLINE void
add_items(nx_term term, double *lanes, const double *x, const double *y, size_t n,
          const double *c)
{
    const bool has_c = term == NX_TERM_SCALED_SQUARE || term == NX_TERM_DEVIATION ||
                       term == NX_TERM_SQUARE_DEVIATION;
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        const __m256d many_c = has_c ? _mm256_loadu_pd(c + i) : _mm256_setzero_pd();
        _mm256_storeu_pd(lanes + i, _mm256_add_pd(_mm256_loadu_pd(lanes + i),
                                                  term_of(term, x + i, y + i, many_c)));
    }
    for (; i < n; i++) {
        lanes[i] += term_of_one(term, x[i], term == NX_TERM_PRODUCT ? y[i] : 0,
                                has_c ? c[i] : 0);
    }
}

static void
join(double *a, const double *b, size_t n)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        _mm256_storeu_pd(a + i,
                         _mm256_add_pd(_mm256_loadu_pd(a + i), _mm256_loadu_pd(b + i)));
    }
    for (; i < n; i++) {
        a[i] += b[i];
    }
}

/* All bits set where an item is left in. */
NX_INLINE __m256d
left_in(__m256d x, const uint8_t *taken, bool skip_nan)
{
    __m256d in = skip_nan ? _mm256_cmp_pd(x, x, _CMP_ORD_Q)
                          : _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
    if (taken != NULL) {
        const __m256i bytes =
            _mm256_cvtepu8_epi64(_mm_cvtsi32_si128((int)nx_load32le(taken)));
        const __m256i out = _mm256_cmpeq_epi64(bytes, _mm256_setzero_si256());
        in = _mm256_andnot_pd(_mm256_castsi256_pd(out), in);
    }
    return in;
}

static size_t
take(double *to, const double *from, size_t n, const uint8_t *taken, bool skip_nan,
     const double *fill, bool filled, double *counts)
{
    __m256i left = _mm256_setzero_si256(); /* less one for each */
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        const __m256d x = _mm256_loadu_pd(from + i);
        const __m256d in = left_in(x, taken == NULL ? NULL : taken + i, skip_nan);
        const __m256d other =
            filled ? _mm256_loadu_pd(fill + i) : _mm256_broadcast_sd(fill);
        _mm256_storeu_pd(to + i, _mm256_blendv_pd(other, x, in));
        left = _mm256_sub_epi64(left, _mm256_castpd_si256(in));
        if (counts != NULL) {
            const __m256d one = _mm256_and_pd(in, _mm256_set1_pd(1));
            _mm256_storeu_pd(counts + i,
                             _mm256_add_pd(_mm256_loadu_pd(counts + i), one));
        }
    }
    int64_t lefts[WIDTH];
    _mm256_storeu_si256((__m256i *)(void *)lefts, left);
    size_t count = (size_t)(lefts[0] + lefts[1] + lefts[2] + lefts[3]);
    for (; i < n; i++) {
        const bool in =
            (taken == NULL || taken[i] != 0) && (!skip_nan || !isnan(from[i]));
        to[i] = in ? from[i] : fill[filled ? i : 0];
        count += in;
        if (counts != NULL) {
            counts[i] += in;
        }
    }
    return count;
}

static void
widen(double *to, const char *from, size_t n)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        const __m128 x = _mm_loadu_ps((const float *)(const void *)(from + 4 * i));
        _mm256_storeu_pd(to + i, _mm256_cvtps_pd(x));
    }
    for (; i < n; i++) {
        float x;
        memcpy(&x, from + i * sizeof x, sizeof x);
        to[i] = (double)x;
    }
}

#include "reduce/lanes_template.h"

const nx_lanes_engine nx_lanes_engine_avx2 = {
    .name = "avx2",
    .terms = NX_LANES_TERMS,
    .join = join,
    .take = take,
    .widen = widen,
};
