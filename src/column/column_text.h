/* Texts of numbers and times, batch by batch: each value as number/format_*.h writes
 * it, a bool as True or False. */
#ifndef NX_COLUMN_COLUMN_TEXT_H
#define NX_COLUMN_COLUMN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "column/lattice.h"

/* The longest text of any type: see nx_text_of_values. */
#define NX_TEXT_LONGEST 29

/* Room behind the last text, which whole words are written to. */
#define NX_TEXT_SPARE 48

/* Writes the texts of n values of a type other than none, digits and string one behind
 * the other to `out`, and to ends[i] where the text of value i ends, counted from
 * `out`. The values are aligned and in the byte order of the machine; one whose byte in
 * `missing` is not 0 has an empty text (NULL: none has). `out` has room for
 * n * NX_TEXT_LONGEST + NX_TEXT_SPARE bytes. Cannot fail; any thread. */
void nx_text_of_values(nx_type type, const void *values, const uint8_t *missing,
                       size_t n, uint8_t *out, uint32_t *ends);

#endif
