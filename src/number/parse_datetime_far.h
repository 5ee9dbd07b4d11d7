/* The other texts that format_datetime.h writes and parse_datetime.h does not take:
 *
 *   "2000-01-31T07"   hours without minutes
 *   "-001-01-31"      years before 1: at least four characters, the sign counted
 *   "12000-01-31"     years from 10000 on, without a zero in front
 *   "NaT"             in any case
 *
 * Otherwise the layout is that of parse_datetime.h, without a zone. So every count in
 * every unit reads back as it was.
 */
#ifndef NX_NUMBER_PARSE_DATETIME_FAR_H
#define NX_NUMBER_PARSE_DATETIME_FAR_H

#include <stddef.h>
#include <stdint.h>

#include "number/parse_datetime.h"

typedef enum nx_far_result {
    NX_FAR_OK = 0,
    NX_FAR_INVALID, /* another text */
    NX_FAR_RANGE,   /* a time beyond the counts of the unit */
    NX_FAR_FINE     /* a time that the unit would cut */
} nx_far_result;

/* Parses all n bytes at text as a count of `unit`s; *count is written only on
 * NX_FAR_OK. */
nx_far_result nx_parse_datetime_far(const uint8_t *text, size_t n,
                                    nx_datetime_unit unit, int64_t *count);

#endif
