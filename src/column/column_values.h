/* Values from texts: one with care, or many at once.
 *
 * The rules of spelling are those of number/parse_*.h. They are the same for the cells
 * of a CSV column whose type was asked for (csv/csv_requested.h), which has words for
 * missing cells beside them, and for arrays of texts. */
#ifndef NX_COLUMN_COLUMN_VALUES_H
#define NX_COLUMN_COLUMN_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/span.h"
#include "column/lattice.h"

/* What there is to say about a text and its value. From NX_VALUE_KIND on there is no
 * value. */
typedef enum nx_value_note {
    NX_VALUE_GOOD = 0,
    NX_VALUE_ZONED,   /* a good time that had a zone */
    NX_VALUE_MISSING, /* no text, and that is no fault */
    NX_VALUE_KIND,    /* not text of this type */
    NX_VALUE_RANGE,   /* a number or time that the type does not reach */
    NX_VALUE_FINE,    /* a time that the unit would cut */
    NX_VALUE_BELOW,   /* below the least value that was asked for, or not a number */
    NX_VALUE_ABOVE    /* above the largest one */
} nx_value_note;

/* Stores the low `width` bytes of an integer: 1, 2, 4 or 8. */
NX_INLINE void
nx_value_store_integer(void *value, size_t width, uint64_t integer)
{
    const uint8_t narrow = (uint8_t)integer;
    const uint16_t half = (uint16_t)integer;
    const uint32_t single = (uint32_t)integer;
    switch (width) {
        case 1:
            memcpy(value, &narrow, 1);
            break;
        case 2:
            memcpy(value, &half, 2);
            break;
        case 4:
            memcpy(value, &single, 4);
            break;
        default:
            memcpy(value, &integer, 8);
    }
}

/* Writes what stands for no value: NaN, NaT, 0, false or an empty string view. */
void nx_value_clear(nx_type type, void *value);

/* Parses all n bytes at text, without blanks around them, as a value of a type other
 * than none, digits and string. *value, aligned, is written only if there is one:
 * NX_VALUE_GOOD, for times *zoned tells which. For bools five bytes at text are
 * readable, whatever n is. */
nx_value_note nx_value_of_text(nx_type type, const uint8_t *text, size_t n, void *value,
                               bool *zoned);

/* Which values are wanted, least and largest included; NaN and NaT never are. */
typedef struct nx_value_bounds {
    bool given;     /* false: any value, and nothing else here counts */
    bool all_below; /* the least value is above the type's range */
    bool all_above; /* the largest one is below it */
    uint64_t low;   /* of integers and times: by nx_value_key */
    uint64_t high;
    double least; /* of floats */
    double largest;
} nx_value_bounds;

/* A number that orders the values of integer and time types: of signed types the value
 * plus 2^63. */
NX_INLINE uint64_t
nx_value_key(int64_t value)
{
    return (uint64_t)value ^ UINT64_C(1) << 63;
}

/* Texts up to this length are parsed the fast way. */
#define NX_VALUE_NEAR 32

/* Parses n texts. Spaces and tabs around a value do not count; a time may also be one
 * of number/parse_datetime_far.h. A span whose text is NULL is missing.
 * Writes the values one behind the other, those of
 * faults and of what is missing cleared, and to notes[i] what is not NX_VALUE_GOOD; the
 * caller has zeroed the notes. Returns how many faults there are: notes from
 * NX_VALUE_KIND on. Each text of 1 to NX_VALUE_NEAR bytes has 64 readable bytes on both
 * sides, whatever they are. `values` is aligned. Cannot fail; any thread. */
size_t nx_values_of_texts(nx_type type, const nx_value_bounds *bounds,
                          const nx_span *texts, size_t n, void *values, uint8_t *notes);

#endif
