/* Integers of any length, without the padding that digits.h asks for. */
#include "number/parse_int.h"

#include "base/bits.h"
#include "number/digits.h"

/* Magnitude of an optional sign and n - sign digits, exact up to 2^64 - 1. */
static nx_parse_result
parse_magnitude(const uint8_t *text, size_t n, bool *negative, uint64_t *magnitude)
{
    const uint8_t *p = text, *const end = text + n;
    *negative = n > 0 && *p == '-';
    if (n > 0 && (*p == '-' || *p == '+')) {
        p++;
    }
    if (p == end) {
        return NX_PARSE_INVALID;
    }
    while (p < end && *p == '0') {
        p++;
    }
    const size_t digits = (size_t)(end - p);
    uint64_t value = 0;
    while (end - p >= 8 && nx_swar_is_digits(nx_load64le(p))) {
        value = value * 100000000 + nx_swar_value(nx_load64le(p));
        p += 8;
    }
    uint64_t before_last = 0, last = 0;
    for (; p < end; p++) {
        last = (uint64_t)*p - '0';
        if (last > 9) {
            return NX_PARSE_INVALID;
        }
        before_last = value;
        value = value * 10 + last;
    }
    /* 19 digits cannot wrap. Twenty are 8 + 8 + 4, so that the last one went
     * through the loop above. More have wrapped and do not matter. */
    const uint64_t most = UINT64_MAX / 10;
    if (digits > 20 ||
        (digits == 20 &&
         (before_last > most || (before_last == most && last > UINT64_MAX % 10)))) {
        return NX_PARSE_RANGE;
    }
    *magnitude = value;
    return NX_PARSE_OK;
}

nx_parse_result
nx_parse_int64(const uint8_t *text, size_t n, int64_t *value)
{
    bool negative;
    uint64_t magnitude;
    const nx_parse_result result = parse_magnitude(text, n, &negative, &magnitude);
    if (result != NX_PARSE_OK) {
        return result;
    }
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return NX_PARSE_RANGE;
    }
    *value = (int64_t)(negative ? UINT64_C(0) - magnitude : magnitude);
    return NX_PARSE_OK;
}

nx_parse_result
nx_parse_uint64(const uint8_t *text, size_t n, uint64_t *value)
{
    bool negative;
    uint64_t magnitude;
    const nx_parse_result result = parse_magnitude(text, n, &negative, &magnitude);
    if (result != NX_PARSE_OK) {
        return result;
    }
    if (negative && magnitude != 0) {
        return NX_PARSE_RANGE;
    }
    *value = magnitude;
    return NX_PARSE_OK;
}
