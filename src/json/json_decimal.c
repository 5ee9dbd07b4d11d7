#include "json/json_decimal.h"

enum {
    SAMPLE = 16,
    FEWEST = 32, /* values for which looking pays */
    MOST_MISSES = 3
};

/* The fewest places that x passes with; -1 if none does. */
static int
places_of(double x)
{
    double power = 1;
    const double size = x < 0 ? -x : x;
    for (int places = 0; places <= NX_JSON_MOST_PLACES; places++, power *= 10) {
        const double scaled = size * power + 0.5;
        if (!(scaled < 9e14)) {
            return -1;
        }
        if ((double)(int64_t)scaled / power == size) {
            return places;
        }
    }
    return -1;
}

static uint64_t
power_of(int n)
{
    uint64_t power = 1;
    while (n-- > 0) {
        power *= 10;
    }
    return power;
}

nx_json_scale
nx_json_scale_of(const char *values, ptrdiff_t step, size_t n)
{
    int places = 0, misses = 0;
    if (n < FEWEST) {
        return (nx_json_scale){.is_used = false};
    }
    for (size_t i = 0; i < SAMPLE; i++) {
        double x;
        memcpy(&x, values + (ptrdiff_t)(i * (n / SAMPLE)) * step, sizeof x);
        const int own = places_of(x);
        misses += own < 0;
        if (misses > MOST_MISSES) {
            return (nx_json_scale){.is_used = false};
        }
        places = own > places ? own : places;
    }
    const uint64_t whole = power_of(places);
    return (nx_json_scale){
        .is_used = true,
        .power = (double)whole,
        .whole = whole,
        .widening = power_of(NX_JSON_MOST_PLACES - places),
        .least = places > 4 ? power_of(places - 4) : 1,
    };
}
