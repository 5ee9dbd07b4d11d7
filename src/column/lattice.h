/* From what a column's fields look like to the type that holds them all.
 *
 * Every field shows one or more classes. The classes of a column only unite,
 * and the type is a function of the united set, so neither the order of the
 * fields nor the number of threads that looked at them can matter. The types
 * form a lattice: adding a class never leads back to a smaller type.
 *
 *     none < bool ............................................ < string
 *     none < int64 < uint64 < digits < float64 ............... < string
 *     none < datetime [D] < [s] < [ms] < [us] < [ns] ......... < string
 *
 * `digits` is the state of a column of integers that no integer type holds
 * without losing digits (beyond uint64, negatives beside values beyond int64,
 * leading zeros). It ends as string, but one decimal makes it float64: in a
 * column with decimals every number becomes the nearest double.
 */
#ifndef NX_COLUMN_LATTICE_H
#define NX_COLUMN_LATTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "number/parse_datetime.h"

/* What one field shows; a set is the bitwise or. */
enum {
    NX_CLASS_INTEGER = 1u << 0,       /* an integer of any size */
    NX_CLASS_NEGATIVE = 1u << 1,      /* ... below zero, within int64 */
    NX_CLASS_BEYOND_INT64 = 1u << 2,  /* ... above int64, within uint64 */
    NX_CLASS_BEYOND_UINT64 = 1u << 3, /* ... above uint64 or below int64 */
    NX_CLASS_LEADING_ZERO = 1u << 4,  /* ... written as 007 or -01 */
    NX_CLASS_DECIMAL = 1u << 5,       /* a point, an exponent, inf or nan */
    NX_CLASS_BOOL = 1u << 6,
    NX_CLASS_DATE = 1u << 7,       /* YYYY-MM-DD without a time */
    NX_CLASS_TIME_S = 1u << 8,     /* date and time, no fraction */
    NX_CLASS_TIME_MS = 1u << 9,    /* 1-3 digits of a second */
    NX_CLASS_TIME_US = 1u << 10,   /* 4-6 */
    NX_CLASS_TIME_NS = 1u << 11,   /* 7-9 */
    NX_CLASS_NAIVE = 1u << 12,     /* a date or time without a zone */
    NX_CLASS_ZONED = 1u << 13,     /* a time with Z or an offset */
    NX_CLASS_BEYOND_NS = 1u << 14, /* a time that nanoseconds cannot reach */
    NX_CLASS_OTHER = 1u << 15      /* none of the above: text */
};
typedef uint32_t nx_class_set;

/* Types of a column, and of the state on the way to them. Those behind the string
 * are no part of the lattice: a column has them only when they are asked for. */
typedef enum nx_type {
    NX_TYPE_NONE = 0, /* no value seen yet */
    NX_TYPE_BOOL,
    NX_TYPE_INT64,
    NX_TYPE_UINT64,
    NX_TYPE_DIGITS,
    NX_TYPE_FLOAT64,
    NX_TYPE_DATETIME_D,
    NX_TYPE_DATETIME_S,
    NX_TYPE_DATETIME_MS,
    NX_TYPE_DATETIME_US,
    NX_TYPE_DATETIME_NS,
    NX_TYPE_STRING,
    NX_TYPE_INT8,
    NX_TYPE_INT16,
    NX_TYPE_INT32,
    NX_TYPE_UINT8,
    NX_TYPE_UINT16,
    NX_TYPE_UINT32,
    NX_TYPE_FLOAT16,
    NX_TYPE_FLOAT32,
    NX_TYPE_DATETIME_H,
    NX_TYPE_DATETIME_M, /* minutes */
    NX_TYPE_COUNT
} nx_type;

/* The least type that holds every field of a column with these classes. */
nx_type nx_type_of_classes(nx_class_set classes);

/* What a state becomes when the source has ended: none is float64 (all NaN),
 * digits is string, everything else itself. */
nx_type nx_type_final(nx_type type);

/* Bytes of one value: 1 to 8, or 16 for a string view; 0 for none. */
size_t nx_type_width(nx_type type);

bool nx_type_is_time(nx_type type);

/* The unit of a datetime type. */
static inline nx_datetime_unit
nx_type_unit(nx_type type)
{
    if (type == NX_TYPE_DATETIME_H || type == NX_TYPE_DATETIME_M) {
        return type == NX_TYPE_DATETIME_H ? NX_UNIT_HOUR : NX_UNIT_MINUTE;
    }
    return (nx_datetime_unit)(type - NX_TYPE_DATETIME_D);
}

/* True for integer types, whose smallest and largest value it tells. */
bool nx_type_integer_range(nx_type type, int64_t *low, uint64_t *high);

/* NumPy's name of a final type: "int64", "datetime64[s]", "string", ... */
const char *nx_type_name(nx_type type);

/* The final type of that name; NX_TYPE_NONE if there is none. */
nx_type nx_type_of_name(const char *name);

/* What a field shows, in words for a reason: the most telling class of the set
 * ("an integer with a leading zero"). */
const char *nx_class_phrase(nx_class_set classes);

#endif
