/* Errors about single values: NX601 to NX605, in words that quote the text. */
#ifndef NX_CSV_CSV_FAULT_H
#define NX_CSV_CSV_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "column/lattice.h"
#include "csv/csv_field.h"

#define NX_CSV_QUOTE_MAX 40 /* bytes of a field that a reason or a message shows */

/* The first bytes of a text, kept when the text itself is gone. */
typedef struct nx_csv_excerpt {
    size_t size; /* of the whole text */
    uint8_t text[NX_CSV_QUOTE_MAX];
} nx_csv_excerpt;

nx_csv_excerpt nx_csv_excerpt_of(nx_csv_field text);

/* Why a text is not taken as a value of the type asked for. */
typedef enum nx_csv_fault {
    NX_CSV_FAULT_NONE = 0,
    NX_CSV_FAULT_KIND,    /* NX601: another kind of text */
    NX_CSV_FAULT_FINE,    /* NX601: a time that the unit would cut */
    NX_CSV_FAULT_ZONED,   /* NX601: a time with a zone after times without */
    NX_CSV_FAULT_NAIVE,   /* NX601: a time without a zone after times with one */
    NX_CSV_FAULT_RANGE,   /* NX602: beyond the type's range */
    NX_CSV_FAULT_MISSING, /* NX603: a missing cell where none may be */
    NX_CSV_FAULT_LENGTH,  /* NX604: longer than the limit */
    NX_CSV_FAULT_NUL      /* NX605: a NUL at the end, which S and U drop */
} nx_csv_fault;

/* Fills `error` with status NX_ERR_VALUE, code and message; its place is the
 * caller's to fill in. `limit` is that of a string: bytes, or less than 0 for
 * code points. Returns NX_ERR_VALUE. */
nx_status nx_csv_fault_error(nx_csv_fault fault, const nx_csv_excerpt *text,
                             nx_type type, int64_t limit, nx_error *error);

#endif
