#include "sort/even_floats.h"

#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "sort/slot_counts.h"

enum {
    SLOTS = 2,                      /* for each value */
    SAMPLE = NX_FEWEST_EVEN_FLOATS, /* values that tell whether it is worth trying */
    PARTS = 32,                     /* of the range: ... */
    CROWD = 40,                     /* ... so many of the sample in one are a crowd */
    MOVES = 4 /* of a value, on average, that insertion may take */
};

/* How values become slots: those from `least` on, or up to `most`. */
typedef struct scaling {
    double least, most, scale;
} scaling;

/* False if the values have no range that slots can be cut from. */
static bool
find_scaling(const double *values, size_t n, size_t slots, scaling *found)
{
    double least = values[0], most = values[0];
    double zero = 0; /* or NaN, if a value is not finite */
    for (size_t i = 0; i < n; i++) {
        const double value = values[i];
        least = value < least ? value : least;
        most = value > most ? value : most;
        zero += value * 0;
    }
    const double spread = most - least;
    const double scale = (double)(slots - 1) / spread;
    *found = (scaling){least, most, scale};
    return zero == 0 && spread > 0 && spread <= 1e300 && scale <= 1e300;
}

NX_INLINE double
scaled(const scaling *by, double value, bool descending)
{
    return (descending ? by->most - value : value - by->least) * by->scale;
}

static bool
is_crowded(const double *values, size_t n, size_t slots, const scaling *by)
{
    unsigned counts[PARTS] = {0};
    unsigned most = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        const double slot = scaled(by, values[i * n / SAMPLE], false);
        const size_t part = (size_t)slot * PARTS / slots;
        counts[part]++;
        most = counts[part] > most ? counts[part] : most;
    }
    return most >= CROWD;
}

static void
find_slots(const double *values, size_t n, bool descending, const scaling *given,
           uint16_t *slots)
{
    const scaling by = *given;
    if (descending) {
        for (size_t i = 0; i < n; i++) {
            slots[i] = (uint16_t)(int32_t)scaled(&by, values[i], true);
        }
    }
    else {
        for (size_t i = 0; i < n; i++) {
            slots[i] = (uint16_t)(int32_t)scaled(&by, values[i], false);
        }
    }
}

NX_INLINE bool
comes_before(double a, double b, bool descending)
{
    return descending ? a > b : a < b;
}

/* Inserts each value among those before it. False if that takes too many moves. */
NX_INLINE bool
insert_all(double *values, size_t n, bool descending)
{
    size_t moves = MOVES * n;
    double last = values[0];
    for (size_t i = 1; i < n; i++) {
        const double value = values[i];
        if (!comes_before(value, last, descending)) {
            last = value;
            continue;
        }
        size_t to = i;
        do {
            values[to] = values[to - 1];
            to--;
        } while (to > 0 && comes_before(value, values[to - 1], descending));
        values[to] = value;
        if (i - to > moves) {
            return false;
        }
        moves -= i - to;
    }
    return true;
}

bool
nx_sort_even_floats(const double *values, size_t n, bool descending, double *sorted,
                    void *room)
{
    const size_t count = SLOTS * n / 4 * 4;
    uint16_t *const counts = room, *const slots = counts + count + 4;
    scaling by;
    if (!find_scaling(values, n, count, &by) || is_crowded(values, n, count, &by)) {
        return false;
    }
    find_slots(values, n, descending, &by, slots);
    memset(counts, 0, count * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        counts[slots[i]]++;
    }
    nx_slots_add_up(counts, count);
    for (size_t i = 0; i < n; i++) {
        sorted[counts[slots[i]]++] = values[i];
    }
    return descending ? insert_all(sorted, n, true) : insert_all(sorted, n, false);
}
