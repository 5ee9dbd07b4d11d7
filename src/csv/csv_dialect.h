/* What separates, quotes and ends the fields of one CSV text.
 *
 * Quoting is the "standard" kind: a quote counts only as the first byte of a
 * field, two quotes inside are one, and elsewhere it is text. Records end at
 * LF, CRLF or CR outside quotes, mixed freely. NUL is data.
 */
#ifndef NX_CSV_CSV_DIALECT_H
#define NX_CSV_CSV_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/status.h"

typedef struct nx_csv_dialect {
    uint8_t delimiter;
    uint8_t quote;
    bool quoting; /* false: `quote` is an ordinary byte */
} nx_csv_dialect;

/* True for the bytes that end a record; where one ends a field, it does. */
NX_INLINE bool
nx_csv_ends_record(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

/* True for a record of no bytes at all: `size` bytes stand before the byte that
 * ends it, at most the CR of a CRLF. */
NX_INLINE bool
nx_csv_is_blank(const uint8_t *record, size_t size)
{
    return size == 0 || (size == 1 && *record == '\r');
}

/* NX_ERR_INTERNAL unless the bytes are distinct and ASCII, neither is CR or LF, and
 * the quote is nothing that a number, bool or date is written with: column loops
 * look for those first. (The facade says so in its own words before it comes to
 * this.) */
NX_MUST_CHECK nx_status nx_csv_dialect_check(const nx_csv_dialect *dialect,
                                             nx_error *error);

#endif
