/* Lanes of pairs, as compilers make vectors of them; included once for each instruction
 * set. */
#include "base/bits.h"
#include "reduce/lanes.h"
#include "reduce/pair_lanes.h"

/* A double less its lower 27 bits, so that products of such parts are exact. */
NX_INLINE double
upper_part(double x)
{
    const double scaled = x * 134217729.0; /* 2^27 + 1 */
    return scaled - (scaled - x);
}

/* Adds a row of terms, and what they have lost, to as many lanes. */
NX_INLINE void
add_row(double *sums, double *losses, const double *x, const double *y, size_t n)
{
    for (size_t l = 0; l < n; l++) {
        double term = x[l], loss = 0;
        if (y != NULL) {
            const double a = upper_part(x[l]), b = x[l] - a;
            const double c = upper_part(y[l]), d = y[l] - c;
            term = x[l] * y[l];
            loss = ((a * c - term) + a * d + b * c) + b * d;
        }
        const double sum = sums[l] + term, rest = sum - sums[l];
        losses[l] += ((sums[l] - (sum - rest)) + (term - rest)) + loss;
        sums[l] = sum;
    }
}

NX_INLINE nx_pair
pairs_of(const double *x, const double *y, size_t n)
{
    double sums[NX_LANES] = {0}, losses[NX_LANES] = {0};
    size_t i = 0;
    for (; i + NX_LANES <= n; i += NX_LANES) {
        add_row(sums, losses, x + i, y == NULL ? NULL : y + i, NX_LANES);
    }
    add_row(sums, losses, x + i, y == NULL ? NULL : y + i, n - i);
    for (size_t half = NX_LANES / 2; half > 0; half /= 2) {
        for (size_t l = 0; l < half; l++) {
            const nx_pair joined =
                nx_pair_join((nx_pair){sums[l], losses[l]},
                             (nx_pair){sums[l + half], losses[l + half]});
            sums[l] = joined.sum;
            losses[l] = joined.lost;
        }
    }
    return (nx_pair){sums[0], losses[0]};
}

static nx_pair
sum_items(const double *x, size_t n)
{
    return pairs_of(x, NULL, n);
}

static nx_pair
sum_products(const double *x, const double *y, size_t n)
{
    return pairs_of(x, y, n);
}
