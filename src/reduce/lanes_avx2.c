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
term_of(nx_term term, __m256d v, __m256d y, __m256d c)
{
    switch (term) {
        case NX_TERM_SIZE:
            return _mm256_andnot_pd(_mm256_set1_pd(-0.0), v);
        case NX_TERM_ROOT:
            return _mm256_sqrt_pd(v);
        case NX_TERM_SQUARE:
            return _mm256_mul_pd(v, v);
        case NX_TERM_PRODUCT:
            return _mm256_mul_pd(v, y);
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

/* The same of items from x[i] on, floats or doubles; y is looked at only where a term
 * has it. */
NX_INLINE __m256d
load_term(nx_term term, const void *x, bool are_floats, const double *y, size_t i,
          __m256d c)
{
    const __m256d v = are_floats ? _mm256_cvtps_pd(_mm_loadu_ps((const float *)x + i))
                                 : _mm256_loadu_pd((const double *)x + i);
    return term_of(
        term, v, term == NX_TERM_PRODUCT ? _mm256_loadu_pd(y + i) : _mm256_setzero_pd(),
        c);
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

/* Adds the 0 < n < 4 items from x[first] on to the first lanes of a vector. */
NX_INLINE __m256d
add_few(nx_term term, __m256d lanes, const void *x, bool are_floats, const double *y,
        size_t first, size_t n, double c)
{
    double terms[WIDTH] = {0};
    for (size_t i = 0; i < n; i++) {
        const size_t at = first + i;
        const double item =
            are_floats ? (double)((const float *)x)[at] : ((const double *)x)[at];
        terms[i] = term_of_one(term, item, term == NX_TERM_PRODUCT ? y[at] : 0, c);
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
sum_block(nx_term term, const void *x, bool are_floats, const double *y, size_t n,
          double c)
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
            v[k] = _mm256_add_pd(v[k], load_term(term, x, are_floats, y, at, many_c));
        }
    }
    for (size_t k = 0; k < VECTORS; k++) {
        const size_t at = i + k * WIDTH;
        if (at + WIDTH <= n) {
            v[k] = _mm256_add_pd(v[k], load_term(term, x, are_floats, y, at, many_c));
        }
        else if (at < n) {
            v[k] = add_few(term, v[k], x, are_floats, y, at, n - at, c);
        }
    }
    return join_lanes(v);
}

/* ---- Rows of up to 16 items ---- */

/* The lanes of a row of `vectors` vectors, joined to four. In the last one are the
 * items that `mask` says. Without the zeros that lanes begin with: they change no sum
 * but -0.0, which the caller adds one to. */
NX_INLINE __m256d
four_lanes(nx_term term, const double *x, double c, size_t vectors, __m256i mask)
{
    __m256d v[VECTORS];
    const __m256d none = _mm256_setzero_pd(), many_c = _mm256_set1_pd(c);
    for (size_t k = 0; k + 1 < vectors; k++) {
        v[k] = term_of(term, _mm256_loadu_pd(x + k * WIDTH), none, many_c);
    }
    v[vectors - 1] = term_of(term, _mm256_maskload_pd(x + (vectors - 1) * WIDTH, mask),
                             none, many_c);
    for (size_t half = VECTORS / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            if (k + half < vectors) {
                v[k] = _mm256_add_pd(v[k], v[k + half]);
            }
        }
    }
    return v[0];
}

/* The sums of four lanes each of four rows: 2 and 1 apart. */
NX_INLINE __m256d
join_four(__m256d a, __m256d b, __m256d c, __m256d d)
{
    const __m256d ab = _mm256_add_pd(_mm256_permute2f128_pd(a, b, 0x20),
                                     _mm256_permute2f128_pd(a, b, 0x31));
    const __m256d cd = _mm256_add_pd(_mm256_permute2f128_pd(c, d, 0x20),
                                     _mm256_permute2f128_pd(c, d, 0x31));
    return _mm256_permute4x64_pd(_mm256_hadd_pd(ab, cd), 0xD8);
}

NX_INLINE void
sum_short_rows(nx_term term, const double *x, ptrdiff_t step, size_t n, size_t rows,
               const double *c, double *sums, size_t vectors)
{
    static const double none[WIDTH];
    const __m256d zero = _mm256_setzero_pd();
    const __m256i last = _mm256_set1_epi64x((long long)(n - (vectors - 1) * WIDTH));
    const __m256i mask = _mm256_cmpgt_epi64(last, _mm256_setr_epi64x(0, 1, 2, 3));
    size_t i = 0;
    for (; i + WIDTH <= rows; i += WIDTH, x += WIDTH * step) {
        const double *const own = nx_uses_c(term) ? c + i : none;
        const __m256d p = four_lanes(term, x, own[0], vectors, mask);
        const __m256d q = four_lanes(term, x + step, own[1], vectors, mask);
        const __m256d r = four_lanes(term, x + 2 * step, own[2], vectors, mask);
        const __m256d s = four_lanes(term, x + 3 * step, own[3], vectors, mask);
        _mm256_storeu_pd(sums + i, _mm256_add_pd(join_four(p, q, r, s), zero));
    }
    for (; i < rows; i++, x += step) {
        const double own = nx_uses_c(term) ? c[i] : 0;
        const __m256d p = four_lanes(term, x, own, vectors, mask);
        sums[i] = _mm256_cvtsd_f64(_mm256_add_pd(join_four(p, zero, zero, zero), zero));
    }
}

/* True if it was done: rows of another length, or terms that a zero behind the last
 * item would change, are sums of blocks. */
NX_INLINE bool
sum_rows_at_once(nx_term term, const double *x, ptrdiff_t step, size_t n, size_t rows,
                 const double *c, double *sums)
{
    if (term == NX_TERM_PRODUCT || n == 0 || (nx_uses_c(term) && n % WIDTH != 0)) {
        return false;
    }
    switch ((n + WIDTH - 1) / WIDTH) {
        case 1:
            sum_short_rows(term, x, step, n, rows, c, sums, 1);
            return true;
        case 2:
            sum_short_rows(term, x, step, n, rows, c, sums, 2);
            return true;
        case 3:
            sum_short_rows(term, x, step, n, rows, c, sums, 3);
            return true;
        case 4:
            sum_short_rows(term, x, step, n, rows, c, sums, 4);
            return true;
        default:
            return false;
    }
}

/* ---- Outputs side by side ---- */

NX_INLINE void
add_items(nx_term term, bool begin, double *lanes, const double *x, const double *y,
          size_t n, const double *c)
{
    const bool has_c = nx_uses_c(term);
    const __m256d zero = _mm256_setzero_pd();
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        const __m256d many_c = has_c ? _mm256_loadu_pd(c + i) : zero;
        const __m256d before = begin ? zero : _mm256_loadu_pd(lanes + i);
        _mm256_storeu_pd(
            lanes + i, _mm256_add_pd(before, load_term(term, x, false, y, i, many_c)));
    }
    for (; i < n; i++) {
        const double added = term_of_one(term, x[i], term == NX_TERM_PRODUCT ? y[i] : 0,
                                         has_c ? c[i] : 0);
        lanes[i] = (begin ? 0 : lanes[i]) + added;
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
