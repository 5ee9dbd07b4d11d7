/* A needle is taken as what it is: sign and magnitude of an integer, or a double. It is
 * rounded up to the next value of the kind that is searched in, which is a bound for
 * both sides unless it is that value: then, to the right, the next key is. */
#include "sort/search_bound.h"

#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "number/half.h"

/* ---- The needle ---- */

typedef struct exact {
    bool is_float;
    bool is_negative; /* of an integer */
    uint64_t magnitude;
    double value; /* of a float */
} exact;

static uint64_t
swap_bytes(uint64_t x, size_t size)
{
    uint64_t swapped = 0;
    for (size_t i = 0; i < size; i++) {
        swapped = swapped << 8 | (x >> (8 * i) & 0xFF);
    }
    return swapped;
}

static uint64_t
load_bits(const nx_sort_source *source, size_t at)
{
    const size_t size = nx_sort_kind_size(source->kind);
    const uint8_t *value =
        (const uint8_t *)source->values + (ptrdiff_t)at * source->step;
    uint16_t two;
    uint32_t four;
    uint64_t bits;
    switch (size) {
        case 1:
            return *value;
        case 2:
            memcpy(&two, value, sizeof two);
            bits = two;
            break;
        case 4:
            memcpy(&four, value, sizeof four);
            bits = four;
            break;
        default:
            memcpy(&bits, value, sizeof bits);
    }
    return source->swapped ? swap_bytes(bits, size) : bits;
}

static exact
load_exact(const nx_sort_source *source, size_t at)
{
    const uint64_t bits = load_bits(source, at);
    const uint32_t narrow = (uint32_t)bits;
    float single;
    exact needle = {.is_float = true};
    switch (source->kind) {
        case NX_SORT_F16:
            needle.value = nx_double_of_half((uint16_t)bits);
            return needle;
        case NX_SORT_F32:
            memcpy(&single, &narrow, sizeof single);
            needle.value = single;
            return needle;
        case NX_SORT_F64:
            memcpy(&needle.value, &bits, sizeof bits);
            return needle;
        case NX_SORT_U8:
        case NX_SORT_U16:
        case NX_SORT_U32:
        case NX_SORT_U64:
            return (exact){.magnitude = bits};
        default:
            break;
    }
    const unsigned shift = 64 - 8 * (unsigned)nx_sort_kind_size(source->kind);
    const uint64_t sign = UINT64_C(1) << 63, wide = bits << shift;
    const bool is_negative = (wide & sign) != 0;
    const uint64_t magnitude = (is_negative ? 0 - wide : wide) >> shift;
    return (exact){.is_negative = is_negative, .magnitude = magnitude};
}

/* ---- Among integers ---- */

/* The key of the least integer that is not less; *is_it: it is the needle itself. False
 * if there is none. */
static bool
round_to_integer(nx_sort_kind kind, const exact *needle, uint64_t *key, bool *is_it)
{
    const unsigned width = 8 * (unsigned)nx_sort_kind_size(kind);
    const bool is_signed = kind >= NX_SORT_I8 && kind <= NX_SORT_I64;
    const uint64_t zero = is_signed ? UINT64_C(1) << (width - 1) : 0; /* its key */
    const uint64_t top = UINT64_MAX >> (64 - width);
    bool is_negative = needle->is_negative;
    uint64_t magnitude = needle->magnitude;
    *is_it = true;
    if (needle->is_float) {
        const double up = ceil(needle->value);
        if (isnan(up) || up >= 18446744073709551616.0) {
            return false;
        }
        *is_it = up == needle->value;
        is_negative = up < 0;
        /* Whatever is below -2^63 is below all keys. */
        magnitude = up < -9223372036854775808.0 ? UINT64_MAX : (uint64_t)fabs(up);
    }
    if (is_negative) {
        *is_it &= magnitude <= zero;
        *key = magnitude <= zero ? zero - magnitude : 0;
        return true;
    }
    *key = zero + magnitude;
    return magnitude <= top - zero;
}

/* ---- Among floats ---- */

/* The least double that is not less than an integer. */
static double
round_up(const exact *needle, bool *is_it)
{
    double size = (double)needle->magnitude;
    const bool above = size >= 18446744073709551616.0;
    const uint64_t back = above ? 0 : (uint64_t)size;
    *is_it = !above && back == needle->magnitude;
    if (needle->is_negative) {
        size = above || back > needle->magnitude ? nextafter(size, 0.0) : size;
        return -size;
    }
    return !above && back < needle->magnitude ? nextafter(size, (double)INFINITY)
                                              : size;
}

/* The key of a float32 that is not less than a double. */
static uint64_t
round_to_single(double value, bool *is_it)
{
    float single = (float)value;
    uint64_t key;
    if ((double)single < value) {
        single = nextafterf(single, (float)INFINITY);
    }
    *is_it &= (double)single == value;
    const nx_sort_source source = {&single, sizeof single, NX_SORT_F32, false};
    nx_sort_keys(&source, 0, 1, false, &key);
    return key;
}

/* The same of a float16, by halving: there are few. */
static uint64_t
round_to_half(double value, bool *is_it)
{
    enum {
        ZERO = 0x8000, /* keys of zero and of infinity */
        LARGEST = ZERO + 0x7C00
    };
    uint64_t low = ZERO - 0x7C00, high = LARGEST; /* infinity is not less */
    double up = (double)INFINITY;
    while (low < high) {
        const uint64_t middle = (low + high) / 2;
        const double size = nx_double_of_half(
            (uint16_t)(middle >= ZERO ? middle - ZERO : ZERO - middle));
        const double at = middle >= ZERO ? size : -size;
        if (at < value) {
            low = middle + 1;
        }
        else {
            high = middle;
            up = at;
        }
    }
    *is_it &= up == value;
    return low;
}

static uint64_t
round_to_float(nx_sort_kind kind, const exact *needle, bool *is_it)
{
    uint64_t key;
    *is_it = true;
    const double value = needle->is_float ? needle->value : round_up(needle, is_it);
    if (isnan(value)) {
        return UINT64_MAX >> (64 - 8 * nx_sort_kind_size(kind));
    }
    if (kind == NX_SORT_F32) {
        return round_to_single(value, is_it);
    }
    if (kind == NX_SORT_F16) {
        return round_to_half(value, is_it);
    }
    const nx_sort_source source = {&value, sizeof value, NX_SORT_F64, false};
    nx_sort_keys(&source, 0, 1, false, &key);
    return key;
}

/* ---- Bounds ---- */

/* Moves bounds that are keys of needles behind them. */
static void
move_right(size_t n, uint64_t *bounds, uint8_t *beyond)
{
    for (size_t i = 0; i < n; i++) {
        beyond[i] = bounds[i] == UINT64_MAX;
        bounds[i] += bounds[i] != UINT64_MAX;
    }
}

void
nx_search_bounds(nx_sort_kind kind, const nx_sort_source *needles, size_t first,
                 size_t n, bool right, uint64_t *bounds, uint8_t *beyond)
{
    if (kind == needles->kind) {
        nx_sort_keys(needles, first, n, false, bounds);
        memset(beyond, 0, n);
        if (right) {
            move_right(n, bounds, beyond);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const exact needle = load_exact(needles, first + i);
        bool is_it, is_there = true;
        if (nx_sort_kind_has_last(kind)) {
            bounds[i] = round_to_float(kind, &needle, &is_it);
        }
        else {
            is_there = round_to_integer(kind, &needle, &bounds[i], &is_it);
        }
        beyond[i] = !is_there;
        if (right && is_it && is_there) {
            move_right(1, &bounds[i], &beyond[i]);
        }
    }
}
